// Package verify answers the properties that a model states of its plans: proved of every
// execution, refuted by one, or unknown.
//
//	verdicts, err := verify.Properties(s, result, verify.Options{Runs: 1000})
//	for _, v := range verdicts {
//		fmt.Println(v.Property.Name, v.Outcome)
//		for _, c := range v.Claims { fmt.Println(c.Text, c.Outcome, c.Reason) }
//	}
//
// README.md tells how claims are proved and refuted.
package verify

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/claim"
	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// Options says how to look for executions that violate a claim.
type Options struct {
	Runs int // that are drawn; 0 for none but those at the ends of delays
	// Events bounds what the simulator does in all of them, see [Events]; 0 does not.
	Events int
	Seed   uint64
	// Random, if not 0, is how many executions are drawn instead, as deviations from the
	// nominal one; what is found is made to deviate as little as it can.
	Random int
	When   bool // say for which durations claims hold
}

// Outcome is the answer to a claim or a property.
type Outcome uint8

// The outcomes.
const (
	Proved  Outcome = iota // it holds of every execution
	Refuted                // there is an execution of which it does not hold
	Unknown                // neither could be shown
)

// String is the outcome in a word.
func (o Outcome) String() string { return [...]string{"proved", "refuted", "unknown"}[o] }

// Verdict is the answer to a property. It is proved if all its claims are, and refuted if
// one is.
type Verdict struct {
	Property *model.Property
	Outcome  Outcome
	Claims   []ClaimVerdict
}

// ClaimVerdict is the answer to a claim.
type ClaimVerdict struct {
	Claim   *model.Claim
	Text    string
	Outcome Outcome
	// Reason says why it is proved or refuted. Causality says that the proof uses no
	// duration, but where durations leave only some orders of events.
	Reason     string
	Causality  bool
	structural bool // not even there
	// Missing says what is missing in the proof of an unknown claim.
	Missing string
	// Sampled is in how many executions an unknown claim was found to hold.
	Sampled int
	// When is for which durations it holds, if that is asked for; NoWhen says why that is
	// not known.
	When   *Condition
	NoWhen error
	// Counterexample is an execution that violates a refuted claim.
	Counterexample *Execution
}

// Execution is one execution by the simulator.
type Execution struct {
	Trace *simulate.Trace
	How   string        // where its delays are
	At    time.Duration // from when on the claim is seen to be violated; 0 where that is no date

	options simulate.Options
}

// Properties answers all properties of a scenario. The result is that of its analysis, or
// nil where the analysis refused, with the reason in refused.
func Properties(s *model.Scenario, r *analysis.Result, refused string, opts Options) ([]Verdict, error) {
	if len(s.Properties) == 0 {
		return nil, nil
	}
	v, err := newVerifier(s, r, refused, opts)
	if err != nil {
		return nil, err
	}
	var out []Verdict
	var open []*openClaim
	for i := range s.Properties {
		p := &s.Properties[i]
		out = append(out, Verdict{Property: p, Claims: make([]ClaimVerdict, len(p.Claims))})
		for j := range p.Claims {
			c := v.prove(&p.Claims[j], &out[i].Claims[j])
			if !c.each {
				open = append(open, &openClaim{verdict: &out[i].Claims[j], answer: c})
			}
		}
	}
	if opts.Random > 0 {
		err = v.deviate(open)
	} else {
		err = v.search(open)
	}
	if err != nil {
		return nil, err
	}
	if err := v.decide(open); err != nil {
		return nil, err
	}
	if opts.Random > 0 && v.hazardous() {
		if err := v.strike(out); err != nil {
			return nil, err
		}
	}
	if opts.When {
		if err := v.conditions(out); err != nil {
			return nil, err
		}
	}
	for i := range out {
		for _, c := range out[i].Claims {
			if c.Outcome == Refuted || c.Outcome == Unknown && out[i].Outcome == Proved {
				out[i].Outcome = c.Outcome
			}
		}
	}
	return out, nil
}

