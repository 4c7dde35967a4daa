package report

import (
	"fmt"
	"io"
	"strings"

	"adagio/dsl/diag"
	"adagio/petri"
	"adagio/petri/structure"
)

// Structure is the document of "adagio net --structure": what holds of a net whatever its
// transitions last.
type Structure struct {
	Schema      string   `json:"schema"` // "adagio/structure/1"
	Places      int      `json:"places"`
	Transitions int      `json:"transitions"`
	Reads       int      `json:"read_arcs"`
	Conflicts   int      `json:"conflicts"` // places from which several transitions take
	Classes     []string `json:"classes"`   // without the read arcs
	// Complete says that Invariants are all that are minimal; otherwise there were too many.
	Complete   bool            `json:"complete"`
	Invariants []InvariantText `json:"invariants"`
	// Unmarked are the places that are never marked: the greatest siphon without a token.
	Unmarked []string `json:"never_marked"`
	// Ends is why nothing but the end of all programs keeps everything from happening;
	// missing where that is not shown.
	Ends *EndsProof `json:"ends,omitempty"`
}

// InvariantText is a place invariant: the weighted number of tokens in some places.
type InvariantText struct {
	Text   string         `json:"text"`
	Tokens int            `json:"tokens"`
	Places map[string]int `json:"places"` // with their weights
}

// EndsProof is how many invariants and traps a proof of termination uses, and the traps.
type EndsProof struct {
	Invariants int        `json:"invariants"`
	Traps      [][]string `json:"traps"`
}

// NewStructure computes the document of a net.
func NewStructure(n *petri.Net) *Structure {
	c := structure.Classify(n)
	d := &Structure{Schema: "adagio/structure/1", Places: len(n.Places), Transitions: len(n.Transitions), Reads: c.Reads, Conflicts: c.Conflicts,
		Classes: append([]string{}, c.Names()...), Invariants: []InvariantText{}, Unmarked: []string{}}
	p := structure.NewProver(n)
	var list []structure.Invariant
	list, d.Complete = p.Invariants()
	for _, inv := range list {
		text := InvariantText{inv.Text(n, 0), inv.Tokens, map[string]int{}}
		for _, t := range inv.Terms {
			text.Places[n.PlaceName(t.Place)] = t.Weight
		}
		d.Invariants = append(d.Invariants, text)
	}
	for i, never := range structure.Unmarked(n) {
		if never {
			d.Unmarked = append(d.Unmarked, n.PlaceName(petri.PlaceID(i)))
		}
	}
	if proof := p.Ends(); proof != nil {
		d.Ends = &EndsProof{len(proof.Invariants), [][]string{}}
		for _, trap := range proof.Traps {
			var names []string
			for _, q := range trap {
				names = append(names, n.PlaceName(q))
			}
			d.Ends.Traps = append(d.Ends.Traps, names)
		}
	}
	return d
}

// fewInvariants is how many invariants are shown of many.
const fewInvariants = 20

// Text writes the document; of many invariants it shows those of the fewest places unless
// all are asked for.
func (d *Structure) Text(w io.Writer, all bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %s; %s\n", diag.Count(d.Places, "place"), diag.Count(d.Transitions, "transition"), diag.Count(d.Reads, "read arc"),
		diag.Count(d.Conflicts, "place")+" from which several transitions take")
	class := "no class that is looked for: state machine, marked graph, free choice, asymmetric choice"
	if len(d.Classes) > 0 {
		class = strings.Join(d.Classes, ", ")
	}
	fmt.Fprintf(&b, "without its read arcs: %s\n", class)
	if d.Ends != nil {
		fmt.Fprintf(&b, "whatever transitions last, where nothing can happen any more every program has ended: %s and %s say so\n",
			diag.Count(d.Ends.Invariants, "place invariant"), diag.Count(len(d.Ends.Traps), "trap"))
	} else {
		fmt.Fprintln(&b, "that every program ends whatever transitions last is not shown")
	}
	for _, p := range d.Unmarked {
		fmt.Fprintf(&b, "never marked: %s\n", p)
	}
	fmt.Fprintf(&b, "%s", diag.Count(len(d.Invariants), "place invariant"))
	if !d.Complete {
		fmt.Fprint(&b, ", and perhaps more: there are too many to list them all")
	}
	fmt.Fprintln(&b)
	for i, inv := range d.Invariants {
		if i == fewInvariants && !all {
			fmt.Fprintf(&b, "  … and %d more (--all shows all)\n", len(d.Invariants)-i)
			break
		}
		fmt.Fprintf(&b, "  %s\n", inv.Text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
