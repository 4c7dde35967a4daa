package proofs

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"adagio/analysis"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri/compile"
	"adagio/petri/interchange"
	"adagio/petri/tpn"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// # Nets without a scenario
//
// Statement. Where a net that is written for another tool can be bounded without its
// scenario, and its conflicts are decided, the program of each node ends at the dates of
// the analysis; where they are covered, these dates lie inside.
//
// Hypotheses. The profile ideal: other profiles have delays that are shorter where a peer
// is at rest, which the file does not tell. No races, and no deadlock.
//
// Reference. petri/tpn/README.md.
func TestNetsWithoutScenario(t *testing.T) {
	bounded, decided := 0, 0
	check := func(t interface {
		Helper()
		Fatalf(string, ...any)
	}, s *model.Scenario) {
		net, err := compile.Scenario(s)
		if err != nil || s.Network.Profile.Kind != model.Ideal || s.Sleeps() {
			return
		}
		var b bytes.Buffer
		if _, err := interchange.Write(&b, interchange.Of(net), "pnml"); err != nil {
			t.Fatalf("%v", err)
		}
		read, list := interchange.Read("net.pnml", b.Bytes(), time.Second)
		if len(list) > 0 {
			t.Fatalf("%v", list)
		}
		a, err := tpn.Bound(read)
		if err != nil {
			return
		}
		r, err := analysis.Analyse(s, analysis.Options{})
		if err != nil || len(r.Races) > 0 || r.Deadlock != nil {
			return
		}
		bounded++
		if a.Decided {
			decided++
		}
		for n, end := range net.Ends {
			d, ok := a.Date(int(end))
			if !ok {
				t.Fatalf("the program of %s does not end\n%s", s.Nodes[n].Name, gen.Text(s))
			}
			if x := r.Nodes[n].End; d.Earliest > x.Lower || d.Latest < x.Upper || a.Decided && (d.Earliest != x.Lower || d.Latest != x.Upper) {
				t.Fatalf("the program of %s ends at %v, and in the net (decided: %v) at %v\n%s", s.Nodes[n].Name, x, a.Decided, d, gen.Text(s))
			}
		}
	}
	files, _ := filepath.Glob("../testdata/gallery/*.ballet")
	for _, file := range files {
		check(t, dsltest.Load(t, dsl.Options{Files: []string{file}}))
	}
	t.Logf("of the gallery: %d bounded, %d of them decided", bounded, decided)
	if bounded < 15 {
		t.Error("too few models of the gallery are bounded")
	}
	bounded, decided = 0, 0
	rapid.Check(t, func(t *rapid.T) {
		check(t, gen.Scenario(gen.Options{Profiles: []model.ProfileKind{model.Ideal}, Benign: true, Nodes: 2}).Draw(t, "scenario"))
	})
	t.Logf("of random scenarios: %d bounded, %d of them decided", bounded, decided)
	if bounded < gen.Floor(10) {
		t.Error("too few random scenarios are bounded")
	}
}
