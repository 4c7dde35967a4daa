package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime/debug"
	"strings"

	"adagio/analysis/report"
	"adagio/dsl/diag"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Exit codes.
const (
	exitOK       = 0
	exitNegative = 1 // the answer is no: a deadlock, a missed deadline, files that fmt would change
	exitBad      = 2 // there is no answer: bad input or usage, or a bound that cannot be proved
)

// Run runs the program with the given arguments and returns its exit code. It
// never panics.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, out: bufio.NewWriter(stdout)}
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(stderr, "adagio: internal error: %v\nThis is a fault of the program, not of your input. Please report it with the files, the command and this trace:\n%s", p, debug.Stack())
			code = exitBad
		}
	}()
	root := a.root()
	root.SetArgs(args)
	err := root.Execute()
	if err != nil {
		code = a.fail(asFailure(root, err), wantsJSON(args))
	}
	if e := a.out.Flush(); e != nil && !errors.Is(err, e) {
		fmt.Fprintf(stderr, "error: cannot write the output: %v\n", e)
		code = exitBad
	}
	return code
}

// app is one run of the program.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	out            *bufio.Writer // on stdout
}

// root is the command line.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "adagio",
		Short: "Predict how long a reconfiguration takes",
		Long: `Adagio predicts how long a reconfiguration of components takes when every node
runs its own program (Ballet, Concerto-D). It reads a model, and answers with a
lower and an upper bound that hold for every execution, the critical path that
makes them, and the deadlocks and races that would spoil them.

Exit codes: 0 fine; 1 the answer is no (a deadlock, a missed deadline, a file that
fmt would change); 2 no answer (bad input or usage, or no bound can be proved).`,
		Example: `  adagio explain testdata/openstack.ballet
  adagio bound testdata/openstack.ballet --plan deploy --set sites=5`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          knownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(a.out)
	root.SetErr(a.stderr)
	root.SetIn(a.stdin)
	root.SetFlagErrorFunc(badFlag)
	for _, cmd := range []*cobra.Command{a.check(), a.bound(), a.explain(), a.net(), a.importCommand(), a.format(), a.version()} {
		if cmd.ValidArgsFunction == nil {
			cmd.ValidArgsFunction = pathCompletion("ballet")
		}
		complete(cmd)
		root.AddCommand(cmd)
	}
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	root.SetHelpCommand(helpCommand())
	return root
}

// helpCommand is "adagio help COMMAND".
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			return commandNames(cmd.Root()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return knownCommand(cmd.Root(), args)
			}
			return about.Help()
		},
	}
}

func commandNames(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	return names
}

// knownCommand rejects arguments of the bare program, which are commands that
// do not exist.
func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	detail := ""
	if near := diag.Nearest(args[0], commandNames(root)); near != "" {
		detail = "did you mean " + near + "?"
	}
	return usage(root, fmt.Sprintf("there is no command %s", args[0]), detail)
}

// failure is why the program ends without a good answer. A failure without
// diagnostics has said all it had to say.
type failure struct {
	code    int
	outcome string // for JSON: "invalid", "usage", "refused"
	list    diag.List
	sources diag.Sources
}

func (f *failure) Error() string { return f.list.Error() }

// negative ends the program with the answer no, which has been written.
var errNegative = &failure{code: exitNegative}

// usage is a mistake in the command line.
func usage(cmd *cobra.Command, summary, detail string) *failure {
	if detail == "" {
		detail = fmt.Sprintf("%s --help tells how it is used", cmd.CommandPath())
	}
	return &failure{code: exitBad, outcome: "usage", list: diag.List{{Summary: summary, Detail: detail}}}
}

// invalid is an input with mistakes.
func invalid(list diag.List, sources diag.Sources) *failure {
	return &failure{code: exitBad, outcome: "invalid", list: list, sources: sources}
}

// broken is an error that the operating system made.
func broken(err error) *failure { return invalid(diag.List{{Summary: err.Error()}}, nil) }

// asFailure gives an error of cobra the form that all errors have.
func asFailure(root *cobra.Command, err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return broken(err)
	}
	summary, detail, _ := strings.Cut(err.Error(), "\n")
	return usage(root, summary, strings.Join(strings.Fields(detail), " "))
}

// badFlag suggests the flag that was meant.
func badFlag(cmd *cobra.Command, err error) error {
	if value, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return usage(cmd, fmt.Sprintf("--%s cannot be %q", value.GetFlag().Name, value.GetValue()), "")
	}
	detail := ""
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		var known []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		if near := diag.Nearest(unknown.GetSpecifiedName(), known); near != "" {
			detail = "did you mean --" + near + "?"
		}
	}
	return usage(cmd, err.Error(), detail)
}

// fail reports a failure and returns the exit code.
func (a *app) fail(f *failure, asJSON bool) int {
	if len(f.list) == 0 {
		return f.code
	}
	if asJSON {
		a.json(errorDocument{Schema: "adagio/error/1", Outcome: f.outcome, Message: f.list[0].String(), Diagnostics: report.Diagnostics(f.list)})
		return f.code
	}
	a.diagnose(f.list, f.sources)
	return f.code
}

// diagnose writes diagnostics to stderr, after what was written to stdout.
func (a *app) diagnose(list diag.List, sources diag.Sources) {
	a.out.Flush()
	width, color := terminal(a.stderr)
	diag.Render(a.stderr, list, sources, diag.Options{Width: width, Color: color})
}

// wantsJSON says whether the command line asks for JSON, also where it is too
// broken to be parsed.
func wantsJSON(args []string) bool {
	json := false
	for i, arg := range args {
		switch {
		case arg == "--":
			return json
		case strings.HasPrefix(arg, "--format="):
			json = arg == "--format=json"
		case arg == "--format" && i+1 < len(args):
			json = args[i+1] == "json"
		}
	}
	return json
}
