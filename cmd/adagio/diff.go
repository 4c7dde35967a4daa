package main

import (
	"cmp"
	"fmt"
	"io"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/analysis/report/page"
	"adagio/analysis/whatif"

	"github.com/spf13/cobra"
)

// diff is the command "adagio diff".
func (a *app) diff() *cobra.Command {
	in := &input{app: a}
	opts := report.Options{}
	plan, html := "", ""
	var texts []string
	cmd := &cobra.Command{
		Use:   "diff BEFORE [AFTER]",
		Short: "Put two plans side by side",
		Long: `Diff compares two plans: of two models, of one model (--plan and --plan-after), or the
plan of a model before and after changes (--what-if). It tells what their bounds
differ by, which instructions are not the same, which nodes take another time, and
what is on one critical path only. With --html it also writes a page, which has both
executions on one axis of time.`,
		Example: `  adagio diff old.ballet new.ballet
  adagio diff model.ballet --plan cautious --plan-after bold
  adagio diff model.ballet --what-if 'remove wait nova keystone' --format json
  adagio diff old.ballet new.ballet --html diff.html`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 2 || len(args) == 2 && args[0] == "-" && args[1] == "-" {
				return usage(cmd, fmt.Sprintf("diff compares two models, not %d", len(args)), "each is one file; adagio fmt can put several into one")
			}
			if len(args) == 1 && plan == "" && len(texts) == 0 {
				return usage(cmd, "there is nothing to compare with", "name another model, another plan with --plan-after, or changes with --what-if")
			}
			var changes []whatif.Change
			for _, text := range texts {
				c, err := whatif.Parse(text)
				if err != nil {
					return unread(err)
				}
				changes = append(changes, c)
			}
			before, _, err := in.analyse(cmd, args[:min(1, len(args))], analysis.Options{})
			if err != nil {
				return err
			}
			other := *in
			other.plan = cmp.Or(plan, in.plan)
			s, sources, err := other.load(cmd, args[len(args)-1:])
			if err != nil {
				return err
			}
			set, changes := whatif.Parameters(changes)
			if len(set) > 0 {
				if s, err = other.with(set); err != nil {
					return err
				}
			}
			if s, err = whatif.Apply(s, changes...); err != nil {
				return usageOf(cmd, err)
			}
			after, err := a.analyse(s, sources, analysis.Options{Strict: in.strict})
			if err != nil {
				return err
			}
			if err := a.writeTo(html, func(w io.Writer) error {
				return page.WriteDiff(w, page.Diff{Before: before, After: after, Changes: texts, Made: versionText() + " · " + a.commandLine()})
			}); err != nil {
				return broken(err)
			}
			switch {
			case html == "-": // is all that is written
			case in.format == "json":
				err = a.json(report.NewDiff(before, after))
			default:
				width, color := a.terminal(a.stdout)
				opts.Width, opts.Color, opts.Durations = cmp.Or(opts.Width, width), color, in.durations
				err = report.Diff(a.out, before, after, opts)
			}
			if err == nil && after.Deadlock != nil {
				return errNegative
			}
			return err
		},
	}
	in.addFlags(cmd)
	in.addStrict(cmd)
	f := cmd.Flags()
	f.StringVar(&plan, "plan-after", "", "the `name` of the second plan, if it is not that of --plan")
	f.StringArrayVar(&texts, "what-if", nil, "make a `change` to the second plan; repeatable")
	f.BoolVar(&opts.All, "all", false, "show every row of every table")
	f.StringVar(&html, "html", "", "write a page, which needs nothing else, to a `file`; - is the standard output")
	f.IntVar(&opts.Width, "width", 0, "width of the report in characters; that of the terminal if 0")
	return cmd
}
