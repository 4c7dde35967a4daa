package main

import (
	"fmt"

	"adagio/dsl/diag"

	"github.com/spf13/cobra"
)

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
		Version:       versionText(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          knownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(a.out)
	root.SetErr(a.stderr)
	root.SetIn(a.stdin)
	root.SetFlagErrorFunc(badFlag)
	root.SetVersionTemplate("{{.Version}}\n")
	root.PersistentFlags().StringVar(&a.color, "color", "auto", "colours of text: auto (on a terminal, unless NO_COLOR is set), always or never")
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		return oneOf(cmd, "--color", a.color, "auto", "always", "never")
	}
	for _, cmd := range []*cobra.Command{a.check(), a.verify(), a.bound(), a.explain(), a.diff(), a.rank(), a.formula(), a.follow(), a.net(), a.network(), a.simulate(), a.merge(), a.calibrate(), a.validate(), a.importCommand(), a.format(), a.languageServer(), a.serve(), a.man(), a.version()} {
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
