// Package executor says how long what an executor adds may last: looks, steps and passes of a
// loop (this file, steps.go, question.go), and the ways of facts to other nodes (messages.go).
//
// The ideal profile adds nothing. The ballet profile is derived from the loop that
// SEMANTICS.md, section 5, describes. Let r be the time of one look at a remote
// fact, P the sleep, s a step, p a pass, g the looks of an event's question that is
// granted, n those that follow an answer in the negative, and X the looks that
// other events, other components and the program make in the same pass:
//
//   - a behaviour's first departures follow its begin after [0, p.hi + 2·X·r]: they
//     are tried in the next pass, or in the one after the look of a wait;
//   - the end of a behaviour follows its last entry within [0, p.hi], and others see
//     it at once; the node's own program goes on within X·r, the rest of the pass,
//     or after a sleep where nothing could move;
//   - an entry follows the last end of its transitions after
//     [s.lo + r.lo for each question, s.hi + (2·X + g)·r]: the end is seen in one
//     pass, the entry is made in the next; nobody is asked before all docks are filled.
//     Where the program may pause in between, s.lo counts for nothing;
//   - a first look before a departure or a start takes [r.lo each, (X + k)·r], where
//     k is the greatest number of looks of its question;
//   - a transition that asks nothing starts within the looks for the other
//     departures and starts of the pass;
//   - a change in favour of the observer is seen within [latency, P + (2·X + n + g)·r]:
//     it may come just after the answer in a pass that goes on with other looks,
//     sleeps, and looks again; within P + (X + 2)·r by a remote wait;
//   - a change on the own node is seen within p.hi + (X + k)·r, one turn of the loop;
//   - a change against the observer is in force, for a look that was answered
//     just before, within [latency, latency + (g - 1)·r]: the answer travels, and the
//     other looks of the same question follow; within (g - 2)·r where the change is that a
//     provider refuses, as it is asked before that whether it serves; within g·r for a wait.
//
// In a wait X counts only behaviours that may be running then: those pushed before
// and not waited for.
//
// r is Request where all peers that may be asked are at rest (package unfold, rest.go); otherwise it is
// Busy, longer the more nodes ask the same peer (Profile.Shared). Each delay is computed with both.
//
// One look is two requests, each on a connection of its own: four journeys each
// way besides the peer's own time (Profile.Exchanges, Profile.Setup).
package executor

import (
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/survey"
)

// Timing tells the delays that an executor adds to a scenario.
type Timing struct {
	*survey.Survey
	// Looks holds, by node, how long one of its looks lasts; nil unless the executor looks.
	Looks   []Look
	sleeps  bool // some node does
	settled map[petri.Fact]bool
}

// Look is how long one look of a node lasts: at least, at most, and at most at nodes at rest.
type Look struct{ Least, Most, AtRest time.Duration }

// Delay is a delay in which a node may look at others.
type Delay struct {
	model.Delay
	// AtRest is the upper end where all nodes that may be looked at, Peers, are at rest.
	AtRest time.Duration
	Peers  []int
}

// Plain is a delay without looks.
func Plain(d model.Delay) Delay { return Delay{Delay: d} }

// upper is the upper end of a delay: whatever nodes are looked at, and where all are at rest.
type upper struct{ any, atRest time.Duration }

// always is an upper end without looks.
func always(d time.Duration) upper { return upper{d, d} }

func (u upper) plus(v upper) upper { return upper{u.any + v.any, u.atRest + v.atRest} }

func (u upper) times(k int) upper {
	return upper{time.Duration(k) * u.any, time.Duration(k) * u.atRest}
}

func (u upper) max(v upper) upper { return upper{max(u.any, v.any), max(u.atRest, v.atRest)} }

// from is the delay from a least value to an upper end.
func (u upper) from(least time.Duration, peers []int) Delay {
	return Delay{model.Interval(least, u.any), u.atRest, peers}
}

// New times the executor of a scenario.
func New(s *survey.Survey) *Timing {
	t := &Timing{Survey: s, sleeps: s.Scenario.Sleeps(), settled: map[petri.Fact]bool{}}
	if t.Polling() {
		t.timeLooks()
	}
	return t
}

func (t *Timing) network() *model.Network { return &t.Scenario.Network }

func (t *Timing) profile() *model.Profile { return &t.Scenario.Network.Profile }

// timeLooks computes the time of one look from each node.
func (t *Timing) timeLooks() {
	p := t.profile()
	asked, askers := make([][]int, len(t.Nodes)), make([]int, len(t.Nodes))
	for n := range t.Nodes {
		asked[n] = t.AskedWhileAt(n, append(t.Awaited(n), t.Scenario.Nodes[n].Neighbours...)...)
		for _, m := range asked[n] {
			askers[m]++
		}
	}
	t.Looks = make([]Look, len(t.Nodes))
	for n, peers := range t.Scenario.Peers() {
		trips := time.Duration(p.RoundTrips())
		fastest, slowest := t.roundTrips(n, peers)
		longest := p.Look().Hi
		for _, m := range asked[n] {
			longest = max(longest, p.Shared(p.Busy.Hi, askers[m]-1))
		}
		t.Looks[n] = Look{p.Look().Lo + trips*fastest, longest + trips*slowest, p.Request.Hi + trips*slowest}
	}
}

// roundTrips are the least and the greatest latency there and back between a node
// and any of those that it asks.
func (t *Timing) roundTrips(n int, asked []int) (fastest, slowest time.Duration) {
	for i, m := range asked {
		there := t.network().Between(n, m).Plus(t.network().Between(m, n))
		if i == 0 {
			fastest = there.Lo
		}
		fastest, slowest = min(fastest, there.Lo), max(slowest, there.Hi)
	}
	return fastest, slowest
}

// looks bounds so many looks of a node.
func (t *Timing) looks(n, k int) upper {
	if t.Looks == nil {
		return upper{}
	}
	return upper{t.Looks[n].Most, t.Looks[n].AtRest}.times(k)
}

// LooksAt is the delay of so many looks of a node at others, which last so long at least.
func (t *Timing) LooksAt(n int, least time.Duration, k int, peers ...int) Delay {
	return t.looks(n, k).from(least, peers)
}

// LooksAround is the delay until a node has looked at all its neighbours so many times, a poll
// later at most.
func (t *Timing) LooksAround(n int, least time.Duration, times int) Delay {
	neighbours := t.Scenario.Nodes[n].Neighbours
	return always(t.profile().Poll.Hi).plus(t.looks(n, times*len(neighbours))).from(least, neighbours)
}
