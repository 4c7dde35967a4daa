package cover

import (
	"cmp"
	"slices"
	"time"

	"adagio/dsl/model"
	"adagio/petri/internal/lists"
)

// into calls yield for everything that an event may wait for: its causes, and what
// switches its options on.
func (c *Cover) into(e Event, yield func(p Event)) {
	for _, p := range c.s.causes[e] {
		yield(p)
	}
	for _, clause := range c.options[e] {
		for _, o := range clause {
			if on := c.phase(o).On; on != None {
				yield(on)
			}
		}
	}
}

// findCircles computes the strongly connected components of the graph of what may wait
// for what (Gabow 2000). What a component waits for has smaller numbers.
func (c *Cover) findCircles() {
	n := c.s.Len()
	before := lists.Grouped(n, func(yield func(e, p Event) bool) {
		for e := range Event(n) {
			c.into(e, func(p Event) { yield(e, p) })
		}
	})
	c.circle, c.size = slices.Repeat([]int32{-1}, n), nil
	number, next := make([]int32, n), make([]int32, n) // 0 until it is met
	var path, open, first []Event                      // first: those that may be the first met of their component
	count := int32(0)
	for root := range Event(n) {
		if number[root] == 0 {
			path = append(path, root)
		}
		for len(path) > 0 {
			e := path[len(path)-1]
			if number[e] == 0 {
				count++
				number[e], open, first = count, append(open, e), append(first, e)
			}
			if ps := before.Of(e); int(next[e]) < len(ps) {
				p := ps[next[e]]
				next[e]++
				if number[p] == 0 {
					path = append(path, p)
				} else if c.circle[p] < 0 {
					for number[first[len(first)-1]] > number[p] {
						first = first[:len(first)-1]
					}
				}
				continue
			}
			path = path[:len(path)-1]
			if first[len(first)-1] != e {
				continue
			}
			first = first[:len(first)-1]
			size := int32(0)
			for c.circle[e] < 0 {
				c.circle[open[len(open)-1]] = int32(len(c.size))
				open = open[:len(open)-1]
				size++
			}
			c.size = append(c.size, size)
		}
	}
}

// maxCuts is the number of cut events beyond which their order is not used.
const maxCuts = 2000

// cutCircle gives finite dates to a circle whose events have none (rule R7), and says
// whether there was one. A critical path is simple: it meets each cut event once.
func (c *Cover) cutCircle() bool {
	groups := map[int32][]Event{}
	for e, date := range c.latest {
		if date == model.Never {
			groups[c.circle[e]] = append(groups[c.circle[e]], Event(e))
		}
	}
	var ids []int32
	for id := range groups {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if c.cut(groups[id]) {
			c.hasCut = true
			return true
		}
	}
	return false
}

func (c *Cover) cut(events []Event) bool {
	inside := make(map[Event]bool, len(events))
	for _, e := range events {
		inside[e] = true
	}
	entry, closed := time.Duration(0), true
	for _, e := range events {
		entry = max(entry, c.s.hi[e]) // options that are on from the beginning
		c.into(e, func(p Event) {
			if inside[p] {
				return
			}
			if c.latest[p] == model.Never {
				closed = false
				return
			}
			entry = max(entry, c.latest[p]+c.s.hi[e])
		})
	}
	if !closed {
		return false
	}
	segments, cuts := c.segments(events, inside)
	total := time.Duration(0)
	for _, e := range cuts {
		total += segments[e]
	}
	isCut := map[Event]bool{}
	for _, e := range cuts {
		isCut[e] = true
	}
	for _, e := range events {
		date := entry + total
		if !isCut[e] {
			date += segments[e]
		} else if len(cuts) <= maxCuts {
			for _, other := range cuts {
				if other != e && c.order.before(e, other) {
					date -= segments[other]
				}
			}
		}
		c.latest[e] = min(c.latest[e], date)
		c.history.changed(e)
		if c.log != nil {
			c.log.uncited = true
		}
	}
	return true
}

// segments chooses the cut events of a circle, without which it has no circle, and
// computes for each event the longest way into it since the last cut event or the entry.
func (c *Cover) segments(events []Event, inside map[Event]bool) (longest map[Event]time.Duration, cuts []Event) {
	isCut := map[Event]bool{}
	for _, e := range events {
		if c.s.starts[e] && len(c.options[e]) > 0 {
			isCut[e] = true
		}
	}
	longest = make(map[Event]time.Duration, len(events))
	open := map[Event]bool{}
	type frame struct {
		event Event
		preds []Event
		best  time.Duration
	}
	preds := func(e Event) (out []Event) {
		c.into(e, func(p Event) {
			if inside[p] {
				out = append(out, p)
			}
		})
		return out
	}
	for _, root := range events {
		if _, ok := longest[root]; ok {
			continue
		}
		open[root] = true
		stack := []frame{{root, preds(root), 0}}
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if len(f.preds) == 0 {
				longest[f.event] = f.best
				delete(open, f.event)
				stack = stack[:len(stack)-1]
				continue
			}
			p := f.preds[0]
			if !isCut[p] && open[p] {
				isCut[p] = true
			}
			way, known := longest[p]
			switch {
			case isCut[p]:
				way = 0
			case !known:
				open[p] = true
				stack = append(stack, frame{p, preds(p), 0})
				continue
			}
			f.best = max(f.best, way+c.s.hi[f.event])
			f.preds = f.preds[1:]
		}
	}
	for e := range isCut {
		cuts = append(cuts, e)
	}
	slices.SortFunc(cuts, func(a, b Event) int { return cmp.Compare(a, b) })
	return longest, cuts
}
