package nets

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri"
)

// Game is the token game: it plays a net step by step, with the delays and the
// order of simultaneous firings chosen by the caller. It shares no code with the
// unfolding.
//
//	g := nets.NewGame(net, func(t petri.TransitionID, nth int) time.Duration { … })
//	for {
//		ready, date := g.Ready()
//		if len(ready) == 0 { break }
//		if err := g.Fire(ready[0]); err != nil { … }
//	}
type Game struct {
	net     *petri.Net
	delay   func(t petri.TransitionID, nth int) time.Duration
	since   []time.Duration // by place: when it was marked, -1 if it is not
	enabled []time.Duration // by transition: when it became enabled, -1 if it is not
	due     []time.Duration // by transition: when it fires, if it stays enabled
	counts  []int
	now     time.Duration
	batch   []petri.TransitionID // what goes together with the last firing
}

// NewGame starts a game at the initial marking. delay chooses the delay of the
// nth firing of a transition, from 0, each time the transition becomes enabled;
// nil takes the least.
func NewGame(net *petri.Net, delay func(t petri.TransitionID, nth int) time.Duration) *Game {
	if delay == nil {
		delay = func(t petri.TransitionID, _ int) time.Duration { return net.Transitions[t].Delay.Lo }
	}
	g := &Game{net: net, delay: delay, since: make([]time.Duration, len(net.Places)),
		enabled: make([]time.Duration, len(net.Transitions)), due: make([]time.Duration, len(net.Transitions)), counts: make([]int, len(net.Transitions))}
	for p := range net.Places {
		g.since[p] = -1
		if net.Places[p].Marked {
			g.since[p] = 0
		}
	}
	for t := range net.Transitions {
		g.enabled[t] = -1
		g.refresh(petri.TransitionID(t))
	}
	return g
}

// refresh recomputes whether and since when a transition is enabled.
func (g *Game) refresh(t petri.TransitionID) {
	since := time.Duration(0)
	tr := &g.net.Transitions[t]
	for _, p := range tr.Tests() {
		if g.since[p] < 0 {
			g.enabled[t] = -1
			return
		}
		since = max(since, g.since[p])
	}
	if g.enabled[t] != since {
		g.enabled[t] = since
		g.due[t] = since + g.delay(t, g.counts[t])
	}
}

// Now is the date of the last firing.
func (g *Game) Now() time.Duration { return g.now }

// Marked says whether a place holds a token.
func (g *Game) Marked(p petri.PlaceID) bool { return g.since[p] >= 0 }

// Ready returns the transitions that may fire next, and their date: those that go
// together with the last one; else those with the earliest date, and among them
// those of the lowest class, in order. It returns none when the game is over.
func (g *Game) Ready() ([]petri.TransitionID, time.Duration) {
	together := slices.DeleteFunc(slices.Clone(g.batch), func(t petri.TransitionID) bool { return g.enabled[t] < 0 || g.due[t] > g.now })
	if len(together) > 0 {
		return together, g.now
	}
	var ready []petri.TransitionID
	date := model.Never
	for t := range g.net.Transitions {
		if g.enabled[t] < 0 {
			continue
		}
		due := max(g.due[t], g.now)
		switch {
		case due < date:
			ready, date = append(ready[:0], petri.TransitionID(t)), due
		case due == date:
			ready = append(ready, petri.TransitionID(t))
		}
	}
	if len(ready) == 0 {
		return nil, g.now
	}
	class := g.net.Transitions[slices.MinFunc(ready, func(a, b petri.TransitionID) int {
		return cmp.Compare(g.net.Transitions[a].Class, g.net.Transitions[b].Class)
	})].Class
	return slices.DeleteFunc(ready, func(t petri.TransitionID) bool { return g.net.Transitions[t].Class != class }), date
}

// Fire fires a transition at its date. It fails if the transition is not
// enabled, if another should have fired before, or if a place would hold two
// tokens.
func (g *Game) Fire(t petri.TransitionID) error {
	tr := &g.net.Transitions[t]
	ready, date := g.Ready()
	if !slices.Contains(ready, t) {
		return fmt.Errorf("%q cannot fire now", g.net.TransitionName(t))
	}
	g.now = date
	g.counts[t]++
	g.batch = nil
	if tr.Class > petri.Inner {
		g.batch = slices.DeleteFunc(ready, func(u petri.TransitionID) bool { return u == t })
	}
	var touched []petri.PlaceID
	for _, p := range tr.In() {
		g.since[p] = -1
		touched = append(touched, p)
	}
	g.enabled[t] = -1
	for _, p := range touched {
		g.refreshAround(p)
	}
	for _, p := range tr.Out() {
		if g.since[p] >= 0 {
			return fmt.Errorf("%q puts a second token into %q", g.net.TransitionName(t), g.net.PlaceName(p))
		}
		g.since[p] = g.now
		touched = append(touched, p)
	}
	for _, p := range touched {
		g.refreshAround(p)
	}
	g.keepTogether()
	return nil
}

// keepTogether adds to what goes together the events that the last firing has
// brought under another variant.
func (g *Game) keepTogether() {
	for _, t := range slices.Clone(g.batch) {
		variant := g.net.Transitions[t].Variant
		for u := range g.net.Transitions {
			if variant != 0 && g.net.Transitions[u].Variant == variant && !slices.Contains(g.batch, petri.TransitionID(u)) {
				g.batch = append(g.batch, petri.TransitionID(u))
			}
		}
	}
	slices.Sort(g.batch)
}

func (g *Game) refreshAround(p petri.PlaceID) {
	for _, t := range g.net.Consumers.Of(p) {
		g.refresh(t)
	}
	for _, t := range g.net.Readers.Of(p) {
		g.refresh(t)
	}
}

// Left lists the places that hold a token of work in progress.
func (g *Game) Left() []petri.PlaceID {
	var out []petri.PlaceID
	for p := range g.net.Places {
		if g.since[p] >= 0 && !g.net.Places[p].MayStay {
			out = append(out, petri.PlaceID(p))
		}
	}
	return out
}
