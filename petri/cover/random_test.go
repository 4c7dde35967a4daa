package cover_test

import (
	"math/rand/v2"
	"time"

	"adagio/dsl/model"
	"adagio/petri/cover"
)

// system is a random system with what its simulator needs to know of it.
type system struct {
	*cover.System
	delays  [][2]time.Duration
	causes  [][]cover.Event
	guards  [][][]cover.Signal
	signals [][]cover.Phase
	goals   []cover.Event

	notAfter [][2]cover.Event
	quick    []quick
}

func (s *system) event(chain int, d [2]time.Duration, causes ...cover.Event) cover.Event {
	s.delays = append(s.delays, d)
	s.causes = append(s.causes, causes)
	s.guards = append(s.guards, nil)
	return s.Event(chain, d[0], d[1], causes...)
}

func (s *system) signal(phases ...cover.Phase) cover.Signal {
	s.signals = append(s.signals, phases)
	return s.Signal(phases...)
}

func (s *system) guard(e cover.Event, anyOf ...cover.Signal) {
	s.guards[e] = append(s.guards[e], anyOf)
	s.Guard(e, anyOf...)
}

// remote is what another node knows of a signal, written out with arrivals.
func (s *system) remote(g cover.Signal, chain int, d [2]time.Duration) cover.Signal {
	last := cover.None
	arrive := func(e cover.Event) cover.Event {
		if e == cover.None {
			return e
		}
		if last == cover.None {
			last = s.event(chain, d, e)
		} else {
			last = s.event(chain, [2]time.Duration{}, last, s.event(cover.Alone, d, e))
		}
		s.Arrival(e, last)
		return last
	}
	var phases []cover.Phase
	for _, p := range s.signals[g] {
		on := arrive(p.On)
		phases = append(phases, cover.Phase{On: on, Off: arrive(p.Off)})
	}
	return s.signal(phases...)
}

// shape says what random systems are like.
type shape struct {
	providers, users int
	anyOf, remote    float64
	cross, idle      float64
	width            int
}

// draw makes a random system: providers that leave and come back, users that enter and
// leave while a provider serves and hold it meanwhile, some of which are providers
// themselves; components that wait for one another to be idle; and causes across.
func draw(r *rand.Rand, sh shape) *system {
	s := &system{System: cover.NewSystem()}
	chance := func(p float64) bool { return r.Float64() < p }
	delay := func(least, span int) [2]time.Duration {
		lo := time.Duration(least + r.IntN(span+1))
		hi := lo
		if chance(.7) {
			hi += time.Duration(r.IntN(sh.width + 1))
		}
		return [2]time.Duration{lo, hi}
	}
	chains := 0
	chain := func() int { chains++; return chains }
	source := s.event(0, [2]time.Duration{})
	type provider struct {
		chain      int
		willing    cover.Signal
		departures []cover.Event
	}
	type component struct {
		first, last cover.Event
		chain       int
		events      []cover.Event
	}
	var providers []provider
	var components []component
	for range sh.providers {
		c := chain()
		var phases []cover.Phase
		var departures, events []cover.Event
		on, last := cover.None, source
		for range 1 + r.IntN(3) {
			try := s.event(c, delay(0, 10), last)
			leave := s.event(c, [2]time.Duration{}, try)
			back := s.event(c, delay(1, 10), leave)
			s.StartSlice(leave)
			phases = append(phases, cover.Phase{On: on, Off: try})
			departures = append(departures, leave)
			events = append(events, try, leave, back)
			on, last = back, back
		}
		phases = append(phases, cover.Phase{On: on, Off: cover.None})
		providers = append(providers, provider{c, s.signal(phases...), departures})
		components = append(components, component{events[0], last, c, events})
	}
	for range sh.users {
		c := chain()
		start := s.event(c, delay(0, 10), source)
		last := start
		events := []cover.Event{start}
		var free, serving []cover.Phase
		var entries, departures []cover.Event
		on := cover.None
		provides := chance(.3)
		leave := func(entered cover.Event) {
			if !provides {
				last = s.event(c, delay(0, 10), last)
			} else {
				try := s.event(c, delay(0, 10), last)
				last = s.event(c, [2]time.Duration{}, try)
				s.StartSlice(last)
				serving = append(serving, cover.Phase{On: entered, Off: try})
				departures = append(departures, last)
			}
			events = append(events, last)
			on = last
		}
		inside := chance(.4)
		if inside {
			leave(cover.None)
		}
		rounds := 1 + r.IntN(3)
		stays := false
		for j := range rounds {
			enter := s.event(c, delay(0, 10), last)
			last = enter
			entries, events = append(entries, enter), append(events, enter)
			if on != cover.None || j == 0 && !inside {
				free = append(free, cover.Phase{On: on, Off: enter})
			}
			if j == rounds-1 && chance(.5) {
				stays = true
				if provides {
					serving = append(serving, cover.Phase{On: enter, Off: cover.None})
				}
				break
			}
			leave(enter)
		}
		if !stays {
			free = append(free, cover.Phase{On: on, Off: cover.None})
		}
		end := s.event(c, delay(0, 10), last)
		components = append(components, component{start, end, c, append(events, end)})
		released := s.signal(free...)
		count := 1
		if len(providers) > 1 && chance(.25) {
			count = 2
		}
		far := chance(sh.remote)
		way := delay(0, 2)
		var served []cover.Signal
		for _, i := range r.Perm(len(providers))[:count] {
			p := providers[i]
			g, f := p.willing, released
			if far {
				g, f = s.remote(g, chain(), way), s.remote(f, chain(), way)
			}
			served = append(served, g)
			for _, d := range p.departures {
				s.guard(d, f)
			}
		}
		anyOf := count > 1 && chance(sh.anyOf)
		for _, e := range entries {
			if anyOf {
				s.guard(e, served...)
				continue
			}
			for _, g := range served {
				s.guard(e, g)
			}
		}
		if provides && len(serving) > 0 {
			providers = append(providers, provider{c, s.signal(serving...), departures})
		}
	}
	for i, x := range components {
		if chance(sh.idle) {
			y := components[r.IntN(len(components))]
			if y.chain == x.chain {
				continue
			}
			var phases []cover.Phase
			if chance(.5) {
				phases = append(phases, cover.Phase{On: cover.None, Off: y.first})
			}
			g := s.signal(append(phases, cover.Phase{On: y.last, Off: cover.None})...)
			if chance(sh.remote) {
				g = s.remote(g, chain(), delay(0, 2))
			}
			s.guard(components[i].events[r.IntN(len(x.events))], g)
		}
	}
	for _, x := range components {
		s.goals = append(s.goals, x.last)
	}
	return s
}

