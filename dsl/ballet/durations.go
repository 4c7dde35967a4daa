package ballet

import "slices"

// readDurations places the durations by component in a timings block, and notes
// which components lack some.
func (j *job) readDurations(d *directory) {
	given := map[[2]string]bool{}
	for _, root := range j.durations {
		for _, m := range root.items {
			c := j.component(d, word{m.key, m.pos})
			if c == nil {
				continue
			}
			if !c.typ.described {
				j.errorf(m.pos, "import the description of the type, too", "nothing describes type %s, whose transitions these are", c.typ.name)
				continue
			}
			for _, tm := range j.want(m.value, objectKind, m.pos, "the durations of a component").items {
				tr := c.typ.transition(tm.key)
				key := [2]string{m.key, tm.key}
				switch {
				case tr == nil:
					j.errorf(tm.pos, "", "type %s has no transition %s", c.typ.name, tm.key)
				case given[key]:
					j.errorf(tm.pos, "", "the duration of %s of %s is given twice", tm.key, m.key)
				default:
					given[key] = true
					j.doc.timings = append(j.doc.timings, timing{c.text, quoted(tr.behaviour), quoted(tr.name), j.duration(tm.value, tm.pos)})
				}
			}
		}
	}
	for _, flat := range d.order {
		c := d.components[flat]
		lacks := slices.ContainsFunc(c.typ.transitions, func(tr transition) bool {
			return tr.duration == "" && !given[[2]string{flat, tr.name}]
		})
		if lacks {
			j.doc.missing = append(j.doc.missing, c.text)
		}
	}
}
