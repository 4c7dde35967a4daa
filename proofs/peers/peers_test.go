// Package peers gives one event graph to Adagio and to what others would use for it,
// compares all dates, and prints how long each takes. README.md has a table.
//
//	go test ./proofs/peers -v                                    # some hundred events
//	go test ./proofs/peers -v -timeout 0 -sites 430 -runs 3      # 100,000 events
package peers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/petri"
	"adagio/petri/compile"
	"adagio/petri/unfold"
)

var (
	sites = flag.Int("sites", 3, "the `number` of sites of OpenStack; each makes 232 events")
	runs  = flag.Int("runs", 1, "run each program `n` times, and take the least of each time")
)

// asGonum tells a process of the test to be the peer gonum for the graph of that file.
const asGonum = "ADAGIO_PEERS_GONUM"

func TestMain(m *testing.M) {
	if path := os.Getenv(asGonum); path != "" {
		if err := gonum(os.Stdout, path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// answer is what a program says of the graph.
type answer struct {
	// pass is the time from the graph in memory to its dates, given without the time
	// to sort it (0: not told), source the time from the start of the process. All
	// are processor time.
	pass, given, source time.Duration
	last                float64   // the greatest date, in nanoseconds
	dates               []float64 // in nanoseconds, by event; none: not told
}

// peer is a program that computes the longest paths of a graph.
type peer struct {
	name string
	// exact says that it computes in whole nanoseconds. Otherwise the nearest whole
	// nanosecond counts.
	exact bool
	// length says that it tells the longest path only, and no dates.
	length bool
	// command is the command line for the graph of a file; an error says what is missing.
	command func(scratch, graph string) ([]string, error)
}

// errMissing is what keeps a peer from being asked.
var errMissing = errors.New("is not installed")

var peers = []peer{
	{"gonum, topo.Sort and a loop", true, false, func(_, _ string) ([]string, error) {
		return os.Args[:1], nil // ask tells it the graph
	}},
	{"networkx, topological_sort and a loop", true, false, networkx("loop")},
	{"networkx, dag_longest_path_length", true, true, networkx("library")},
	{"SimGrid, an actor per event", false, false, simgrid},
}

// networkx is the peer in Python. Debian's package is for Debian's Python, which may
// not be the first in the path.
func networkx(how string) func(_, graph string) ([]string, error) {
	return func(_, graph string) ([]string, error) {
		for _, python := range []string{"/usr/bin/python3", "python3"} {
			if exec.Command(python, "-c", "import networkx").Run() == nil {
				return []string{python, filepath.Join("testdata", "networkx_peer.py"), how, graph}, nil
			}
		}
		return nil, fmt.Errorf("networkx %w: apt-get install --no-install-recommends python3-networkx", errMissing)
	}
}

// simgrid compiles the peer in C++. Small stacks let a hundred thousand actors live at
// once; SimGrid's clock is set to be more precise than by default.
func simgrid(scratch, graph string) ([]string, error) {
	_, noHeaders := os.Stat("/usr/include/simgrid/s4u.hpp")
	if _, noCompiler := exec.LookPath("c++"); noHeaders != nil || noCompiler != nil {
		return nil, fmt.Errorf("SimGrid %w: apt-get install --no-install-recommends libsimgrid-dev g++", errMissing)
	}
	program := filepath.Join(scratch, "simgrid_peer")
	source := filepath.Join("testdata", "simgrid_peer.cpp")
	if text, err := exec.Command("c++", "-O2", "-std=c++17", source, "-lsimgrid", "-o", program).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("the peer of SimGrid does not compile: %w\n%s", err, text)
	}
	return []string{program, graph, "--cfg=surf/precision:1e-12", "--cfg=contexts/stack-size:32",
		"--cfg=contexts/guard-size:0", "--log=root.thres:error"}, nil
}

// # Peers
//
// Statement. Under the executor ideal, with constant delays, the date of each event is
// the same for Adagio, networkx and gonum, and for SimGrid to the nearest nanosecond;
// the last of them is the bound that "adagio bound" prints.
//
// Hypotheses. No race, and no event that any one of several conditions suffices for.
func TestPeers(t *testing.T) {
	scratch := t.TempDir()
	model := filepath.Join(dsltest.Root(t), "testdata", "openstack.ballet")
	g := eventGraph(t, model)
	dates, pass := adagioPass(t, g)
	own := answer{pass: pass, given: pass, source: adagioBound(t, scratch, model, lastOf(dates))}
	graph := filepath.Join(scratch, "graph")
	writeGraph(t, graph, g)

	table := &strings.Builder{}
	load := "unknown" // in the last minute
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		load, _, _ = strings.Cut(string(text), " ")
	}
	fmt.Fprintf(table, "%s, %d cores, load %s\n", time.Now().Format(time.DateOnly), runtime.NumCPU(), load)
	fmt.Fprintf(table, "%d sites: %d events, %d edges; least of %d runs; processor time; times Adagio's in brackets\n\n", *sites, g.Len(), len(g.Cause), *runs)
	fmt.Fprintf(table, "| program | pass | pass, order given | source to answer | greatest difference |\n|---|---|---|---|---|\n")
	row(table, "Adagio", own, own, "")
	for _, p := range peers {
		t.Run(p.name, func(t *testing.T) {
			command, err := p.command(scratch, graph)
			if errors.Is(err, errMissing) {
				t.Skip(err)
			} else if err != nil {
				t.Fatal(err)
			}
			got := ask(t, command, graph)
			difference, err := compare(p, got, dates)
			if err != nil {
				t.Fatal(err)
			}
			row(table, p.name, got, own, fmt.Sprintf("%.2g ns", difference))
		})
	}
	t.Logf("\n%s", table)
}

// eventGraph unfolds the model that the flags say, and checks the hypotheses.
func eventGraph(t *testing.T, model string) *petri.EventGraph {
	s := dsltest.Load(t, dsl.Options{Files: []string{model}, Executor: "ideal", Set: map[string]int{"sites": *sites}})
	net, err := compile.Scenario(s)
	if err != nil {
		t.Fatal(err)
	}
	x, err := unfold.Explore(net, unfold.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	g := x.Runs[0].Graph
	if len(x.Runs) > 1 || g.Chooses() || g.Bracketed() || !g.Complete {
		t.Fatal("the dates of the plan are no longest paths of one graph")
	}
	for e := range g.Transition {
		if d := g.Delay(petri.EventID(e)); d.Lo != d.Hi {
			t.Fatalf("the delay of %s is not constant", g.Name(petri.EventID(e)))
		}
	}
	return g
}

// adagioPass returns the dates of the graph and the time of a pass.
func adagioPass(t *testing.T, g *petri.EventGraph) (dates []time.Duration, pass time.Duration) {
	delays, dates := g.Delays(petri.Latest), make([]time.Duration, g.Len())
	for range 3 {
		n, begin, took := 0, dsltest.ProcessorTime(), time.Duration(0)
		for ; took < 100*time.Millisecond; took = dsltest.ProcessorTime() - begin {
			if err := g.DatesInto(dates, delays); err != nil {
				t.Fatal(err)
			}
			n++
		}
		if per := took / time.Duration(n); pass == 0 || per < pass {
			pass = per
		}
	}
	return dates, pass
}

// adagioBound runs the command "adagio bound", of which both bounds must be the date of
// the last event, and returns the time of the whole process.
func adagioBound(t *testing.T, scratch, model string, last time.Duration) (least time.Duration) {
	adagio := filepath.Join(scratch, "adagio")
	if text, err := exec.Command("go", "build", "-o", adagio, "adagio/cmd/adagio").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for i := range *runs {
		cmd := exec.Command(adagio, "bound", model, "--executor", "ideal", "--set", fmt.Sprintf("sites=%d", *sites), "--format", "json")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Done struct {
				Lower int64 `json:"lower_ns"`
				Upper int64 `json:"upper_ns"`
			} `json:"done"`
		}
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		if lower, upper := time.Duration(got.Done.Lower), time.Duration(got.Done.Upper); lower != last || upper != last {
			t.Fatalf("the last event is at %v, and adagio bound says %v .. %v", last, lower, upper)
		}
		if took := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(); i == 0 || took < least {
			least = took
		}
	}
	return least
}

func lastOf(dates []time.Duration) (last time.Duration) {
	for _, d := range dates {
		last = max(last, d)
	}
	return last
}

// writeGraph writes a line for each event: its delay in nanoseconds, the number of its
// causes, and these.
func writeGraph(t *testing.T, path string, g *petri.EventGraph) {
	var b bytes.Buffer
	for e := range g.Transition {
		causes := g.Causes(petri.EventID(e))
		fmt.Fprint(&b, int64(g.Delay(petri.EventID(e)).Hi), " ", len(causes))
		for _, c := range causes {
			fmt.Fprint(&b, " ", c)
		}
		b.WriteByte('\n')
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// ask runs a peer as often as the flag says.
func ask(t *testing.T, command []string, graph string) (got answer) {
	for i := range *runs {
		var complaint bytes.Buffer
		cmd := exec.Command(command[0], command[1:]...)
		cmd.Env, cmd.Stderr = append(os.Environ(), asGonum+"="+graph), &complaint
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, complaint.String())
		}
		one, err := readAnswer(out)
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			one.pass, one.given, one.source = min(one.pass, got.pass), min(one.given, got.given), min(one.source, got.source)
		}
		got = one
	}
	return got
}

