package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"

	"adagio/cmd/adagio/lsp"

	"github.com/spf13/cobra"
)

// languageServer is the command "adagio lsp".
func (a *app) languageServer() *cobra.Command {
	budget := ""
	cmd := &cobra.Command{
		Use:   "lsp",
		Short: "Answer an editor about the models that it has open",
		Long: `Lsp is a language server: it talks the Language Server Protocol over the standard
input and output, with an editor, which starts it. It shows mistakes while a model
is typed, and the bounds of each plan above it; it says what a name means, where it
is declared and used, and what could be written; and it formats.

A file is a model of its own unless the editor says which files belong together,
with the initialization option models: {"models": [["types.ballet", "plans.ballet"]]}.
cmd/adagio/editor/README.md tells how to set up VS Code, Neovim, Emacs and Helix.`,
		Example: `  adagio lsp
  adagio lsp --budget 1m`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			limit, err := durationOption(cmd, "budget", budget, "30s")
			if err == nil && limit == 0 {
				err = usage(cmd, "--budget is 0", "an analysis takes some time")
			}
			if err != nil {
				return err
			}
			code := lsp.Serve(a.stdin, a.stdout, lsp.Options{Bound: boundApart, Budget: limit, Log: a.stderr, Version: versionText()})
			if code != exitOK {
				return &failure{code: code}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&budget, "budget", "10s", "how long the analysis of a plan may take, as a `duration` such as 30s")
	cmd.AddCommand(&cobra.Command{
		Use:    "bound",
		Short:  "Bound the plan that the standard input has, for a language server",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var job lsp.Job
			if err := json.NewDecoder(a.stdin).Decode(&job); err != nil {
				return broken(fmt.Errorf("the standard input has no plan to bound: %w", err))
			}
			answer, err := lsp.Analyse(cmd.Context(), job)
			if err != nil {
				return broken(err)
			}
			return json.NewEncoder(a.out).Encode(answer)
		},
	})
	return cmd
}

// boundApart bounds a plan in a process of its own, which ends with the context: so
// the analysis of a text that has changed meanwhile costs nothing any more.
func boundApart(ctx context.Context, job lsp.Job) (lsp.Answer, error) {
	var answer lsp.Answer
	program, err := os.Executable()
	if err != nil {
		return answer, err
	}
	text, err := json.Marshal(job)
	if err != nil {
		return answer, err
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, program, "lsp", "bound")
	cmd.Args[0] = "adagio"
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return answer, fmt.Errorf("the analysis of plan %s has failed: %w: %s", job.Plan, err, &stderr)
	}
	return answer, json.Unmarshal(stdout.Bytes(), &answer)
}
