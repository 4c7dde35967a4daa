package main

import (
	"slices"

	"adagio/analysis/calibrate"
	"adagio/analysis/validate"
	"adagio/dsl"

	"github.com/spf13/cobra"
)

// complete gives a command the completions of its flags: what the files on the
// command line declare.
func complete(cmd *cobra.Command) {
	words := map[string]func(f *dsl.File) []string{
		"plan": dsl.Plans,
		"set": func(f *dsl.File) []string {
			var out []string
			for _, a := range f.Assemblies {
				for _, p := range a.Parameters {
					out = append(out, p.Name.Text+"=")
				}
			}
			return out
		},
		"timings": func(f *dsl.File) []string {
			var out []string
			for _, t := range f.Timings {
				out = append(out, t.Name.Text)
			}
			return out
		},
		"network": func(f *dsl.File) []string {
			out := dsl.Executors()
			for _, n := range f.Networks {
				out = append(out, n.Name.Text)
			}
			return out
		},
	}
	directives := map[string]cobra.ShellCompDirective{
		"plan": cobra.ShellCompDirectiveNoFileComp, "set": cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace,
	}
	for flag, declared := range words {
		if cmd.Flags().Lookup(flag) == nil {
			continue
		}
		register(cmd, flag, func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return inFiles(modelFiles(cmd, args), declared), directives[flag]
		})
	}
	files := func(ending string) cobra.CompletionFunc {
		return cobra.FixedCompletions([]string{ending}, cobra.ShellCompDirectiveFilterFileExt)
	}
	register(cmd, "platform", files("xml"))
	register(cmd, "uptimes", files("json"))
	register(cmd, "inventory", files("yaml"))
	register(cmd, "executor", cobra.FixedCompletions(dsl.Executors(), cobra.ShellCompDirectiveNoFileComp))
	formats, durations := []string{"text", "json"}, calibrate.Choices
	switch cmd.Name() {
	case "rank":
		formats = append(formats, "jsonl")
	case "formula":
		formats = append(formats, "latex")
	case "net":
		formats = netFormats()
	case "show":
		formats = []string{"text", "dot", "json"}
	case "validate":
		formats, durations = []string{"text", "json", "csv"}, validate.Choices
	}
	register(cmd, "format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
	register(cmd, "durations", cobra.FixedCompletions(durations, cobra.ShellCompDirectiveNoFileComp))
	register(cmd, "model", pathCompletion("ballet"))
	register(cmd, "at", cobra.FixedCompletions([]string{"upper", "lower", "typical"}, cobra.ShellCompDirectiveNoFileComp))
	for flag, ending := range map[string]string{"html": "html", "svg": "svg", "trace": "json"} {
		register(cmd, flag, pathCompletion(ending))
	}
	register(cmd, "end", cobra.FixedCompletions([]string{"upper", "lower"}, cobra.ShellCompDirectiveNoFileComp))
}

// register gives a flag a completion, where the command has the flag.
func register(cmd *cobra.Command, flag string, f cobra.CompletionFunc) {
	if cmd.Flags().Lookup(flag) == nil {
		return
	}
	if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(err)
	}
}

// modelFiles are the files of the model on a command line.
func modelFiles(cmd *cobra.Command, args []string) []string {
	if models, err := cmd.Flags().GetStringArray("model"); err == nil {
		return models
	}
	return args
}

// inFiles collects what the files on the command line declare, each once.
func inFiles(args []string, declared func(f *dsl.File) []string) []string {
	args = slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return arg == "-" })
	var out []string
	for _, f := range parseAll(dsl.Options{Files: args}) {
		for _, w := range declared(f) {
			if !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return out
}

// pathCompletion completes arguments to files with one of the endings.
func pathCompletion(endings ...string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return endings, cobra.ShellCompDirectiveFilterFileExt
	}
}
