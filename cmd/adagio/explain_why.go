package main

import (
	"errors"
	"fmt"
	"time"

	"adagio/analysis"
	"adagio/analysis/montecarlo"
	"adagio/analysis/report"
	"adagio/analysis/whatif"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"

	"github.com/spf13/cobra"
)

// whyFlags are the flags of "adagio explain" that ask what another plan would
// take. Each replaces the report by an answer.
type whyFlags struct {
	changes      []string
	drag         bool
	replications int
	seed         uint64
	responses    []string
	advice       bool

	json     bool                                              // the answer is a document
	deadlock bool                                              // found: the changed plan does not end, or may not
	with     func(set map[string]int) (*model.Scenario, error) // the model with other parameters
}

func (f *whyFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.changes, "what-if", nil, "analyse the plan with a `change`, before and after side by side; repeatable, all are made")
	flags.BoolVar(&f.drag, "drag", false, "how much each delay costs; with --all every delay of the plan")
	flags.IntVar(&f.replications, "replications", 0, "simulate this `number` of executions, for shares beside the drag and in the page")
	flags.Uint64Var(&f.seed, "seed", 1, "seed of the simulation that --replications asks for")
	flags.StringArrayVar(&f.responses, "response", nil, "the makespan as a function of a `duration` such as keystone[0].deploy; repeatable")
	flags.BoolVar(&f.advice, "advice", false, "which waits and which order of instructions cost most and can be relaxed")
}

func (f *whyFlags) asked() bool {
	return f.drag || f.advice || len(f.changes) > 0 || len(f.responses) > 0
}

// why answers what the flags ask.
func (a *app) why(cmd *cobra.Command, in *input, f *whyFlags, r *analysis.Result, asJSON bool, opts report.Options) error {
	f.json, f.with = asJSON, in.with
	doc := report.WhyDocument{Drag: []report.DragAnswer{}, Responses: []report.ResponseAnswer{}}
	var writes []func() error
	for _, q := range []struct {
		asked bool
		do    func(*cobra.Command, *whyFlags, *analysis.Result, *report.WhyDocument, report.Options) (write func() error, err error)
	}{{len(f.changes) > 0, a.whatIf}, {f.drag, a.drags}, {len(f.responses) > 0, a.responses}, {f.advice, a.counsel}} {
		if !q.asked {
			continue
		}
		write, err := q.do(cmd, f, r, &doc, opts)
		if err != nil {
			return err
		}
		writes = append(writes, write)
	}
	if asJSON {
		doc.Explanation = report.Explain(r)
		return a.json(doc)
	}
	for i, write := range writes {
		if i > 0 {
			fmt.Fprintln(a.out)
		}
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// noAnswer says that a question about a plan has no answer.
func noAnswer(r *analysis.Result, why error) *failure {
	return &failure{code: exitBad, outcome: "refused", list: diag.List{{Summary: why.Error(), Subject: r.Scenario.Pos}}, cause: why}
}

func (a *app) whatIf(cmd *cobra.Command, f *whyFlags, r *analysis.Result, doc *report.WhyDocument, opts report.Options) (func() error, error) {
	var changes []whatif.Change
	var texts []string
	for _, text := range f.changes {
		c, err := whatif.Parse(text)
		if err != nil {
			return nil, unread(err)
		}
		changes, texts = append(changes, c), append(texts, c.String())
	}
	s := r.Scenario
	set, changes := whatif.Parameters(changes)
	if len(set) > 0 {
		var err error
		if s, err = f.with(set); err != nil {
			return nil, err
		}
	}
	s, err := whatif.Apply(s, changes...)
	if err != nil {
		return nil, usageOf(cmd, err)
	}
	after, err := a.analyse(s, nil, analysis.Options{Strict: r.Strict})
	if err != nil {
		return nil, err
	}
	f.deadlock = after.Deadlock != nil
	if doc.WhatIf = (&report.WhatIfAnswer{Changes: texts}); f.json {
		doc.WhatIf.After = report.Explain(after)
	}
	return func() error { return report.WhatIf(a.out, r, after, texts, opts) }, nil
}

// unread shows where a text of an option is wrong.
func unread(err error) error {
	if wrong, ok := errors.AsType[*whatif.SyntaxError](err); ok {
		return invalid(wrong.List, diag.Sources{wrong.Name: wrong.Text})
	}
	return broken(err)
}

func (a *app) drags(cmd *cobra.Command, f *whyFlags, r *analysis.Result, doc *report.WhyDocument, opts report.Options) (func() error, error) {
	if f.replications < 0 {
		return nil, usage(cmd, fmt.Sprintf("--replications %d is too few", f.replications), "")
	}
	if r.Deadlock != nil {
		return nil, noAnswer(r, errors.New("there is no drag of a plan that may not end"))
	}
	drags, untried := whatif.Drags(r, whatif.Targets(r, opts.All), a.progress("analysing"))
	var simulated *montecarlo.Result
	if f.replications > 0 {
		var err error
		if simulated, err = montecarlo.Run(r.Scenario, montecarlo.Options{Seed: f.seed, N: f.replications, Bounds: r}); err != nil {
			return nil, broken(err)
		}
	}
	doc.DragsUntried = untried
	doc.Drag = report.NewDragAnswers(r, drags, simulated)
	return func() error { return report.Drags(a.out, r, drags, untried, simulated, opts) }, nil
}

func (a *app) responses(cmd *cobra.Command, f *whyFlags, r *analysis.Result, doc *report.WhyDocument, opts report.Options) (func() error, error) {
	end := petri.Latest
	if opts.Lower {
		end = petri.Earliest
	}
	var found []*whatif.Response
	for _, name := range f.responses {
		targets, err := whatif.Find(r.Scenario, name)
		if err != nil {
			return nil, usageOf(cmd, fmt.Errorf("--response: %w", err))
		}
		for _, t := range targets {
			x, err := whatif.Respond(r.Scenario, t, 0, rangeOf(t.Delay(r.Scenario)), end)
			if err != nil {
				return nil, usageOf(cmd, fmt.Errorf("--response: %w", err))
			}
			if r.Cover != nil && r.Deadlock == nil && end == petri.Latest {
				x.Try(r)
			}
			found = append(found, x)
			doc.Responses = append(doc.Responses, report.NewResponseAnswer(r, x))
		}
	}
	return func() error {
		for i, x := range found {
			if i > 0 {
				fmt.Fprintln(a.out)
			}
			if err := report.Response(a.out, r, x, opts); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// rangeOf is how far a response looks: to twice the duration, and a minute.
func rangeOf(d model.Delay) time.Duration { return min(2*d.Hi+time.Minute, model.MaxDelay) }

func (a *app) counsel(_ *cobra.Command, _ *whyFlags, r *analysis.Result, doc *report.WhyDocument, opts report.Options) (func() error, error) {
	c, err := whatif.Advise(r, a.progress("analysing"))
	if err != nil {
		return nil, noAnswer(r, err)
	}
	doc.Advice = report.NewAdviceAnswer(r, c)
	return func() error { return report.Advice(a.out, r, c, opts) }, nil
}
