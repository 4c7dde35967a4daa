package interchange

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"adagio/dsl/model"
	"adagio/petri/tpn"
)

// identifiers gives every name one of letters, digits and _ that begins with a letter,
// and says whether some had to be changed.
func identifiers(prefix string, names []string) (ids []string, changed bool) {
	used := map[string]bool{}
	for i, name := range names {
		id := strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
				return r
			}
			return '_'
		}, name)
		if id == "" || !(id[0] >= 'a' && id[0] <= 'z' || id[0] >= 'A' && id[0] <= 'Z') {
			id = prefix + id
		}
		for base := id; used[id]; {
			id = base + "_" + prefix + strconv.Itoa(i)
			base += "_"
		}
		used[id] = true
		changed = changed || id != name
		ids = append(ids, id)
	}
	return ids, changed
}

const renamed = "names are of letters, digits and _: other characters are replaced"

// namesOf are the names of places and of transitions.
func namesOf(n *tpn.Net) (places, transitions []string) {
	for _, p := range n.Places {
		places = append(places, p.Name)
	}
	for _, t := range n.Transitions {
		transitions = append(transitions, t.Name)
	}
	return places, transitions
}

// units is a date in units of the net, "inf" if there is none.
func units(d, unit time.Duration) string {
	if d == model.Never {
		return "inf"
	}
	return strconv.FormatInt(int64(d/unit), 10)
}

// writeRomeo writes the XML of Roméo, whose nets are time Petri nets with read arcs.
func writeRomeo(w io.Writer, n *tpn.Net) (losses []string, err error) {
	placeNames, transitionNames := namesOf(n)
	places, changed := identifiers("P", placeNames)
	transitions, changedToo := identifiers("T", transitionNames)
	x := newXML(w)
	x.open("TPN", "name", n.Name)
	drawn := func(i, row int) {
		x.open("graphics", "color", "0")
		x.leaf("position", "x", strconv.Itoa(100+100*(i%30)), "y", strconv.Itoa(100+200*(i/30)+row))
		x.leaf("deltaLabel", "deltax", "10", "deltay", "10")
		x.close()
	}
	for p, place := range n.Places {
		marking := "0"
		if place.Marked {
			marking = "1"
		}
		id := strconv.Itoa(p + 1)
		x.open("place", "id", id, "identifier", places[p], "label", place.Name, "initialMarking", marking, "eft", "0", "lft", "inf")
		drawn(p, 0)
		x.leaf("scheduling", "gamma", "0", "omega", "0")
		x.close()
	}
	for t, tr := range n.Transitions {
		id := strconv.Itoa(t + 1)
		x.open("transition", "id", id, "identifier", transitions[t], "label", tr.Name, "eft", units(tr.Lo, n.Unit), "lft", units(tr.Hi, n.Unit),
			"speed", "1", "cost", "0", "unctrl", "0", "obs", "1", "guard", "")
		drawn(t, 100)
		x.text("update", "")
		x.close()
	}
	arc := func(p, t int, kind string) {
		x.open("arc", "place", strconv.Itoa(p+1), "transition", strconv.Itoa(t+1), "type", kind, "weight", "1", "inhibitingCondition", "")
		x.leaf("nail", "xnail", "0", "ynail", "0")
		x.leaf("graphics", "color", "0")
		x.close()
	}
	for t, tr := range n.Transitions {
		for _, p := range tr.In {
			arc(p, t, "PlaceTransition")
		}
		for _, p := range tr.Read {
			arc(p, t, "read")
		}
		for _, p := range tr.Out {
			arc(p, t, "TransitionPlace")
		}
	}
	if changed || changedToo {
		losses = append(losses, renamed+"; the labels have the names")
	}
	if len(ranks(n)) > 1 {
		losses = append(losses, "priorities are not written")
	}
	return append(losses, unitLoss(n)), x.end()
}

func unitLoss(n *tpn.Net) string {
	return fmt.Sprintf("the unit of time is not written: 1 is %v", n.Unit)
}

