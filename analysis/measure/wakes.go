package measure

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// fallingAsleep is how long before or after the end of its program's event a node
// that falls asleep logs the end of what is under way.
const fallingAsleep = 5 * time.Millisecond

// joinWakes makes one execution of what a node that sleeps logged in each of its
// wakes. What is under way when it falls asleep, the program itself, behaviours and
// instructions, is logged as ended there and begun again in the next wake: here it
// goes on from the first begin to the last end. Transitions are over when a node
// falls asleep. Logs that cannot be the wakes of one execution are an error.
func joinWakes(operation string, entries []entry) ([]entry, error) {
	var wakes []entry
	for _, e := range entries {
		if e.is(Event, operation) {
			wakes = append(wakes, e)
		}
	}
	if len(wakes) < 2 {
		return entries, nil
	}
	byStart := func(a, b entry) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) }
	slices.SortStableFunc(wakes, byStart)
	for i, w := range wakes[1:] {
		if w.start < wakes[i].end {
			return nil, fmt.Errorf("the node has several logs of %s that overlap in time: they are not the wakes of one execution", operation)
		}
	}
	// cut says whether an item lasts as long as the wake that it began in.
	cut := func(e *entry) bool {
		in := slices.IndexFunc(wakes, func(w entry) bool { return e.start < w.end+fallingAsleep })
		return in >= 0 && e.end >= wakes[in].end-fallingAsleep
	}
	sorted := slices.Clone(entries)
	slices.SortStableFunc(sorted, byStart)
	type key struct {
		kind Kind
		name string
	}
	type piece struct {
		entry     // as it was logged in the last wake
		into  int // where it is in joined
	}
	last := map[key]piece{}
	var joined []entry
	for _, e := range sorted {
		k := key{e.kind, e.name}
		p, again := last[k]
		switch {
		case !again || e.kind == Transition || e.kind > Event || e.kind == Event && e.name != operation:
		case e.kind == Event || cut(&p.entry):
			whole := &joined[p.into]
			whole.cuts = append(slices.Clip(whole.cuts), Cut{p.end, e.start})
			whole.end = max(whole.end, e.end)
			last[k] = piece{e, p.into}
			continue
		case e.kind == Instruction:
			return nil, fmt.Errorf("instruction_%s is over in one log of the node and there again in another: they are not the wakes of one execution", e.name)
		}
		last[k] = piece{e, len(joined)}
		joined = append(joined, e)
	}
	return joined, nil
}
