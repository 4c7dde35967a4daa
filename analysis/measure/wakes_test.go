package measure

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"adagio/dsl/dsltest"
)

// The node of firstWake falls asleep in wait_2 and in its behaviour, and goes on in
// secondWake.
const (
	firstWake = `behavior_go-c:
  end: 9.999
  start: 0.1
event_p:
  end: 10
  start: 0
event_uptime:
  end: 10.1
  start: 0
instruction_push_b_0-c-go:
  end: 0.1
  start: 0.1
instruction_wait_1-d:
  end: 3
  start: 0.1
instruction_wait_2-c:
  end: 10.001
  start: 3
transition_t:
  end: 9.9
  start: 0.1
`
	secondWake = `behavior_go-c:
  end: 62
  start: 60
event_p:
  end: 62.1
  start: 60
event_uptime:
  end: 62.2
  start: 60
instruction_wait_2-c:
  end: 62.1
  start: 60
transition_u:
  end: 62
  start: 60
`
)

func TestWakesAreOneRun(t *testing.T) {
	dir := t.TempDir()
	logs := "run/logs_files_assemblies/p/"
	// The later one is read first: the dates tell the order, not the names.
	write(t, dir, logs+"n_2024-01-01_10-00-10-10.0.yaml", secondWake, logs+"n_2024-01-01_10-01-10-70.0.yaml", firstWake)
	runs := read(t, dir)
	if len(runs) != 1 || len(runs[0].Nodes) != 1 || len(runs[0].Missing) != 0 {
		t.Fatal(runs)
	}
	n := runs[0].Nodes[0]
	if n.Start != 0 || n.End != 62100*time.Millisecond || runs[0].Makespan() != n.End {
		t.Errorf("%v .. %v", n.Start, n.End)
	}
	want := map[string][2]float64{
		"transition_t": {0.1, 9.9}, "transition_u": {60, 62}, "behavior_go-c": {0.1, 62}, "instruction_push_b_0-c-go": {0.1, 0.1},
		"instruction_wait_1-d": {0.1, 3}, "instruction_wait_2-c": {3, 62.1}, "event_p": {0, 62.1},
	}
	for _, it := range n.Items {
		key := it.Kind.String() + "_" + it.Name
		if key == "event_uptime" {
			continue // one for each wake
		}
		if got := [2]float64{it.Start.Seconds(), it.End.Seconds()}; got != want[key] {
			t.Errorf("%s: %v, not %v", key, got, want[key])
		}
		delete(want, key)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

// TestNotWakes: two executions in one folder are not taken for one.
func TestNotWakes(t *testing.T) {
	later := func(log string) string { // all dates 100 s later
		return strings.NewReplacer("end: ", "end: 10", "start: ", "start: 10").Replace(log)
	}
	for _, c := range []struct{ name, second, want string }{
		{"again", later(firstWake), "instruction_push_b_0-c-go is over in one log of the node and there again in another"},
		{"overlap", strings.ReplaceAll(secondWake, ": 60", ": 5"), "overlap in time"},
		{"broken", "event_p: {end: [", "this is not YAML"},
		{"not ended", "transition_u:\n  end: 62\n  start: 60\n", "the log has no event_p"},
	} {
		dir := t.TempDir()
		logs := "run/logs_files_assemblies/p/"
		write(t, dir, logs+"n_2024-01-01_10-00-10-10.0.yaml", firstWake, logs+"n_2024-01-01_10-01-10-70.0.yaml", c.second,
			logs+"m_2024-01-01_10-00-10-10.0.yaml", firstWake)
		runs, problems, err := Read([]string{dir}, Options{})
		if err != nil || len(runs) != 1 || len(runs[0].Nodes) != 1 || strings.Join(runs[0].Missing, " ") != "n" {
			t.Errorf("%s: %v %v", c.name, runs, err)
		}
		if len(problems) != 1 || !strings.Contains(problems[0].Reason, c.want) || !strings.Contains(problems[0].Path, "10-01-10") {
			t.Errorf("%s: %v", c.name, problems)
		}
	}
}

// TestBehavioursOfSeveralWakes: a behaviour that ended while its node was awake is
// not the one of the same name that begins in the next wake.
func TestBehavioursOfSeveralWakes(t *testing.T) {
	ended := strings.Replace(firstWake, "end: 9.999", "end: 5", 1)
	dir := t.TempDir()
	write(t, dir, "n_2024-01-01_10-00-10-10.0.yaml", ended, "n_2024-01-01_10-01-10-70.0.yaml", secondWake)
	runs := read(t, dir)
	count := 0
	for _, it := range runs[0].Nodes[0].Items {
		if it.Kind == Behaviour {
			count++
		}
	}
	if count != 2 || runs[0].Path != filepath.Clean(dir) {
		t.Error(count, runs)
	}
}

// TestSleepingTable reads the wakes of nodes from a table, with the rows that tell
// when they were off.
func TestSleepingTable(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.csv", `case,sites,T,run,operation,node,round,kind,name,start_s,end_s
m,0,T0,r1,p,n,0,sleep,sleeping,-50,0
m,0,T0,r1,p,n,0,boot,boot,-1,0
m,0,T0,r1,p,n,0,event,p,0,10
m,0,T0,r1,p,n,0,instruction,wait_0-c,0,10
m,0,T0,r1,p,n,1,event,p,60,62
m,0,T0,r1,p,n,1,instruction,wait_0-c,60,61.9
`)
	runs := read(t, dir)
	if len(runs) != 1 || runs[0].Makespan() != 62*time.Second {
		t.Fatal(runs)
	}
	for _, it := range runs[0].Nodes[0].Items {
		if it.Op == "wait" && (it.Start != 0 || it.End != 61900*time.Millisecond) {
			t.Error(it)
		}
	}
}

// TestSleepingNodes holds the last end of a program of every published execution
// with nodes that sleep against the table of spans, whose origin is 0.
func TestSleepingNodes(t *testing.T) {
	text, err := os.ReadFile(dsltest.Data(t, "mascots", "spans.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	spans := map[string]string{}
	for _, row := range rows[1:] {
		if row[0] == "asynchronous" {
			spans[row[3]+","+row[5]] = row[6] + " " + row[7]
		}
	}
	runs := read(t, dsltest.Data(t, "mascots", "measured", "mascots-T0.csv.gz"))
	for _, r := range runs {
		last := r.Nodes[0]
		for _, n := range r.Nodes {
			if n.End > last.End {
				last = n
			}
		}
		if got := fmt.Sprintf("%.3f %s", last.End.Seconds(), last.Name); got != spans[r.ID+","+r.Operation] || len(r.Missing) > 0 {
			t.Errorf("%v: %s, published %s, missing %v", &r, got, spans[r.ID+","+r.Operation], r.Missing)
		}
	}
	if len(runs) != len(spans) || len(runs) != 56 {
		t.Errorf("%d runs of %d", len(runs), len(spans))
	}
}
