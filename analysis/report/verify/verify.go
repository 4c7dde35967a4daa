// Package verify renders the verdicts on the properties of a plan: the answer of
// "adagio verify".
//
//	doc := verify.New(result.Scenario, verdicts, false)
//	verify.Text(os.Stdout, scenario, verdicts, verify.Options{})
package verify

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"adagio/analysis/report"
	"adagio/analysis/verify"
	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// Document is "adagio/verify/1".
type Document struct {
	Schema     string           `json:"schema"`
	Plan       report.Plan      `json:"plan"`
	Durations  string           `json:"durations,omitempty"` // where they are not those of the model: what they are
	Properties []PropertyAnswer `json:"properties"`
	// Orders are the events whose order depends on durations, if conditions are asked for;
	// NoOrders says why they are not known.
	Orders   []OrderAnswer `json:"orders,omitempty"`
	NoOrders string        `json:"no_orders,omitempty"`
	// Spent is of how many claims and orders no condition is known because the budget of
	// the work on them is spent.
	Spent int `json:"spent,omitempty"`
}

// OrderAnswer is for which durations the one or the other of two events certainly comes
// first; where neither is so, they race.
type OrderAnswer struct {
	A       string     `json:"a"`
	B       string     `json:"b"`
	AFirst  *Condition `json:"a_first,omitempty"`
	BFirst  *Condition `json:"b_first,omitempty"`
	Missing string     `json:"missing,omitempty"`
}

// PropertyAnswer is the verdict on a property: "proved", "refuted" or "unknown".
type PropertyAnswer struct {
	Name string `json:"name"`
	report.Position
	Verdict string        `json:"verdict" enum:"proved|refuted|unknown"`
	Claims  []ClaimAnswer `json:"claims"`
}

// ClaimAnswer is the verdict on a claim.
type ClaimAnswer struct {
	Text string `json:"text"`
	report.Position
	Verdict string `json:"verdict" enum:"proved|refuted|unknown"`
	// Reason is why it is proved or refuted, Missing what is missing in a proof.
	Reason  string `json:"reason,omitempty"`
	Missing string `json:"missing,omitempty"`
	// Causality says that the proof uses no duration.
	Causality bool `json:"causality,omitempty"`
	// Sampled is in how many executions an unknown claim was found to hold.
	Sampled        int             `json:"sampled,omitempty"`
	When           *Condition      `json:"when,omitempty"` // for which durations it holds
	NoWhen         string          `json:"no_when,omitempty"`
	Counterexample *Counterexample `json:"counterexample,omitempty"`
}

// Condition is for which durations a claim holds: one inequality of each clause has to.
// Exact says that it has to hold; otherwise it suffices.
type Condition struct {
	Exact   bool     `json:"exact"`
	Clauses []string `json:"clauses"`
}

// Counterexample is an execution that violates a claim. Dates are in nanoseconds from the
// common origin.
type Counterexample struct {
	How    string         `json:"how"`
	At     *time.Duration `json:"at_ns,omitempty"` // from when on it is seen to be violated
	States []StateDates   `json:"states"`          // what the claim speaks of
}

// StateDates is when something holds; the end of the last is missing where that goes on.
type StateDates struct {
	State string  `json:"state"`
	Times []Times `json:"times"`
}

// Times is a stretch of time.
type Times struct {
	Start time.Duration  `json:"start_ns"`
	End   *time.Duration `json:"end_ns,omitempty"`
}

// New makes the document of verdicts.
func New(s *model.Scenario, verdicts []verify.Verdict) *Document {
	doc := &Document{Schema: "adagio/verify/1", Plan: report.NewPlan(s), Properties: []PropertyAnswer{}}
	for _, v := range verdicts {
		p := PropertyAnswer{v.Property.Name, report.NewPosition(v.Property.Pos), v.Outcome.String(), []ClaimAnswer{}}
		for _, c := range v.Claims {
			answer := ClaimAnswer{
				Text: c.Text, Position: report.NewPosition(c.Claim.Pos), Verdict: c.Outcome.String(), Reason: c.Reason, Missing: c.Missing,
				Causality: c.Causality, Sampled: c.Sampled, Counterexample: counterexample(s, c), NoWhen: reason(c.NoWhen),
			}
			answer.When = condition(c.When)
			doc.Spent += spent(c.NoWhen)
			p.Claims = append(p.Claims, answer)
		}
		doc.Properties = append(doc.Properties, p)
	}
	return doc
}

