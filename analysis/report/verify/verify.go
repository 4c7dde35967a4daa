// Package verify renders the verdicts on the properties of a plan: the answer of
// "adagio verify".
//
//	doc := verify.New(result.Scenario, verdicts, false)
//	verify.Text(os.Stdout, scenario, verdicts, verify.Options{})
package verify

import (
	"bufio"
	"cmp"
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
	Counterexample *Counterexample `json:"counterexample,omitempty"`
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
			p.Claims = append(p.Claims, ClaimAnswer{
				Text: c.Text, Position: report.NewPosition(c.Claim.Pos), Verdict: c.Outcome.String(), Reason: c.Reason, Missing: c.Missing,
				Causality: c.Causality, Sampled: c.Sampled, Counterexample: counterexample(s, c),
			})
		}
		doc.Properties = append(doc.Properties, p)
	}
	return doc
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
	for _, v := range verdicts {
		counts[v.Outcome]++
		fmt.Fprintf(t, "property %s of %s: %v\n", v.Property.Name, s.Name, v.Outcome)
		t.claims(v.Claims)
	}
	if len(verdicts) == 0 {
		fmt.Fprintf(t, "plan %s has no properties: write property NAME of %s { … }\n", s.Name, s.Name)
		return t.Flush()
	}
	fmt.Fprintf(t, "%s: %d proved, %d refuted, %d unknown\n", Count(len(verdicts)), counts[verify.Proved], counts[verify.Refuted], counts[verify.Unknown])
	return t.Flush()
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
