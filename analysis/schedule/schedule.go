// Package schedule lays one execution of a plan out in time, as every picture of
// it needs it: a row for the program of each node and for each component, bars
// for what they do and for what they wait for, arrows from where a wait ended to
// who waited, and the critical path through the rows.
//
//	s, err := schedule.Of(result, analysis.AtUpper)
//	for _, row := range s.Rows { for _, bar := range row.Bars { … } }
//
// The dates are those of [analysis.Result.Execution]; nothing is computed here
// but who waits for what: an event waited for the last of its causes, and where
// that cause is a fact about somebody else, it was a synchronisation.
package schedule

import (
	"time"

	"adagio/analysis"
	"adagio/dsl/model"
	"adagio/petri"
)

// Kind says what a bar stands for.
type Kind uint8

// The kinds of bar.
const (
	Behaviour  Kind = iota // a component runs a behaviour; it contains the component's other bars
	Transition             // a component transition runs
	Waiting                // a component or a program waits for somebody else
	Network                // what was waited for is on its way: network, and the poll until it is seen
	Executor               // the executor's own steps and first looks
	Pause                  // a program pauses
	Start                  // a node has not started yet
	Asleep                 // what has come for a node waits for it to wake up
)

// Kinds lists all kinds in their order.
var Kinds = [...]Kind{Behaviour, Transition, Waiting, Network, Executor, Pause, Start, Asleep}

// String is the kind in a word, the same as the categories of a report have.
func (k Kind) String() string {
	return [...]string{"behaviour", "work", "waiting", "network", "executor", "pause", "start", "asleep"}[k]
}

// Schedule is one execution laid out in time. Dates count from the common origin.
type Schedule struct {
	Scenario  *model.Scenario
	Execution *analysis.Execution // nil for one of the simulator
	What      string              // which one that is
	Rows      []Row
	Arrows    []Arrow
	Path      []Segment // in the order of time; empty if no program ends
	// End is the last date of the execution. One that never ends is shown for a
	// while after the last thing that happens in it.
	End time.Duration
}

// Row is what one component does, or the program of a node.
type Row struct {
	Name      string
	Node      int
	Component int // -1 for a program
	// Lanes is how many bars besides the behaviours lie one above another at most.
	Lanes int
	Bars  []Bar // by date of the beginning; behaviours before what they contain
}

// Bar is a stretch of time of a row.
type Bar struct {
	Kind       Kind
	Start, End time.Duration
	Open       bool   // it never ends: End is that of the schedule
	Text       string // what it is
	Lane       int    // from 0; 0 for behaviours
	Behaviour  string // the behaviour that it belongs to, or ""
	Critical   bool   // it is on the critical path
	// Slack is how much longer it may take at the upper bound before the plan is
	// another; nil where that is not known.
	Slack *analysis.Margin
	// Component and Element name the transition of a [Transition]; -1 otherwise.
	Component, Element int
	// Positions are where it is written: the instruction, and the declaration.
	Positions []model.Pos
}

// Arrow is a synchronisation: what happened in row From let row To go on.
type Arrow struct {
	From, To       int // rows
	Sent, Received time.Duration
	Text           string // what was waited for
	Critical       bool
}

// Segment is one step of the critical path in its row.
type Segment struct {
	Row, Lane  int
	Start, End time.Duration
	Step       analysis.Step
}

// Of lays the execution of a result's plan out that has all delays at the given
// ends. The errors are those of [analysis.Result.Execution].
func Of(r *analysis.Result, at analysis.At) (*Schedule, error) {
	x, err := r.Execution(at)
	if err != nil {
		return nil, err
	}
	s := &Schedule{Scenario: r.Scenario, Execution: x}
	for _, d := range x.Dates {
		s.End = max(s.End, d)
	}
	if !x.Graph.Complete {
		s.End += max(s.End/10, time.Second)
	}
	l := &layout{Schedule: s, g: x.Graph, record: x.Graph.Record(), deadlock: r.Deadlock, critical: map[petri.EventID]bool{}, slack: map[petri.EventID]analysis.Margin{}}
	for _, step := range x.Path.Steps {
		l.critical[step.Event] = true
	}
	if x.At == analysis.AtUpper {
		for _, k := range r.Slack() {
			l.slack[k.Event] = k.Margin
		}
	}
	l.makeRows()
	l.gather()
	l.synchronise()
	for n := range s.Scenario.Nodes {
		l.program(n)
	}
	for c := range s.Scenario.Components {
		l.component(c)
	}
	for i := range s.Rows {
		s.Rows[i].Lanes = assignLanes(s.Rows[i].Bars)
	}
	l.path()
	return s, nil
}
