package simulate

import (
	"iter"
	"time"

	"adagio/dsl/model"
)

// polling drives a world as the Python runtime does (model.Polling;
// SEMANTICS.md, section 5): each node runs one loop, written here as straight
// code that sleeps, and looks at the true state of its peers when it looks.
type polling struct {
	*world
	agenda
	loops []loop
	flows *flows // on a platform
	open  int    // loops whose closing wait all has not returned
	dozes uint64 // how often a node has fallen asleep or woken up
	// watchers counts the loops that wake when anything changes.
	watchers int
}

// loop is the executor of one node.
type loop struct {
	*node
	d     *polling
	yield func(struct{}) bool
	next  func() (struct{}, bool)
	stop  func()
	turn  int32 // of the event that will wake it
	// stuck is the version of the world in which a whole turn of the loop found
	// nothing to do, though all that it asked answered that ever will; forever where no
	// version can change that.
	stuck    uint64
	watching bool
	looks    int   // since the turn began
	ports    []int // scratch
	// spins: it has computed without a pause since a transition began to run.
	spins bool
	// asked is the peer that computes while this loop looks at it, or nobody; due
	// is when it answers even so, answer how long that takes once it pauses.
	asked       int
	due, answer time.Duration
	// request and busy are how long it takes to answer, and sleep how long it sleeps, see
	// pace.
	request, busy, sleep time.Duration
	// glimpsed are the facts that the next look finds to have held for no time.
	glimpsed map[topic]bool
	// asleep: its process is not there until it wakes up, if it does.
	asleep, forever bool
	// unanswered: since the turn began it has asked a node that sleeps, but may answer later.
	unanswered bool
	// missed is the version of the world in which it was asked in vain, from its window
	// missedFrom on.
	missed     uint64
	missedFrom int
	// seen holds the last answer to each question (Exits, and where nodes sleep).
	seen map[topic]int32
}

const nobody = -1

const forever = ^uint64(0)

// runPolling interleaves the loops by date until nothing can happen any more.
func runPolling(w *world) {
	d := &polling{world: w, loops: make([]loop, len(w.nodes)), open: len(w.nodes)}
	w.view = recollection{d}
	d.cause = noMessage
	d.asksAll = w.s.Sleeps()
	d.flows = newFlows(w, &d.agenda)
	for i := range d.loops {
		l := &d.loops[i]
		*l = loop{node: &w.nodes[i], d: d, stuck: forever - 1, asked: nobody, seen: w.remembered(i)}
		l.next, l.stop = iter.Pull(l.run)
		d.push(w.trace.Nodes[i].Start, turns, i, 0)
	}
	for d.more() && !d.still() {
		e := d.pop()
		l := &d.loops[e.id]
		if e.value != l.turn {
			continue
		}
		d.now = e.at
		l.cause = max(l.cause, e.cause) // that of the last message that it waited for
		l.turn++
		before := d.version + d.dozes
		l.next()
		if d.watchers > 0 && d.version+d.dozes != before {
			d.wake()
		}
	}
	for i := range d.loops {
		d.loops[i].stop()
	}
}

// more says whether something else happens: next the first event of the agenda.
func (d *polling) more() bool {
	if d.flows != nil {
		d.flows.advance(model.Never)
	}
	return len(d.events) > 0
}

// still says whether no loop can find anything to do.
func (d *polling) still() bool {
	for i := range d.loops {
		if s := d.loops[i].stuck; s != forever && s != d.version {
			return false
		}
	}
	return true
}

func (d *polling) wake() {
	for i := range d.loops {
		if l := &d.loops[i]; l.watching {
			l.turn++
			d.push(d.now, turns, i, l.turn)
		}
	}
}

// halt unwinds a loop when the simulation is over.
type halt struct{}

func (l *loop) run(yield func(struct{}) bool) {
	defer func() {
		if x := recover(); x != nil && x != (halt{}) {
			panic(x)
		}
	}()
	l.yield = yield
	l.doze()
	l.d.trace.Nodes[l.id].Start = l.d.now
	l.started = true
	l.d.version++
	for l.d.at(l.node) {
		l.d.show(l.node, l.d.glimpse)
		l.execute(l.d.instruction(l.node))
		clear(l.glimpsed)
		l.d.done(l.node)
	}
	l.d.version++
	l.close()
	d := l.d
	if d.open--; d.uptimes[l.id] != nil && !l.gone {
		l.linger()
	}
	l.rest()
	l.stuck = forever
}

