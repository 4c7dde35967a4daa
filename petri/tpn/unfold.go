package tpn

import (
	"fmt"
	"slices"
	"time"

	"adagio/dsl/model"
)

// MaxEvents is the number of firings beyond which a net is not unfolded.
const MaxEvents = 20_000

// RefusedError says why a net is not bounded. Place is the place that has two tokens or
// that two transitions compete for, or -1.
type RefusedError struct {
	Place  int
	Reason string
}

func (e *RefusedError) Error() string { return e.Reason }

func refused(place int, format string, args ...any) error {
	return &RefusedError{place, fmt.Sprintf(format, args...)}
}

// stay is one stay of a token in a place.
type stay struct {
	place    int
	producer int // event, -1 for the initial marking
	consumer int // event, -1 if it stays
}

// event is a firing with the stays that it took and read.
type event struct {
	transition  int
	taken, read []int
}

// unfolding is one execution as an occurrence net: who has produced which token, and
// who has taken it.
type unfolding struct {
	net     *Net
	events  []event
	stays   []stay
	byPlace [][]int // by place: its stays in order
	fired   [][]int // by transition: its events in order
	takers  [][]int // by place: the transitions that take from it
	before  []set   // by event: what precedes it by causality
}

// set is a set of events.
type set []uint64

func (s set) has(e int) bool { return s[e/64]>>(e%64)&1 == 1 }
func (s set) add(e int)      { s[e/64] |= 1 << (e % 64) }
func (s set) join(o set) {
	for i, w := range o {
		s[i] |= w
	}
}

// play fires a net until nothing can. With reads it does so in the order of dates, each
// delay in the middle of its interval; without, in any order, as if nothing were read.
func play(net *Net, reads bool) (*unfolding, error) {
	u := &unfolding{net: net, byPlace: make([][]int, len(net.Places)), fired: make([][]int, len(net.Transitions)), takers: make([][]int, len(net.Places))}
	users := make([][]int, len(net.Places)) // by place: who needs it marked
	for t := range net.Transitions {
		for _, p := range net.Transitions[t].In {
			u.takers[p] = append(u.takers[p], t)
		}
		for _, p := range u.needs(t, reads) {
			users[p] = append(users[p], t)
		}
	}
	p := &player{u: u, reads: reads, users: users, marked: make([]int, len(net.Places)), since: make([]time.Duration, len(net.Places)), due: map[int]time.Duration{}}
	for i := range p.marked {
		p.marked[i] = -1
	}
	for i := range net.Places {
		if net.Places[i].Marked {
			p.mark(i, -1)
		}
	}
	for t := range net.Transitions {
		p.refresh(t)
	}
	for len(p.due) > 0 {
		if err := p.step(); err != nil {
			return nil, err
		}
	}
	u.order(reads)
	return u, nil
}

// needs lists the places that must be marked for t to fire.
func (u *unfolding) needs(t int, reads bool) []int {
	tr := &u.net.Transitions[t]
	if reads {
		return slices.Concat(tr.In, tr.Read)
	}
	return tr.In
}

// player is a token game.
type player struct {
	u      *unfolding
	reads  bool
	users  [][]int
	marked []int // by place: its stay, or -1
	since  []time.Duration
	now    time.Duration
	due    map[int]time.Duration // of what is enabled
}

func (p *player) refresh(t int) {
	since := time.Duration(0)
	needs := p.u.needs(t, p.reads)
	for _, place := range needs {
		if p.marked[place] < 0 {
			delete(p.due, t)
			return
		}
		since = max(since, p.since[place])
	}
	tr := &p.u.net.Transitions[t]
	delay := tr.Lo
	if tr.Hi != model.Never {
		delay += (tr.Hi - tr.Lo) / 2
	}
	p.due[t] = since + delay
}

func (p *player) mark(place, producer int) {
	p.marked[place], p.since[place] = len(p.u.stays), p.now
	p.u.byPlace[place] = append(p.u.byPlace[place], len(p.u.stays))
	p.u.stays = append(p.u.stays, stay{place, producer, -1})
}

// step fires what is due first: of those of one date the one of the lowest rank, then of
// the lowest number.
func (p *player) step() error {
	next := -1
	earlier := func(t, than int) bool {
		if than < 0 || p.due[t] != p.due[than] {
			return than < 0 || p.due[t] < p.due[than]
		}
		a, b := p.u.net.Transitions[t].Rank, p.u.net.Transitions[than].Rank
		return a < b || a == b && t < than
	}
	for t := range p.due {
		if earlier(t, next) {
			next = t
		}
	}
	tr := &p.u.net.Transitions[next]
	e := len(p.u.events)
	if e == MaxEvents {
		return refused(-1, "the net does not stop within %d firings", MaxEvents)
	}
	if len(tr.In) == 0 {
		return refused(-1, "transition %q takes no token: it can fire for ever", tr.Name)
	}
	p.now = max(p.now, p.due[next])
	ev := event{transition: next}
	if p.reads {
		for _, place := range tr.Read {
			ev.read = append(ev.read, p.marked[place])
		}
	}
	delete(p.due, next)
	for _, place := range tr.In {
		ev.taken = append(ev.taken, p.marked[place])
		p.u.stays[p.marked[place]].consumer = e
		p.marked[place] = -1
	}
	for _, place := range tr.In {
		for _, t := range p.users[place] {
			p.refresh(t)
		}
	}
	p.u.events = append(p.u.events, ev)
	p.u.fired[next] = append(p.u.fired[next], e)
	for _, place := range tr.Out {
		if p.marked[place] >= 0 {
			return refused(place, "the net is not 1-safe: transition %q puts a second token into place %q", tr.Name, p.u.net.Places[place].Name)
		}
		p.mark(place, e)
	}
	for _, place := range tr.Out {
		for _, t := range p.users[place] {
			p.refresh(t)
		}
	}
	return nil
}

