// Package derivation checks bounds that are derived line by line from a system of events:
// the checker that the theorem of ../../coq/Derivation.v is about. Rules and lines are
// explained in ../README.md.
//
// To be trusted, besides this package and the reader of lines: that the system is that of
// the executor. What of that follows from the scenario is checked by package system.
package derivation

import (
	"fmt"
	"math"
	"slices"

	"adagio/proofs/check/lines"
)

// Dates are in nanoseconds.
const (
	None       = -1            // no event
	Never      = math.MaxInt64 // later than all dates
	impossible = -1            // no date
)

// System is what bounds are about: events with delays and causes, signals with phases, and
// clauses, which hold while one of their signals is on.
type System struct {
	Lo, Hi  []int64
	Causes  [][]int
	Labels  [][]int    // what an event stands for
	Phases  [][][2]int // of each signal: by what it is switched on, and off; or None
	Clauses [][][]int  // of each event: sets of signals
}

// Read reads a system, up to the first line that is none of one.
func Read(r *lines.Reader) (*System, error) {
	s := &System{}
	for r.Next() {
		x, n, why := r.X, len(s.Lo), ""
		switch r.Letter {
		case "e":
			if x[0] < 0 || x[0] > x[1] || x[1] > math.MaxInt64/1000 {
				why = "the delay is no interval"
			} else if slices.ContainsFunc(x[9:], func(p int) bool { return p < 0 || p >= n }) {
				why = "a cause is not before its event"
			}
			s.Lo, s.Hi, s.Labels, s.Causes = append(s.Lo, int64(x[0])), append(s.Hi, int64(x[1])), append(s.Labels, x[2:9]), append(s.Causes, x[9:])
			s.Clauses = append(s.Clauses, nil)
		case "s":
			var phases [][2]int
			for i := 0; i+1 < len(x); i += 2 {
				if i > 0 && (x[i] == None || x[i-1] == None) || max(x[i], x[i+1]) >= n || min(x[i], x[i+1]) < None {
					why = "the phases overlap"
				}
				phases = append(phases, [2]int{x[i], x[i+1]})
			}
			s.Phases = append(s.Phases, phases)
		case "q":
			if len(x) < 2 || slices.Min(x[1:]) < 0 || slices.Max(x[1:]) >= len(s.Phases) {
				return nil, fmt.Errorf("line %d: a clause refers to what does not exist", r.Line)
			}
			s.Clauses[x[0]] = append(s.Clauses[x[0]], x[1:])
		default:
			return s, nil
		}
		if why != "" {
			return nil, fmt.Errorf("line %d: %s", r.Line, why)
		}
	}
	return s, nil
}

// option is a phase of a signal by which a clause may hold.
type option struct{ signal, phase int }

func options(x []int) (out []option) {
	for i := 0; i+1 < len(x); i += 2 {
		out = append(out, option{x[i], x[i+1]})
	}
	return out
}

func (s *System) on(o option) int  { return s.Phases[o.signal][o.phase][0] }
func (s *System) off(o option) int { return s.Phases[o.signal][o.phase][1] }

// over is what ends an option for an event: nothing does before the event itself.
func (s *System) over(e int, o option) int {
	if off := s.off(o); off != e {
		return off
	}
	return None
}

func plus(x, d int64) int64 {
	if x == Never {
		return Never
	}
	return x + d
}

// date is that of an event in some dates, 0 for none.
func date(e int, dates []int64) int64 {
	if e == None {
		return 0
	}
	return dates[e]
}
