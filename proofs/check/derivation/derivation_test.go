package derivation

import (
	"strings"
	"testing"

	"adagio/proofs/check/lines"
)

// TestStamps is why a table of final dates is no proof. An event is ready within [1, 3], a
// signal is off at 2 and on again at 20: "it takes the first phase, at 3 at the latest"
// agrees with itself, and is false.
func TestStamps(t *testing.T) {
	s := &System{Lo: []int64{2, 20, 1, 0}, Hi: []int64{2, 20, 3, 0}, Causes: [][]int{nil, nil, nil, {2}}, Phases: [][][2]int{{{None, 0}, {1, None}}}, Clauses: [][][]int{nil, nil, nil, {{0}}}}
	for name, text := range map[string]string{
		"the drop first": "h 0 2 -1\nl 1 20\nd 3 0 0 1\nh 3 3 -1\ng\n",
		"the date first": "h 0 2 -1\nl 1 20\nh 2 3 -1\nh 3 3 -1\nd 3 0 0 1\ng\n",
	} {
		if err := Check(lines.New(strings.NewReader(text)), s, []Goal{{3, 0, 3}}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	// What is true follows.
	r := lines.New(strings.NewReader("h 0 2 -1\nl 1 20\nh 1 20 -1\nh 2 3 -1\nl 2 1\nl 3 1\nh 3 20 -1\ng\n"))
	if err := Check(r, s, []Goal{{3, 1, 20}}); err != nil {
		t.Error(err)
	}
}
