package validate

import (
	"fmt"
	"time"
)

// Parting is where model and measurement part: the first delay of the run that
// the model does not allow, all dates before it being as measured.
type Parting struct {
	At     time.Duration
	Node   string
	Beyond time.Duration // by how much: negative if it came too early
	Reason string        // in words
}

// slop is what dates of logs may be off by without meaning anything: items that
// happen in one instant of the model are logged one after another.
const slop = 2 * time.Millisecond

// part finds it. Where the delays are all allowed and a date is outside all the
// same, they are only together more than the bounds cover.
func part(j *judged, gaps []Gap) *Parting {
	for i := range gaps {
		g := &gaps[i]
		if b := g.beyond(); b < -slop || b > slop {
			return &Parting{At: g.At, Node: j.scenario.Nodes[g.Node].Name, Beyond: b, Reason: g.reason()}
		}
	}
	if j.scenario.Sleeps() {
		return &Parting{Reason: "where nodes sleep no single delay can be compared with the model"}
	}
	return &Parting{Reason: "no single delay: each is within its interval when all dates before it are as measured"}
}

// reason says what is outside, and what is likely behind it.
func (g *Gap) reason() string {
	took := seconds(g.At - g.From)
	switch b := g.beyond(); {
	case g.kind == startOfNode:
		return fmt.Sprintf("late start: %s %s after the first, at most %s in the model", g.Event, seconds(g.At), seconds(g.Upper))
	case g.kind == lengthOfTransition:
		return fmt.Sprintf("transition: from its start to %s it takes %s, in the model %s .. %s", g.Event, took, seconds(g.Lower-g.From), seconds(g.Upper-g.From))
	case g.kind == endOfWait && b < 0:
		return fmt.Sprintf("early return of a wait: %s comes %s before it can, which is after %s", g.Event, seconds(-b), g.Cause)
	case b < 0:
		return fmt.Sprintf("too early: %s comes %s before it can, which is after %s", g.Event, seconds(-b), g.Cause)
	default:
		return fmt.Sprintf("too late: %s comes %s after %s, at most %s in the model", g.Event, took, g.Cause, seconds(g.Upper-g.From))
	}
}
