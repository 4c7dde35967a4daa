package model

import (
	"fmt"
	"strings"
	"time"
)

// Property is what is to hold of every execution of the plan: all of its claims.
type Property struct {
	Name   string
	Claims []Claim
	Pos    Pos
}

// ClaimKind says what a [Claim] claims. The comment says which fields mean something.
type ClaimKind uint8

const (
	All     ClaimKind = iota // each of Parts holds
	Any                      // some of Parts holds
	Contra                   // the only one of Parts does not hold
	Ends                     // every program ends
	Always                   // Predicate holds at all times, from From until Until
	Total                    // the time in which Predicate holds compares with Bound
	Longest                  // the longest stretch of time in which Predicate holds compares with Bound
	Before                   // From comes no later than Until
	Within                   // if Until comes, From does, at most Bound apart
	Dated                    // the date of From compares with Bound
)

// Claim is what holds of one execution or does not (dsl/README.md, Properties).
type Claim struct {
	Kind        ClaimKind
	Parts       []Claim
	Predicate   Predicate
	From, Until *Moment
	Op          Comparison
	Bound       time.Duration
	Pos         Pos
}

// PredicateKind says what a [Predicate] is. The comment says which fields mean something.
type PredicateKind uint8

const (
	Holds    PredicateKind = iota // Atom holds
	Not                           // the only one of Parts does not hold
	And                           // each of Parts holds
	Or                            // some of Parts holds
	Counting                      // the number of Parts that hold compares with Than
)

// Predicate is what holds at some times of an execution and not at others.
type Predicate struct {
	Kind  PredicateKind
	Atom  Atom
	Parts []Predicate
	Op    Comparison
	Than  int64
	Of    string // what is counted, as the source has it
}

// AtomKind says what an [Atom] says. The comment says which fields mean something.
type AtomKind uint8

const (
	AtPlace  AtomKind = iota // Component is at the place Element
	InGroup                  // Component is in the group Element
	PortOn                   // the port Element of Component is active, or in use
	Served                   // a provide port that the use port Element of Component is connected to is active
	Behaves                  // Component runs the behaviour Element
	Fires                    // Component runs the transition Element
	Resting                  // Component is idle with an empty queue
	Programs                 // the program of Node runs
)

// Atom is the smallest of states.
type Atom struct {
	Kind      AtomKind
	Component int // all kinds but Programs
	Element   int // of its type
	Node      int // of Programs, else -1
}

// Moment is when a state begins to hold for the first time, or ceases to for the last
// time. It never comes where the state never holds, or does not cease to.
type Moment struct {
	End bool
	Of  Atom
}

// Comparison is one of the six.
type Comparison uint8

const (
	AtMost Comparison = iota
	Less
	AtLeast
	More
	Equal
	Unequal
)

// Comparisons are the comparisons as the language writes them.
var Comparisons = map[string]Comparison{"<=": AtMost, "<": Less, ">=": AtLeast, ">": More, "==": Equal, "!=": Unequal}

// String is the comparison as the language writes it.
func (c Comparison) String() string { return [...]string{"<=", "<", ">=", ">", "==", "!="}[c] }

// Holds compares two numbers.
func (c Comparison) Holds(x, y int64) bool {
	return [...]bool{x <= y, x < y, x >= y, x > y, x == y, x != y}[c]
}

// Contrary is the comparison that holds where this one does not.
func (c Comparison) Contrary() Comparison {
	return [...]Comparison{More, AtLeast, Less, AtMost, Unequal, Equal}[c]
}

// Text is an atom in the words of the language.
func (a Atom) Text(s *Scenario) string {
	if a.Kind == Programs {
		return Reference(s.Nodes[a.Node].Name)
	}
	name, t := Reference(s.Components[a.Component].Name), s.TypeOf(a.Component)
	switch a.Kind {
	case AtPlace:
		return name + " at " + t.Places[a.Element].Name
	case InGroup:
		return name + " at " + t.Groups[a.Element].Name
	case PortOn:
		return name + "." + t.Ports[a.Element].Name
	case Served:
		return name + "." + t.Ports[a.Element].Name + " served"
	case Behaves:
		return name + " runs " + t.Behaviours[a.Element].Name
	case Fires:
		tr := t.Transitions[a.Element]
		return fmt.Sprintf("%s runs %s.%s", name, t.Behaviours[tr.Behaviour].Name, tr.Name)
	}
	return name + " idle"
}

