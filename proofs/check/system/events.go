// Package system checks that a system of events is that of a scenario: that it has the
// events that programs and components demand, their durations, and, where that is plain,
// that each of them waits for what the rules of the executor say and for nothing else.
//
// To be trusted: this package, and what [Against] says that it takes as given.
package system

import (
	"fmt"
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/proofs/check/derivation"
)

const (
	none    = derivation.None
	unknown = none - 1
)

// The kinds of event that the scenario demands. The other kinds are what lies between
// these: news on its way, looks and steps.
const (
	nodeStart, programStep, waitBegin, componentAdd, behaviourRun, behaviourEnd, tryLeave, leave, start, fire, enter, network = 0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 15
)

// key is what an event stands for: its kind, the component or node, the behaviour, and
// the transition, place, push or instruction.
type key struct{ kind, of, behaviour, element int }

func keyOf(label []int) key {
	switch label[0] {
	case nodeStart:
		return key{label[0], label[1], 0, 0}
	case programStep:
		return key{label[0], label[1], 0, label[2]}
	case behaviourRun, behaviourEnd:
		return key{label[0], label[3], label[4], label[5]}
	}
	return key{label[0], label[3], label[4], label[6]}
}

// Node is a node's first event and its last.
type Node struct{ Start, End int }

// checker goes through a scenario and finds the events of a system that it demands.
type checker struct {
	s       *model.Scenario
	sys     *derivation.System
	events  map[key][]int // not demanded yet
	demand  map[int]*demand
	steps   [][]int // by node: what executes its instructions
	starts  []int
	lives   []*life
	fronts  map[int][]int
	reached map[[2]int]bool // from one event to another by causes
	soon    map[[2]int]bool // no later than
	timed   map[int]bool    // what it lasts has been compared
	given   string
}

// Against says whether a system is that of a scenario, and what of it, in words, has been
// taken as given: of the delays, and of what events wait for. Nothing, if that is empty.
func Against(s *model.Scenario, sys *derivation.System, nodes []Node) (delays, conditions string, err error) {
	c := &checker{s: s, sys: sys, events: map[key][]int{}, demand: map[int]*demand{}, fronts: map[int][]int{}, reached: map[[2]int]bool{}, soon: map[[2]int]bool{}, timed: map[int]bool{}, given: unfollowed(s)}
	for e, l := range sys.Labels {
		c.events[keyOf(l)] = append(c.events[keyOf(l)], e)
	}
	if len(nodes) != len(s.Nodes) {
		return "", "", fmt.Errorf("the certificate is of %d nodes, the scenario has %d", len(nodes), len(s.Nodes))
	}
	pushes := make([][]push, len(s.Components))
	for n := range s.Nodes {
		if err := c.program(n, nodes[n], pushes); err != nil {
			return "", "", err
		}
	}
	for k := range s.Components {
		l := newLife(c, k)
		if err := l.follow(pushes[k]); err != nil {
			return "", "", err
		}
		c.lives = append(c.lives, l)
	}
	if s.Network.Profile.Kind != model.Ideal {
		delays = "how long looks, messages and steps of the executor take"
	} else if err := c.news(); err != nil {
		return "", "", err
	}
	if c.given == "" {
		err = c.conditions()
	}
	return delays, c.given, err
}

// news checks delays with the executor ideal: only news of another node takes time, besides
// what has been found to last as the scenario says; and it arrives in order.
func (c *checker) news() error {
	for e, label := range c.sys.Labels {
		var d model.Delay
		if from := c.origin(e); from != none {
			d = c.s.Network.Between(c.sys.Labels[from][1], label[1])
		}
		if c.timed[e] {
			continue
		} else if err := c.lasts(e, d, fmt.Sprintf("event %d", e)); err != nil {
			return err
		}
	}
	for _, all := range c.sys.Phases {
		last := none
		for _, p := range all {
			for _, e := range p {
				if e == none || c.sys.Labels[e][0] != network {
					continue
				}
				for _, p := range c.sys.Causes[e] {
					if p != last && c.origin(p) == none && c.origin(e) == none {
						return fmt.Errorf("event %d comes after event %d, and nothing demands that", e, p)
					}
				}
				last = e
			}
		}
	}
	return nil
}

// origin is the event of another node of which one brings news; none if it brings none.
func (c *checker) origin(e int) int {
	if p := c.sys.Causes[e]; c.demand[e] == nil && len(p) == 1 && c.sys.Labels[p[0]][1] != c.sys.Labels[e][1] {
		return p[0]
	}
	return none
}

