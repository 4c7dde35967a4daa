package gen

import (
	"slices"

	"adagio/dsl/model"
)

// Racing adds what leaves the order of many events open, each by a knob of its own. The zero
// value adds nothing.
type Racing struct {
	// Waves: up to six waves, in which most components take part and that programs do not
	// often separate by waits.
	Waves bool
	// Shared: most use ports have several providers.
	Shared bool
	// Reconnects: users that are stopped, disconnected, connected again and deployed in one
	// wave; also their provider's side of the connection.
	Reconnects bool
	// Starts: nodes that start within ranges as long as all that happens.
	Starts bool
}

// Races turns every knob.
var Races = Racing{Waves: true, Shared: true, Reconnects: true, Starts: true}

// waveCount is how many waves follow the first.
func (b *builder) waveCount() int {
	if b.Racing.Waves {
		return b.between(1, 5)
	}
	return b.chooser(4)
}

// rarely is a chance in per cent of what prevents races.
func (b *builder) rarely(percent int) int {
	if b.Racing.Waves {
		return percent / 3
	}
	return percent
}

// reconnect makes the connections of a stopped component anew before it is deployed again.
// Often it waits for the component first: otherwise a connection may be in use.
func (w *writer) reconnect(c int) {
	if !w.Racing.Reconnects || !w.chance(25) {
		return
	}
	var links []int
	for i, l := range w.s.Links {
		if l.User == c && w.makes(i) || l.Provider == c && w.makes(i) && w.chance(30) {
			links = append(links, i)
		}
	}
	if len(links) == 0 {
		return
	}
	if !w.chance(15) {
		w.write(model.Instruction{Op: model.Wait, Component: c, Behaviour: -1})
	}
	for _, op := range []model.Op{model.Disconnect, model.Connect} {
		for _, i := range links {
			w.write(model.Instruction{Op: op, Link: i})
		}
		if op == model.Disconnect && w.chance(20) {
			w.write(model.Instruction{Op: model.Pause, Duration: w.duration()})
		}
		slices.Reverse(links)
	}
}

// wideStarts has nodes start within wide ranges.
func (b *builder) wideStarts() {
	for n := range b.s.Nodes {
		if b.Racing.Starts && b.chance(50) {
			wide := 5 * b.duration().Hi
			if b.s.Nodes[n].Start = b.upTo(wide); !b.Constant {
				b.s.Nodes[n].Start = model.Interval(0, wide)
			}
		}
	}
}
