package simulate

import "adagio/dsl/model"

// glimpse is the value of a message that says that a fact has held for no time.
const glimpse int32 = -1

// show offers what a node shows between two of its instructions, or between its start
// and the first, to the waits of other nodes. That lasts no time, so nobody sees it
// (SEMANTICS.md, rule 3.7), but by chance: [Options.Hits]. A component that is idle is
// shown so, as no "wait … holding" is under way.
func (w *world) show(n *node, seen func(topic int)) {
	if w.opts.Hits <= 0 {
		return
	}
	offer := func(i int) {
		if w.waitsFor(&w.nodes[w.topics.topics[i].to], i) && w.rand.Float64() < w.opts.Hits {
			w.trace.Hits++
			seen(i)
		}
	}
	for _, c := range n.local {
		for _, i := range w.byComp[c] {
			if w.topics.topics[i].fact == shownIdle && w.comps[c].idle() {
				offer(i)
			}
		}
	}
	for _, i := range w.byNode[n.id] {
		if w.quiet(n) {
			offer(i)
		}
	}
}

// waitsFor says whether a node is at an instruction that asks for a topic.
func (w *world) waitsFor(n *node, topic int) bool {
	if !n.started || n.pc >= len(w.s.Nodes[n.id].Program) {
		return false
	}
	if w.topics.topics[topic].fact == nodeQuiet {
		return w.instruction(n).Op == model.WaitAll
	}
	return w.awaited[n.id][n.pc] == topic
}
