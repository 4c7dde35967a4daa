package validate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/analysis/measure"
	"adagio/dsl/model"
)

// Single is what was compared of the rows of one kind that a table has beside transitions.
type Single struct {
	Kind  string // the word of the table
	Rows  int
	Dates []Date
}

// singles compares what only tables of nodes that sleep have, in the order of their kinds.
func (m *member) singles(j *judged) (list []Single, lacking []string) {
	if !m.sleeps || m.span > 0 {
		return nil, nil
	}
	l := &logged{member: m, judged: j, kinds: map[measure.Kind]*Single{}}
	for i := range m.run.Nodes {
		if n, err := m.names.Node(m.run.Nodes[i].Name); err == nil {
			l.node, l.wakings = n, j.wakings(n)
			l.read(&m.run.Nodes[i])
		}
	}
	for _, k := range slices.Sorted(maps.Keys(l.kinds)) {
		slices.SortStableFunc(l.kinds[k].Dates, func(a, b Date) int { return cmp.Compare(a.Measured, b.Measured) })
		list = append(list, *l.kinds[k])
	}
	return list, l.lacking
}

// logged is what the nodes logged, beside the model.
type logged struct {
	*member
	*judged
	kinds   map[measure.Kind]*Single
	lacking []string

	// Of the node that is read:
	node       int
	wakings    []waking
	processes  []time.Duration // when a process was there, as measured
	behaviours map[int][]span  // by component, as measured
	nth        counts          // of the moments that were measured
}

// read compares the items of a node, in the order of their kinds.
func (l *logged) read(log *measure.Node) {
	l.processes, l.behaviours, l.nth = nil, map[int][]span{}, counts{}
	for _, it := range log.Items {
		if it.Kind == measure.Event && it.Name == "uptime" {
			l.processes = append(l.processes, it.Start)
		}
	}
	for i := range log.Items {
		if log.Items[i].Kind != measure.Transition {
			l.item(&log.Items[i])
		}
	}
}

// Dates of the log that the model has at an instant: what a process takes to save its state
// (4 to 31 ms), and what the clock of who wakes nodes up is ahead of theirs.
const (
	saving = 40 * time.Millisecond
	clocks = 10 * time.Millisecond
)

// lacks notes why an item is not compared.
func (l *logged) lacks(it *measure.Item, why string) {
	l.kinds[it.Kind].Rows--
	l.lacking = append(l.lacking, fmt.Sprintf("%s %s of node %s, %s, is not compared: %s", it.Kind, it.Name, l.scenario.Nodes[l.node].Name, seconds(it.Start), why))
}

// wake is the number of the wake that a date is in.
func (l *logged) wake(it *measure.Item, at time.Duration) (k int, ok bool) {
	i, _ := slices.BinarySearch(l.processes, at+slop)
	if k = max(0, i-1); k >= len(l.wakings) {
		l.lacks(it, fmt.Sprintf("the model has no wake %d of the node", k+1))
	}
	return k, k < len(l.wakings)
}

// at compares a date with a moment of the model.
func (l *logged) at(what string, it *measure.Item, measured time.Duration, k moment) {
	b, known := l.dates.bounds[k]
	if !known {
		l.lacks(it, "it does not happen in the model")
		return
	}
	l.within(what, it, measured, b, l.dates.mean(k))
}

// within compares a date with bounds.
func (l *logged) within(what string, it *measure.Item, measured time.Duration, b analysis.Bound, predicted time.Duration) {
	of := l.kinds[it.Kind]
	of.Dates = append(of.Dates, Date{What: what, Node: l.scenario.Nodes[l.node].Name, Item: it.Kind.String() + " " + it.Name, Measured: measured, Bound: b, Predicted: predicted})
}

// middle compares a date of the process with bounds, and with their middle.
func (l *logged) middle(what string, it *measure.Item, measured time.Duration, b analysis.Bound) {
	l.within(what, it, measured, b, b.Middle())
}

// awake is when a node gets to what its program has come to: when it has its session.
func (l *logged) awake(b analysis.Bound) analysis.Bound {
	ready := func(at time.Duration) analysis.Bound {
		for _, w := range l.wakings {
			if w.dozes.Upper >= at {
				return w.ready
			}
		}
		return b
	}
	return analysis.Bound{Lower: max(b.Lower, ready(b.Lower).Lower), Upper: max(b.Upper, ready(b.Upper).Upper)}
}

