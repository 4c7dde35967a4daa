package petri_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"strconv"
	"testing"

	"adagio/dsl/golden"
	"adagio/dsl/model"
	"adagio/petri"
)

// loop is the smallest model whose net has a marked place, a delay, a read arc,
// and quotes in its names.
const loop = `
component C {
  places off, on
  initial off
  behavior go { "go \"on\"": off -> on for 1s .. 2s }
}
assembly loop { node n { c: C } }
plan go of loop {
  from { c: off }
  on n { push c go; wait c }
}
network ideal { executor ideal }
`

func TestDOT(t *testing.T) {
	net := netOf(t, load(t, "loop.ballet", loop))
	graph := explore(t, net).Runs[0].Graph
	netDOT := func(path []petri.TransitionID) string {
		return render(t, func(w io.Writer) error { return net.Picture(path).Write(w) })
	}
	graphDOT := func(path []petri.EventID) string {
		return render(t, func(w io.Writer) error { return graph.Picture(path).Write(w) })
	}
	golden.Check(t, "testdata/export/net.dot", netDOT(nil))
	golden.Check(t, "testdata/export/events.dot", graphDOT(nil))

	// A path back from the end of the program, through the last cause of each.
	path := []petri.EventID{graph.Ends[0]}
	for causes := graph.Causes(path[0]); len(causes) > 0; causes = graph.Causes(path[0]) {
		path = append([]petri.EventID{causes[len(causes)-1]}, path...)
	}
	var transitions []petri.TransitionID
	for _, e := range path {
		transitions = append(transitions, graph.Transition[e])
	}
	golden.Check(t, "testdata/export/net_path.dot", netDOT(transitions))
	golden.Check(t, "testdata/export/events_path.dot", graphDOT(path))
}

// pnml is what a reader of the standard knows of a document; it shares nothing
// with the writer.
type pnml struct {
	XMLName xml.Name `xml:"pnml"`
	Nets    []struct {
		ID    string `xml:"id,attr"`
		Type  string `xml:"type,attr"`
		Pages []struct {
			ID     string `xml:"id,attr"`
			Places []struct {
				ID      string `xml:"id,attr"`
				Name    string `xml:"name>text"`
				Marking string `xml:"initialMarking>text"`
			} `xml:"place"`
			Transitions []struct {
				ID    string `xml:"id,attr"`
				Name  string `xml:"name>text"`
				Delay *struct {
					Least    string `xml:"least,attr"`
					Greatest string `xml:"greatest,attr"`
					Unit     string `xml:"unit,attr"`
				} `xml:"toolspecific>delay"`
			} `xml:"transition"`
			Arcs []struct {
				ID     string `xml:"id,attr"`
				Source string `xml:"source,attr"`
				Target string `xml:"target,attr"`
			} `xml:"arc"`
		} `xml:"page"`
	} `xml:"net"`
}

// TestPNML reads what is written back, for every model of the gallery: it is a
// place/transition net of the standard that has the places, marking, transitions,
// delays and arcs of the net, a read arc being a pair.
func TestPNML(t *testing.T) { gallery(t, checkPNML) }

func checkPNML(t *testing.T, s *model.Scenario) {
	net := netOf(t, s)
	var doc pnml
	if err := xml.Unmarshal([]byte(render(t, net.WritePNML)), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.XMLName.Space != "http://www.pnml.org/version-2009/grammar/pnml" || len(doc.Nets) != 1 || len(doc.Nets[0].Pages) != 1 {
		t.Fatalf("namespace %q, %d nets", doc.XMLName.Space, len(doc.Nets))
	}
	if want := "http://www.pnml.org/version-2009/grammar/ptnet"; doc.Nets[0].Type != want {
		t.Errorf("type %q", doc.Nets[0].Type)
	}
	page := doc.Nets[0].Pages[0]
	ids := map[string]bool{}
	fresh := func(id string) {
		if id == "" || ids[id] {
			t.Errorf("id %q occurs twice", id)
		}
		ids[id] = true
	}
	fresh(doc.Nets[0].ID)
	fresh(page.ID)
	place, transition := map[string]petri.PlaceID{}, map[string]petri.TransitionID{}
	if len(page.Places) != len(net.Places) || len(page.Transitions) != len(net.Transitions) {
		t.Fatalf("%d places, %d transitions", len(page.Places), len(page.Transitions))
	}
	for i, p := range page.Places {
		fresh(p.ID)
		place[p.ID] = petri.PlaceID(i)
		if want := net.Places[i]; p.Name != want.Name || (p.Marking == "1") != want.Marked {
			t.Errorf("place %q, marking %q", p.Name, p.Marking)
		}
	}
	for i, tr := range page.Transitions {
		fresh(tr.ID)
		transition[tr.ID] = petri.TransitionID(i)
		want := net.Transitions[i]
		if tr.Name != want.Name || (tr.Delay != nil) != (want.Delay.Hi > 0) {
			t.Errorf("transition %q, delay %v", tr.Name, tr.Delay)
		}
		if d := tr.Delay; d != nil && (d.Unit != "ns" || d.Least != nanoseconds(want.Delay.Lo) || d.Greatest != nanoseconds(want.Delay.Hi)) {
			t.Errorf("transition %q: delay %v", tr.Name, *d)
		}
	}
	type arc struct {
		p  petri.PlaceID
		t  petri.TransitionID
		in bool
	}
	arcs := map[arc]int{}
	for _, a := range page.Arcs {
		fresh(a.ID)
		p, from := place[a.Source]
		u, to := transition[a.Target]
		if from && to {
			arcs[arc{p, u, true}]++
			continue
		}
		p, to = place[a.Target]
		if u, from = transition[a.Source]; !from || !to {
			t.Errorf("the arc %s goes from %q to %q", a.ID, a.Source, a.Target)
		}
		arcs[arc{p, u, false}]++
	}
	for i, tr := range net.Transitions {
		u := petri.TransitionID(i)
		for _, p := range tr.In {
			arcs[arc{p, u, true}]--
		}
		for _, p := range tr.Out {
			arcs[arc{p, u, false}]--
		}
		for _, p := range tr.Read {
			arcs[arc{p, u, true}]--
			arcs[arc{p, u, false}]--
		}
	}
	for a, n := range arcs {
		if n != 0 {
			t.Errorf("%+d arcs between %q and %q", n, net.Places[a.p].Name, net.Transitions[a.t].Name)
		}
	}
}

func nanoseconds[D ~int64](d D) string { return strconv.FormatInt(int64(d), 10) }

// render returns what is written.
func render(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
