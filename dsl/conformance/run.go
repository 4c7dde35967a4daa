package conformance

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"adagio/dsl/model"
)

// Run is one execution of a case on the real runtime.
type Run struct {
	// Slowed: a busy loop took 5 ms more for each of its passes.
	Slowed bool
	// Phases are those that were executed: later ones are missing where one did not
	// end.
	Phases []Measured
}

// Outcome is what became of a phase, or of its closing wait all.
type Outcome string

// The outcomes. Of the closing wait all Unknown is where the file does not say.
const (
	Unknown   Outcome = ""
	Completed Outcome = "completed"
	Hang      Outcome = "hang"
	Crash     Outcome = "crash"
)

// Measured is what was measured of a phase. Only a phase whose programs completed
// has dates. What did not happen, or the logs do not tell, is at [model.Never].
type Measured struct {
	// Outcome is that of the programs, Final that of the wait all that closes each of
	// them: Hang and Crash beside a completed program.
	Outcome, Final Outcome
	// Makespan is from the earliest start of a program to the latest end of one.
	Makespan time.Duration
	// Starts and Ends are, by node, those of its program, Closed the end of its
	// closing wait all.
	Starts, Ends, Closed []time.Duration
	Instructions         [][]Span   // by node and instruction
	Behaviours           [][]Firing // by component, in the order of their starts
	Firings              [][]Firing // by component, in the order of their starts
	// Disturbed says where the machine stalled, or is empty: dates may then be later
	// than they should be, never earlier.
	Disturbed string
}

// Span is a start and an end.
type Span struct{ Start, End time.Duration }

// Firing is an execution of a transition or of a behaviour, by its index in the type.
type Firing struct {
	Of int
	Span
}

// Precision of the dates of starts: the log of a node begins with its first
// instruction, at most so much after the node began, or was rounded.
const (
	Before = 10 * time.Millisecond
	After  = 20 * time.Millisecond
)

// SetStarts has the nodes of a scenario start when they did, within the precision of
// the logs; where they are not known, between the delay of the phase and slack more.
func (m *Measured) SetStarts(s *model.Scenario, p *Phase, slack time.Duration) {
	for n := range s.Nodes {
		if at := m.Starts[n]; at != model.Never {
			s.Nodes[n].Start = model.Interval(max(0, at-Before), at+After)
		} else {
			s.Nodes[n].Start = model.Interval(p.Delays[n], p.Delays[n]+slack)
		}
	}
}

// runs reads what was measured.
func (r *reader) runs() {
	for _, src := range r.f.Measured {
		run := Run{Slowed: src.Slowed}
		for k, m := range src.Phases {
			if k >= len(r.c.Phases) || m.Phase != r.c.Phases[k].Name {
				fail("phase %s was measured out of order", m.Phase)
			}
			final := Unknown
			switch m.Final {
			case "":
			case "completed", "hang", "crash":
				final = Outcome(m.Final)
			case "hang in final wait_all":
				final = Hang
			case "crash in final wait_all":
				final = Crash
			default:
				fail("final_wait_all is %q", m.Final)
			}
			l := logs{reader: r, phase: &r.c.Phases[k], m: r.measured(Outcome(m.Outcome), final)}
			for node, events := range m.Events {
				l.node(index("node", node, names(r.c.assembly.Nodes)), events)
			}
			l.closed()
			if m.Makespan != nil {
				l.m.Makespan = duration(*m.Makespan)
			} else if l.m.Outcome == Completed {
				l.m.Makespan = slices.Max(l.m.Ends) - slices.Min(l.m.Starts)
			}
			l.disturbances()
			run.Phases = append(run.Phases, l.m)
		}
		r.c.Runs = append(r.c.Runs, run)
	}
}

func names(nodes []model.Node) []string {
	var list []string
	for _, n := range nodes {
		list = append(list, n.Name)
	}
	return list
}

func (r *reader) measured(outcome, final Outcome) Measured {
	switch outcome {
	case Completed, Hang, Crash:
	default:
		fail("the outcome is %q", outcome)
	}
	never := func(n int) []time.Duration { return slices.Repeat([]time.Duration{model.Never}, n) }
	nodes, components := len(r.c.assembly.Nodes), len(r.c.assembly.Components)
	return Measured{
		Outcome: outcome, Final: final, Makespan: model.Never,
		Starts: never(nodes), Ends: never(nodes), Closed: never(nodes),
		Instructions: make([][]Span, nodes), Behaviours: make([][]Firing, components), Firings: make([][]Firing, components),
	}
}

// logs reads the events of a phase.
type logs struct {
	*reader
	phase *Phase
	m     Measured
}

