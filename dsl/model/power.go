package model

import "fmt"

// Power is what a node draws, in watts, in each of its states: asleep; awake, with
// nothing to do; computing, while at least one of its transitions runs, anything
// from ComputingLo (one busy core) to ComputingHi (all); and what its radio or
// network card draws beside that while one of its messages is on the wire.
type Power struct {
	Sleeping, Awake          float64
	ComputingLo, ComputingHi float64
	Sending                  float64
}

// MaxPower is the greatest power that a node may draw, in watts.
const MaxPower = 1e9

// Validate says what is wrong with a power, or nil.
func (p *Power) Validate() error {
	for _, w := range []float64{p.Sleeping, p.Awake, p.ComputingLo, p.ComputingHi, p.Sending} {
		if !(w >= 0 && w <= MaxPower) {
			return fmt.Errorf("a node cannot draw %v W", w)
		}
	}
	if p.ComputingHi < p.ComputingLo {
		return fmt.Errorf("in the wrong order: %v W is greater than %v W", p.ComputingLo, p.ComputingHi)
	}
	return nil
}

// Measured says whether the power of some node is known.
func (s *Scenario) Measured() bool {
	for _, n := range s.Nodes {
		if n.Power != nil {
			return true
		}
	}
	return false
}

// CountsMessages says whether the messages that nodes send are known one by one:
// the executor sends each fact by itself when it changes, without hellos or
// readings beside, and the semantics say which are asked for.
func (s *Scenario) CountsMessages() bool {
	return s.Network.Profile.Kind == Ideal && s.Semantics == Ballet
}
