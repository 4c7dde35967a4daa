package unfold

import (
	"time"

	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/cover"
	"adagio/petri/sleep"
)

// turnsOfSleep is how often what keeps nodes awake is found anew from the dates of a cover.
const turnsOfSleep = 3

// deferToWakes has events that wait for their nodes to be awake occur when these are (rule R10 of
// package cover), as far as the dates of the cover so far tell.
func (c *coverer) deferToWakes() error {
	if !c.sleeps {
		return nil
	}
	for turn := range turnsOfSleep {
		g, id, err := c.graph(c.out.Cover)
		if err != nil {
			return err
		}
		always := sleep.AwakeIn(g, nil, nil)
		now := always
		if turn > 0 {
			dates := [2][]time.Duration{make([]time.Duration, g.Len()), make([]time.Duration, g.Len())}
			for e, at := range id {
				dates[0][at], dates[1][at] = c.out.Cover.Earliest(cover.Event(e)), c.out.Cover.Latest(cover.Event(e))
			}
			now = sleep.AwakeIn(g, dates[0], dates[1])
		}
		for e, at := range id {
			c.deferToWake(cover.Event(e), at, now, always)
		}
		if c.out.Cover, err = c.out.Cover.Again(); err != nil {
			return uncovered("%v", err)
		}
	}
	return nil
}

// deferToWake does so with one event.
func (c *coverer) deferToWake(e cover.Event, at petri.EventID, now, always *sleep.Awake) {
	longest, ends := sleep.Waits(c.net, c.out.events[e])
	if longest == 0 && !ends || len(c.system.Clauses(e)) > 0 {
		return
	}
	d := c.awake[e]
	c.system.Defer(e, cover.Deferral{
		Earliest: func(ready time.Duration) time.Duration { return now.Earliest(at, ready, d.Lo) },
		Latest:   func(ready time.Duration) time.Duration { return now.Latest(at, ready, d.Hi) },
		Always:   func(ready time.Duration) time.Duration { return always.Latest(at, ready, d.Hi) },
		Ends:     ends,
		Hi:       d.Hi,
	})
}

// sleepsForEver says whether some node may go to sleep for ever.
func sleepsForEver(s *model.Scenario) bool {
	for n := range s.Nodes {
		if u := s.Nodes[n].Uptime; u != nil && u.Period == 0 {
			return true
		}
	}
	return false
}
