package conformance

import (
	"testing"
	"time"

	"adagio/dsl/model"
)

// TestRead reads every case: each phase is a valid scenario, and each program that
// completed has its dates.
func TestRead(t *testing.T) {
	cases := Read(t)
	folders, outcomes, phases, disturbed := map[string]int{}, map[string]int{}, 0, 0
	for _, c := range cases {
		folders[c.Folder]++
		for k := range c.Phases {
			if err := c.Begin(k, model.State{}).Validate(); err != nil {
				t.Errorf("%s, phase %s: %v", c.Name, c.Phases[k].Name, err)
			}
		}
		for i, run := range c.Runs {
			for k, m := range run.Phases {
				phases++
				outcomes[string(m.Outcome)+", "+string(m.Final)]++
				if m.Disturbed != "" {
					disturbed++
					t.Logf("%s, run %d, %s: %s", c.Name, i, c.Phases[k].Name, m.Disturbed)
				}
				if m.Outcome != Completed {
					continue
				}
				first, last := model.MaxDelay, time.Duration(0)
				for n := range m.Starts {
					first, last = min(first, m.Starts[n]), max(last, m.Ends[n])
					if m.Starts[n] == model.Never || m.Ends[n] == model.Never || m.Ends[n] < m.Starts[n] {
						t.Errorf("%s, run %d, %s: node %d from %v to %v", c.Name, i, c.Phases[k].Name, n, m.Starts[n], m.Ends[n])
					}
				}
				if d := (last - first) - m.Makespan; d < -20*time.Millisecond || d > 20*time.Millisecond {
					t.Errorf("%s, run %d, %s: makespan %v, but the programs take from %v to %v", c.Name, i, c.Phases[k].Name, m.Makespan, first, last)
				}
			}
		}
	}
	t.Logf("%d cases %v, %d phases %v, %d disturbed", len(cases), folders, phases, outcomes, disturbed)
}
