package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// man is the command "adagio man".
func (a *app) man() *cobra.Command {
	return &cobra.Command{
		Use:   "man FOLDER",
		Short: "Write a manual page for each command",
		Long: `Man writes manual pages, adagio.1 and one for each command, into a folder, which is
made if need be.`,
		Example: `  adagio man ~/.local/share/man/man1
  man adagio-explain`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(cmd, "one folder is needed", "name the folder to write into, such as ~/.local/share/man/man1")
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o777); err != nil {
				return broken(err)
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			date := time.Unix(0, 0).UTC() // the same bytes every time
			if err := doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "adagio", Manual: "Adagio", Date: &date}, args[0]); err != nil {
				return broken(err)
			}
			return nil
		},
	}
}
