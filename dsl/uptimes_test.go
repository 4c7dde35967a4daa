package dsl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"adagio/dsl/model"
)

const sleepers = `component A { places a; initial a }
assembly s { node x { c: A }; node y { d: A } }
plan p of s { }
network n { executor ideal }
`

// loadUptimes loads a model of the nodes x and y with a file of uptimes.
func loadUptimes(t testing.TB, text string) (*model.Scenario, string) { return loadSlots(t, text, 0) }

// loadSlots loads it with slots that last for some time.
func loadSlots(t testing.TB, text string, slot time.Duration) (*model.Scenario, string) {
	path := filepath.Join(t.TempDir(), "uptimes.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, _, list := Load(Options{Sources: []Source{{"m.ballet", []byte(sleepers)}}, Uptimes: path, UptimesSlot: slot})
	if len(list) == 0 {
		return s, ""
	}
	return s, strings.ReplaceAll(list[0].Subject.String(), path, "FILE") + ": " + list[0].Summary + ": " + list[0].Detail
}

// TestUptimesInOrder: a list has an element for each node.
func TestUptimesInOrder(t *testing.T) {
	s, mistake := loadUptimes(t, `[[[3600, 60], [0, 60]], [[5, 1]]]`)
	if mistake != "" {
		t.Fatal(mistake)
	}
	for n, want := range []string{"0s .. 1min, 3600s .. 1h1min", "5s .. 6s"} {
		if got := s.Nodes[n].Uptime.String(); !sameWindows(got, want) {
			t.Errorf("node %d is awake %s, not %s", n, got, want)
		}
	}
}

// TestSlots reads files in which a node sleeps through some rounds.
func TestSlots(t *testing.T) {
	for _, text := range []string{
		`[[[55,1],[-1,-1],[445,1]],[[-1,0],[195,2],[390.5,0]]]`,
		`{"x": [55, -1, 445], "y": [-1, 195, 390.5]}`,
		"\uFEFF" + `{"x": [55, -1.0, [445, 7]], "y": [[-1, 3], 195, 390.5]}`,
	} {
		s, mistake := loadSlots(t, text, 50*time.Second)
		if mistake != "" {
			t.Errorf("%s: %s", text, mistake)
			continue
		}
		for n, want := range []string{"55s .. 105s, 445s .. 495s", "195s .. 245s, 390.5s .. 440.5s"} {
			if got := s.Nodes[n].Uptime.String(); !sameWindows(got, want) {
				t.Errorf("%s: node %d is awake %s, not %s", text, n, got, want)
			}
		}
	}
	for text, want := range map[string]string{
		`[[[55,1]],[[-1,-1]]]`:    "node y is never awake",
		`[[[55,1]],[[-2,-1]]]`:    "a time cannot be -2 s",
		`[[[55,1]],["a"]]`:        "expected a number of seconds",
		`[[[55,"a"]],[5]]`:        "expected a number",
		`[[[55,1,2]],[5]]`:        "expected the end of a pair",
		`[[[55,1]]]`:              "uptimes for 1 of the 2 nodes",
		`{"x": [[55,1],[-1,[]]]}`: "expected a number",
	} {
		if _, got := loadSlots(t, text, time.Second); !strings.Contains(got, want) {
			t.Errorf("%s: %q, not %q", text, got, want)
		}
	}
}

// TestSlotsAreRefused: without being asked for, slots are not taken for windows.
func TestSlotsAreRefused(t *testing.T) {
	for _, text := range []string{`[[[55,1],[-1,-1],[445,1]],[[0,0],[195,2],[390,0]]]`, `[[[0,0],[195,2]],[[5,1]]]`} {
		if _, got := loadUptimes(t, text); !strings.Contains(got, "--uptimes-form slots") {
			t.Errorf("%s: %s", text, got)
		}
	}
}

func TestUptimes(t *testing.T) {
	for text, want := range map[string]string{
		`{"x": [[0, 60], [3600, 60.5]]}`:        "0s .. 1min, 3600s .. 3660.5s",
		`{"x": [[0, 60], [60, 60], [100, 10]]}`: "0s .. 2min",
		`{"x": [[1e3, 60]]}`:                    "1000s .. 1060s",
	} {
		s, mistake := loadUptimes(t, text)
		if mistake != "" {
			t.Errorf("%s: %s", text, mistake)
		} else if got := s.Nodes[0].Uptime.String(); !sameWindows(got, want) || s.Nodes[1].Uptime != nil {
			t.Errorf("%s: awake %s, not %s", text, got, want)
		}
	}
}

// sameWindows compares windows whatever unit they are written in.
func sameWindows(got, want string) bool {
	var dates [2][]string
	for i, text := range []string{got, want} {
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
			if word != ".." {
				d, err := model.ParseDuration(word)
				if err != nil {
					return false
				}
				dates[i] = append(dates[i], d.String())
			}
		}
	}
	return strings.Join(dates[0], " ") == strings.Join(dates[1], " ")
}

func TestUptimesMistakes(t *testing.T) {
	for text, want := range map[string]string{
		``:                               "FILE:1:1: the file of uptimes is not JSON",
		`7`:                              "FILE:1:1: expected the uptimes of nodes",
		`{"z": []}`:                      "there is no node z",
		`{"x": []}`:                      "node x is never awake",
		`{"x": [[0, 60]], "x": []}`:      "the uptimes of node x are given twice",
		"{\n  \"x\": [[0, \"a\"]]\n}":    "FILE:2:13: expected a number of seconds",
		`{"x": [[0]]}`:                   "expected a number of seconds",
		`{"x": [[0, 1, 2]]}`:             "expected the end of a pair",
		`{"x": [[0, 0]]}`:                "a window must last for some time",
		`{"x": [[-1, 5]]}`:               "a time cannot be -1 s",
		`{"x": [[1e300, 5]]}`:            "a time cannot be 1e300 s",
		`[[[0, 1]], [[0, 1]], [[0, 1]]]`: "uptimes for more than the 2 nodes",
		`[[[0, 1]]]`:                     "FILE:1:10: uptimes for 1 of the 2 nodes of the plan: a list has one list of windows for each node, in this order: x, y",
		`[[[0, 1]], [[0, 1]]] 7`:         "something comes after the uptimes",
		`[[[0, 1]]`:                      "the file of uptimes is not JSON",
	} {
		if _, got := loadUptimes(t, text); !strings.Contains(got, want) {
			t.Errorf("%s: %q, not %q", text, got, want)
		}
	}
}

func FuzzUptimes(f *testing.F) {
	for _, text := range []string{`{"x": [[0, 60], [3600, 60.5]]}`, `[[[0, 60]], [[1e3, 2]]]`, `{"x": [[0, `, `[[[-1, 1e99]]]`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, mistake := loadUptimes(t, string(text))
		if mistake == "" {
			if err := s.Validate(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
