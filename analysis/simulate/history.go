package simulate

import (
	"time"

	"adagio/dsl/model"
)

// Change is that something begins to hold of a component, or ceases to: of the kinds of
// [model.Atom], all but Served and Programs.
type Change struct {
	Kind    model.AtomKind
	Element int // -1 for [model.Resting]
	On      bool
	Initial bool // it holds from the beginning
	At      time.Duration
}

// LinkChange is that the user's side of a link is made or removed.
type LinkChange struct {
	Link    int
	On      bool
	Initial bool // it is there from the beginning
	At      time.Duration
}

// begin notes what holds from the beginning.
func (w *world) begin() {
	if !w.opts.History {
		return
	}
	w.history = make([][]bool, len(w.comps))
	for c := range w.comps {
		w.observe(&w.comps[c])
	}
	for l := range w.sides {
		if w.sides[l].user {
			w.linked(l, true)
		}
	}
	w.begun = true
}

// linked notes that the user's side of a link has changed.
func (w *world) linked(link int, on bool) {
	if w.opts.History {
		w.trace.Links = append(w.trace.Links, LinkChange{link, on, !w.begun, w.now})
	}
}

// observe notes what has changed of a component.
func (w *world) observe(c *component) {
	if !w.opts.History {
		return
	}
	t := c.sh.t
	now := 0
	if w.history[c.id] == nil {
		w.history[c.id] = make([]bool, len(t.Places)+len(t.Groups)+len(t.Ports)+len(t.Behaviours)+len(t.Transitions)+1)
	}
	note := func(kind model.AtomKind, element int, on bool) {
		if w.history[c.id][now] != on {
			w.history[c.id][now] = on
			c.w.trace.Changes[c.id] = append(c.w.trace.Changes[c.id], Change{kind, element, on, !w.begun, w.now})
		}
		now++
	}
	for p := range t.Places {
		note(model.AtPlace, p, c.places[p])
	}
	for g := range t.Groups {
		note(model.InGroup, g, c.inGroup(g))
	}
	for p := range t.Ports {
		note(model.PortOn, p, c.active(p))
	}
	for b := range t.Behaviours {
		note(model.Behaves, b, c.behaviour == b)
	}
	for i := range t.Transitions {
		note(model.Fires, i, c.docks[i] == running)
	}
	note(model.Resting, -1, c.idle())
}

// inGroup says whether a place of a group is active, or a transition inside it is under
// way.
func (c *component) inGroup(g int) bool {
	in := make([]bool, len(c.places))
	for _, p := range c.sh.t.Groups[g].Places {
		if in[p] = true; c.places[p] {
			return true
		}
	}
	for i, t := range c.sh.t.Transitions {
		if c.docks[i] != empty && in[t.Src] && in[t.Dst] {
			return true
		}
	}
	return false
}