// node reads the log of a node: items "instruction_wait_3-c", "behavior_b-c" and
// "transition_c.t", with "-#2" where a name occurs again, and null for an end that
// was not reached. The instructions are numbered without the pauses.
func (l *logs) node(n int, events [][3]any) {
	program := l.phase.Programs[n]
	var numbered []int
	for i, in := range program {
		if in.Op.Numbered() {
			numbered = append(numbered, i)
		}
	}
	spans := slices.Repeat([]Span{{model.Never, model.Never}}, len(program))
	start := model.Never
	for _, e := range events {
		item, ok := e[0].(string)
		kind, name, found := strings.Cut(item, "_")
		if !ok || !found {
			fail("%v is not an event", e)
		}
		name, _, _ = strings.Cut(name, "-#")
		span := Span{date(e[1]), date(e[2])}
		if span.Start == model.Never {
			continue
		}
		start = min(start, span.Start)
		switch kind {
		case "instruction":
			switch i := number(name); {
			case i < len(numbered):
				spans[numbered[i]] = span
			case i == len(numbered): // the closing wait all
				l.m.Ends[n], l.m.Closed[n] = span.Start, span.End
				if l.m.Final == Hang && span.End == span.Start {
					l.m.Closed[n] = model.Never // as the log has it where it never ended
				}
			default:
				fail("instruction %s is none of the program", name)
			}
		case "behavior":
			i := strings.LastIndex(name, "-")
			c := l.component(name[i+1:])
			b := find("behaviour "+name[:i], l.c.assembly.TypeOf(c).Behaviours, func(b *model.Named) bool { return b.Name == name[:i] })
			l.m.Behaviours[c] = append(l.m.Behaviours[c], Firing{b, span})
		case "transition":
			component, transition, _ := strings.Cut(name, ".")
			c := l.component(component)
			t := find("transition "+transition, l.c.assembly.TypeOf(c).Transitions, func(t *model.Transition) bool { return t.Name == transition })
			l.m.Firings[c] = append(l.m.Firings[c], Firing{t, span})
		default:
			fail("event %s is of no kind", item)
		}
	}
	if start == model.Never {
		return
	}
	for c := range l.c.assembly.Components {
		if l.c.assembly.Components[c].Node == n {
			byStart := func(a, b Firing) int { return int(a.Start - b.Start) }
			slices.SortStableFunc(l.m.Behaviours[c], byStart)
			slices.SortStableFunc(l.m.Firings[c], byStart)
		}
	}
	for i := len(program) - 1; i >= 0 && l.m.Ends[n] == model.Never; i-- {
		l.m.Ends[n] = spans[i].End
	}
	for _, in := range program { // a pause is not logged
		if in.Op != model.Pause {
			break
		}
		start -= in.Duration.Lo
	}
	l.m.Starts[n], l.m.Instructions[n] = max(start, 0), spans
}

// closed takes a closing wait all that "ended" before the components of its node for
// one that never ended, whatever the file says of the phase: that is how the logs have
// it where the process was stopped.
func (l *logs) closed() {
	if l.m.Final != Completed && l.m.Final != Hang {
		return
	}
	for n, end := range l.m.Closed {
		for c := range l.c.assembly.Components {
			for _, b := range l.m.Behaviours[c] {
				if l.c.assembly.Components[c].Node == n && end != model.Never && b.End != model.Never && b.End > end+After {
					l.m.Closed[n], l.m.Final = model.Never, Hang
				}
			}
		}
	}
}

// number finds the number of an instruction in its name: "push_b_3-c-b".
func number(name string) int {
	head, _, _ := strings.Cut(name, "-")
	i, err := strconv.Atoi(head[strings.LastIndex(head, "_")+1:])
	if err != nil {
		fail("instruction %s has no number", name)
	}
	return i
}

func date(x any) time.Duration {
	if x == nil {
		return model.Never
	}
	return max(duration(x), 0)
}

// stall is how much longer than it should something lasts if the machine stalled.
const stall = 100 * time.Millisecond

