package cover_test

import (
	"fmt"
	"testing"
	"time"

	"adagio/petri/cover"
)

// star is a provider that restarts while n users that are on it restart, too: each
// leaves it and enters again once it is back.
func star(n int) (*system, cover.Event) {
	s := &system{System: cover.NewSystem()}
	at := func(d time.Duration) [2]time.Duration { return [2]time.Duration{d, d + 2} }
	source := s.event(0, [2]time.Duration{})
	try := s.event(1, at(4), source)
	leave := s.event(1, [2]time.Duration{}, try)
	back := s.event(1, at(3), leave)
	s.StartSlice(leave)
	willing := s.signal(cover.Phase{On: cover.None, Off: try}, cover.Phase{On: back, Off: cover.None})
	for i := range n {
		c := 2 + 3*i
		release := s.event(c, at(time.Duration(i%5)), source)
		ready := s.event(c, at(2), release)
		enter := s.event(c, [2]time.Duration{}, ready)
		free := s.signal(cover.Phase{On: release, Off: enter})
		s.guard(enter, s.remote(willing, c+1, [2]time.Duration{0, 1}))
		s.guard(leave, s.remote(free, c+2, [2]time.Duration{0, 1}))
		s.goals = append(s.goals, enter)
	}
	s.goals = append(s.goals, back)
	return s, back
}

func BenchmarkStar(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 10000} {
		s, _ := star(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				c, err := cover.Of(s.System, cover.Limits{})
				if err != nil {
					b.Fatal(err)
				}
				last := time.Duration(0)
				for _, g := range s.goals {
					last = max(last, c.Latest(g))
				}
				b.ReportMetric(float64(last), "latest")
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(s.Len()), "ns/event")
			}
		})
	}
}
