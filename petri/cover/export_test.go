package cover

import "time"

// Earliest and Latest are the dates of a cover as those of [Refined] are, before it is
// refined.
func (c *Cover) Earliest(e Event) time.Duration { return c.earliest[e] }

func (c *Cover) Latest(e Event) time.Duration { return c.latest[e] }
