package whatif_test

import (
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/whatif"
	"adagio/dsl/dsltest"
)

// TestDragsFall has two transitions one after another: the longer one comes first, and each
// drags by what it lasts.
func TestDragsFall(t *testing.T) {
	r, err := analysis.Analyse(dsltest.Text(t, `
component Job {
  places off, half, on
  initial off
  running on
  behavior go {
    short: off -> half for 1s
    long:  half -> on for 5s
  }
}
assembly one { node a { x: Job } }
plan p of one { from { x: off }  on a { push x go; wait x } }
network n { executor ideal }
`), analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var lengths []time.Duration
	drags, untried := whatif.Drags(r, whatif.Targets(r, true), nil)
	if untried != 0 {
		t.Errorf("%d delays are not tried", untried)
	}
	for _, d := range drags {
		if d.Targets[0].Kind == whatif.TransitionDuration {
			lengths = append(lengths, d.Upper)
		}
	}
	if len(lengths) != 2 || lengths[0] != 5*time.Second || lengths[1] != time.Second {
		t.Errorf("the drags are %v", lengths)
	}
}
