package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"adagio/dsl"
	"adagio/dsl/diag"

	"github.com/spf13/cobra"
)

// format is the command "adagio fmt".
func (a *app) format() *cobra.Command {
	write, check := false, false
	cmd := &cobra.Command{
		Use:   "fmt FILE...",
		Short: "Write models in the canonical layout",
		Long: `Fmt lays .ballet files out in the one canonical way, keeping all comments, and
prints them; with -w it writes them back, with --check it lists those that differ
and exits with 1 if there are any.`,
		Example: `  adagio fmt model.ballet
  adagio fmt -w *.ballet
  adagio fmt --check *.ballet`,
		ValidArgsFunction: pathCompletion("ballet"),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, sources, err := a.sources(cmd, args)
			if err != nil {
				return err
			}
			if write && check {
				return usage(cmd, "--write and --check cannot go together", "")
			}
			if write && len(sources) > 0 {
				return usage(cmd, "-w cannot write to the standard input", "leave -w out: the result goes to the standard output")
			}
			f := &formatter{app: a, write: write, check: check, sources: diag.Sources{}}
			for _, path := range files {
				f.file(path)
			}
			for _, s := range sources {
				f.source(s.Name, s.Text)
			}
			return f.end()
		},
	}
	cmd.Flags().BoolVarP(&write, "write", "w", false, "write the files back instead of printing them")
	cmd.Flags().BoolVarP(&check, "check", "l", false, "list the files that differ, and exit with 1 if there are any")
	return cmd
}

// formatter formats files one by one and collects their mistakes.
type formatter struct {
	app          *app
	write, check bool
	differ       bool
	list         diag.List
	sources      diag.Sources
}

func (f *formatter) file(path string) {
	text, list := dsl.ReadFile(path)
	if list != nil {
		f.list = append(f.list, list...)
		return
	}
	f.source(path, text)
}

func (f *formatter) source(name string, text []byte) {
	parsed, list := dsl.Parse(name, text)
	if list.HasErrors() {
		f.list = append(f.list, list...)
		f.sources[name] = string(text)
		return
	}
	out := dsl.Format(parsed)
	same := bytes.Equal(out, text)
	switch {
	case f.check && !same:
		f.differ = true
		fmt.Fprintln(f.app.out, name)
	case f.write && !same:
		if err := replace(name, out); err != nil {
			f.list = append(f.list, broken(err).list...)
		}
	case !f.check && !f.write:
		f.app.out.Write(out)
	}
}

func (f *formatter) end() error {
	switch {
	case f.list != nil:
		return invalid(f.list, f.sources)
	case f.differ:
		return errNegative
	}
	return nil
}

// replace writes a file so that there is the old or the new content at every
// instant.
func replace(path string, content []byte) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	t, err := os.CreateTemp(filepath.Dir(path), ".adagio-fmt-*")
	if err != nil {
		return err
	}
	defer os.Remove(t.Name())
	_, err = t.Write(content)
	if e := t.Chmod(info.Mode().Perm()); err == nil {
		err = e
	}
	if e := t.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(t.Name(), path)
}
