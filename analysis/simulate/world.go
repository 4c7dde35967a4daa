package simulate

import (
	"slices"
	"time"

	"adagio/dsl/model"
)

// world is the state of one run, common to the two drivers.
type world struct {
	*prepared
	sampler
	opts  Options
	now   time.Duration
	trace *Trace
	// uptimes says, by node, when it is awake; nil: always.
	uptimes []*model.Uptime
	// woken is, by node, the last window that it has woken up for, with executors whose boots
	// take time.
	woken []woken
	// asksAll: a loop asks all that an event depends on in each pass, whatever the answer to
	// one of these questions, as the runtime does whose nodes sleep.
	asksAll bool

	comps []component
	sides []sides // by link
	nodes []node
	// deleted says, by component, whether it was and has not been added again.
	deleted []bool

	// version counts the changes of anything that a component or a node can ask
	// about.
	version uint64
	// touched lists the components whose facts may have changed and awake the
	// nodes that have something to do, see ideal.go.
	touched, awake list
	dirty          []bool // by component: whether its node's list holds it

	view    witness // what the rules know when the run is over
	scratch []int

	occurred map[string]uint64 // see stream
	places   map[*model.Factor]float64
	history  [][]bool // by component: what holds, see observe
	begun    bool     // it is no longer what holds from the beginning
}

// sides says which sides of a link exist.
type sides struct{ user, provider bool }

// node is the state of a node's program.
type node struct {
	id             int
	started, ended bool
	gone           bool         // its process has ended
	failed         bool         // … because an instruction could not be executed
	holding        bool         // in a "wait … holding"
	askedBy        map[int]bool // the nodes that have asked since its last wait all, and were told that it is idle
	pc             int
	until          time.Duration // end of the pause, or model.Never
	local          []int         // its components, in the order of their creation
	dirty          []int         // those whose rules may have become applicable
	running        int           // what keeps it awake: transitions of its components, steps, a reading
	ran            time.Duration // when one of these has ended last
	rose           time.Duration // when the first of these has begun
	inbox          []event       // what waits for the node to be awake
	forever        bool          // … and it does not wake up any more
	cause          int32         // the message that its present moves come of
}

func newWorld(m *prepared, opts Options) *world {
	s := m.s
	w := &world{
		prepared: m, opts: opts, sampler: newSampler(opts), scratch: make([]int, 0, 16),
		comps: make([]component, len(s.Components)),
		sides: make([]sides, len(s.Links)),
		nodes: make([]node, len(s.Nodes)), deleted: make([]bool, len(s.Components)),
		trace: &Trace{
			Record: model.NewRecord(s, model.Never), Processes: make([]Process, len(s.Nodes)), Changes: make([][]Change, len(s.Components)),
		},
	}
	for n := range s.Nodes {
		w.uptimes = append(w.uptimes, s.Nodes[n].Uptime)
	}
	w.woken = make([]woken, len(s.Nodes))
	w.dirty = make([]bool, len(s.Components))
	w.touched.grow(len(s.Components))
	w.awake.grow(len(s.Nodes))
	for i, l := range s.Links {
		w.sides[i] = sides{l.UserSide, l.ProviderSide}
	}
	for n := range s.Nodes {
		w.nodes[n] = node{id: n, until: model.Never, ran: model.Never, cause: noMessage}
		w.trace.Nodes[n].Start, w.trace.Processes[n].Closed = w.start(n), model.Never
	}
	for c := range s.Components {
		n := s.Components[c].Node
		w.comps[c] = newComponent(w, c)
		if w.comps[c].exists {
			w.nodes[n].local = append(w.nodes[n].local, c)
		}
	}
	w.begin()
	return w
}

// start is when a node starts: nodes that are started one after another have the pace of the
// run in common.
func (w *world) start(n int) time.Duration {
	if w.opts.Starts != nil {
		return w.opts.Starts[n]
	}
	d, from := &w.s.Nodes[n].Start, w.stream(func() string { return StartName(w.s, n) })
	at := from.value(d)
	if f := d.Factor; f != nil && from.choose == nil && from.kind == Draw {
		return d.Lo + time.Duration(w.place(f)*float64(at-d.Lo))
	}
	return at
}

// changed notes that what others may ask about a component may have changed.
func (w *world) changed(c *component) {
	w.version++
	w.trace.Events++
	w.touched.add(c.id)
	w.observe(c)
	w.examine(c.id)
	for _, d := range w.local[c.id] {
		w.examine(d)
	}
}

// examine has the rules of a component tried again.
func (w *world) examine(c int) {
	n := w.comps[c].node
	if !w.dirty[c] {
		w.dirty[c] = true
		w.nodes[n].dirty = append(w.nodes[n].dirty, c)
	}
	w.awake.add(n)
}

