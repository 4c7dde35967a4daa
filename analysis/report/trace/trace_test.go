package trace_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/analysis/report/trace"
	"adagio/analysis/schedule"
	"adagio/dsl"
	"adagio/dsl/golden"
)

func lay(t testing.TB, at analysis.At, file string) *schedule.Schedule {
	t.Helper()
	r := analysistest.Load(t, dsl.Options{Files: []string{file}})
	s, err := schedule.Of(r, at)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t testing.TB, s *schedule.Schedule) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := trace.Write(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTrace(t *testing.T) {
	for _, name := range []string{"fork", "provide_lock", "deadlock"} {
		t.Run(name, func(t *testing.T) {
			got := write(t, lay(t, analysis.AtUpper, "../../../testdata/gallery/"+name+".ballet"))
			golden.Check(t, filepath.Join("testdata", name+".json"), got)
		})
	}
}

// event is what a reader of the format knows of an event; it shares nothing with
// the writer.
type event struct {
	Name, Cat, Ph string
	TS, Dur       json.Number
	PID, TID, ID  int
	Args          map[string]any
}

// nanos reads a number of microseconds as nanoseconds, without rounding.
func nanos(t *testing.T, n json.Number) int64 {
	if n == "" {
		return 0
	}
	var whole, rest int64
	seen, digits := false, 0
	for _, c := range n.String() {
		switch {
		case c == '.':
			seen = true
		case seen:
			rest, digits = rest*10+int64(c-'0'), digits+1
		default:
			whole = whole*10 + int64(c-'0')
		}
	}
	if digits != 0 && digits != 3 {
		t.Errorf("number %s", n)
	}
	return whole*1000 + rest
}

// TestTraceHolds reads the traces of all models by the rules of the format: every
// process and track has one name, slices of one track nest, arrows have both
// ends, in the order of time, and each end is in a slice.
func TestTraceHolds(t *testing.T) {
	files, _ := filepath.Glob("../../../testdata/gallery/*.ballet")
	if len(files) == 0 {
		t.Fatal("no models")
	}
	for _, file := range append(files, "../../../testdata/openstack.ballet", "../../../testdata/cps.ballet") {
		for _, at := range []analysis.At{analysis.AtUpper, analysis.AtLower, analysis.AtTypical} {
			t.Run(filepath.Base(file)+"/"+at.String(), func(t *testing.T) {
				s := lay(t, at, file)
				var doc struct{ TraceEvents []event }
				if err := json.Unmarshal(write(t, s), &doc); err != nil {
					t.Fatal(err)
				}
				checkTrace(t, s, doc.TraceEvents)
			})
		}
	}
}

type track struct{ pid, tid int }

type slice struct{ from, to int64 }

func checkTrace(t *testing.T, s *schedule.Schedule, events []event) {
	names := map[track]string{}
	slices := map[track][]slice{}
	for _, e := range events {
		k := track{e.PID, e.TID}
		switch e.Ph {
		case "M":
			if e.Name == "thread_name" || e.Name == "process_name" {
				if names[k] != "" {
					t.Errorf("track %v has two names", k)
				}
				names[k] = e.Args["name"].(string)
			}
		case "X":
			from := nanos(t, e.TS)
			slices[k] = append(slices[k], slice{from, from + nanos(t, e.Dur)})
			if names[k] == "" || names[track{e.PID, 0}] == "" || e.Name == "" {
				t.Errorf("slice %q is on the track %v without a name", e.Name, k)
			}
		case "s", "f":
		default:
			t.Errorf("phase %q", e.Ph)
		}
	}
	for k, list := range slices {
		checkNesting(t, names[k], list)
	}
	checkArrows(t, s, events, slices)
}

// checkNesting checks that of two slices of a track one contains the other, or
// they do not overlap. They are in the order of time.
func checkNesting(t *testing.T, name string, list []slice) {
	var open []slice
	for _, x := range list {
		for len(open) > 0 && open[len(open)-1].to <= x.from {
			open = open[:len(open)-1]
		}
		if n := len(open); n > 0 && (x.to > open[n-1].to || x.from < open[n-1].from) {
			t.Errorf("%s: %v overlaps %v", name, x, open[n-1])
		}
		open = append(open, x)
	}
}

func checkArrows(t *testing.T, s *schedule.Schedule, events []event, slices map[track][]slice) {
	began, ended := map[int]event{}, map[int]event{}
	for _, e := range events {
		if e.Ph != "s" && e.Ph != "f" {
			continue
		}
		at, inside := nanos(t, e.TS), false
		for _, x := range slices[track{e.PID, e.TID}] {
			inside = inside || x.from <= at && at < x.to
		}
		if !inside {
			t.Errorf("an end of arrow %d (%s) at %d is in no slice", e.ID, e.Name, at)
		}
		if e.Ph == "s" {
			began[e.ID] = e
		} else {
			ended[e.ID] = e
		}
	}
	if len(began) != len(ended) {
		t.Errorf("%d arrows begin, %d end", len(began), len(ended))
	}
	for id, b := range began {
		if e, ok := ended[id]; !ok || e.Cat != b.Cat || e.Name != b.Name || nanos(t, b.TS) > nanos(t, e.TS) {
			t.Errorf("arrow %d: %+v, %+v", id, b, e)
		}
	}
	for _, a := range s.Arrows {
		if a.Received > a.Sent && len(began) == 0 {
			t.Errorf("there are synchronisations (%s) and no arrows", a.Text)
		}
	}
}
