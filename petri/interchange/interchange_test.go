package interchange_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri/compile"
	"adagio/petri/interchange"
	"adagio/petri/tpn"
	"adagio/proofs/gen"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { gen.Main(m) }

// gallery calls check with the net of every small model of testdata.
func gallery(t *testing.T, check func(t *testing.T, n *tpn.Net)) {
	files, err := filepath.Glob("../../testdata/gallery/*.ballet")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d models, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			net, err := compile.Scenario(dsltest.Load(t, dsl.Options{Files: []string{file}}))
			if err != nil {
				t.Fatal(err)
			}
			check(t, interchange.Of(net))
		})
	}
}

// written is a net in a format.
func written(t interface{ Fatal(...any) }, n *tpn.Net, format string) (string, []string) {
	var b bytes.Buffer
	losses, err := interchange.Write(&b, n, format)
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), losses
}

// readable are the formats that are read, with the name of a file.
var readable = map[string]string{"pnml": "a.pnml", "tina": "a.net", "tina-pnml": "b.pnml"}

// TestRoundTrip writes the nets of the gallery and reads them: nothing changes.
func TestRoundTrip(t *testing.T) {
	gallery(t, func(t *testing.T, n *tpn.Net) { roundTrip(t, n) })
}

func roundTrip(t interface {
	Fatal(...any)
	Fatalf(string, ...any)
}, n *tpn.Net) {
	for format, file := range readable {
		text, _ := written(t, n, format)
		back, list := interchange.Read(file, []byte(text), time.Hour)
		if len(list) > 0 {
			t.Fatalf("%s: %v\n%s", format, list, text)
		}
		if diff := cmp.Diff(n, back); diff != "" {
			t.Fatalf("%s: %s", format, diff)
		}
		if again, _ := written(t, back, format); again != text {
			t.Fatalf("%s: written again it differs", format)
		}
	}
}

// TestRoundTripOfRandomNets does the same with nets of strange names and intervals
// without an end.
func TestRoundTripOfRandomNets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { roundTrip(t, drawNet(t)) })
}

func drawNet(t *rapid.T) *tpn.Net {
	name := rapid.OneOf(rapid.SampledFrom([]string{"tr", "pl", "p", "w", "12", "a b", "x{y}", `b\s`, "é", "#no", "a->b", "", " lead", "<&>\"'"}), rapid.StringMatching(`[a-z0-9{}\\ _'.:é]{0,6}`))
	unit := rapid.SampledFrom([]time.Duration{time.Nanosecond, time.Microsecond, time.Millisecond, time.Second}).Draw(t, "unit")
	n := &tpn.Net{Name: name.Draw(t, "net"), Unit: unit}
	for _, p := range rapid.SliceOfNDistinct(name, 1, 6, rapid.ID[string]).Draw(t, "places") {
		n.Places = append(n.Places, tpn.Place{Name: p, Marked: rapid.Bool().Draw(t, "marked")})
	}
	ranked := rapid.Bool().Draw(t, "ranked")
	for i, name := range rapid.SliceOfNDistinct(name, 0, 6, rapid.ID[string]).Draw(t, "transitions") {
		tr := tpn.Transition{Name: name, Lo: unit * time.Duration(rapid.IntRange(0, 1000).Draw(t, "lo")), Hi: model.Never}
		if rapid.Bool().Draw(t, "ends") {
			tr.Hi = tr.Lo + unit*time.Duration(rapid.IntRange(0, 9).Draw(t, "width"))
		}
		for p := range n.Places {
			switch rapid.IntRange(0, 3).Draw(t, "arc") {
			case 1:
				tr.In = append(tr.In, p)
			case 2:
				tr.Read = append(tr.Read, p)
			}
			if rapid.Bool().Draw(t, "out") {
				tr.Out = append(tr.Out, p)
			}
		}
		if ranked {
			tr.Rank = min(i, 2)
		}
		n.Transitions = append(n.Transitions, tr)
	}
	return n
}

