// Package certificate writes bounds of a plan with all that is needed to check them
// without this program: the system of events that the plan makes, and the derivation of
// their dates.
//
//	c, err := certificate.New(net, unfold.NoHazards)
//	err = c.Write(file)
//
// The program ../../proofs/check reads scenario and certificate; its README says what it
// checks and what it takes as given.
package certificate

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/cover"
	"adagio/petri/unfold"
)

// Certificate has the bounds of a plan that are derived.
type Certificate struct {
	// Span is from the common origin to the last end of a program; Makespan the longest
	// program of a node from its own start, as far as the dates of both tell.
	SpanLower, SpanUpper         time.Duration
	MakespanLower, MakespanUpper time.Duration

	net        *petri.Net
	covering   *unfold.Covering
	derivation *cover.Derivation
	refined    *cover.Refined
}

// New derives the bounds of the executions that end. It fails with an
// [unfold.UncoveredError] where the plan cannot be covered, and with another error where
// its dates cannot be derived line by line.
func New(net *petri.Net, strict unfold.Strict) (*Certificate, error) {
	if net.Scenario.Sleeps() {
		return nil, &unfold.UncoveredError{Reason: "nodes sleep, and no line of a certificate says when they are awake"}
	}
	covering, err := unfold.Cover(net, cover.Limits{}, strict)
	if err != nil {
		return nil, err
	}
	if covering.Extended {
		return nil, &unfold.UncoveredError{Reason: "which events it has is decided by possible extensions, and no line of a certificate says how"}
	}
	if covering.System.Optional() != nil {
		return nil, &unfold.UncoveredError{Reason: "something may never happen though all programs end, and no line of a certificate says that"}
	}
	if err := ends(net, covering); err != nil {
		return nil, err
	}
	goals := append(append([]cover.Event{}, covering.Ends...), covering.Starts...)
	c := &Certificate{net: net, covering: covering}
	if c.derivation, c.refined, err = cover.Derive(covering.System, cover.Limits{}, goals); err != nil {
		return nil, err
	}
	for n := range covering.Ends {
		end, start := covering.Ends[n], covering.Starts[n]
		c.SpanLower, c.SpanUpper = max(c.SpanLower, c.refined.Earliest(end)), max(c.SpanUpper, c.refined.Latest(end))
		c.MakespanLower = max(c.MakespanLower, c.refined.Earliest(end)-c.refined.Latest(start))
		c.MakespanUpper = max(c.MakespanUpper, c.refined.Latest(end)-c.refined.Earliest(start))
	}
	return c, nil
}

// ends says whether every behaviour that is pushed comes to its end; a certificate is of
// whole behaviours.
func ends(net *petri.Net, covering *unfold.Covering) error {
	ended := map[[2]int]bool{} // component, push
	for e := range cover.Event(covering.System.Len()) {
		if o := net.Transitions[covering.Transition(e)].Origin; o.Kind == petri.BehaviourEnd {
			ended[[2]int{o.Component, o.Push}] = true
		}
	}
	pushes := make([]int, len(net.Scenario.Components))
	for _, node := range net.Scenario.Nodes {
		for _, in := range node.Program {
			if in.Op != model.Push {
				continue
			}
			if c := in.Component; !ended[[2]int{c, pushes[c]}] {
				return fmt.Errorf("%q need not end", net.Scenario.Text(in))
			}
			pushes[in.Component]++
		}
	}
	return nil
}

// Write writes the certificate: lines of numbers, events counted from 0.
//
//	adagio certificate 1
//	e LO HI KIND NODE INSTRUCTION COMPONENT BEHAVIOUR PUSH ELEMENT CAUSE…   an event
//	s ON OFF …                                                              a signal, its phases
//	q EVENT SIGNAL…                                                         a clause
//	n START END LOWER UPPER START-LOWER START-UPPER                         a node, and its dates
//	t SPAN-LOWER SPAN-UPPER MAKESPAN-LOWER MAKESPAN-UPPER                   the bounds
//
// and then the derivation. A number that does not apply is -1.
func (c *Certificate) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	s := c.covering.System
	fmt.Fprintln(b, "adagio certificate 1")
	for e := range cover.Event(s.Len()) {
		lo, hi := s.Delay(e)
		o := c.net.Transitions[c.covering.Transition(e)].Origin
		fmt.Fprint(b, "e ", int64(lo), int64(hi), int(o.Kind), o.Node, o.Instruction, o.Component, o.Behaviour, o.Push, o.Element)
		for _, p := range s.Causes(e) {
			fmt.Fprint(b, " ", p)
		}
		b.WriteByte('\n')
	}
	for _, phases := range s.Signals() {
		b.WriteByte('s')
		for _, p := range phases {
			fmt.Fprint(b, " ", p.On, " ", p.Off)
		}
		b.WriteByte('\n')
	}
	for e := range cover.Event(s.Len()) {
		for _, clause := range s.Clauses(e) {
			fmt.Fprint(b, "q ", e)
			for _, g := range clause {
				fmt.Fprint(b, " ", g)
			}
			b.WriteByte('\n')
		}
	}
	for n := range c.covering.Ends {
		start, end := c.covering.Starts[n], c.covering.Ends[n]
		fmt.Fprintln(b, "n", start, end, int64(c.refined.Earliest(end)), int64(c.refined.Latest(end)), int64(c.refined.Earliest(start)), int64(c.refined.Latest(start)))
	}
	fmt.Fprintln(b, "t", int64(c.SpanLower), int64(c.SpanUpper), int64(c.MakespanLower), int64(c.MakespanUpper))
	if err := c.derivation.Write(b); err != nil {
		return err
	}
	return b.Flush()
}

// WriteFaster writes that one plan is certainly faster than another: the certificates of
// both, of which the longest program of the first ends before that of the second can.
func WriteFaster(w io.Writer, fast, slow *Certificate) error {
	_, err := io.WriteString(w, "adagio comparison 1\n")
	return cmp.Or(err, fast.Write(w), slow.Write(w))
}
