package main

import (
	"fmt"
	"io"

	"adagio/analysis/report"
	"adagio/dsl/ballet"

	"github.com/spf13/cobra"
)

// importCommand is the command "adagio import".
func (a *app) importCommand() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "import PATH...",
		Short: "Turn Ballet's own files into a model",
		Long: `Import reads the files that Ballet and its planner work with, each recognised by
its content: assembly.yaml, inventory.yaml, plans in .concertod syntax, component
types, durations, programs and whole scenarios in JSON. Folders are searched.
Component types that are Python classes are read from the .py files that are named,
which runs these files with python3. It prints one .ballet model; what the files
leave open is marked there as MISSING.`,
		Example: `  adagio import assembly.yaml inventory.yaml plans/ types.json > model.ballet
  adagio import components/nova.py components/keystone.py assembly.yaml plans/
  adagio import scenario.json | adagio explain -`,
		ValidArgsFunction: pathCompletion("json", "yaml", "yml", "concertod", "py"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf(cmd, "--format", format, "text", "json"); err != nil {
				return err
			}
			inputs, sources, err := a.inputs(cmd, args)
			if err != nil {
				return err
			}
			text, list := ballet.Import(inputs...)
			if text == nil {
				return invalid(list, sources)
			}
			if format == "json" {
				return a.json(report.ImportDocument{Schema: "adagio/import/1", Model: string(text), Diagnostics: report.Diagnostics(list)})
			}
			if _, err := a.out.Write(text); err != nil {
				return err
			}
			if len(list) > 0 {
				a.diagnose(list, sources)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// inputs reads the files to import, and the standard input for "-".
func (a *app) inputs(cmd *cobra.Command, args []string) (inputs []ballet.Input, sources map[string]string, err error) {
	if len(args) == 0 {
		return nil, nil, usage(cmd, "nothing to import is named", "name Ballet's files or folders with them, or - for the standard input")
	}
	for _, arg := range args {
		if arg == "-" {
			text, err := io.ReadAll(io.LimitReader(a.stdin, maxStdin+1))
			if err != nil || len(text) > maxStdin {
				return nil, nil, broken(fmt.Errorf("the standard input cannot be read, or has more than %d MiB", maxStdin>>20))
			}
			inputs = append(inputs, ballet.Input{Path: stdinName, Data: text})
			continue
		}
		read, err := ballet.Read(arg)
		if err != nil {
			return nil, nil, broken(err)
		}
		if len(read) == 0 {
			return nil, nil, broken(fmt.Errorf("%s: there is no .json, .yaml, .yml or .concertod file in this folder (name .py files themselves)", arg))
		}
		inputs = append(inputs, read...)
	}
	sources = map[string]string{}
	for _, in := range inputs {
		sources[in.Path] = string(in.Data)
	}
	return inputs, sources, nil
}

// maxStdin is how much of the standard input is imported, in bytes.
const maxStdin = 8 << 20
