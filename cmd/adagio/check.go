package main

import (
	"errors"
	"fmt"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/spf13/cobra"
)

// checkDocument is what "adagio check --format json" writes.
type checkDocument struct {
	Schema      string              `json:"schema"` // "adagio/check/1"
	OK          bool                `json:"ok"`     // there is no error: every plan has bounds
	Plans       []checkedPlan       `json:"plans"`
	Diagnostics []report.Diagnostic `json:"diagnostics"`
}

// checkedPlan is what came out for one plan. Its outcome may be "refused".
type checkedPlan struct {
	report.Summary
	Races   int `json:"races"`
	Hazards int `json:"hazards"`
	bound   analysis.Bound
	// quiescence is nil where nothing outlasts the programs
	quiescence *analysis.Quiescence
}

// check is the command "adagio check".
func (a *app) check() *cobra.Command {
	in := &input{app: a}
	hazards := false
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "Check a model and all its plans",
		Long: `Check reads a model, resolves all its plans (or the one of --plan) and analyses
each: mistakes with their positions, deadlocks as errors, races as warnings, and
with --hazards what the bounds do not cover. It exits with 0 if every plan has
bounds, with 1 if one can deadlock, and with 2 if there are mistakes or no bound
can be proved.`,
		Example: `  adagio check testdata/openstack.ballet
  adagio check types.ballet plans.ballet --set sites=5
  cat model.ballet | adagio check -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, err := in.options(cmd, args)
			if err != nil {
				return err
			}
			c := &checker{app: a, text: in.format != "json", hazards: hazards}
			if err := c.run(opts, in.plan); err != nil {
				return err
			}
			return c.report(len(args))
		},
	}
	in.addFlags(cmd)
	cmd.Flags().Lookup("plan").Usage = "check this plan only"
	cmd.Flags().BoolVar(&hazards, "hazards", false, "list the hazards, too")
	return cmd
}

// checker collects what is found out about the plans of a model.
type checker struct {
	app     *app
	text    bool // not JSON
	hazards bool
	plans   []checkedPlan
	list    diag.List
	sources diag.Sources
	code    int
}

// run checks the plans, or the only one that is named.
func (c *checker) run(opts dsl.Options, only string) error {
	c.sources, c.list = dsl.Check(opts)
	if c.list.HasErrors() {
		return invalid(c.list, c.sources)
	}
	plans := []string{only}
	if only == "" {
		plans = planNames(opts)
	}
	for _, name := range plans {
		opts.Plan = name
		s, sources, list := dsl.Load(opts)
		if s == nil {
			return invalid(list, sources)
		}
		c.plan(s)
	}
	return nil
}

// plan analyses one plan.
func (c *checker) plan(s *model.Scenario) {
	r, err := analyse(s, c.sources)
	if refused, ok := errors.AsType[*failure](err); ok {
		c.code = exitBad
		c.list = append(c.list, refused.list...)
		summary := report.Summarise(&analysis.Result{Scenario: s})
		summary.Outcome, summary.Makespan, summary.Span = "refused", nil, nil
		c.plans = append(c.plans, checkedPlan{Summary: summary})
		return
	}
	p := checkedPlan{Summary: report.Summarise(r), Races: len(r.Races), Hazards: len(r.Hazards), bound: r.Makespan, quiescence: r.Quiescence}
	c.plans = append(c.plans, p)
	if r.Deadlock != nil {
		c.code = max(c.code, exitNegative)
	}
	if !c.hazards {
		r.Hazards = nil
	}
	c.list = append(c.list, r.Diagnostics()...)
	for _, b := range r.Because() {
		c.list = append(c.list, b.Diagnostic(r))
	}
}

// report writes what was found.
func (c *checker) report(files int) error {
	end := error(nil)
	if c.code != exitOK {
		end = &failure{code: c.code}
	}
	if !c.text {
		doc := checkDocument{"adagio/check/1", c.code == exitOK, c.plans, report.Diagnostics(c.list)}
		return errors.Join(c.app.json(doc), end)
	}
	for _, p := range c.plans {
		fmt.Fprintln(c.app.out, p.line())
	}
	if c.code == exitOK {
		fmt.Fprintf(c.app.out, "ok: %s, %s\n", count(files, "file"), count(len(c.plans), "plan"))
	}
	if len(c.list) > 0 {
		c.app.diagnose(c.list, c.sources)
	}
	return end
}

// line is the result of a plan as text.
func (p checkedPlan) line() string {
	text := fmt.Sprintf("plan %s of %s (%s, %s): ", p.Plan.Name, p.Plan.Assembly, count(p.Plan.Nodes, "node"), count(p.Plan.Components, "component"))
	if p.Makespan != nil {
		text += "makespan " + report.Rounded(p.bound)
	}
	if p.Outcome != "bounded" {
		if p.Makespan != nil {
			text += ", "
		}
		text += p.Outcome
	}
	if c := p.Cover; c != nil && (c.Open > 0 || c.Wide) {
		text += ", orders covered"
	}
	if p.quiescence != nil {
		text += ", quiescence " + report.RoundedQuiescence(p.quiescence)
	}
	if p.Races > 0 {
		text += ", " + count(p.Races, "race")
	}
	if p.Hazards > 0 {
		text += ", " + count(p.Hazards, "hazard")
	}
	return text
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
