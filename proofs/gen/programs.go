package gen

import (
	"slices"

	"adagio/dsl/model"
)

// story chooses what is pushed to each component, wave by wave.
func (b *builder) story() {
	s := b.s
	first := make([][]int, len(s.Components))
	up := make([]bool, len(s.Components)) // as far as the story says
	for c := range first {
		up[c] = b.exists(c) || b.Benign || !b.chance(2)
		if up[c] && !b.exists(c) {
			first[c] = []int{deploy}
		}
		used := slices.ContainsFunc(s.Links, func(l model.Link) bool { return l.Provider == c })
		b.deleted[c] = !used && b.chance(18)
	}
	b.waves = append(b.waves, first)
	for range b.waveCount() {
		wave := make([][]int, len(s.Components))
		down := make([]bool, len(wave))
		for c := range wave { // providers come before their users
			down[c] = b.chance(35)
			deployed := !b.chance(10)
			for _, l := range s.Links {
				if l.User == c && (b.Benign || !b.chance(6)) {
					down[c] = down[c] || down[l.Provider]
					deployed = deployed && up[l.Provider]
				}
			}
			if !down[c] {
				if !b.Benign && b.chance(3) {
					wave[c] = append(wave[c], b.choose(nothing, deploy, stop))
				}
				continue
			}
			wave[c] = append(wave[c], b.choose(stop, update))
			if b.chance(8) {
				wave[c] = append(wave[c], nothing)
			}
			if up[c] = deployed; up[c] {
				wave[c] = append(wave[c], deploy)
			}
		}
		b.waves = append(b.waves, wave)
	}
}

// programs writes the program of each node, wave by wave.
func (b *builder) programs() {
	for n := range b.s.Nodes {
		w := &writer{builder: b, node: n, pushed: map[int][]int{}}
		w.setUp()
		for k, wave := range b.waves {
			if k > 0 && b.chance(12) && b.pauses() {
				w.write(model.Instruction{Op: model.Pause, Duration: b.duration()})
			}
			w.wave(k, wave)
			w.strangers()
			w.mistake()
		}
		w.tearDown()
		b.s.Nodes[n].Program = w.program
	}
}

// writer writes the program of one node.
type writer struct {
	*builder
	node    int
	program []model.Instruction
	pushed  map[int][]int // by local component: behaviours pushed so far
}

func (w *writer) write(in model.Instruction) { w.program = append(w.program, in) }

func (w *writer) local(c int) bool { return w.s.Components[c].Node == w.node }

// setUp adds and connects what does not exist yet.
func (w *writer) setUp() {
	for c := range w.s.Components {
		if w.local(c) && !w.exists(c) {
			w.write(model.Instruction{Op: model.Add, Component: c})
		}
	}
	for i, l := range w.s.Links {
		if !l.UserSide && !l.ProviderSide && w.makes(i) {
			w.write(model.Instruction{Op: model.Connect, Link: i})
		}
	}
}

// makes says whether this node ever has a side of a link.
func (w *writer) makes(link int) bool {
	user, provider := w.s.Sides(w.node, link)
	return user && !w.missing[[2]int{link, 0}] || provider && !w.missing[[2]int{link, 1}]
}

// wave pushes one wave, with waits in between.
func (w *writer) wave(k int, wave [][]int) {
	limiter := model.Limiter{Most: len(w.s.Components)} // none
	if w.chance(20) {
		limiter.Most = 1 + w.chooser(2)
	}
	for c, behaviours := range wave {
		if !w.local(c) {
			continue
		}
		for i, behaviour := range behaviours {
			if i > 0 {
				w.between(c, wave)
				w.reconnect(c)
			}
			w.program = limiter.Push(w.program, c)
			w.write(model.Instruction{Op: model.Push, Component: c, Behaviour: behaviour})
			w.pushed[c] = append(w.pushed[c], behaviour)
			if !w.Benign && w.chance(1) {
				w.disconnect(c)
			}
		}
	}
	for c := range wave {
		switch {
		case w.local(c) && w.chance(w.rarely(65)):
			w.wait(c)
		case !w.local(c) && w.chance(8):
			w.wait(c)
		}
	}
	if w.Runtime.WaitAlls && w.chance(15) {
		w.write(model.Instruction{Op: model.WaitAll})
		return
	}
	if k > 0 && w.chance(6) || k == 0 && w.chance(3) {
		w.write(model.Instruction{Op: model.WaitAll})
	}
}

// between waits, after a component has been sent down and before it is deployed
// again, for a provider that goes down in the same wave: as the published
// programs do. Without it there is a race.
func (w *writer) between(c int, wave [][]int) {
	for _, l := range w.s.Links {
		if l.User != c || wave[l.Provider] == nil {
			continue
		}
		if w.local(l.Provider) {
			if w.Benign || w.chance(w.rarely(55)) {
				w.wait(l.Provider)
			}
		} else if w.Benign || w.chance(w.rarely(60)) {
			w.write(model.Instruction{Op: model.Wait, Component: l.Provider, Behaviour: -1, Holding: w.chance(75)})
		}
	}
	if w.chance(25) {
		w.wait(c)
	}
}

// wait waits for a component, perhaps for one of its behaviours.
func (w *writer) wait(c int) {
	in := model.Instruction{Op: model.Wait, Component: c, Behaviour: -1}
	if !w.local(c) {
		if w.NoRemote {
			return
		}
		in.Holding = w.chance(20)
		if w.deleted[c] {
			return
		}
	}
	if b, ok := w.ended(c); ok && w.chance(35) {
		in.Behaviour = b
	}
	w.write(in)
}

// ended chooses a behaviour of c of which an end is still to be waited for.
func (w *writer) ended(c int) (int, bool) {
	if w.local(c) {
		if len(w.pushed[c]) == 0 {
			return 0, false
		}
		return w.pushed[c][w.chooser(len(w.pushed[c]))], true
	}
	counts := map[int]int{}
	for _, wave := range w.waves {
		for _, b := range wave[c] {
			counts[b]++
		}
	}
	for b := range nothing {
		if key := [3]int{w.node, c, b}; w.waited[key] < counts[b] {
			w.waited[key]++
			return b, true
		}
	}
	return 0, false
}

func (w *writer) disconnect(c int) {
	for i, l := range w.s.Links {
		if (l.User == c || l.Provider == c && w.chance(50)) && w.makes(i) {
			w.write(model.Instruction{Op: model.Disconnect, Link: i})
		}
	}
}

// tearDown waits for what runs; it may delete a component that nobody uses.
func (w *writer) tearDown() {
	for c := range w.s.Components {
		if !w.local(c) {
			continue
		}
		switch {
		case w.deleted[c]:
			w.delete(c)
		case w.chance(75):
			w.write(model.Instruction{Op: model.Wait, Component: c, Behaviour: -1})
		}
	}
}

func (w *writer) delete(c int) {
	w.write(model.Instruction{Op: model.Push, Component: c, Behaviour: stop})
	w.write(model.Instruction{Op: model.Wait, Component: c, Behaviour: -1})
	if w.chance(25) && w.pauses() {
		w.write(model.Instruction{Op: model.Pause, Duration: w.duration()})
	}
	for i, l := range w.s.Links {
		if l.User == c && w.makes(i) {
			w.write(model.Instruction{Op: model.Disconnect, Link: i})
		}
	}
	w.write(model.Instruction{Op: model.Delete, Component: c})
	w.again(c)
}
