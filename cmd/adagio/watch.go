package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"adagio/dsl"
	"adagio/dsl/diag"

	"github.com/spf13/cobra"
)

// betweenLooks is the time between two looks at the files that are watched.
const betweenLooks = 300 * time.Millisecond

// watched has the files that a round has read, as they were before it has read them.
type watched map[string]string

// read reads a file, and remembers how it was.
func (w watched) read(path string) ([]byte, diag.List) {
	if _, ok := w[path]; !ok {
		w[path] = stamp(path)
	}
	return dsl.ReadFile(path)
}

// changed lists the files that are not now as they were.
func (w watched) changed(now watched) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(w)) {
		if now[name] != w[name] {
			names = append(names, name)
		}
	}
	return names
}

// stamp changes when a file does, or comes or goes.
func stamp(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return "none"
	}
	return fmt.Sprint(info.Size(), info.ModTime().UnixNano())
}

// watch answers again whenever a file that an answer was made from has changed, until
// Ctrl-C. Mistakes of the model are reported, and it waits until they are mended; those of the command line end
// it, if they are seen at once and not made by a change of the model.
func (a *app) watch(cmd *cobra.Command, in *input, args []string, round func() error) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), stopSignals...)
	defer stop()
	width, _ := terminal(a.stdout)
	for first := true; ; first = false {
		in.watched = watched{}
		for _, name := range args {
			in.watched[name] = stamp(name)
		}
		if err := round(); err != nil {
			f := asFailure(cmd, err)
			if first && f.outcome == "usage" {
				return err
			}
			a.fail(f, in.format == "json")
		}
		if err := a.out.Flush(); err != nil {
			return err
		}
		names := in.watched.wait(ctx)
		switch {
		case names == nil:
			return nil
		case width > 0:
			fmt.Fprint(a.out, "\x1b[H\x1b[2J\x1b[3J")
		case in.format != "json":
			fmt.Fprintf(a.out, "\n%s changed\n\n", strings.Join(names, ", "))
		}
	}
}

// wait waits until files have changed and are the same at two looks, so that whoever
// writes them is done, and returns their names; nil if the context ends.
func (w watched) wait(ctx context.Context) []string {
	looks := time.NewTicker(betweenLooks)
	defer looks.Stop()
	var last watched
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-looks.C:
			now := watched{}
			for name := range w {
				now[name] = stamp(name)
			}
			if names := w.changed(now); names != nil && maps.Equal(now, last) {
				return names
			}
			last = now
		}
	}
}