// TestLosses has what each format loses of a net with read arcs, classes and delays.
func TestLosses(t *testing.T) {
	n := &tpn.Net{Name: "net", Unit: time.Second,
		Places:      []tpn.Place{{Name: "a", Marked: true}, {Name: "b", Marked: true}, {Name: "c d"}},
		Transitions: []tpn.Transition{{Name: "t", In: []int{0}, Read: []int{1}, Out: []int{2}, Lo: time.Second, Hi: 2 * time.Second}, {Name: "u", In: []int{1}, Rank: 1}}}
	for format, want := range map[string][]string{
		"pnml":      {"delays are tool-specific", "a read arc is a pair", "priorities are tool-specific", "fire together"},
		"tina":      {"fire together"},
		"tina-pnml": {"priorities are tool-specific", "fire together"},
		"tapaal":    {"the greatest delay of 1 transitions", "names are of letters", "priorities are not written", "1 is 1s", "fire together"},
		"romeo":     {"names are of letters", "priorities are not written", "1 is 1s", "fire together"},
	} {
		_, losses := written(t, n, format)
		if len(losses) != len(want) {
			t.Errorf("%s loses %q", format, losses)
			continue
		}
		for i := range want {
			if !strings.Contains(losses[i], want[i]) {
				t.Errorf("%s: %q does not say %q", format, losses[i], want[i])
			}
		}
	}
	if got := interchange.Formats(); len(got) != 5 {
		t.Errorf("%v", got)
	}
	if _, err := interchange.Write(&bytes.Buffer{}, n, "dot"); err == nil {
		t.Error("an unknown format is written")
	}
}

