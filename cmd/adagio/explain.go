package main

import (
	"cmp"
	"fmt"
	"slices"

	"adagio/analysis"
	"adagio/analysis/report"

	"github.com/spf13/cobra"
)

// explain is the command "adagio explain".
func (a *app) explain() *cobra.Command {
	in := &input{app: a}
	opts := report.Options{}
	end, watch := "upper", false
	var deadlines []string
	var why whyFlags
	var paths pathFlags
	pics := pictures{why: &why}
	cmd := &cobra.Command{
		Use:   "explain FILE...",
		Short: "Explain how long a plan takes, and why",
		Long: `Explain bounds the duration of a plan and tells what makes it: when the program
of each node ends, the critical path line by line, where its time goes, what runs
beside it and with how much slack, and what the bounds do not settle: races,
hazards, a deadlock.

Instead of the report it answers what another plan would take: with changes
(--what-if), without a delay (--drag), with any value of a duration (--response),
without a wait or in another order (--advice). Each answer is that of an analysis
of the other plan.

With --html, --svg or --trace it draws the report instead, and prints the bounds
only: one execution, dated to the nanosecond, in which every wait is traced to what
ended it.`,
		Example: `  adagio explain testdata/openstack.ballet
  adagio explain testdata/openstack.ballet --end lower --all
  adagio explain model.ballet --timings measured.ballet --format json
  adagio explain model.ballet --top 3 --to 'neutron[0]' --fields total,own,slack,what
  adagio explain model.ballet --what-if 'keystone.deploy = 40s' --what-if 'remove wait nova keystone'
  adagio explain model.ballet --drag --advice
  adagio explain model.ballet --deadline 8min --deadline 'keystone[0] = 4min'
  adagio explain testdata/openstack.ballet --set sites=5 --html report.html
  adagio explain model.ballet --watch`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf(cmd, "--end", end, "upper", "lower"); err != nil {
				return err
			}
			if opts.Width < 0 {
				return usage(cmd, fmt.Sprintf("--width %d is not a width", opts.Width), "")
			}
			if paths.asked() && why.asked() {
				return usage(cmd, "--top, --to, --from and --through are of the report", "ask --what-if, --drag, --response and --advice by themselves")
			}
			due, err := deadlinesOf(cmd, deadlines)
			if err != nil {
				return err
			}
			if due != nil && (paths.asked() || why.asked()) {
				return usage(cmd, "--deadline is of the report", "ask --top, --to, --what-if, --drag, --response and --advice by themselves")
			}
			if in.strict && (why.drag || why.advice || len(why.responses) > 0) {
				return usage(cmd, "--drag, --response and --advice do not cover hazards", "leave --strict out, or ask --what-if with it")
			}
			opts.Lower, opts.Durations = end == "lower", in.durations
			if err := pics.check(cmd, end); err != nil {
				return err
			}
			if watch && slices.Contains(args, "-") {
				return usage(cmd, "the standard input cannot be watched", "name a file")
			}
			shown := opts
			round := func() error {
				opts := shown
				r, sources, err := in.analyse(cmd, args, analysis.Options{})
				if err != nil {
					return err
				}
				if err := paths.find(cmd, r, &opts); err != nil {
					return err
				}
				if opts.Timings, err = meet(cmd, r, due); err != nil {
					return err
				}
				if err := pics.write(cmd, a, r, sources, opts.All); err != nil {
					return err
				}
				width, color := a.terminal(a.stdout)
				opts.Width, opts.Color = cmp.Or(opts.Width, width), color
				switch {
				case pics.toStdout():
				case why.asked():
					err = a.why(cmd, in, &why, r, in.format == "json", opts)
				case in.format == "json":
					doc := report.Explain(r)
					if opts.Hazards {
						doc.PriceHazards(r)
					}
					if opts.Outages {
						if err := doc.AddOutages(r); err != nil {
							return err
						}
					}
					if opts.Timings != nil {
						err = a.json(report.WithTimings(doc, r, opts.Timings))
					} else {
						err = a.json(paths.document(doc, r, opts.Paths))
					}
				case pics.wanted():
					err = report.Short(a.out, r, in.durations)
				default:
					err = report.Text(a.out, r, opts)
				}
				if err == nil && (r.Deadlock != nil || why.deadlock || late(opts.Timings)) {
					return errNegative
				}
				return err
			}
			if watch {
				return a.watch(cmd, in, args, round)
			}
			return round()
		},
	}
	in.addFlags(cmd)
	in.addStrict(cmd)
	f := cmd.Flags()
	f.StringVar(&end, "end", "upper", "which bound the critical path leads to: upper or lower")
	f.BoolVar(&opts.All, "all", false, "show every row of every table, and the zero-length events")
	f.BoolVar(&opts.Outages, "outages", false, "show how long provide ports are inactive, in all and at a time")
	f.BoolVar(&opts.Hazards, "hazards", false, "show all hazards, and of the bounds if one strikes")
	f.StringArrayVar(&deadlines, "deadline", nil, "a `date` such as 8min by which everything is to be done, or 'nova[0] = 5min' for a node or component: required dates and slack; exit with 1 if one may be missed; repeatable")
	f.IntVar(&opts.Width, "width", 0, "width of the report in characters; that of the terminal if 0")
	f.BoolVar(&watch, "watch", false, "answer again whenever a file that the answer is made from changes, until Ctrl-C")
	paths.add(cmd)
	why.add(cmd)
	pics.add(cmd)
	return cmd
}