func (l *logged) item(it *measure.Item) {
	if l.kinds[it.Kind] == nil {
		l.kinds[it.Kind] = &Single{Kind: it.Kind.String()}
	}
	l.kinds[it.Kind].Rows += 1 + len(it.Cuts)
	for _, cut := range it.Cuts {
		l.asleep("falling asleep", it, cut.Start)
		l.resumed("going on", it, cut.End)
	}
	switch it.Kind {
	case measure.Behaviour:
		c, _, err := l.names.Behaviour(*it)
		if err != nil {
			l.lacks(it, err.Error())
			return
		}
		p := len(l.behaviours[c])
		l.behaviours[c] = append(l.behaviours[c], span{it.Start, it.End})
		l.middle("start", it, it.Start, l.begin(c, p))
		l.at("end", it, it.End, moment{ends, c, p, 0})
	case measure.Instruction:
		l.instruction(it)
	case measure.Event:
		l.event(it)
	case measure.Sleep, measure.Boot:
		l.off(it)
	case measure.Action:
		c, t, err := l.names.Transition(l.node, *it)
		if err != nil {
			l.lacks(it, err.Error())
			return
		}
		k := l.nth.next(starts, c, t)
		l.at("start", it, it.Start, k)
		b := l.dates.bounds[moment{fires, c, t, k.nth}]
		b.Lower = min(b.Upper, l.dates.bounds[k].Lower+l.member.scenario.Components[c].Durations[t].Lo)
		l.middle("end", it, it.End, b)
	case measure.Place:
		l.place(it)
	case measure.Publish:
		l.publish(it)
	}
}

// begin is when the model has a behaviour begin, where the node has its session and comes to
// it in a pass.
func (l *logged) begin(component, push int) analysis.Bound {
	b := l.awake(l.dates.bounds[moment{begins, component, push, 0}])
	b.Upper += l.scenario.Network.Profile.Pass.Hi
	return b
}

// instruction compares one that begins when the one before has ended. A push may open the
// session.
func (l *logged) instruction(it *measure.Item) {
	i, err := l.names.Instruction(l.node, *it)
	if err != nil || i < 0 {
		l.lacks(it, fmt.Sprint(err))
		return
	}
	end := func(i int) analysis.Bound {
		b := l.wakings[0].process
		if i >= 0 {
			b = l.dates.bounds[moment{steps, l.node, i, 0}]
		}
		if i < 0 || l.scenario.Nodes[l.node].Program[i].Op == model.Push {
			b.Upper = l.awake(b).Upper
		}
		return b
	}
	before := i - 1
	for before >= 0 && !l.scenario.Nodes[l.node].Program[before].Op.Numbered() {
		before--
	}
	l.middle("start", it, it.Start, end(before))
	l.middle("end", it, it.End, end(i))
}

// event compares what a process does for itself, but for its program, whose end is compared
// with the ends of nodes.
func (l *logged) event(it *measure.Item) {
	switch it.Name {
	case "uptime":
		l.resumed("start", it, it.Start)
		l.asleep("end", it, it.End)
	case "loading_state":
		l.resumed("start", it, it.Start)
		l.resumed("end", it, it.End)
	case "saving_state":
		l.asleep("start", it, it.Start)
		l.asleep("end", it, it.End)
	default:
		l.resumed("start", it, it.Start)
		l.middle("end", it, it.End, l.end(l.node))
	}
}

// resumed compares what a process does when it is there, or has its session.
func (l *logged) resumed(what string, it *measure.Item, at time.Duration) {
	if k, ok := l.wake(it, at); ok {
		w := l.wakings[k]
		l.middle(what, it, at, analysis.Bound{Lower: w.process.Lower, Upper: w.ready.Upper + l.scenario.Network.Profile.Pass.Hi})
	}
}

// asleep compares what ends when the process does.
func (l *logged) asleep(what string, it *measure.Item, at time.Duration) {
	k, ok := l.wake(it, at)
	if !ok {
		return
	}
	over := l.wakings[k].dozes
	if k == len(l.processes)-1 {
		over = l.end(l.node)
	}
	over.Upper += saving
	l.middle(what, it, at, over)
}