// Text is a state in the words of the language.
func (x Predicate) Text(s *Scenario) string {
	parts := func(separator string) string {
		var out []string
		for _, p := range x.Parts {
			text := p.Text(s)
			if p.Kind == And || p.Kind == Or {
				text = "(" + text + ")"
			}
			out = append(out, text)
		}
		return strings.Join(out, separator)
	}
	switch x.Kind {
	case Not:
		return "not " + parts("")
	case And:
		return parts(" and ")
	case Or:
		return parts(" or ")
	case Counting:
		return fmt.Sprintf("count(%s) %v %d", x.Of, x.Op, x.Than)
	}
	return x.Atom.Text(s)
}

// Text is a moment in the words of the language.
func (m Moment) Text(s *Scenario) string {
	if m.End {
		return "end of " + m.Of.Text(s)
	}
	return "start of " + m.Of.Text(s)
}

// Text is a claim in the words of the language.
func (c *Claim) Text(s *Scenario) string {
	switch c.Kind {
	case Ends:
		return "ends"
	case Always:
		text := "always " + c.Predicate.Text(s)
		if c.Predicate.Kind == Not {
			text = "never " + c.Predicate.Parts[0].Text(s)
		}
		if c.From != nil {
			text += " from " + c.From.Text(s)
		}
		if c.Until != nil {
			text += " until " + c.Until.Text(s)
		}
		return text
	case Total, Longest:
		return fmt.Sprintf("%s %v %s", c.Measure(s), c.Op, FormatDuration(c.Bound))
	case Before:
		return c.From.Text(s) + " before " + c.Until.Text(s)
	case Within:
		return fmt.Sprintf("%s within %s of %s", c.From.Text(s), FormatDuration(c.Bound), c.Until.Text(s))
	case Dated:
		return fmt.Sprintf("%s %v %s", c.From.Text(s), c.Op, FormatDuration(c.Bound))
	}
	var out []string
	for i := range c.Parts {
		text := c.Parts[i].Text(s)
		if k := c.Parts[i].Kind; k == All || k == Any || k == Always && c.Kind != Contra {
			text = "(" + text + ")"
		}
		out = append(out, text)
	}
	switch c.Kind {
	case Contra:
		return "not " + out[0]
	case All:
		return strings.Join(out, " and ")
	}
	return strings.Join(out, " or ")
}

// Measure is what a claim of the kind Total or Longest measures.
func (c *Claim) Measure(s *Scenario) string {
	word := map[bool]string{true: "time", false: "longest"}[c.Kind == Total]
	if c.Predicate.Kind == Not {
		switch a := c.Predicate.Parts[0]; {
		case a.Kind == Holds && a.Atom.Kind == PortOn && !s.TypeOf(a.Atom.Component).Ports[a.Atom.Element].Kind.IsUse():
			return map[bool]string{true: "downtime", false: "outage"}[c.Kind == Total] + "(" + a.Text(s) + ")"
		case a.Kind == Holds && a.Atom.Kind == Served && c.Kind == Total:
			return "unserved(" + strings.TrimSuffix(a.Text(s), " served") + ")"
		}
	}
	return word + "(" + c.Predicate.Text(s) + ")"
}

// Atoms calls yield for each atom of a state.
func (x *Predicate) Atoms(yield func(Atom)) {
	if x.Kind == Holds {
		yield(x.Atom)
	}
	for i := range x.Parts {
		x.Parts[i].Atoms(yield)
	}
}

// Atoms calls yield for each atom of a claim.
func (c *Claim) Atoms(yield func(Atom)) {
	switch c.Kind {
	case Always, Total, Longest:
		c.Predicate.Atoms(yield)
	}
	for _, m := range []*Moment{c.From, c.Until} {
		if m != nil {
			yield(m.Of)
		}
	}
	for i := range c.Parts {
		c.Parts[i].Atoms(yield)
	}
}
