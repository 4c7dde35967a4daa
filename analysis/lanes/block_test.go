package lanes

import (
	"slices"
	"testing"
	"time"

	"adagio/petri"
)

// TestLanes: an execution is the same beside however many others, wherever in the block.
func TestLanes(t *testing.T) {
	p := openstack(t, normally, uniformly)
	type execution struct {
		makespan, span time.Duration
		critical       []petri.EventID
	}
	const n = 96
	run := func(width int) (list []execution) {
		b := p.newBlock(width)
		for first := 0; first < n; first += width {
			b.Run(7, uint64(first), min(width, n-first))
			for lane := range min(width, n-first) {
				var e execution
				e.makespan, e.span = b.Makespan(lane)
				b.Critical(lane, e.makespan, func(id petri.EventID) { e.critical = append(e.critical, id) })
				slices.Sort(e.critical)
				list = append(list, e)
			}
		}
		return list
	}
	want := run(n)
	for _, width := range []int{1, 7, 64} {
		for i, got := range run(width) {
			if got.makespan != want[i].makespan || got.span != want[i].span || !slices.Equal(got.critical, want[i].critical) {
				t.Fatalf("%d lanes, execution %d: %+v, want %+v", width, i, got, want[i])
			}
		}
	}
	if want[0].makespan == want[1].makespan || len(want[0].critical) == 0 {
		t.Error("nothing varies")
	}
}

// TestSampledDates compares the dates of a block with the recursion of the event graph, with
// the delays that the block has drawn.
func TestSampledDates(t *testing.T) {
	p := openstack(t, normally, uniformly)
	b := p.NewBlock()
	b.Run(1, 0, 4)
	delays := p.graph.Delays(petri.Earliest)
	for lane := range 4 {
		for i, s := range p.steps {
			if s.event >= 0 {
				delays[s.event] = p.graph.Delay(s.event).Lo + b.x[i*b.width+lane] - b.date(lane, p.edges[s.edges])
			}
		}
		dates, err := p.graph.Dates(delays)
		if err != nil {
			t.Fatal(err)
		}
		for n, end := range p.graph.Ends {
			if b.date(lane, p.ends[n]) != dates[end] || b.date(lane, p.starts[n]) != dates[p.graph.Starts[n]] {
				t.Errorf("execution %d, node %d ends at %v, not %v", lane, n, b.date(lane, p.ends[n]), dates[end])
			}
		}
	}
}
