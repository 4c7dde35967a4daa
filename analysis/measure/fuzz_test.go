package measure

import (
	"strings"
	"testing"
)

func FuzzLog(f *testing.F) {
	f.Add([]byte(wholeLog))
	f.Add([]byte("transition_t:\n  end: &a 2\n  start: *a\n"))
	f.Add([]byte("event_x: {start: 1, end: 1e400}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		entries, err := parseLog(text)
		if err != nil {
			return
		}
		for _, e := range entries {
			if e.end < e.start || e.name == "" {
				t.Fatal(e)
			}
		}
		if operation, err := operationOf(entries); err == nil {
			if _, err := node(names{}, "n", operation, "", entries); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func FuzzTable(f *testing.F) {
	f.Add([]byte(tidy), false)
	f.Add([]byte(strings.ReplaceAll(tidy, "shop", "\"sh\nop\"")), false)
	f.Add([]byte(tidy), true)
	f.Fuzz(func(t *testing.T, text []byte, zipped bool) {
		table, err := parseTable(text, zipped)
		if err != nil {
			return
		}
		a := &assembly{known: names{}}
		a.table("table", table)
		a.finish()
		for _, r := range a.out {
			if r.Makespan() < 0 || len(r.Nodes) == 0 {
				t.Fatal(r)
			}
		}
	})
}
