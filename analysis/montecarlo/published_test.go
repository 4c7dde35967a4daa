package montecarlo

import (
	"flag"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"adagio/analysis/measure"
	"adagio/analysis/simulate"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"

	"gonum.org/v1/gonum/stat"
)

// The published Grid'5000 runs beside their simulation: the makespan, and the
// delay from a provider's activation to its remote user's start.
//
//	go test -run TestPublished -v ./analysis/montecarlo -runs 200

var publishedRuns = flag.Int("runs", 20, "replications of each published case")

type publishedCase struct {
	name, plan string
	sites      int
}

func publishedCases() (cases []publishedCase) {
	for _, name := range []string{"openstack", "cps"} {
		for _, sites := range []int{1, 5} {
			for _, plan := range []string{"deploy", "update"} {
				cases = append(cases, publishedCase{name, plan, sites})
			}
		}
	}
	return cases
}

// busyLooks are looks at nodes that compute as the published updates show them:
// of one observer 52 ms in the mean and never more than 107 ms; the mean of five
// is 188 ms (see analysis/calibrate). The providers below have one to four.
var busyLooks = model.Interval(40*time.Millisecond, 110*time.Millisecond)

// load reads the model of a case, with the default network, or with busy looks.
func (c publishedCase) load(t *testing.T, busy bool) *model.Scenario {
	s, _ := load(t, dsl.Options{Files: []string{c.name + ".ballet"}, Plan: c.plan, Set: map[string]int{"sites": c.sites}, Network: "ballet"})
	if busy {
		s.Network.Profile.Busy = busyLooks
	}
	return s
}

// TestPublishedMakespans prints the distribution of the makespan simulated
// beside measured, with the default looks and with busy ones. The means must be
// within a percent of each other.
func TestPublishedMakespans(t *testing.T) {
	t.Log("| case | sites | plan | measured: mean, sd, range | default: mean, sd, range | difference | busy looks: mean, sd, range | difference |")
	for _, c := range publishedCases() {
		var measured []float64
		for _, run := range measuredRuns(t, c) {
			measured = append(measured, run.Makespan().Seconds())
		}
		mean, sd := stat.MeanStdDev(measured, nil)
		row := fmt.Sprintf("| %s | %d | %s | %.2f, %.2f, %.2f .. %.2f |", c.name, c.sites, c.plan, mean, sd, slices.Min(measured), slices.Max(measured))
		for _, busy := range []bool{false, true} {
			r := sample(t, c.load(t, busy), Options{N: *publishedRuns, Seed: 1})
			difference := 100 * (r.Mean.Seconds() - mean) / mean
			row += fmt.Sprintf(" %.2f, %.2f, %.2f .. %.2f | %+.2f %% |", r.Mean.Seconds(), r.SD.Seconds(), r.Min.Seconds(), r.Max.Seconds(), difference)
			if math.Abs(difference) > 1 {
				t.Errorf("%+v, busy looks %v: measured %.2f, simulated %v", c, busy, mean, r.Mean)
			}
		}
		t.Log(row)
	}
}

// handover is a place in the published plans where a user waits for a remote
// provider: the provider becomes active as its transition ends, and the user
// goes on with one of next once that and its own transitions are done.
type handover struct {
	provider, activates string
	user                string
	own, next           []string
}

var handovers = map[string][]handover{
	"openstack": {
		{"mariadbmaster", "deploy", "mariadbworker", []string{"bootstrap"}, []string{"start"}},
		{"mariadbworker", "deploy", "keystone", []string{"pull"}, []string{"deploy"}},
		{"mariadbworker", "deploy", "nova", []string{"pull0", "pull1", "pull2"}, []string{"ready0", "ready1", "cell_setup"}},
		{"keystone", "deploy", "glance", []string{"pull0", "pull1", "pull2"}, []string{"deploy"}},
		{"keystone", "deploy", "neutron", []string{"pull0", "pull1", "pull2"}, []string{"deploy"}},
		{"keystone", "deploy", "nova", []string{"ready0", "ready1"}, []string{"start"}},
	},
	"cps": {
		{"database", "deploy", "system", []string{"initiate0", "initiate1", "initiate2"}, []string{"deploy"}},
		{"system", "deploy", "listener", []string{"configure"}, []string{"run"}},
		{"listener", "run", "sensor", []string{"configure"}, []string{"run"}},
	},
}

// key names a transition in the published logs.
type key struct{ node, transition string }

// log is when each transition of one run started and ended; of several firings
// the last.
type log map[key][2]float64

// delays lists, for one run, the delays of a handover at all sites: from the end
// of the provider's transition to the start of the user's next, where the user
// was ready before.
func (h handover) delays(l log, sites int) (out []float64) {
	for site := range sites {
		at := func(component, transition string) ([2]float64, bool) {
			for _, node := range []string{component + strconv.Itoa(site), component} {
				if x, ok := l[key{node, transition}]; ok {
					return x, true
				}
			}
			return [2]float64{}, false
		}
		active, ok := at(h.provider, h.activates)
		ready, start := 0.0, math.Inf(1)
		for _, tr := range h.own {
			x, found := at(h.user, tr)
			ready, ok = max(ready, x[1]), ok && found
		}
		for _, tr := range h.next {
			x, found := at(h.user, tr)
			start, ok = min(start, x[0]), ok && found
		}
		if ok && ready < active[1] {
			out = append(out, start-active[1])
		}
	}
	return out
}