// order computes what precedes each event by causality: what it takes and reads, and,
// where reads are decided, who reads what it takes.
func (u *unfolding) order(reads bool) {
	u.before = make([]set, len(u.events))
	for e := range u.events {
		u.before[e] = make(set, (len(u.events)+63)/64)
		for _, p := range u.causes(e) {
			u.before[e].add(p)
			u.before[e].join(u.before[p])
		}
	}
}

// causes lists the events that have produced what an event takes and reads.
func (u *unfolding) causes(e int) (out []int) {
	for _, list := range [2][]int{u.events[e].taken, u.events[e].read} {
		for _, s := range list {
			if p := u.stays[s].producer; p >= 0 && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// follows says whether b is a or certainly comes after it by causality.
func (u *unfolding) follows(a, b int) bool { return a == b || u.before[b].has(a) }

// apart says whether the one stay is over for certain, by causality, when the other begins.
func (u *unfolding) apart(a, b int) bool {
	over := func(first, second int) bool {
		j, p := u.stays[first].consumer, u.stays[second].producer
		return j >= 0 && p >= 0 && u.follows(j, p)
	}
	return over(a, b) || over(b, a)
}

// safe says whether no place can hold two tokens in any order of the events; otherwise it
// fails with the place.
func (u *unfolding) safe(apart func(a, b int) bool) error {
	for place, stays := range u.byPlace {
		for i := 1; i < len(stays); i++ {
			if !apart(stays[i-1], stays[i]) {
				return refused(place, "place %q can hold two tokens: from %s and from %s", u.net.Places[place].Name, u.source(stays[i-1]), u.source(stays[i]))
			}
		}
	}
	return nil
}

func (u *unfolding) source(s int) string {
	if p := u.stays[s].producer; p >= 0 {
		return fmt.Sprintf("transition %q", u.net.Transitions[u.events[p].transition].Name)
	}
	return "the initial marking"
}

// maxTries bounds the search for firings that might occur in another order.
const maxTries = 5_000_000

// rivals calls yield for every firing that might occur in place of what has occurred:
// a transition with one stay for each place that it needs, no two of which are apart, that
// is no event. It fails when the search takes too long.
func (u *unfolding) rivals(reads bool, apart func(a, b int) bool, yield func(t int, stays []int) error) error {
	tries := 0
	for t := range u.net.Transitions {
		if !u.contended(t, reads) {
			continue
		}
		needs := u.needs(t, reads)
		// A place with few stays first prunes best.
		order := slices.Clone(needs)
		slices.SortStableFunc(order, func(a, b int) int { return len(u.byPlace[a]) - len(u.byPlace[b]) })
		chosen := make([]int, 0, len(needs))
		var choose func(i int) error
		choose = func(i int) error {
			if tries++; tries > maxTries {
				return refused(-1, "the search for conflicts was given up after %d steps", maxTries)
			}
			if i == len(order) {
				if u.occurred(t, chosen) {
					return nil
				}
				return yield(t, chosen)
			}
			for _, s := range u.byPlace[order[i]] {
				if slices.ContainsFunc(chosen, func(c int) bool { return apart(c, s) }) {
					continue
				}
				chosen = append(chosen, s)
				if err := choose(i + 1); err != nil {
					return err
				}
				chosen = chosen[:i]
			}
			return nil
		}
		if err := choose(0); err != nil {
			return err
		}
	}
	return nil
}

// contended says whether a transition may lose a token to another.
func (u *unfolding) contended(t int, reads bool) bool {
	tr := &u.net.Transitions[t]
	for _, p := range tr.In {
		if len(u.takers[p]) > 1 {
			return true
		}
	}
	if reads {
		for _, p := range tr.Read {
			if len(u.takers[p]) > 0 {
				return true
			}
		}
	}
	return false
}

// occurred says whether a transition has fired with these stays.
func (u *unfolding) occurred(t int, stays []int) bool {
	return slices.ContainsFunc(u.fired[t], func(e int) bool {
		ev := &u.events[e]
		for _, list := range [2][]int{ev.taken, ev.read} {
			for _, s := range list {
				if !slices.Contains(stays, s) {
					return false
				}
			}
		}
		return true
	})
}