// instruction returns the instruction that a node is at.
func (w *world) instruction(n *node) *model.Instruction { return &w.s.Nodes[n.id].Program[n.pc] }

// done notes that the instruction has ended and goes to the next.
func (w *world) done(n *node) {
	w.trace.Nodes[n.id].Instructions[n.pc].End = w.now
	n.pc++
	w.version++
	w.trace.Events++
}

// at notes that a node has come to its next instruction, or to the end of its
// program; it says which.
func (w *world) at(n *node) bool {
	t := &w.trace.Nodes[n.id]
	if n.pc == len(t.Instructions) {
		if !n.ended {
			n.ended, t.End, w.trace.Processes[n.id].After = true, w.now, int(n.cause)
		}
		return false
	}
	if t.Instructions[n.pc].Start == model.Never {
		t.Instructions[n.pc].Start = w.now
	}
	return true
}

// perform runs an instruction that never blocks (section 3).
func (w *world) perform(n *node, in *model.Instruction) {
	switch in.Op {
	case model.Add:
		c := &w.comps[in.Component]
		if c.exists {
			return
		}
		n.local = append(n.local, c.id)
		w.deleted[c.id] = false
		c.exists, c.entering = true, true
		w.changed(c)
		if c.sh.concertoD { // marks the initial place without asking its ports
			c.appear()
		}
	case model.Connect:
		w.join(n, in.Link, true)
	case model.Push:
		w.comps[in.Component].pushed(in.Behaviour)
	}
}

// join makes or removes the sides of a link that are on node n.
func (w *world) join(n *node, link int, exists bool) {
	user, provider := w.s.Sides(n.id, link)
	if user {
		w.sides[link].user = exists
		w.linked(link, exists)
		w.changed(&w.comps[w.s.Links[link].User])
	}
	if provider {
		w.sides[link].provider = exists
		w.changed(&w.comps[w.s.Links[link].Provider])
	}
}

// refusal says why an instruction cannot be executed, if that ends the process of its
// node (Fails).
func (w *world) refusal(n *node, in *model.Instruction) (Refusal, bool) {
	if !w.s.Rules.Fails {
		return 0, false
	}
	switch in.Op {
	case model.Delete:
		switch c := &w.comps[in.Component]; {
		case c.exists && !c.idle():
			return Active, true
		case c.exists && w.connected(c.id):
			return StillConnected, true
		}
	case model.Connect, model.Disconnect:
		user, provider := w.s.Sides(n.id, in.Link)
		have := w.sides[in.Link]
		switch there := user && have.user || provider && have.provider; {
		case in.Op == model.Connect && there:
			return AlreadyConnected, true
		case in.Op == model.Disconnect && !there:
			return NotConnected, true
		}
	}
	return 0, false
}

// fail ends the process of a node.
func (w *world) fail(n *node, why Refusal, component int) {
	n.failed, n.gone = true, true
	w.trace.Failures = append(w.trace.Failures, Failure{Node: n.id, Instruction: n.pc, Why: why, Component: component, At: w.now})
	w.version++
}

// connected says whether a component has its side of a link.
func (w *world) connected(c int) bool {
	for _, links := range w.links[c] {
		for _, l := range links {
			k := &w.s.Links[l]
			if k.User == c && w.sides[l].user || k.Provider == c && w.sides[l].provider {
				return true
			}
		}
	}
	return false
}

// hold begins or ends what "wait … holding" shows to the other nodes.
func (w *world) hold(n *node, holding bool) {
	if n.holding == holding {
		return
	}
	n.holding = holding
	w.version++
	w.awake.add(n.id)
	for _, c := range n.local {
		w.touched.add(c)
	}
}

// shows says whether a component is shown as idle to other nodes.
func (w *world) shows(c *component) bool {
	n := &w.nodes[c.node]
	return n.started && !n.holding && c.idle()
}

// quiet says whether all existing components of a node are idle.
func (w *world) quiet(n *node) bool {
	for _, c := range n.local {
		if !w.comps[c].idle() {
			return false
		}
	}
	return true
}

// remove deletes a component from its node.
func (w *world) remove(n *node, c int) {
	if i := slices.Index(n.local, c); i >= 0 {
		n.local = slices.Delete(n.local, i, i+1)
		w.deleted[c] = true
		w.comps[c].vanish()
	}
}

// list is a set of ids that remembers the order of arrival.
type list struct {
	ids []int
	in  []bool
}

func (l *list) grow(n int) { l.in = make([]bool, n) }

func (l *list) add(id int) {
	if !l.in[id] {
		l.in[id] = true
		l.ids = append(l.ids, id)
	}
}

func (l *list) clear() {
	for _, id := range l.ids {
		l.in[id] = false
	}
	l.ids = l.ids[:0]
}
