package verify

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
)

// Certificate is an execution step by step, for a reader who does not believe this
// program: proofs/check replays it and finds the claim violated.
type Certificate struct {
	shows string
	steps []certified
}

// certified is one step: see [Certificate.Write].
type certified struct {
	at       time.Duration
	letter   byte
	of, what int
}

// Certify makes the certificate of an execution that violates a claim of a property. It
// fails where the execution rests on what the checker does not follow.
func Certify(s *model.Scenario, x *Execution, property, claim int) (*Certificate, error) {
	return certificateOf(s, x.Trace, fmt.Sprintf("v %d %d", property, claim))
}

// CertifyHang looks for an execution in which some program does not end, and makes its
// certificate: nil where none is found. The result is that of the scenario's analysis.
func CertifyHang(r *analysis.Result, opts Options) (*Certificate, error) {
	x, _, err := Hang(r, opts)
	if err != nil || x == nil {
		return nil, err
	}
	return certificateOf(r.Scenario, x.Trace, "h")
}

func certificateOf(s *model.Scenario, t *simulate.Trace, shows string) (*Certificate, error) {
	if why := unreplayed(s, t); why != "" {
		return nil, fmt.Errorf("%s, which certificates do not follow", why)
	}
	c := &Certificate{shows: shows}
	add := func(at time.Duration, letter byte, of, what int) {
		if at != model.Never {
			c.steps = append(c.steps, certified{at, letter, of, what})
		}
	}
	for n := range t.Nodes {
		add(t.Nodes[n].Start, 'n', n, -1)
		for i, span := range t.Nodes[n].Instructions {
			add(span.End, 'i', n, i)
		}
	}
	for k := range t.Components {
		for _, b := range t.Components[k].Behaviours {
			add(b.Begin, 'b', k, b.Behaviour)
			add(b.End, 'z', k, b.Behaviour)
		}
		for _, f := range t.Components[k].Firings {
			add(f.Start, 'f', k, f.Transition)
			add(f.End, 'a', k, f.Transition)
		}
		for _, h := range t.Changes[k] {
			if h.Kind == model.Fires && !h.On {
				add(h.At, 't', k, h.Element)
			}
		}
		for _, m := range t.Components[k].Moves {
			add(m.At, map[bool]byte{true: 'e', false: 'o'}[m.Entered], k, m.Place)
		}
	}
	const order = "natefzibo" // of one date: what others need comes before what takes it away
	slices.SortStableFunc(c.steps, func(a, b certified) int {
		return cmp.Or(cmp.Compare(a.at, b.at), strings.IndexByte(order, a.letter)-strings.IndexByte(order, b.letter))
	})
	return c, nil
}

// unreplayed says what of an execution the checker does not follow; "" for nothing.
func unreplayed(s *model.Scenario, t *simulate.Trace) string {
	for n := range s.Nodes {
		if s.Nodes[n].Uptime != nil {
			return "nodes sleep"
		}
	}
	switch {
	case t.Outcome == simulate.Failed:
		return "a process fails"
	case t.Hits > 0:
		return "a hazard strikes"
	}
	for _, w := range t.Waits {
		switch {
		case w.Gone:
			return "somebody waits for a process that has ended"
		case w.Reason == simulate.NotAsked || w.Reason == simulate.AskedByOther:
			return "a wait all is not confirmed"
		}
	}
	return ""
}

// Write writes the certificate, a line for each step, by date:
//
//	adagio execution 1
//	v PROPERTY CLAIM or h    what it shows: that a claim does not hold, or that it hangs
//	n AT NODE -1             a node starts
//	i AT NODE INSTRUCTION    an instruction has been executed
//	b AT COMPONENT BEHAVIOUR begins; z: ends
//	o AT COMPONENT PLACE     is left; e: is entered
//	f AT COMPONENT TRANSITION starts; a: ends; t: its component takes note of that
//
// Dates are in nanoseconds; all else are numbers of the scenario, from 0.
func (c *Certificate) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "adagio execution 1\n%s\n", c.shows)
	for _, x := range c.steps {
		fmt.Fprintf(b, "%c %d %d %d\n", x.letter, int64(x.at), x.of, x.what)
	}
	return b.Flush()
}
