package petri

import (
	"fmt"
	"io"
	"strings"
)

// PlaceName is the name of a place, unique in the net. Names are made when the first of
// them is asked for.
func (n *Net) PlaceName(p PlaceID) string {
	if n.names != nil {
		if places, _ := n.names(); int(p) < len(places) {
			return places[p]
		}
	}
	return fmt.Sprintf("place %d", p)
}

// TransitionName is the name of a transition, unique in the net.
func (n *Net) TransitionName(t TransitionID) string {
	if n.names != nil {
		if _, transitions := n.names(); int(t) < len(transitions) {
			return transitions[t]
		}
	}
	return fmt.Sprintf("transition %d", t)
}

// Print writes the net readably: a line per place, then a line per transition
// with what it takes, reads and marks.
func (n *Net) Print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "net: %d places, %d transitions\n", len(n.Places), len(n.Transitions))
	for p := range n.Places {
		mark := " "
		if n.Places[p].Marked {
			mark = "*"
		}
		fmt.Fprintf(&b, "place %s %s\n", mark, n.PlaceName(PlaceID(p)))
	}
	for i := range n.Transitions {
		t := &n.Transitions[i]
		fmt.Fprintf(&b, "transition %s: %s", n.TransitionName(TransitionID(i)), n.placeNames(t.In()))
		if len(t.Read()) > 0 {
			fmt.Fprintf(&b, " [reads %s]", n.placeNames(t.Read()))
		}
		fmt.Fprintf(&b, " -> %s", n.placeNames(t.Out()))
		if t.Delay.Hi > 0 {
			fmt.Fprintf(&b, " for %v", t.Delay)
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (n *Net) placeNames(ids []PlaceID) string {
	names := make([]string, len(ids))
	for i, p := range ids {
		names[i] = n.PlaceName(p)
	}
	return strings.Join(names, ", ")
}