// writeTapaal writes a timed-arc Petri net of TAPAAL. Its time is the age of tokens:
//
//   - A transition that waits for nothing in an instant is urgent.
//   - A delay after a single input place that no reading joins is the age of that token,
//     and the place has an invariant: at the end of the interval something must fire.
//   - Any other delay of a transition whose tokens nobody else takes is that of a place of
//     its own: an urgent transition begins it.
//   - Where another may take one of several tokens the age of all tokens gives the least
//     delay. There is no urgency after a delay then: the greatest delay is lost.
//
// A read arc is a pair of transport arcs, which keep the token's age.
func writeTapaal(w io.Writer, n *tpn.Net) (losses []string, err error) {
	placeNames, transitionNames := namesOf(n)
	begun := make([]int, len(n.Transitions)) // the place in which a delay runs, or -1
	takers := make([]int, len(n.Places))
	for _, t := range n.Transitions {
		for _, p := range t.In {
			takers[p]++
		}
	}
	invariant := make([]time.Duration, len(n.Places))
	for p := range invariant {
		invariant[p] = model.Never
	}
	unbounded := 0
	single := func(t tpn.Transition) bool { return len(t.In) == 1 && len(t.Read) == 0 }
	alone := func(t tpn.Transition) bool {
		return !slices.ContainsFunc(t.In, func(p int) bool { return takers[p] > 1 }) && !slices.ContainsFunc(t.Read, func(p int) bool { return takers[p] > 0 })
	}
	for i, t := range n.Transitions {
		begun[i] = -1
		switch {
		case t.Hi == 0:
		case single(t):
			invariant[t.In[0]] = min(invariant[t.In[0]], t.Hi)
		case alone(t):
			begun[i] = len(placeNames)
			placeNames = append(placeNames, t.Name+" runs")
			transitionNames = append(transitionNames, t.Name+" begins")
			invariant = append(invariant, t.Hi)
		case t.Hi != model.Never:
			unbounded++
		}
	}
	places, changed := identifiers("P", placeNames)
	transitions, changedToo := identifiers("T", transitionNames)
	x := newXML(w)
	x.open("pnml", "xmlns", "http://www.informatik.uni-hamburg.de/TGI/pnml")
	x.open("net", "active", "true", "id", "net", "type", "P/T net")
	at := func(i, row int) []string {
		return []string{"positionX", strconv.Itoa(60 + 120*(i%30)), "positionY", strconv.Itoa(60 + 240*(i/30) + row), "nameOffsetX", "0", "nameOffsetY", "0"}
	}
	for p := range places {
		marking, limit := "0", "< inf"
		if p < len(n.Places) && n.Places[p].Marked {
			marking = "1"
		}
		if invariant[p] != model.Never {
			limit = "<= " + units(invariant[p], n.Unit)
		}
		x.leaf("place", append([]string{"id", places[p], "name", places[p], "displayName", "true", "initialMarking", marking, "invariant", limit}, at(p, 0)...)...)
	}
	for t := range transitions {
		urgent := t >= len(n.Transitions) || n.Transitions[t].Hi == 0
		x.leaf("transition", append([]string{"id", transitions[t], "name", transitions[t], "displayName", "true", "urgent", strconv.FormatBool(urgent), "player", "0", "infiniteServer", "false", "angle", "0", "priority", "0"}, at(t, 120)...)...)
	}
	arcs := 0
	arc := func(source, target, kind, inscription string) {
		x.leaf("arc", "id", "A"+strconv.Itoa(arcs), "source", source, "target", target, "type", kind, "inscription", inscription, "weight", "1", "nameOffsetX", "0", "nameOffsetY", "0")
		arcs++
	}
	next := len(n.Transitions)
	for i, t := range n.Transitions {
		begin, from := transitions[i], "0"
		switch {
		case begun[i] >= 0:
			begin = transitions[next]
			next++
			arc(begin, places[begun[i]], "normal", "1")
			arc(places[begun[i]], transitions[i], "timed", interval(t, n.Unit))
		case t.Hi > 0:
			from = units(t.Lo, n.Unit)
		}
		for _, p := range t.In {
			guard := "[" + from + ",inf)"
			if single(t) && t.Hi > 0 {
				guard = interval(t, n.Unit)
			}
			arc(places[p], begin, "timed", guard)
		}
		for k, p := range t.Read {
			arc(places[p], begin, "transport", fmt.Sprintf("[%s,inf):%d", from, k+1))
			arc(begin, places[p], "transport", fmt.Sprintf("[0,inf):%d", k+1))
		}
		for _, p := range t.Out {
			arc(transitions[i], places[p], "normal", "1")
		}
	}
	if unbounded > 0 {
		losses = append(losses, fmt.Sprintf("the greatest delay of %d transitions is not written: TAPAAL has no urgency after a delay where another transition may take one of several tokens", unbounded))
	}
	if changed || changedToo {
		losses = append(losses, renamed)
	}
	if len(ranks(n)) > 1 {
		losses = append(losses, "priorities are not written")
	}
	return append(losses, unitLoss(n)), x.end()
}

// interval is the guard of an arc.
func interval(t tpn.Transition, unit time.Duration) string {
	if t.Hi == model.Never {
		return "[" + units(t.Lo, unit) + ",inf)"
	}
	return "[" + units(t.Lo, unit) + "," + units(t.Hi, unit) + "]"
}
