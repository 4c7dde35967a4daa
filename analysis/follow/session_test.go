package follow

import (
	"fmt"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/analysis/measure"
	"adagio/dsl"
)

// twoNodes is a plan of two nodes with two steps each.
const twoNodes = ofTwoSteps + `
assembly two { for i in 0 ..< 2 { node n[i] { c[i]: C } } }
plan go of two { from { c[i]: off } on n[i] { push c[i] go; wait c[i] } }
network ideal { executor ideal { start 0s .. 2s } }
`

// TestToldOnce: a log that appears later, and begins earlier, has all events taken in again
// with other dates and other bounds. What was told is not told again.
func TestToldOnce(t *testing.T) {
	node := func(name string, at ...time.Duration) measure.Node {
		item := func(name string, start, end time.Duration) measure.Item {
			return measure.Item{Kind: measure.Transition, Name: name, Start: start, End: end}
		}
		return measure.Node{Name: name, Start: at[0], End: at[2], Items: []measure.Item{item("first", at[0], at[1]), item("second", at[1], at[2])}}
	}
	late := node("n[0]", 10*time.Second, 14*time.Second, 17*time.Second) // its first step lasts 4 s, not 3
	early := node("n[1]", 9*time.Second, 11*time.Second, 13*time.Second)
	models := &measure.Models{Options: dsl.Options{Sources: []dsl.Source{{Name: "m", Text: []byte(twoNodes)}}}}

	var told []string
	begun := 0
	s := &Session{All: true,
		Begin: func(names *measure.Mapping) (*Follower, error) {
			begun++
			r, err := analysis.Analyse(names.Scenario(), analysis.Options{})
			if err != nil {
				return nil, err
			}
			return New(r, names)
		},
		Tell: func(u Update) error {
			for _, o := range u.Outside {
				told = append(told, fmt.Sprint(o.What, " on ", o.Node))
			}
			if u.Progress {
				told = append(told, "progress")
			}
			return nil
		}}
	for _, test := range []struct {
		nodes             []measure.Node
		progress, outside int
	}{
		{[]measure.Node{late}, 6, 1},        // starts and ends of two steps and of the program
		{[]measure.Node{late, early}, 7, 0}, // those of the other node, and that it is over
		{[]measure.Node{late, early}, 0, 0},
	} {
		told = nil
		run := &measure.Run{Operation: "go", Nodes: test.nodes}
		events, _ := Replay(run)
		if err := s.replay(models, run, events); err != nil {
			t.Fatal(err)
		}
		progress := 0
		for _, what := range told {
			if what == "progress" {
				progress++
			}
		}
		if progress != test.progress || len(told)-progress != test.outside {
			t.Errorf("%d nodes: told %q, want %d of progress and %d outside", len(test.nodes), told, test.progress, test.outside)
		}
	}
	if begun != 1 || s.Outside() != 1 || !s.follower.Ended() {
		t.Errorf("analysed %d times, %d outside, ended: %v", begun, s.Outside(), s.follower.Ended())
	}
}