// TestForeign reads what other tools have written.
func TestForeign(t *testing.T) {
	second := func(lo, hi int) (time.Duration, time.Duration) {
		return time.Duration(lo) * time.Second, time.Duration(hi) * time.Second
	}
	tr := func(name string, lo, hi int, in, read, out []int) tpn.Transition {
		x := tpn.Transition{Name: name, In: in, Read: read, Out: out}
		if x.Lo, x.Hi = second(lo, hi); hi < 0 {
			x.Hi = model.Never
		}
		return x
	}
	want := &tpn.Net{Name: "abp", Unit: time.Second, Places: []tpn.Place{{Name: "p1", Marked: true}, {Name: "p 2"}},
		Transitions: []tpn.Transition{tr("go", 4, 9, []int{0}, nil, []int{1}), tr("t2", 0, -1, []int{1}, nil, nil)}}
	for name, text := range map[string]string{
		"a.net": "# a comment\nnet abp\ntr go : {a label} [4,9] p1 -> {p 2}*1\ntr t2 {p 2} ->\npl p1 : l (1)\npl {p 2}\nlb p1 x\nnt n1 0 {a note}\n",
		// Declarations of the same thing add up, from the places as well.
		"b.net": "pl p1 (1) -> go\npl {p 2} go -> t2\ntr go [4,9]\nnet abp",
		"c.pnml": `<?xml version="1.0"?><pnml xmlns="http://www.pnml.org/version-2009/grammar/pnml"><net id="n" type="http://www.laas.fr/tina/tpn"><name><text>abp</text></name><page id="g">
			<place id="x"><name><text>
			p1 </text></name><initialMarking><text>1</text></initialMarking></place><page id="h"><place id="y"><name><text>p 2</text></name></place></page>
			<transition id="t"><name><text>go</text></name><delay><interval xmlns="http://www.w3.org/1998/Math/MathML" closure="closed"><cn>4</cn><cn>9.0</cn></interval></delay></transition>
			<transition id="t2"/><arc id="1" source="x" target="t"/><arc id="2" source="t" target="y"><inscription><text>1</text></inscription></arc><arc id="3" source="y" target="t2"><type value="normal"/></arc></page></net></pnml>`,
	} {
		got, list := interchange.Read(name, []byte(text), time.Second)
		if len(list) > 0 {
			t.Errorf("%s: %v", name, list)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestMistakes has what cannot be read, with its position.
func TestMistakes(t *testing.T) {
	pnml := func(inside string) string {
		return "<pnml><net id=\"n\" type=\"http://www.pnml.org/version-2009/grammar/ptnet\"><page id=\"g\">\n" + inside + "</page></net></pnml>"
	}
	two := `<place id="p"/><transition id="t"/>`
	for text, want := range map[string]string{
		"tr t [4,2] a -> b":              "f:1:6: error: the interval is empty",
		"pl a (2)":                       "f:1:4: error: place a has 2 tokens: the net is not 1-safe",
		"tr t a*2 -> b":                  "f:1:6: error: the arc with a has the weight 2: the net is not 1-safe",
		"tr t a?-1 -> b":                 "f:1:6: error: the arc with a is an inhibitor or a stopwatch arc",
		"tr t a -> b?1":                  "f:1:11: error: the read arc with b goes out of the transition",
		"tr t a a -> b":                  "f:1:8: error: a second arc with a: the net is not 1-safe",
		"tr t [x,2] a -> b":              "f:1:6: error: x is not the beginning of an interval",
		"tr t [1,99999999999] a ->":      "f:1:6: error: 99999999999 is not the end of an interval",
		"pr t > u":                       "f:1:4: error: there is no transition t",
		"tr t\ntr u\npr t > u\npr u > t": "f:3:4: error: the priorities form a circle",
		"tr t\ntr u\ntr v\npr t > u":     "f:4:4: warning: the priorities do not order all transitions, and are left out",
		"tr t ]1,2[ a ->":                "f:1:6: warning: the interval is open, and taken as closed",
		"place a":                        "f:1:1: error: unexpected token \"place\"",
		"# unit 0s\ntr t":                "f:1:1: error: 0s is not a unit of time",
		"\xff":                           "f:1:1: error: the file is not UTF-8",
		"<pnml>":                         "f:1:1: error: the file is not XML: unexpected EOF",
		"<pnml/>":                        "f: error: there is no net in this file",
		"<pnml><net/><net/></pnml>":      "f:1:7: error: the file has 2 nets",
		"<pnml><net type=\"x\"/></pnml>": "f:1:7: error: a net of the type \"x\" cannot be read",
		pnml("<place id=\"p\"><initialMarking><text>3</text></initialMarking></place>"): "f:2:1: error: place \"p\" has 3 tokens: the net is not 1-safe",
		pnml("<place id=\"p\"/><place id=\"p\"/>"):                                      "f:2:16: error: the id \"p\" occurs twice",
		pnml("<place/>"): "f:2:1: error: the place has no id",
		pnml("<referencePlace id=\"r\" ref=\"p\"/>"):                                                       "f:2:1: error: the file has a referencePlace",
		pnml("\n<arc source=\"a\" target=\"b\"/>"):                                                         "f:3:1: error: the arc from \"a\" to \"b\" does not join a place and a transition",
		pnml(two + "\n<arc source=\"p\" target=\"t\"><type value=\"inhibitor\"/></arc>"):                   "f:3:1: error: an arc of the kind \"inhibitor\" cannot be read",
		pnml(two + "\n<arc source=\"p\" target=\"t\"><inscription><text>2</text></inscription></arc>"):     "f:3:1: error: the arc with place \"p\" has the weight 2: the net is not 1-safe",
		pnml(two + "\n<arc source=\"p\" target=\"t\"/><arc source=\"p\" target=\"t\"/>"):                   "f:3:29: error: a second arc between place \"p\" and transition \"t\": the net is not 1-safe",
		pnml("<transition id=\"t\"><delay><interval><cn>3</cn></interval></delay></transition>"):           "f:2:27: error: the interval has 1 ends",
		pnml("<transition id=\"t\"><delay><interval><cn>3</cn><cn>1</cn></interval></delay></transition>"): "f:2:27: error: the interval is empty",
	} {
		_, list := interchange.Read("f", []byte(text), time.Second)
		if len(list) != 1 || list[0].String() != want && !strings.HasPrefix(list[0].String(), want) {
			t.Errorf("%q:\n\t%v\nnot\t%s", text, list, want)
		}
	}
}

// TestGrammar compares what is written with the rules of PNML's RELAX NG grammar
// (pnmlcoremodel.rng, conventions.rng and ptnet.pntd of ISO/IEC 15909-2).
func TestGrammar(t *testing.T) {
	gallery(t, func(t *testing.T, n *tpn.Net) {
		text, _ := written(t, n, "pnml")
		conforms(t, text, false)
		text, _ = written(t, n, "tina-pnml")
		conforms(t, text, true)
	})
}

// node is an element with all that is in it.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []node     `xml:",any"`
	Text     string     `xml:",chardata"`
}

// rule says what an element may have: attributes, and how often each child.
type rule struct {
	attrs    string // all required
	children string // name with ?, * or + behind it, in any order (interleave)
	text     string // a regular expression
}

// rules of the grammar, by element. Names, initial markings and inscriptions are labels.
func rules(tina bool) map[string]rule {
	label := "graphics? toolspecific* text?"
	r := map[string]rule{
		"pnml":           {children: "net+"},
		"net":            {attrs: "id type", children: "name? page+ toolspecific*"},
		"page":           {attrs: "id", children: "name? graphics? toolspecific* place* transition* arc* page* referencePlace* referenceTransition*"},
		"place":          {attrs: "id", children: "name? graphics? toolspecific* initialMarking?"},
		"transition":     {attrs: "id", children: "name? graphics? toolspecific*"},
		"arc":            {attrs: "id source target", children: "name? graphics? toolspecific* inscription?"},
		"name":           {children: label},
		"initialMarking": {children: label},
		"text":           {text: `^[^\x00-\x08]*$`},
		"toolspecific":   {attrs: "tool version", children: "any"},
	}
	if tina {
		r["transition"] = rule{attrs: "id", children: "name? graphics? toolspecific* delay?"}
		r["arc"] = rule{attrs: "id source target", children: "name? graphics? toolspecific* inscription? type?"}
		r["type"] = rule{attrs: "value"}
		r["delay"] = rule{children: "interval"}
		r["interval"] = rule{attrs: "closure", children: "any"}
	}
	return r
}

func conforms(t *testing.T, text string, tina bool) {
	t.Helper()
	var root node
	if err := xml.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	ids, refs, all := map[string]string{}, []string{}, rules(tina)
	var visit func(n *node, inMarking bool)
	visit = func(n *node, inMarking bool) {
		name := n.XMLName.Local
		if n.XMLName.Space != "http://www.pnml.org/version-2009/grammar/pnml" && name != "interval" {
			t.Fatalf("%s is in the namespace %q", name, n.XMLName.Space)
		}
		r, ok := all[name]
		if !ok {
			t.Fatalf("there is no element %s", name)
		}
		var attrs []string
		for _, a := range n.Attrs {
			if a.Name.Local == "xmlns" {
				continue
			}
			attrs = append(attrs, a.Name.Local)
			switch a.Name.Local {
			case "id":
				if !regexp.MustCompile(`^[\pL_][\pL\pN_.-]*$`).MatchString(a.Value) {
					t.Errorf("%q is no NCName", a.Value)
				}
				if ids[a.Value] != "" {
					t.Errorf("the id %q occurs twice", a.Value)
				}
				ids[a.Value] = name
			case "source", "target":
				refs = append(refs, a.Value)
			}
		}
		if want := strings.Fields(r.attrs); !slices.Equal(slices.Sorted(slices.Values(attrs)), slices.Sorted(slices.Values(want))) {
			t.Errorf("%s has the attributes %v, not %v", name, attrs, want)
		}
		if r.children == "any" {
			return
		}
		if trimmed := strings.TrimSpace(n.Text); r.text == "" && trimmed != "" || r.text != "" && !regexp.MustCompile(r.text).MatchString(n.Text) {
			t.Errorf("%s has the text %q", name, n.Text)
		}
		if inMarking && name == "text" && !regexp.MustCompile(`^\d+$`).MatchString(n.Text) {
			t.Errorf("the marking is %q, no nonNegativeInteger", n.Text)
		}
		counts := map[string]int{}
		for i := range n.Children {
			c := &n.Children[i]
			counts[c.XMLName.Local]++
			visit(c, name == "initialMarking")
		}
		for _, child := range strings.Fields(r.children) {
			base := strings.TrimRight(child, "?*+")
			n := counts[base]
			delete(counts, base)
			if child == base && n != 1 || strings.HasSuffix(child, "?") && n > 1 || strings.HasSuffix(child, "+") && n < 1 {
				t.Errorf("%s has %d of %s", name, n, child)
			}
		}
		if len(counts) > 0 {
			t.Errorf("%s may not have %v", name, counts)
		}
	}
	visit(&root, false)
	for _, ref := range refs {
		if kind := ids[ref]; kind != "place" && kind != "transition" {
			t.Errorf("an arc refers to %q, a %q", ref, kind)
		}
	}
}

// TestTapaal has each way to write a delay: the age of a token, a place of its own after
// an urgent beginning, none.
func TestTapaal(t *testing.T) {
	n := &tpn.Net{Name: "net", Unit: time.Second, Places: []tpn.Place{{Name: "a", Marked: true}, {Name: "b", Marked: true}, {Name: "c"}, {Name: "d"}, {Name: "r", Marked: true}},
		Transitions: []tpn.Transition{
			{Name: "alone", In: []int{0}, Out: []int{2}, Lo: time.Second, Hi: 2 * time.Second},
			{Name: "join", In: []int{1, 2}, Read: []int{4}, Out: []int{3}, Lo: 3 * time.Second, Hi: 4 * time.Second},
			{Name: "now", In: []int{3}},
		}}
	text, losses := written(t, n, "tapaal")
	if len(losses) != 2 || !strings.Contains(losses[0], "names") || !strings.Contains(losses[1], "unit") {
		t.Errorf("%q", losses)
	}
	for _, want := range []string{
		`id="a" name="a" displayName="true" initialMarking="1" invariant="&lt;= 2"`,
		`id="join_runs" name="join_runs" displayName="true" initialMarking="0" invariant="&lt;= 4"`,
		`id="join_begins" name="join_begins" displayName="true" urgent="true"`,
		`id="join" name="join" displayName="true" urgent="false"`,
		`id="now" name="now" displayName="true" urgent="true"`,
		`source="a" target="alone" type="timed" inscription="[1,2]"`,
		`source="join_runs" target="join" type="timed" inscription="[3,4]"`,
		`source="r" target="join_begins" type="transport" inscription="[0,inf):1"`,
		`source="join_begins" target="r" type="transport" inscription="[0,inf):1"`,
		`source="b" target="join_begins" type="timed" inscription="[0,inf)"`,
		`source="join" target="d" type="normal" inscription="1"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
}

// TestRomeo has a place, a transition and each kind of arc.
func TestRomeo(t *testing.T) {
	n := &tpn.Net{Name: "net", Unit: time.Millisecond, Places: []tpn.Place{{Name: "a 1", Marked: true}, {Name: "b", Marked: true}},
		Transitions: []tpn.Transition{{Name: "t", In: []int{0}, Read: []int{1}, Out: []int{0}, Lo: time.Millisecond, Hi: model.Never}}}
	text, _ := written(t, n, "romeo")
	for _, want := range []string{
		`<place id="1" identifier="a_1" label="a 1" initialMarking="1"`, `<transition id="1" identifier="t" label="t" eft="1" lft="inf"`,
		`<arc place="1" transition="1" type="PlaceTransition"`, `<arc place="2" transition="1" type="read"`, `<arc place="1" transition="1" type="TransitionPlace"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
}

// FuzzRead reads any text: it never panics, what it reads is valid, and written and read
// again it is the same.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"net n\ntr t [1,2] a b?1 -> c\npl a (1)\npr t > t", "tr {x y} : l ]0,w[ {a\\}b} ->\npr a b < c", "nt n 0 {x}", "# unit 1ms\npl a",
		`<pnml><net type="http://www.laas.fr/tina/tpn" id="n"><page id="g"><place id="p"/><transition id="t"><delay><interval><cn>1</cn><ci>infty</ci></interval></delay></transition><arc id="a" source="p" target="t"/></page></net></pnml>`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		n, list := interchange.Read("f", text, time.Second)
		if (n == nil) != list.HasErrors() {
			t.Fatal(list)
		}
		for _, d := range list {
			if d.Severity == diag.Error && d.Summary == "" {
				t.Fatal("an error without words")
			}
		}
		if n == nil {
			return
		}
		if err := n.Validate(); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := interchange.Write(&b, n, "tina"); err != nil {
			return // a name that no line can hold
		}
		back, list := interchange.Read("g", b.Bytes(), time.Second)
		if diff := cmp.Diff(n, back); diff != "" {
			t.Fatal(fmt.Sprint(list), diff)
		}
	})
}