// off compares when a node is off, and boots.
func (l *logged) off(it *measure.Item) {
	k := l.nth.next(processes, int(it.Kind), l.node).nth
	if k >= len(l.wakings) {
		l.lacks(it, fmt.Sprintf("the model has no wake %d of the node", k+1))
		return
	}
	w := l.wakings[k]
	planned, _ := l.scenario.Nodes[l.node].Uptime.Nth(k)
	wakes := analysis.Bound{Lower: planned.Start - clocks, Upper: w.process.Upper}
	if it.Kind == measure.Boot {
		l.middle("start", it, it.Start, wakes)
		l.middle("end", it, it.End, w.process)
		return
	}
	fell := analysis.Bound{Lower: 0, Upper: wakes.Upper}
	if k > 0 {
		fell = analysis.Bound{Lower: l.wakings[k-1].dozes.Lower, Upper: planned.Start}
	}
	l.middle("start", it, it.Start, fell)
	l.middle("end", it, it.End, wakes)
}

// place compares an entry or a departure.
func (l *logged) place(it *measure.Item) {
	word, name, _ := strings.Cut(it.Name, "_")
	kind := moved(word != "leave")
	for c := range l.scenario.Components {
		if l.scenario.Components[c].Node != l.node {
			continue
		}
		if p := slices.IndexFunc(l.scenario.TypeOf(c).Places, func(p model.Named) bool { return p.Name == name }); p >= 0 {
			if k := l.nth.next(kind, c, p); k.nth == 0 && kind == enters && l.added(c, p) {
				l.middle(word, it, it.Start, l.addition(c))
			} else {
				l.at(word, it, it.Start, k)
			}
			return
		}
	}
	l.lacks(it, "the model has no such place on the node")
}

// added says whether a component enters a place first as it is added.
func (l *logged) added(component, place int) bool {
	return place == l.scenario.TypeOf(component).Initial && l.adds(component) >= 0
}

// adds is the instruction that adds a component, or -1.
func (l *logged) adds(component int) int {
	return slices.IndexFunc(l.scenario.Nodes[l.node].Program, func(in model.Instruction) bool { return in.Op == model.Add && in.Component == component })
}

// addition is when a component that is added enters its initial place, in a pass.
func (l *logged) addition(component int) analysis.Bound {
	b := l.dates.bounds[moment{steps, l.node, l.adds(component), 0}]
	b.Upper += l.scenario.Network.Profile.Pass.Hi
	return b
}

// publish compares what a node tells others.
func (l *logged) publish(it *measure.Item) {
	of, value, _ := strings.Cut(it.Name, "=")
	name, port, isPort := strings.Cut(of, ".")
	c, err := l.names.Component(name)
	switch n, number := strconv.Atoi(value); {
	case err != nil && value == "INACTIVE": // the node
		l.shown(it, -1)
	case err != nil:
		l.lacks(it, err.Error())
	case !isPort:
		l.shown(it, c)
	default:
		p := slices.IndexFunc(l.scenario.TypeOf(c).Ports, func(p model.Port) bool { return p.Name == port })
		if p < 0 || number != nil {
			l.lacks(it, "the model has no such port")
			return
		}
		k := l.nth.next(changed(n != 0), c, p)
		if l.scenario.TypeOf(c).Ports[p].Kind == model.DataProvide { // counts the entries into its place
			l.at("publication", it, it.Start, moment{enters, c, l.scenario.TypeOf(c).Ports[p].Bound[0].Index, k.nth})
			return
		}
		l.at("publication", it, it.Start, l.dates.ports[k])
	}
}

// shown compares when a component is told to be active or not; -1: the node.
func (l *logged) shown(it *measure.Item, component int) {
	const near = 100 * time.Millisecond
	on := strings.HasSuffix(it.Name, "=ACTIVE")
	for c, list := range l.behaviours {
		for p, at := range list {
			switch {
			case component >= 0 && c != component:
			case on && at.start-near < it.Start && it.Start < at.start+near:
				l.middle("publication", it, it.Start, l.begin(c, p))
				return
			case !on && at.end-near < it.Start && it.Start < at.end+near:
				l.at("publication", it, it.Start, moment{ends, c, p, 0})
				return
			}
		}
	}
	l.resumed("publication", it, it.Start)
}