// readAnswer reads the lines "key value" of a peer.
func readAnswer(out []byte) (a answer, err error) {
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), " ")
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return a, fmt.Errorf("a peer says %q: %w", lines.Text(), err)
		}
		seconds := time.Duration(v * 1e9)
		switch key {
		case "pass":
			a.pass = seconds
		case "given":
			a.given = seconds
		case "source":
			a.source = seconds
		case "answer":
			a.last = v
		case "date":
			a.dates = append(a.dates, v)
		default:
			return a, fmt.Errorf("a peer says %q", lines.Text())
		}
	}
	return a, lines.Err()
}

// compare returns by how many nanoseconds the answer of a peer differs, and an error if
// that is too much.
func compare(p peer, got answer, dates []time.Duration) (greatest float64, err error) {
	allowed := 0.5
	if p.exact {
		allowed = 0
	}
	check := func(what string, got float64, want time.Duration) {
		d := math.Abs(got - float64(want))
		greatest = max(greatest, d)
		if !(d <= allowed) && err == nil {
			err = fmt.Errorf("%s is at %.6f ns, not %d ns", what, got, want)
		}
	}
	check("the last event", got.last, lastOf(dates))
	if told := len(got.dates); told != len(dates) && !(p.length && told == 0) {
		return greatest, fmt.Errorf("%d dates, not %d", told, len(dates))
	}
	for e, d := range got.dates {
		check(fmt.Sprintf("event %d", e), d, dates[e])
	}
	if err == nil && (got.pass < 0 || got.source < got.pass) {
		err = fmt.Errorf("the pass takes %v, and everything %v", got.pass, got.source)
	}
	return greatest, err
}

