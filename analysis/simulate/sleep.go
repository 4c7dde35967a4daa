package simulate

import (
	"math"
	"time"

	"adagio/dsl/model"
)

const noWindow = time.Duration(math.MaxInt64)

// Nodes that sleep (ideal driver): a node is awake in its windows and while one of
// its transitions runs, the instant of its end included. What happens to it while
// it sleeps is kept until its next window, in the order of arrival; no transition
// can start before, so that nothing wakes it up earlier.

// asleep keeps an event whose node sleeps for the next window, and says whether it
// did.
func (d *ideal) asleep(e event) bool {
	id := int(e.id)
	switch e.what {
	case starts, resumes:
	case arrives:
		id = d.topics.topics[e.id].to
	default:
		return false
	}
	n := &d.nodes[id]
	uptime := d.uptimes[id]
	if uptime == nil || len(n.inbox) == 0 && (n.running > 0 || n.ran == d.now || uptime.Awake(d.now)) {
		return false
	}
	if len(n.inbox) == 0 {
		next := uptime.Next(d.now)
		if n.forever = next == noWindow; !n.forever {
			d.push(next, wakes, id, 0)
			d.trace.Nodes[id].waits = append(d.trace.Nodes[id].waits, model.Window{Start: d.now, End: next})
		}
	}
	n.inbox = append(n.inbox, e)
	return true
}
