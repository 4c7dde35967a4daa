package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"adagio/analysis/shards"
	"adagio/dsl"
	"adagio/dsl/diag"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// shardFlags are the flags with which a command works on a part of its list of tasks.
type shardFlags struct {
	text, part string
	shard      shards.Shard
}

// flags that say how a command is carried out, and not what it answers. They may differ
// from part to part.
var partFlags = map[string]bool{"shard": true, "part": true, "workers": true}

func (f *shardFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.text, "shard", "", "work on the `i/n`-th part of the list only, and write a part for adagio merge")
	flags.StringVar(&f.part, "part", "", "with --shard: write the part to a `file`, which is there only once it is complete; else to stdout")
}

// read checks the flags.
func (f *shardFlags) read(cmd *cobra.Command) (err error) {
	switch {
	case f.text == "" && f.part != "":
		return usage(cmd, "--part without --shard", "write --shard i/n, such as --shard 3/8")
	case f.text == "":
		return nil
	}
	if f.shard, err = shards.Parse(f.text); err != nil {
		return usageOf(cmd, fmt.Errorf("--shard %w", err))
	}
	return nil
}

// write writes the part of some tasks that a command has; records hands over what comes of
// the tasks from .. to-1.
func (f *shardFlags) write(a *app, input string, tasks int, records func(from, to int, emit func(any) error) error) error {
	if slices.Contains(commandOf(a.args), "-") {
		return usage(a.root(), "a shard cannot read the standard input", "name a file: the other shards and adagio merge have to read it, too")
	}
	from, to := f.shard.Range(tasks)
	h := shards.Header{Version: versionText(), Args: commandOf(a.args), Input: input, Tasks: tasks, Shard: f.shard.I, Of: f.shard.Of}
	all := func(emit func(any) error) error { return records(from, to, emit) }
	var err error
	if f.part != "" {
		err = shards.WriteFile(f.part, h, all)
	} else {
		err = shards.Write(a.out, h, all)
	}
	if _, ok := errors.AsType[*failure](err); err == nil || ok {
		return err
	}
	return broken(err)
}

// commandOf leaves out of a command line what may differ from part to part.
func commandOf(args []string) []string { return without(args, partFlags) }

// without leaves flags and their values out of a command line.
func without(args []string, flags map[string]bool) (out []string) {
	for i := 0; i < len(args); i++ {
		name, _, joined := strings.Cut(strings.TrimPrefix(args[i], "--"), "=")
		if !strings.HasPrefix(args[i], "--") || !flags[name] {
			out = append(out, args[i])
		} else if !joined {
			i++
		}
	}
	return out
}

// digest is that of all that the command reads.
func (in *input) digest(sources diag.Sources, more ...string) (string, error) {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		fmt.Fprintf(h, "%s %d\n%s", name, len(sources[name]), sources[name])
	}
	for _, path := range append([]string{in.platform, in.inventory, in.uptimes}, more...) {
		if path == "" {
			continue
		}
		text, list := dsl.ReadFile(path)
		if list != nil {
			return "", invalid(list, nil)
		}
		fmt.Fprintf(h, "%s %d\n%s", path, len(text), text)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// recorded are the records of the parts that are being put together, as a command reads
// them; it fails unless they are of the input that the command has read.
func recorded[T any](a *app, input string) (iter.Seq2[*T, error], error) {
	if a.parts.Input != input {
		return nil, &failure{code: exitBad, outcome: "invalid", list: diag.List{{
			Summary: "the parts are not of this input",
			Detail:  "a file of the model was changed since, or is another one here: put them together where they were made"}}}
	}
	return func(yield func(*T, error) bool) {
		for line := range a.parts.Records() {
			record := new(T)
			if err := json.Unmarshal(line, record); err != nil {
				yield(nil, fmt.Errorf("a record of a part cannot be read: %w", err))
				return
			}
			if !yield(record, nil) {
				return
			}
		}
	}, nil
}

// merge is the command "adagio merge".
func (a *app) merge() *cobra.Command {
	return &cobra.Command{
		Use:   "merge PART...",
		Short: "Put the parts of a result together",
		Long: `Merge puts together what a command has written with --shard 1/n to n/n. It writes
what the command writes without --shard, byte for byte, and exits as that does. It
reads the model again, so it has to run where the shards ran, with the same files.

The order of the parts does not matter. A part that is missing or was cut off, as
its process was killed, is named: run that shard again.`,
		Example: `  adagio simulate testdata/cps.ballet -n 100000 --shard 1/2 --part part-1.jsonl
  adagio simulate testdata/cps.ballet -n 100000 --shard 2/2 --part part-2.jsonl
  adagio merge part-1.jsonl part-2.jsonl`,
		ValidArgsFunction: pathCompletion("jsonl"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(cmd, "no part is named", "name the files that --part has written")
			}
			parts, err := shards.Read(args...)
			if missing, ok := errors.AsType[*shards.MissingError](err); ok {
				command := strings.Join(missing.Args, " ")
				return &failure{code: exitBad, outcome: "invalid", list: diag.List{{Summary: missing.Error(),
					Detail: fmt.Sprintf("run it again: adagio %s --shard %d/%d", command, missing.Missing[0], missing.Of)}}}
			} else if err != nil {
				return broken(err)
			}
			if parts.Version != versionText() {
				return broken(fmt.Errorf("the parts are of %s, and this is %s", parts.Version, versionText()))
			}
			if !slices.Contains([]string{"bound", "rank", "simulate"}, parts.Args[0]) {
				return broken(fmt.Errorf("there are no parts of adagio %s", parts.Args[0]))
			}
			a.parts, a.args = parts, parts.Args
			root := a.root()
			root.SetArgs(parts.Args)
			return root.Execute()
		},
	}
}