// TestWrongAnswers holds that the comparison rejects what differs by a nanosecond.
func TestWrongAnswers(t *testing.T) {
	dates := []time.Duration{0, 5, 7}
	right := func() answer { return answer{pass: 1, source: 2, last: 7, dates: []float64{0, 5, 7}} }
	exact, rounded, length := peer{exact: true}, peer{}, peer{exact: true, length: true}
	for _, c := range []struct {
		name  string
		peer  peer
		alter func(*answer)
		ok    bool
	}{
		{"right", exact, func(*answer) {}, true},
		{"right length alone", length, func(a *answer) { a.dates = nil }, true},
		{"nearest nanosecond", rounded, func(a *answer) { a.dates[1] = 5.4 }, true},
		{"not exact", exact, func(a *answer) { a.dates[1] = 5.4 }, false},
		{"another nanosecond", rounded, func(a *answer) { a.dates[1] = 6 }, false},
		{"no number", rounded, func(a *answer) { a.dates[1] = math.NaN() }, false},
		{"another length", length, func(a *answer) { a.dates, a.last = nil, 8 }, false},
		{"a date too few", exact, func(a *answer) { a.dates = a.dates[:2] }, false},
		{"no dates", exact, func(a *answer) { a.dates = nil }, false},
		{"the pass longer than everything", exact, func(a *answer) { a.pass = 3 }, false},
	} {
		a := right()
		c.alter(&a)
		if _, err := compare(c.peer, a, dates); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// row adds a program to the table.
func row(table *strings.Builder, name string, got, own answer, difference string) {
	cell := func(got, own time.Duration) string {
		switch {
		case got == 0:
			return "–"
		case name == "Adagio":
			return digits(float64(got)/1e6) + " ms"
		}
		return fmt.Sprintf("%s ms (%s)", digits(float64(got)/1e6), digits(float64(got)/float64(own)))
	}
	fmt.Fprintf(table, "| %s | %s | %s | %s | %s |\n", name, cell(got.pass, own.pass), cell(got.given, own.given), cell(got.source, own.source), difference)
}

// digits writes a number with three digits, or all before the point.
func digits(x float64) string {
	if x >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.3g", x)
}