// push is what a component goes through: a behaviour, or -1 where it is added; event and instruction.
type push struct{ behaviour, event, instruction int }

// find takes the next event of a key, which is to follow some others by causes.
func (c *checker) find(k key, what string, after ...int) (int, error) {
	if len(c.events[k]) == 0 {
		return 0, fmt.Errorf("the system has no event for %s", what)
	}
	e := c.events[k][0]
	c.events[k] = c.events[k][1:]
	for _, a := range after {
		if !c.follows(a, e) {
			return 0, fmt.Errorf("in the system %s (event %d) does not follow from event %d", what, e, a)
		}
	}
	c.demand[e] = &demand{what: what, after: after}
	return e, nil
}

// before takes the next event of a key if it comes before another one by causes.
func (c *checker) before(k key, what string, e int, after ...int) (int, bool) {
	if len(c.events[k]) == 0 || !c.follows(c.events[k][0], e) {
		return e, false
	}
	f, err := c.find(k, what, after...)
	return f, err == nil
}

func (c *checker) lasts(e int, d model.Delay, what string) error {
	c.timed[e] = true
	if lo, hi := time.Duration(c.sys.Lo[e]), time.Duration(c.sys.Hi[e]); lo != d.Lo || hi != d.Hi {
		return fmt.Errorf("in the system %s lasts %v .. %v, not %v", what, lo, hi, d)
	}
	return nil
}

// program follows the instructions of a node.
func (c *checker) program(n int, of Node, pushes [][]push) error {
	node := &c.s.Nodes[n]
	last, err := c.find(key{nodeStart, n, 0, 0}, "the start of node "+node.Name)
	if err == nil {
		err = c.lasts(last, node.Start, "the start of node "+node.Name)
	}
	if err != nil {
		return err
	}
	if of.Start != last {
		return fmt.Errorf("node %s does not start with event %d", node.Name, of.Start)
	}
	c.starts = append(c.starts, last)
	var steps []int
	for i, in := range node.Program {
		if last, err = c.find(key{programStep, n, 0, i}, fmt.Sprintf("instruction %d of node %s", i, node.Name), last); err != nil {
			return err
		}
		steps = append(steps, last)
		switch in.Op {
		case model.Push:
			pushes[in.Component] = append(pushes[in.Component], push{in.Behaviour, last, i})
		case model.Add:
			pushes[in.Component] = append(pushes[in.Component], push{none, last, i})
		case model.Pause:
			if err := c.lasts(last, in.Duration, "a pause of node "+node.Name); err != nil {
				return err
			}
		}
	}
	c.steps = append(c.steps, steps)
	if !c.follows(last, of.End) {
		return fmt.Errorf("the program of node %s does not end with event %d", node.Name, of.End)
	}
	return nil
}

// follows says whether b is a, or comes after it by causes.
func (c *checker) follows(a, b int) bool {
	if a == b || a > b {
		return a == b
	}
	known, ok := c.reached[[2]int{a, b}]
	if !ok {
		known = slices.ContainsFunc(c.sys.Causes[b], func(p int) bool { return c.follows(a, p) })
		c.reached[[2]int{a, b}] = known
	}
	return known
}

// precedes says whether b comes after a by causes.
func (c *checker) precedes(a, b int) bool { return a != b && c.follows(a, b) }

// front lists the events that the scenario demands which an event comes directly after, by
// way of such that it does not: none of them before another.
func (c *checker) front(e int) []int {
	if known, ok := c.fronts[e]; ok {
		return known
	}
	var all []int
	for _, p := range c.sys.Causes[e] {
		if c.demand[p] != nil {
			all = append(all, p)
		} else {
			all = append(all, c.front(p)...)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	var last []int
	for i, p := range all {
		if !slices.ContainsFunc(all[i+1:], func(q int) bool { return c.follows(p, q) }) {
			last = append(last, p)
		}
	}
	c.fronts[e] = last
	return last
}

// root is the demanded event that another is, or brings news of to one that waits for it:
// looks begin after what comes before the latter. It is unknown if there is no one.
func (c *checker) root(e, of int) int {
	if e == none || c.demand[e] != nil {
		return e
	}
	front := c.front(e)
	if len(front) > 1 {
		front = slices.DeleteFunc(slices.Clone(front), func(p int) bool { return c.precedes(p, of) })
	}
	if len(front) != 1 {
		return unknown
	}
	return front[0]
}