// close runs the wait all that closes every program, and ends the process. Where no
// rule makes it matter to others, it is what is left to do for the node alone.
func (l *loop) close() {
	d := l.d
	if r := d.s.Rules; !r.Exits && !r.Confirmations {
		l.await(func() bool { return d.quiet(l.node) })
		return
	}
	l.awaitAll(d.s.Rules.Confirmations)
	d.trace.Processes[l.id].Closed = d.now
	l.gone = d.s.Rules.Exits
	d.version++
}

// crash ends the process: the instruction that it is at cannot be executed.
func (l *loop) crash(why Refusal, component int) {
	l.d.fail(l.node, why, component)
	l.d.open--
	l.rest()
	l.stuck = forever
	panic(halt{})
}

// until sleeps to a date. Where no other loop has anything to do before, the
// clock just goes on.
func (l *loop) until(date time.Duration) {
	d := l.d
	d.trace.Events++
	if d.flows != nil {
		d.flows.advance(date)
	}
	if (len(d.events) == 0 || date < d.events[0].at) && d.watchers == 0 {
		d.now = date
		return
	}
	d.push(date, turns, l.id, l.turn)
	l.suspend()
}

func (l *loop) suspend() {
	if !l.yield(struct{}{}) {
		panic(halt{})
	}
}

// watch sleeps to a date, or for ever if it is model.Never, but wakes when anything
// changes.
func (l *loop) watch(date time.Duration) {
	if date != model.Never {
		l.d.push(date, turns, l.id, l.turn)
	}
	l.watching = true
	l.d.watchers++
	l.suspend()
	l.watching = false
	l.d.watchers--
}

// glimpse has the next look at a topic find that it holds.
func (d *polling) glimpse(i int) {
	t := d.topics.topics[i]
	l := &d.loops[t.to]
	if l.glimpsed == nil {
		l.glimpsed = map[topic]bool{}
	}
	l.glimpsed[t] = true
	d.version++
}

// execute runs an instruction to its end.
func (l *loop) execute(in *model.Instruction) {
	d := l.d
	if why, fails := d.refusal(l.node, in); fails {
		l.crash(why, in.Component)
	}
	if in.Holding {
		d.hold(l.node, true)
	}
	switch in.Op {
	case model.Wait:
		l.await(func() bool { return l.waited(in) })
	case model.Limit:
		l.await(func() bool { return d.belowLimit(in) })
	case model.WaitAll:
		l.awaitAll(d.s.Rules.Confirmations && in.Confirmed())
	case model.Pause:
		l.rest()
		l.wait(d.pause(l.node.id, &in.Duration)) // a pause of no time shows nothing (rule 3.7)
		l.doze()
	case model.Disconnect:
		if d.s.Semantics == model.Ballet {
			if !d.inUse(l, l.node, in.Link) {
				d.join(l.node, in.Link, false)
			}
			return
		}
		l.await(func() bool { return !d.inUse(l, l.node, in.Link) })
		d.join(l.node, in.Link, false)
	case model.Delete:
		l.await(func() bool { return d.removable(in.Component) })
		d.remove(l.node, in.Component)
	default:
		d.perform(l.node, in)
	}
	if in.Holding {
		d.hold(l.node, false)
		if d.opts.Window > 0 {
			l.until(d.now + d.opts.Window)
		}
	}
}

// waited is the condition of a wait: one look where the component is remote.
func (l *loop) waited(in *model.Instruction) bool {
	c := &l.d.comps[in.Component]
	if c.node == l.id {
		return l.d.locallyWaited(l.node, in)
	}
	if namesEnd(l.d.s, in) {
		return l.ask(topic{behaviourEnd, in.Component, in.Behaviour, l.id}) >= l.d.prepared.ends[l.id][l.pc]
	}
	return l.ask(topic{shownIdle, in.Component, 0, l.id}) != 0
}

// awaitAll waits until the node is idle and its neighbours say that they are, too.
// With confirmations it goes on asking all of them, until as many nodes as these have
// asked it and were told that it is idle; without, it pays one poll or none, and asks no
// further than the first that is not idle.
func (l *loop) awaitAll(confirmations bool) {
	d, neighbours := l.d, l.d.s.Nodes[l.id].Neighbours
	polled := len(neighbours) == 0
	l.await(func() bool {
		if !d.quiet(l.node) {
			return false
		}
		if !polled && !confirmations {
			polled = true
			if d.coin() {
				l.rest()
				l.wait(l.pace(&l.sleep, &d.s.Network.Profile.Poll))
			}
		}
		all := true
		for _, m := range neighbours {
			if all = l.ask(topic{nodeQuiet, m, 0, l.id}) != 0 && all; !all && !confirmations && !d.asksAll {
				return false
			}
		}
		return all && (!confirmations || len(l.askedBy) == len(neighbours)) // the runtime counts them
	})
	if confirmations {
		clear(l.askedBy)
	}
}
