package structure

import (
	"fmt"
	"slices"
	"strings"

	"adagio/dsl/diag"
	"adagio/petri"
)

// Text is the invariant in words, with the names of the first places; of names 0 of all.
func (inv Invariant) Text(n *petri.Net, names int) string {
	var places []petri.PlaceID
	for _, t := range inv.Terms {
		places = append(places, t.Place)
	}
	if slices.ContainsFunc(inv.Terms, func(t Term) bool { return t.Weight > 1 }) {
		var parts []string
		for _, t := range inv.Terms {
			part := n.PlaceName(t.Place)
			if t.Weight > 1 {
				part = fmt.Sprintf("%d × %s", t.Weight, part)
			}
			parts = append(parts, part)
		}
		return fmt.Sprintf("%s = %d", strings.Join(few(parts, names, "term"), " + "), inv.Tokens)
	}
	switch inv.Tokens {
	case 0:
		return "none of " + list(n, places, names)
	case len(inv.Terms):
		return "each of " + list(n, places, names)
	}
	return fmt.Sprintf("exactly %d of %s", inv.Tokens, list(n, places, names))
}

// TrapText is a trap in words.
func TrapText(n *petri.Net, trap []petri.PlaceID, names int) string {
	return "at least 1 of " + list(n, trap, names)
}

// Text is why markings are not reached: what always holds and excludes them.
func (p *Proof) Text(n *petri.Net, sets, names int) string {
	var parts []string
	for _, inv := range p.Invariants {
		parts = append(parts, inv.Text(n, names))
	}
	for _, t := range p.Traps {
		parts = append(parts, TrapText(n, t, names))
	}
	if p.Unmarked {
		parts = append(parts, "what nothing ever marks")
	}
	return strings.Join(few(parts, sets, "such set"), "; ")
}

func list(n *petri.Net, places []petri.PlaceID, names int) string {
	var out []string
	for _, p := range places {
		out = append(out, n.PlaceName(p))
	}
	return strings.Join(few(out, names, "place"), ", ")
}

// few keeps the first of a list, and counts the others.
func few(parts []string, n int, of string) []string {
	if n == 0 || len(parts) <= n {
		return parts
	}
	return append(slices.Clone(parts[:n]), "and "+diag.Count(len(parts)-n, "more "+of))
}