// spent is 1 where the budget is why no condition is known.
func spent(why error) int {
	if errors.Is(why, verify.ErrSpent) {
		return 1
	}
	return 0
}

// reason is why something is not known; "" where it is.
func reason(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func condition(c *verify.Condition) *Condition {
	if c == nil {
		return nil
	}
	return &Condition{c.Exact, c.Text()}
}

// AddOrders adds what [verify.Orders] has found.
func (doc *Document) AddOrders(list []verify.OrderWhen, refused string) {
	doc.NoOrders = refused
	for _, o := range list {
		doc.Orders = append(doc.Orders, OrderAnswer{o.A, o.B, condition(o.AFirst), condition(o.BFirst), reason(o.Missing)})
		doc.Spent += spent(o.Missing)
	}
}

func counterexample(s *model.Scenario, c verify.ClaimVerdict) *Counterexample {
	x := c.Counterexample
	if x == nil {
		return nil
	}
	out := &Counterexample{How: x.How, States: []StateDates{}}
	if x.At > 0 {
		out.At = &x.At
	}
	for _, h := range x.History(s, c.Claim) {
		d := StateDates{State: h.Atom.Text(s), Times: []Times{}}
		for _, t := range h.Times {
			times := Times{Start: t.Start}
			if t.End != model.Never {
				times.End = &t.End
			}
			d.Times = append(d.Times, times)
		}
		out.States = append(out.States, d)
	}
	return out
}

// Options says how to write.
type Options struct {
	Width int    // columns; 0 for no limit
	All   bool   // all claims, and all states of a counterexample
	Note  string // what differs from the model; "" for nothing
}

// few is how many states of a counterexample are shown, and how many claims of a
// property that have the same outcome.
const few = 6

// Text writes the verdicts.
func Text(w io.Writer, s *model.Scenario, verdicts []verify.Verdict, opts Options) error {
	t := &text{bufio.NewWriter(w), s, opts}
	if opts.Note != "" {
		fmt.Fprintln(t, opts.Note)
	}
	counts := map[verify.Outcome]int{}
	left := 0
	for _, v := range verdicts {
		counts[v.Outcome]++
		for _, c := range v.Claims {
			left += spent(c.NoWhen)
		}
		fmt.Fprintf(t, "property %s of %s: %v\n", v.Property.Name, s.Name, v.Outcome)
		t.claims(v.Claims)
	}
	if len(verdicts) == 0 {
		fmt.Fprintf(t, "plan %s has no properties: write property NAME of %s { … }\n", s.Name, s.Name)
		return t.Flush()
	}
	fmt.Fprintf(t, "%s: %d proved, %d refuted, %d unknown\n", Count(len(verdicts)), counts[verify.Proved], counts[verify.Refuted], counts[verify.Unknown])
	t.spent(left, "claim")
	return t.Flush()
}

// spent says of how many claims or orders the budget is why no condition is known.
func (t *text) spent(n int, what string) {
	if n > 0 {
		fmt.Fprintf(t, "the conditions of %s are not known: %s\n", diag.Count(n, what), verify.ErrSpent)
	}
}

// Count is a number of properties.
func Count(n int) string {
	if n == 1 {
		return "1 property"
	}
	return fmt.Sprintf("%d properties", n)
}

type text struct {
	*bufio.Writer
	s    *model.Scenario
	opts Options
}

// claims writes the verdicts on the claims of a property. Of many that are proved only
// some are shown.
func (t *text) claims(claims []verify.ClaimVerdict) {
	proved := 0
	for i, c := range claims {
		if c.Outcome == verify.Proved {
			if proved++; proved > few && !t.opts.All {
				continue
			}
		}
		t.claim(&claims[i])
	}
	if proved > few && !t.opts.All {
		fmt.Fprintf(t, "  … and %s that are proved (--all shows all)\n", diag.Count(proved-few, "more claim"))
	}
}

func (t *text) claim(c *verify.ClaimVerdict) {
	fmt.Fprintf(t, "  %-7v  %s\n", c.Outcome, diag.Visible(c.Text))
	switch c.Outcome {
	case verify.Proved:
		t.note(c.Reason)
	case verify.Refuted:
		t.note(c.Reason + ", where " + c.Counterexample.How)
		t.history(c)
	default:
		t.note(c.Missing)
		t.note(fmt.Sprintf("no execution of %d that were simulated violates it", c.Sampled))
	}
	t.when(c)
}

// when writes for which durations a claim holds.
func (t *text) when(c *verify.ClaimVerdict) {
	if c.NoWhen != nil {
		t.note("for which durations it holds is not known: " + c.NoWhen.Error())
	}
	if c.When == nil {
		return
	}
	if c.When.Exact {
		t.condition("it holds exactly if", c.When)
		return
	}
	t.condition("it holds if", c.When)
	t.note("as long as events keep the order, or the orders, that the model's durations have; perhaps for other durations, too")
}

// condition writes the clauses of a condition.
func (t *text) condition(what string, c *verify.Condition) {
	for i, clause := range c.Text() {
		switch {
		case clause == "always":
			what, clause = strings.TrimSuffix(strings.TrimSuffix(what, " exactly if"), " if"), "whatever the durations are"
		case clause == "never":
			what, clause = strings.TrimSuffix(strings.TrimSuffix(what, " exactly if"), " if"), "for no durations"
		case i > 0:
			what = "and"
		}
		t.note(what + " " + clause)
	}
}

// Orders writes for which durations pairs of events have a certain order.
func Orders(w io.Writer, s *model.Scenario, list []verify.OrderWhen, refused string, opts Options) error {
	t := &text{bufio.NewWriter(w), s, opts}
	if refused != "" {
		t.note("which orders of events depend on durations is not known: " + refused)
		return t.Flush()
	}
	if len(list) == 0 {
		fmt.Fprintln(t, "no order of events that matters depends on durations")
	}
	left := 0
	for _, o := range list {
		left += spent(o.Missing)
	}
	for i, o := range list {
		if i == few && !opts.All {
			fmt.Fprintf(t, "… and %s (--all shows all)\n", diag.Count(len(list)-i, "more order"))
			break
		}
		fmt.Fprintf(t, "order of \"%s\" and \"%s\"\n", diag.Visible(o.A), diag.Visible(o.B))
		if o.Missing != nil {
			t.note("for which durations there is no race is not known: " + o.Missing.Error())
			continue
		}
		t.condition("the one comes first if", o.AFirst)
		t.condition("the other comes first if", o.BFirst)
	}
	t.spent(left, "order")
	return t.Flush()
}

func (t *text) note(body string) {
	for _, line := range diag.Wrap(diag.Visible(body), max(t.opts.Width-11, 0)) {
		fmt.Fprintf(t, "           %s\n", line)
	}
}

// history writes when what a claim speaks of holds in the execution that violates it.
func (t *text) history(c *verify.ClaimVerdict) {
	history := c.Counterexample.History(t.s, c.Claim)
	shown := history
	if len(history) > few && !t.opts.All {
		// Those that are switched last before the violation say most.
		at := c.Counterexample.At
		last := func(h verify.History) (d time.Duration) {
			for _, x := range h.Times {
				for _, e := range []time.Duration{x.Start, x.End} {
					if e <= at {
						d = max(d, e)
					}
				}
			}
			return d
		}
		shown = slices.Clone(history)
		slices.SortStableFunc(shown, func(a, b verify.History) int { return cmp.Compare(last(b), last(a)) })
		shown = shown[:few]
	}
	width := 0
	for _, h := range shown {
		width = max(width, len(h.Atom.Text(t.s)))
	}
	for _, h := range shown {
		var times []string
		for _, x := range h.Times {
			times = append(times, model.FormatDuration(x.Start)+" .. "+ending(x.End))
		}
		if len(times) == 0 {
			times = []string{"never"}
		}
		fmt.Fprintf(t, "             %-*s  %s\n", width, h.Atom.Text(t.s), strings.Join(times, ", "))
	}
	if more := len(history) - len(shown); more > 0 {
		fmt.Fprintf(t, "             … and %s (--all shows all)\n", diag.Count(more, "more state"))
	}
}

func ending(d time.Duration) string {
	if d == model.Never {
		return "the end"
	}
	return model.FormatDuration(d)
}