// run simulates a system once: the dates of its events, and whether all occurred. At
// equal dates the order is drawn.
func (s *system) run(r *rand.Rand, mode int) (dates []time.Duration, complete bool) {
	n := len(s.causes)
	const pending = time.Duration(-1)
	dates = make([]time.Duration, n)
	since := make([]time.Duration, n) // enabled since
	missing := make([]int, n)
	takes := make([]time.Duration, n)
	after := make([][]int, n)
	for e := range n {
		dates[e], since[e] = pending, pending
		missing[e] = len(s.causes[e])
		for _, p := range s.causes[e] {
			after[p] = append(after[p], e)
		}
		lo, hi := s.delays[e][0], s.delays[e][1]
		switch {
		case mode == 0 || mode == 2 && r.IntN(2) == 0:
			takes[e] = lo
		case mode == 3:
			takes[e] = lo + time.Duration(r.Int64N(int64(hi-lo)+1))
		default:
			takes[e] = hi
		}
	}
	on := make([]bool, len(s.signals))
	turnsOn, turnsOff := make([][]int, n), make([][]int, n)
	for g, phases := range s.signals {
		for _, p := range phases {
			if p.On == cover.None {
				on[g] = true
			} else {
				turnsOn[p.On] = append(turnsOn[p.On], g)
			}
			if p.Off != cover.None {
				turnsOff[p.Off] = append(turnsOff[p.Off], g)
			}
		}
	}
	enabled := func(e int) bool {
		for _, clause := range s.guards[e] {
			any := false
			for _, g := range clause {
				any = any || on[g]
			}
			if !any {
				return false
			}
		}
		return missing[e] == 0
	}
	now := time.Duration(0)
	update := func() {
		for e := range n {
			switch {
			case dates[e] != pending:
			case !enabled(e):
				since[e] = pending
			case since[e] == pending:
				since[e] = now
			}
		}
	}
	update()
	for {
		next := model.Never
		var due []int
		for e := range n {
			if dates[e] != pending || since[e] == pending {
				continue
			}
			at := since[e] + takes[e]
			if at < next {
				next, due = at, due[:0]
			}
			if at == next {
				due = append(due, e)
			}
		}
		if len(due) == 0 {
			break
		}
		now = next
		e := due[r.IntN(len(due))]
		dates[e] = now
		for _, g := range turnsOff[e] {
			on[g] = false
		}
		for _, g := range turnsOn[e] {
			on[g] = true
		}
		for _, f := range after[e] {
			missing[f]--
		}
		update()
	}
	for _, d := range dates {
		if d == pending {
			return dates, false
		}
	}
	return dates, true
}
