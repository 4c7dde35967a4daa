package main

import (
	"errors"
	"slices"
	"time"

	"adagio/analysis"
	"adagio/analysis/report/bound"
	"adagio/dsl/diag"
	"adagio/petri/interchange"

	"github.com/spf13/cobra"
)

// bound is the command "adagio bound".
func (a *app) bound() *cobra.Command {
	in := &input{app: a}
	deadline := ""
	var spread distributionFlags
	var fail failOn
	var nets netFlags
	file := ""
	var axes sweepFlags
	var share shardFlags
	cmd := &cobra.Command{
		Use:   "bound FILE...",
		Short: "Bound how long a plan takes",
		Long: `Bound answers in a line each: the date by which everything is done, from the first
start of a node until all programs have ended and every component is idle, and the
longest program of a node from the node's own start, which is the makespan of Ballet's
authors. Every execution lies between the two values. Where behaviours may still run
when the programs end, a line says when these end. What may happen beside the bounds is
named as not covered. It exits with 1 if the plan can deadlock, or if a deadline is
given that not every execution keeps.

With --quantile or --distribution it also bounds the distribution of the makespan
without sampling, for delays that are independent: each quantile certainly lies
in the interval that is printed. A delay that is an interval without a
distribution may take any value in it.

With --certificate it also writes a certificate: bounds with all that is needed to
check them without this program (proofs/check/README.md). They hold in every
execution that ends; the answer says by how much they are wider than those that are
printed. If the plan can deadlock it is an execution that does, step by step.

A file .pnml or .net is a net of another tool: any time Petri net in PNML, with the
delays of TINA, or in TINA's textual format, that is 1-safe, that stops, and whose
conflicts are decided or covered. The answer is when the last transition fires.

With --sweep it answers for each point of a grid, as a table, CSV or JSON; with
--shard i/n for its share of the points, for adagio merge to put together.`,
		Example: `  adagio bound testdata/openstack.ballet
  adagio bound testdata/openstack.ballet --plan deploy --set sites=5 --format json
  adagio bound model.ballet --deadline 5min || echo too slow
  adagio bound model.ballet --quantile 0.95
  adagio bound testdata/openstack.ballet --sweep sites=1..100 --sweep poll=50ms,300ms --format csv
  adagio bound net.pnml --unit 1ms --until ended`,
		RunE: func(cmd *cobra.Command, args []string) error {
			limit, err := deadlineOf(cmd, deadline)
			if err == nil {
				err = fail.check(cmd)
			}
			if err != nil {
				return err
			}
			if slices.ContainsFunc(args, interchange.Known) {
				if axes.given() || share.text != "" {
					return usage(cmd, "--sweep and --shard are for models, not for nets of other tools", "")
				}
				return a.boundNet(cmd, in, &nets, args, limit)
			}
			if err := nets.refuse(cmd); err != nil {
				return err
			}
			if err := errors.Join(share.read(cmd), axes.read(cmd)); err != nil {
				return err
			}
			document := func(r *analysis.Result) (doc *bound.Document, code int, err error) {
				doc = bound.New(r)
				doc.Failed = fail.causesOf(r)
				if limit >= 0 {
					doc.Deadline = bound.Judge(r, limit)
				}
				if doc.Deadline != nil && doc.Deadline.Verdict != "met" || r.Deadlock != nil || len(doc.Failed) > 0 {
					code = exitNegative
				}
				doc.Distribution, err = spread.bound(cmd, r)
				return doc, code, err
			}
			if axes.given() && file != "" {
				return usage(cmd, "--certificate is of one plan, and --sweep has many", "")
			} else if axes.given() {
				return a.boundSweep(cmd, in, &axes, &share, &fail, document).run(args)
			} else if share.text != "" {
				return usage(cmd, "--shard without --sweep: there is one answer only", "")
			}
			r, sources, err := in.analyse(cmd, args, analysis.Options{BoundsOnly: true})
			if err != nil {
				return fail.refusal(err)
			}
			doc, code, err := document(r)
			if err != nil {
				return err
			}
			if err := a.certify(in, r, file, sources, doc); err != nil {
				return err
			}
			if in.format == "json" {
				err = a.json(doc)
			} else {
				err = a.writeBound(in, r, doc, sources)
			}
			if err == nil && code == exitNegative {
				return errNegative
			}
			return err
		},
	}
	in.addFlags(cmd)
	in.addStrict(cmd)
	spread.add(cmd)
	fail.add(cmd)
	nets.add(cmd)
	cmd.Flags().StringVar(&file, "certificate", "", "write a certificate of the bounds to a `file`")
	axes.add(cmd)
	share.add(cmd.Flags())
	cmd.Flags().StringVar(&deadline, "deadline", "", "a `duration` such as 5min by which everything is to be done in every execution; exit with 1 if it may not be")
	return cmd
}

// writeBound writes the answer as text, and a deadlock and what outlasts the programs to
// stderr.
func (a *app) writeBound(in *input, r *analysis.Result, doc *bound.Document, sources diag.Sources) error {
	if err := bound.Text(a.out, r, doc, in.durations); err != nil {
		return err
	}
	notes := (&analysis.Result{Scenario: r.Scenario, Deadlock: r.Deadlock, Quiescence: r.Quiescence}).Diagnostics()
	for _, b := range r.Because() {
		notes = append(notes, b.Diagnostic(r))
	}
	if len(notes) > 0 {
		a.diagnose(notes, sources)
	}
	return nil
}

// deadlineOf reads the option --deadline; -1 is none.
func deadlineOf(cmd *cobra.Command, text string) (time.Duration, error) {
	if !cmd.Flags().Changed("deadline") {
		return -1, nil
	}
	return durationOption(cmd, "deadline", text, "90s, 5min or 1m30s")
}