// disturbances notes what can only be the machine: a transition that lasted longer
// than its sleep, an instruction that does nothing but lasted, a thread that started
// later than others of its pass, and a look that lasted: less than the pause after
// one in vain, and there is no pause while something runs.
func (l *logs) disturbances() {
	var found []string
	note := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	s := &l.c.assembly
	for n, spans := range l.m.Instructions {
		for i, x := range spans {
			in := l.phase.Programs[n][i]
			if op := in.Op; x.End != model.Never && x.End-x.Start >= stall && (op == model.Add || op == model.Connect || op == model.Push) {
				note("%s lasted %v", s.Text(in), x.End-x.Start)
			}
		}
	}
	for c, firings := range l.m.Firings {
		t := s.TypeOf(c)
		for _, f := range firings {
			name := s.Components[c].Name + "." + t.Transitions[f.Of].Name
			if late := f.End - f.Start - s.Components[c].Durations[f.Of].Lo; f.End != model.Never && late >= stall {
				note("%s lasted %v too long", name, late)
			}
			if first := l.together(c, f); first != model.Never && f.Start-first >= stall {
				note("%s started %v late", name, f.Start-first)
			} else if at := l.ready(c, f.Of, f.Start); at != model.Never && l.alone(c, at, f.Start) {
				switch gap := f.Start - at; {
				case gap >= stall && gap < poll-After:
					note("%s was %v in starting", name, gap)
				case gap >= 2*stall && l.free(t, f.Of, at == l.begin(c, f)):
					note("%s started %v late", name, gap)
				}
			}
		}
		for _, b := range l.m.Behaviours[c] {
			last, of := time.Duration(-1), -1
			for _, f := range firings {
				if f.Start >= b.Start && f.End != model.Never && f.End <= b.End && f.End > last {
					last, of = f.End, f.Of
				}
			}
			if gap := b.End - last; of >= 0 && gap >= stall && gap < poll-After && l.alone(c, last, b.End) {
				note("%s was %v in coming to its end", s.Components[c].Name, gap)
			}
		}
	}
	l.m.Disturbed = strings.Join(found, ", ")
}

// poll is the pause of a loop after a pass in which nothing moved and nothing ran.
const poll = 300 * time.Millisecond

// alone says whether the loop of a component's node could do nothing but look from
// one date to another: it was in one wait, and no transition ran.
func (l *logs) alone(c int, from, to time.Duration) bool {
	s := &l.c.assembly
	n := s.Components[c].Node
	for d, firings := range l.m.Firings {
		for _, f := range firings {
			if s.Components[d].Node == n && f.Start < to && f.End > from {
				return false
			}
		}
	}
	for i, x := range l.m.Instructions[n] {
		op := l.phase.Programs[n][i].Op
		if (op == model.Wait || op == model.WaitAll) && x.Start <= from && to <= x.End && x.End != model.Never {
			return true
		}
	}
	return from >= l.m.Ends[n]
}

// free says whether a transition may start as soon as its place is reached, or, at the
// beginning of its behaviour, left: no port has a say in it.
func (l *logs) free(t *model.Type, transition int, beginning bool) bool {
	src := t.Transitions[transition].Src
	for _, p := range t.Ports {
		for _, b := range p.Bound {
			at := b.Kind == model.ToPlace && b.Index == src || b.Kind == model.ToGroup && slices.Contains(t.Groups[b.Index].Places, src)
			if at && !(beginning && p.Kind.IsUse()) || b.Kind == model.ToTransition && b.Index == transition {
				return false
			}
		}
	}
	return true
}

// gated says whether a use port is bound to a transition.
func gated(t *model.Type, transition int) bool {
	return slices.ContainsFunc(t.Ports, func(p model.Port) bool {
		return slices.Contains(p.Bound, model.Binding{Kind: model.ToTransition, Index: transition})
	})
}

// begin is when the execution of a behaviour began that a transition is part of.
func (l *logs) begin(c int, f Firing) time.Duration {
	begin := model.Never
	for _, b := range l.m.Behaviours[c] {
		if b.Of == l.c.assembly.TypeOf(c).Transitions[f.Of].Behaviour && b.Start <= f.Start {
			begin = b.Start
		}
	}
	return begin
}

// together is when the first of the transitions started that leave the place of one,
// or model.Never if it may start by itself.
func (l *logs) together(c int, f Firing) time.Duration {
	t := l.c.assembly.TypeOf(c)
	begin, first := l.begin(c, f), model.Never
	if begin == model.Never || gated(t, f.Of) {
		return model.Never
	}
	for _, g := range l.m.Firings[c] {
		a, b := t.Transitions[g.Of], t.Transitions[f.Of]
		if a.Src == b.Src && a.Behaviour == b.Behaviour && g.Start >= begin {
			first = min(first, g.Start)
		}
	}
	return first
}

// ready is the last end of a transition into the place of one that started at a date,
// in the same execution of the behaviour, or else the begin of that. model.Never where it
// cannot be told.
func (l *logs) ready(c, transition int, start time.Duration) time.Duration {
	t := l.c.assembly.TypeOf(c)
	tr := t.Transitions[transition]
	begin := l.begin(c, Firing{transition, Span{start, model.Never}})
	if begin == model.Never {
		return model.Never
	}
	ready := begin
	for _, g := range l.m.Firings[c] {
		before := t.Transitions[g.Of]
		if before.Behaviour != tr.Behaviour || before.Dst != tr.Src || g.Start < begin || g.Start > start {
			continue
		}
		if g.End > start || before.DockSet > 0 {
			return model.Never // it came by another set
		}
		ready = max(ready, g.End)
	}
	return ready
}