// newVerifier makes what answers the claims of a scenario; see [Properties].
func newVerifier(s *model.Scenario, r *analysis.Result, refused string, opts Options) (*verifier, error) {
	v := &verifier{s: s, opts: opts, missing: refused, result: r}
	if r != nil {
		v.missing = unproved(r)
	}
	var err error
	if v.missing == "" {
		if v.prover, err = newProver(r); err != nil {
			v.missing = err.Error()
		}
	}
	v.runner, err = simulate.NewRunner(s)
	return v, err
}

// unproved says why nothing can be proved of all executions; "" where it can.
func unproved(r *analysis.Result) string {
	switch d := r.Deadlock; {
	case d == nil:
	case d.OneOrder:
		return d.Summary() + ": of its races one order was looked at"
	case r.Cover != nil || d.Exits || d.Fails || r.Scenario.Rules.Exits:
		return d.Summary() + ": what is known of dates is so of the executions that end"
	}
	return ""
}

// verifier answers the claims of one scenario.
type verifier struct {
	s       *model.Scenario
	opts    Options
	prover  *prover // nil where nothing can be proved
	missing string  // why
	runner  *simulate.Runner
	events  int // of the executions so far

	result    *analysis.Result // or nil
	structure *structural      // nil where nothing can be said, or before it is tried
	tried     bool
}

// openClaim is a claim that is not proved: what the proof lacks, and what executions of it
// show.
type openClaim struct {
	verdict *ClaimVerdict
	answer  answer
	found   *Execution // that violates it
	held    int        // of so many others
}

// prove tries to prove a claim, and begins its verdict.
func (v *verifier) prove(c *model.Claim, out *ClaimVerdict) (a answer) {
	*out = ClaimVerdict{Claim: c, Text: c.Text(v.s), Outcome: Unknown, Missing: v.missing}
	if v.prover != nil {
		var err error
		if a, err = v.prover.answer(c); err != nil {
			a, out.Missing = answer{}, err.Error()
		} else {
			out.Missing = a.missing
		}
	}
	out.Reason, out.Causality = a.reason, a.causality
	if !a.each || !a.causality && c.Kind == model.Always {
		if reason := v.byStructure(c); reason != "" {
			a.each, out.Reason, out.Causality, out.structural = true, reason, true, true
		}
	}
	if a.each {
		out.Outcome, out.Missing = Proved, ""
	} else {
		out.Reason, out.Causality = "", false
	}
	return a
}

// decide says of open claims what executions have shown.
func (v *verifier) decide(open []*openClaim) error {
	for _, o := range open {
		c := o.verdict
		switch {
		case o.found != nil:
			c.Outcome, c.Counterexample, c.Missing, c.Reason = Refuted, o.found, "", v.violation(c.Claim, o.found)
		case o.answer.none:
			return fmt.Errorf("%s: it was shown to hold of no execution (%s), but it holds of %d that were simulated", c.Text, o.answer.reason, o.held)
		default:
			c.Sampled = o.held
		}
	}
	return nil
}

// conditions says for which durations claims hold. Each property has the same share in the
// work on that; what it leaves the next ones have.
func (v *verifier) conditions(verdicts []Verdict) (err error) {
	work := &budget{rest: maxWork}
	whens := &whens{missing: v.missing}
	if v.missing == "" {
		work.share(1)
		if whens, err = newWhens(v.result, work); err != nil {
			return err
		}
	}
	for i := range verdicts {
		work.share(len(verdicts) - i)
		claims := verdicts[i].Claims
		for j := range claims {
			if c := &claims[j]; c.structural {
				c.When = &Condition{Exact: true}
			} else {
				c.When, c.NoWhen = whens.of(c.Claim)
			}
		}
	}
	return nil
}

