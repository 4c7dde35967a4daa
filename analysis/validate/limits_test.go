package validate

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"adagio/dsl/dsltest"

	"gonum.org/v1/gonum/stat"
)

// What no model of this kind says, with figures; README.md has them.
//
//	go test -run 'TestGalera|TestBoots' -v ./analysis/validate

// rows reads a table of a set, each row by the names of its columns.
func rows(t *testing.T, path ...string) (list []map[string]string) {
	t.Helper()
	f, err := os.Open(dsltest.Data(t, path...))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(f.Name(), ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	all, err := csv.NewReader(r).ReadAll()
	if err != nil || len(all) < 2 {
		t.Fatal(err, len(all))
	}
	for _, row := range all[1:] {
		of := map[string]string{}
		for i, name := range all[0] {
			of[name] = row[i]
		}
		list = append(list, of)
	}
	return list
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// galera is the reconfigurations of a MariaDB into a Galera cluster, by the tool of which
// durations are known: mean durations by reconfiguration, size, kind of node and transition,
// and mean totals.
type galera struct {
	durations map[[4]string][]float64
	totals    map[[2]string][]float64
	after     map[string]map[string]map[string]map[string][]string
}

func readGalera(t *testing.T) *galera {
	g := &galera{durations: map[[4]string][]float64{}, totals: map[[2]string][]float64{}}
	for _, r := range rows(t, "synthetic-concerto", "galera", "durations.csv.gz") {
		k := [4]string{r["reconfiguration"], r["size"], strings.TrimRight(r["component"], "0123456789"), r["transition"]}
		g.durations[k] = append(g.durations[k], number(t, r["duration_s"]))
	}
	for _, r := range rows(t, "synthetic-concerto", "galera", "totals.csv") {
		if k := [2]string{r["reconfiguration"], r["size"]}; r["tool"] == "aeolus" && r["kept"] == "yes" {
			g.totals[k] = append(g.totals[k], number(t, r["total_s"]))
		}
	}
	text, err := os.ReadFile(dsltest.Data(t, "synthetic-concerto", "galera", "graph.json"))
	if err == nil {
		err = json.Unmarshal(text, &g.after)
	}
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// total is the longest path through the graph of a reconfiguration, with the mean durations of a size.
func (g *galera) total(reconfiguration, size string) float64 {
	graph := g.after[reconfiguration]["aeolus"]
	var end func(kind, transition string) float64
	end = func(kind, transition string) float64 {
		start := 0.0
		for _, p := range graph[kind][transition] {
			of, name, other := strings.Cut(p, ".")
			if !other {
				of, name = kind, p
			}
			start = max(start, end(of, name))
		}
		return start + stat.Mean(g.durations[[4]string{reconfiguration, size, kind, transition}], nil)
	}
	longest := 0.0
	for kind, transitions := range graph {
		for name := range transitions {
			longest = max(longest, end(kind, name))
		}
	}
	return longest
}

// TestGalera: one transition of workers, in which they join the cluster, lasts longer the more
// of them join; all others last as long. So durations of a small cluster predict a great
// one wrong, by what that transition grows. (With mean durations of its own size the total is
// 3 s too short: the last of nine or ten workers is waited for.)
func TestGalera(t *testing.T) {
	g := readGalera(t)
	for _, c := range []struct{ reconfiguration, small, great string }{{"decentralise", "3", "10"}, {"scale_out", "1", "10"}} {
		measured := stat.Mean(g.totals[[2]string{c.reconfiguration, c.great}], nil)
		own, predicted := g.total(c.reconfiguration, c.great), g.total(c.reconfiguration, c.small)
		t.Logf("%s, %s nodes: measured %.1f s, with durations of that size %.1f s, of size %s %.1f s", c.reconfiguration, c.great, measured, own, c.small, predicted)
		join := [4]string{c.reconfiguration, c.great, "worker", "go_ready"}
		growth := stat.Mean(g.durations[join], nil)
		join[1] = c.small
		growth -= stat.Mean(g.durations[join], nil)
		if missing := own - predicted; missing < 3 || math.Abs(missing-growth) > 0.6 || own > measured || measured-own > 4 {
			t.Errorf("%.1f s are missing, of which %.1f s are contention; the last worker is %.1f s later than a mean one", missing, growth, measured-own)
		}
		for k, small := range g.durations {
			if k[0] != c.reconfiguration || k[1] != c.small {
				continue
			}
			a, b := stat.Mean(small, nil), stat.Mean(g.durations[[4]string{k[0], c.great, k[2], k[3]}], nil)
			grows := k[2] == "worker" && k[3] == "go_ready"
			if grows {
				t.Logf("  %s of workers: %.2f s and %.2f s, greatest %.2f s", k[3], a, b, slices.Max(g.durations[[4]string{k[0], c.great, k[2], k[3]}]))
			}
			if grows != (b > 1.5*a) && b > 0.1 {
				t.Errorf("%v: %.2f s and %.2f s", k, a, b)
			}
		}
	}
}

// TestBoots: the server's first boots have two modes 0.3 s apart, and nothing in the logs tells
// which it will be; those of the other nodes, and the later ones, have one.
func TestBoots(t *testing.T) {
	boots := map[string][]float64{}
	for _, r := range rows(t, "mascots", "boot.csv.gz") {
		k := r["node"] + ", " + r["wake"]
		boots[k] = append(boots[k], number(t, r["boot_s"]))
	}
	for k, list := range boots {
		slices.Sort(list)
		slow := len(list) - slices.IndexFunc(append(list, 2), func(x float64) bool { return x > 1.25 })
		t.Logf("%s: %d boots, %.3f .. %.3f s, %d of 1.3 s and more", k, len(list), list[0], list[len(list)-1], slow)
		if two := list[len(list)-1]-list[0] > 0.2; two != (k == "server, first") {
			t.Errorf("%s: %.3f .. %.3f s", k, list[0], list[len(list)-1])
		}
	}
	if first := boots["server, first"]; len(first) != 56 {
		t.Errorf("%d first boots of the server", len(first))
	}
}