// TestPublishedHandovers prints the delays from a provider's activation to its
// remote user's start, simulated beside measured. With busy looks the simulated
// ones must have the two modes of the measured ones (where there are enough).
func TestPublishedHandovers(t *testing.T) {
	t.Log("| handover | sites | plan | measured: n, mean, sd, max (s); below 0.1 s, 0.1 to 0.25 s, above | default: the same | busy looks: the same |")
	for _, c := range publishedCases() {
		if c.plan != "deploy" {
			continue // no update hands over so
		}
		logs := [3][]log{measuredLogs(t, c), c.simulatedLogs(t, false), c.simulatedLogs(t, true)}
		var all [3][]float64
		for _, h := range handovers[c.name] {
			var delays [3][]float64
			for i := range logs {
				for _, l := range logs[i] {
					delays[i] = append(delays[i], h.delays(l, c.sites)...)
				}
				all[i] = append(all[i], delays[i]...)
			}
			if len(delays[0]) > 0 {
				t.Logf("| %s → %s | %d | %s | %s | %s | %s |", h.provider, h.user, c.sites, c.plan, summary(delays[0]), summary(delays[1]), summary(delays[2]))
			}
		}
		t.Logf("| all of %s | %d | %s | %s | %s | %s |", c.name, c.sites, c.plan, summary(all[0]), summary(all[1]), summary(all[2]))
		t.Logf("  in bins of 50 ms: measured %v, default %v, busy looks %v", shares(all[0]), shares(all[1]), shares(all[2]))
		if low, middle, high := modes(all[2]); c.sites > 1 && (low < 30 || middle > 25 || high < 20) {
			t.Errorf("%+v: %.0f, %.0f, %.0f %% have no two modes", c, low, middle, high)
		}
	}
}

func (c publishedCase) simulatedLogs(t *testing.T, busy bool) (logs []log) {
	s := c.load(t, busy)
	sample(t, s, Options{N: (*publishedRuns + 1) / 2, Seed: 1, Traces: true, Visit: func(r Replication) error {
		logs = append(logs, simulatedLog(s, r.Trace))
		return nil
	}})
	return logs
}

func summary(xs []float64) string {
	if len(xs) == 0 {
		return "none"
	}
	mean, sd := stat.MeanStdDev(xs, nil)
	low, middle, high := modes(xs)
	return fmt.Sprintf("%d, %.3f, %.3f, %.3f; %.0f, %.0f, %.0f %%", len(xs), mean, sd, slices.Max(xs), low, middle, high)
}

// modes are the shares, in percent, below 0.1 s, up to 0.25 s, and above.
func modes(xs []float64) (low, middle, high float64) {
	one := 100 / float64(len(xs))
	for _, x := range xs {
		switch {
		case x < 0.1:
			low += one
		case x < 0.25:
			middle += one
		default:
			high += one
		}
	}
	return low, middle, high
}

// shares is a histogram in percent, in bins of 50 ms.
func shares(xs []float64) []int {
	var bins []int
	for _, x := range xs {
		i := max(int(x/0.05), 0)
		for len(bins) <= i {
			bins = append(bins, 0)
		}
		bins[i]++
	}
	for i := range bins {
		bins[i] = (200*bins[i] + len(xs)) / (2 * len(xs))
	}
	return bins
}

// measuredRuns reads the measured runs of a case and plan.
func measuredRuns(t *testing.T, c publishedCase) []measure.Run {
	runs, problems, err := measure.Read([]string{filepath.Join(dsltest.Data(t, "measured"), fmt.Sprintf("%s-%d-sites.csv.gz", c.name, c.sites))}, measure.Options{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	return slices.DeleteFunc(runs, func(r measure.Run) bool { return r.Operation != c.plan })
}

func measuredLogs(t *testing.T, c publishedCase) (logs []log) {
	for _, run := range measuredRuns(t, c) {
		l := log{}
		for _, n := range run.Nodes {
			for _, it := range n.Items {
				if it.Kind == measure.Transition {
					l[key{n.Name, it.Name}] = [2]float64{it.Start.Seconds(), it.End.Seconds()}
				}
			}
		}
		logs = append(logs, l)
	}
	return logs
}

func simulatedLog(s *model.Scenario, trace *simulate.Trace) log {
	l := log{}
	for c, k := range trace.Components {
		node := strings.NewReplacer("[", "", "]", "").Replace(s.Components[c].Name)
		for _, f := range k.Firings {
			l[key{node, s.TypeOf(c).Transitions[f.Transition].Name}] = [2]float64{f.Start.Seconds(), f.End.Seconds()}
		}
	}
	return l
}