// violation says what an execution does that violates a claim.
func (v *verifier) violation(c *model.Claim, x *Execution) string {
	w := newWitness(v.s, x.Trace)
	switch c.Kind {
	case model.Total, model.Longest:
		d := w.Measured(c)
		return (&bounded{c.Measure(v.s), [2]time.Duration{d, d}, "lasts for ever"}).text()
	case model.Dated:
		return fmt.Sprintf("%s is %s", c.From.Text(v.s), date(w.Moment(c.From)))
	case model.Before, model.Within:
		return fmt.Sprintf("%s is %s, %s %s", c.From.Text(v.s), date(w.Moment(c.From)), c.Until.Text(v.s), date(w.Moment(c.Until)))
	case model.Ends:
		return "it ends in a " + x.Trace.Outcome.String()
	case model.Always:
		return "not from " + date(x.At) + " on"
	}
	var parts []string
	for i := range c.Parts {
		if ok, at := w.Holds(&c.Parts[i]); ok {
			parts = append(parts, c.Parts[i].Text(v.s)+" holds")
		} else if c.Kind != model.Contra {
			parts = append(parts, v.violation(&c.Parts[i], &Execution{Trace: x.Trace, At: at}))
		}
	}
	if c.Kind == model.All { // the first that does not hold is enough
		parts = slices.DeleteFunc(parts, func(p string) bool { return strings.HasSuffix(p, " holds") })[:1]
	}
	return strings.Join(parts, ", and ")
}

// Replay runs an execution once more, and says whether it is the same to the nanosecond.
func (x *Execution) Replay(s *model.Scenario) (bool, error) {
	t, err := simulate.Run(s, x.options)
	return err == nil && reflect.DeepEqual(t, x.Trace), err
}

// Holds says whether a claim holds of an execution that the simulator has run with
// [simulate.Options].History; if not, from when on that is seen, or 0 where it is no date.
func Holds(s *model.Scenario, t *simulate.Trace, c *model.Claim) (ok bool, at time.Duration) {
	return newWitness(s, t).Holds(c)
}

// History is when an atom holds in an execution.
type History struct {
	Atom  model.Atom
	Times []claim.Times
}

// History lists when what a claim speaks of holds, each atom once.
func (x *Execution) History(s *model.Scenario, c *model.Claim) (out []History) {
	w := newWitness(s, x.Trace)
	seen := map[model.Atom]bool{}
	c.Atoms(func(a model.Atom) {
		if seen[a] {
			return
		}
		seen[a] = true
		out = append(out, History{a, w.atom(a)})
	})
	return out
}

// Diagnostics says which claims are refuted (errors) or unknown (warnings), each at its
// place in the source.
func Diagnostics(verdicts []Verdict) (list diag.List) {
	for _, v := range verdicts {
		for _, c := range v.Claims {
			d := diag.Diagnostic{Subject: c.Claim.Pos}
			switch c.Outcome {
			case Proved:
				continue
			case Refuted:
				d.Severity = diag.Error
				d.Summary = fmt.Sprintf("property %s does not hold: %s", v.Property.Name, c.Text)
				d.Detail = c.Reason + ", where " + c.Counterexample.How
			default:
				d.Severity = diag.Warning
				d.Summary = fmt.Sprintf("property %s is not proved: %s", v.Property.Name, c.Text)
				d.Detail = fmt.Sprintf("%s; no execution of %d that were simulated violates it", c.Missing, c.Sampled)
			}
			list = append(list, d)
		}
	}
	return list
}

// Summary counts verdicts: "3 properties proved, 1 refuted"; "" for none.
func Summary(verdicts []Verdict) string {
	counts := map[Outcome]int{}
	for _, v := range verdicts {
		counts[v.Outcome]++
	}
	var parts []string
	for _, o := range []Outcome{Proved, Refuted, Unknown} {
		switch n := counts[o]; {
		case n == 0:
		case len(parts) > 0:
			parts = append(parts, fmt.Sprintf("%d %v", n, o))
		case n == 1:
			parts = append(parts, "1 property "+o.String())
		default:
			parts = append(parts, fmt.Sprintf("%d properties %v", n, o))
		}
	}
	return strings.Join(parts, ", ")
}
