package main

import (
	"bytes"
	"flag"
	"fmt"
	"go/build"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/analysis/simulate"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
	"adagio/petri/certificate"
	"adagio/petri/compile"
	"adagio/petri/unfold"
	"adagio/proofs/gen"
)

// A long run: go test ./proofs/check -run Random -scenarios 10000
var scenarios = flag.Int("scenarios", 300, "how many random scenarios are certified")

func TestMain(m *testing.M) { gen.Main(m) }

// certify makes the certificate of a scenario.
func certify(s *model.Scenario) (*certificate.Certificate, string, error) {
	net, err := compile.Scenario(s)
	if err != nil {
		return nil, "", err
	}
	c, err := certificate.New(net, unfold.NoHazards)
	if err != nil {
		return nil, "", err
	}
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		return nil, "", err
	}
	return c, b.String(), nil
}

func check(s *model.Scenario, text string) (string, error) { return Check(strings.NewReader(text), s) }

// TestIndependent says that the program knows nothing of what it checks.
func TestIndependent(t *testing.T) {
	for _, folder := range []string{".", "lines", "derivation", "system", "replay"} {
		p, err := build.ImportDir(folder, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range p.Imports {
			if strings.HasPrefix(path, "adagio/") && !strings.HasPrefix(path, "adagio/proofs/check/") && path != "adagio/dsl" && path != "adagio/dsl/claim" && path != "adagio/dsl/model" {
				t.Errorf("%s imports %s", folder, path)
			}
		}
	}
}

// delays are what is taken as given of executors other than ideal, if nothing else is.
const delays = "how long looks, messages and steps of the executor take"

// TestModels certifies the models of testdata.
func TestModels(t *testing.T) {
	files, _ := filepath.Glob("../../testdata/gallery/*.ballet")
	certified, complete, whole := 0, 0, 0
	for _, file := range append(files, "../../testdata/openstack.ballet", "../../testdata/cps.ballet", "../../testdata/web.ballet") {
		s := dsltest.Load(t, dsl.Options{Files: []string{file}})
		c, text, err := certify(s)
		if err != nil {
			continue
		}
		answer, err := check(s, text)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		certified++
		if strings.Contains(answer, "; every execution ends") {
			complete++
		}
		if _, given, _ := strings.Cut(answer, "; taken as given: "); given == "" || given == delays {
			whole++
		}
		if want := fmt.Sprintf("yes: makespan %s, span %s;", interval([2]int{int(c.MakespanLower), int(c.MakespanUpper)}), interval([2]int{int(c.SpanLower), int(c.SpanUpper)})); !strings.HasPrefix(answer, want) {
			t.Errorf("%s: %s, not %s", file, answer, want)
		}
	}
	t.Logf("%d certified, %d of them to complete, %d with nothing taken as given", certified, complete, whole)
	if certified < 28 || complete < 18 {
		t.Error("too few")
	}
}

// TestRandom certifies random scenarios, compares the certified bounds with simulated
// executions, and that all end where that is shown.
func TestRandom(t *testing.T) {
	count := map[string]int{}
	for seed := range uint64(*scenarios) {
		r := rand.New(rand.NewPCG(seed, 17))
		s := gen.Random(r, gen.Options{Benign: seed%2 == 0})
		c, text, err := certify(s)
		if err != nil {
			count["refused"]++
			if strings.Contains(err.Error(), "R7") {
				count["refused for R7"]++
			}
			continue
		}
		answer, err := check(s, text)
		if err != nil {
			t.Errorf("seed %d: %.0s %v", seed, gen.Text(s), err)
		}
		count["certified"]++
		if _, given, _ := strings.Cut(answer, "; taken as given: "); given == "" {
			count["nothing given"]++
		} else if given == delays {
			count["delays given"]++
		}
		if strings.Count(text, "\ns") > strings.Count(text[:strings.Index(text, "\nt ")], "\ns") {
			count["split"]++
		}
		ends := strings.Contains(answer, "; every execution ends")
		if ends {
			count["complete"]++
		}
		for k := range 6 {
			o := simulate.Options{Seed: seed, Index: uint64(k)}
			if k < 2 {
				o.Sampler = []simulate.Sampler{simulate.Lo, simulate.Hi}[k]
			}
			trace, err := simulate.Run(s, o)
			if err != nil {
				t.Fatal(err)
			}
			span := time.Duration(0)
			for _, n := range trace.Nodes {
				span = max(span, n.End)
			}
			if trace.Outcome != simulate.Completed {
				if ends {
					t.Fatalf("seed %d: shown to end, and hangs\n%s", seed, gen.Text(s))
				}
				continue
			}
			count["executions"]++
			if span < c.SpanLower || span > c.SpanUpper {
				t.Fatalf("seed %d: ends at %v, outside of %v .. %v\n%s", seed, span, c.SpanLower, c.SpanUpper, gen.Text(s))
			}
		}
	}
	t.Logf("%v", count)
	if count["certified"] < *scenarios/3 || count["complete"] < *scenarios/10 {
		t.Error("too few")
	}
}

// lines are those of a certificate, to be tampered with.
type certificateLines []string

// begin is the first line with a letter, of the derivation if it has it.
func (lines certificateLines) begin(t *testing.T, letter string) int {
	first := -1
	derivation := false
	for i, l := range lines {
		if strings.HasPrefix(l, letter+" ") && (first < 0 || derivation && !strings.HasPrefix(lines[first], "t")) {
			if first = i; derivation {
				return i
			}
		}
		derivation = derivation || strings.HasPrefix(l, "t ")
	}
	if first < 0 {
		t.Fatalf("the certificate has no line %s", letter)
	}
	return first
}

// with replaces a number of a line.
func with(line string, at int, change func(x int) int) string {
	f := strings.Fields(line)
	var x int
	fmt.Sscan(f[at], &x)
	f[at] = fmt.Sprint(change(x))
	return strings.Join(f, " ")
}

func less(x int) int { return x - 1 }
func more(x int) int { return x + 1 }

func (lines certificateLines) replaced(i int, line string) []string {
	out := slices.Clone(lines)
	out[i] = line
	return out
}

func (lines certificateLines) inserted(i int, line string) []string {
	return slices.Insert(slices.Clone(lines), i, line)
}

// labelled is the first event of a kind.
func (lines certificateLines) labelled(t *testing.T, kind int) int {
	i := slices.IndexFunc(lines, func(l string) bool { f := strings.Fields(l); return f[0] == "e" && f[3] == fmt.Sprint(kind) })
	if i < 0 {
		t.Fatal("no such event")
	}
	return i
}

// claims changes the bounds that are claimed of nodes, and those of the plan.
func (lines certificateLines) claims(at int, change func(x int) int) []string {
	out := slices.Clone(lines)
	for i, l := range lines {
		if strings.HasPrefix(l, "n ") {
			out[i] = with(l, 2+at, change)
		} else if strings.HasPrefix(l, "t ") {
			out[i] = with(with(l, at, change), 2+at, change)
		}
	}
	return out
}

// Kinds of event in a certificate.
const instruction, fires = 1, 10

// TestForged has certificates that were tampered with, each in one way: none is accepted,
// and the answer says where it fails.
func TestForged(t *testing.T) {
	s := dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/gallery/race.ballet"}})
	_, text, err := certify(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := check(s, text); err != nil {
		t.Fatal(err)
	}
	lines := certificateLines(strings.Split(strings.TrimSpace(text), "\n"))
	begin, labelled := func(letter string) int { return lines.begin(t, letter) }, func(kind int) int { return lines.labelled(t, kind) }
	derivation := begin("t") + 1
	late := derivation // a line with a latest date after 0
	for f := strings.Fields(lines[late]); f[0] != "h" || f[2] == "0"; f = strings.Fields(lines[late]) {
		late++
	}
	reversed := slices.Clone(lines)
	slices.Reverse(reversed[derivation : len(lines)-1])
	slow := *s
	slow.Components = append([]model.Component{}, s.Components...)
	slow.Components[0].Durations = append([]model.Delay{}, s.Components[0].Durations...)
	slow.Components[0].Durations[0].Hi += time.Second
	for name, c := range map[string]struct {
		of    *model.Scenario
		lines []string
		why   string
	}{
		"a lower upper bound":                 {s, lines.claims(2, less), "\"g\" does not follow"},
		"a higher lower bound":                {s, lines.claims(1, more), "\"g\" does not follow"},
		"bounds that no node has":             {s, lines.replaced(begin("t"), with(lines[begin("t")], 2, less)), "not those of the nodes"},
		"a latest date that is too early":     {s, lines.replaced(late, with(lines[late], 2, less)), "\"h "},
		"an earliest date that is too late":   {s, lines.replaced(begin("l"), with(lines[begin("l")], 2, more)), "\"l "},
		"a date under a hypothesis":           {s, lines.replaced(begin("c"), with(lines[begin("c")], 4, less)), "\"c "},
		"an option dropped without a reason":  {s, lines.inserted(derivation, droppable(t, lines)), "\"d "},
		"an order that nothing demands":       {s, lines.inserted(derivation, "p 5 2"), "\"p 5 2\" does not follow"},
		"cites what comes later":              {s, reversed, "line "},
		"a transition that lasts less":        {s, lines.replaced(labelled(fires), with(lines[labelled(fires)], 2, less)), "lasts"},
		"a transition that is left out":       {s, lines.replaced(labelled(fires), with(lines[labelled(fires)], 3, func(int) int { return 12 })), "no event for"},
		"a transition that waits for nothing": {s, lines.replaced(labelled(fires), strings.Join(strings.Fields(lines[labelled(fires)])[:10], " ")), "does not follow from event"},
		"instructions in another order":       {s, lines.replaced(labelled(instruction), with(lines[labelled(instruction)], 5, more)), "no event for instruction"},
		"the part of a split that is missing": {s, lines[:len(lines)-1], "does not end"},
		"an end that is none":                 {s, lines.inserted(derivation, "x 3"), "\"x 3\" does not follow"},
		"lines after the end":                 {s, append(slices.Clone(lines), "g"), "certificate has ended"},
		"another scenario":                    {&slow, lines, "lasts"},
		"a signal that does not exist":        {s, lines.replaced(begin("q"), "q 3 9999"), "\"q 3 9999\" "},
		"dates that are too large to add":     {s, lines.inserted(derivation, overflowing(lines)), "\"h "},
		"a start before the beginning":        {s, lines.replaced(begin("n"), with(lines[begin("n")], 5, func(int) int { return math.MinInt64 + 1 })), "the dates of a node"},
		"an end that may never come":          {s, lines.claims(2, func(int) int { return math.MaxInt64 }), "the dates of a node"},
		"a cause that comes later":            {s, lines.replaced(begin("e"), lines[begin("e")]+" 7"), "not before its event"},
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := check(c.of, strings.Join(c.lines, "\n"))
			if err == nil {
				t.Fatalf("accepted: %s", answer)
			}
			if !strings.Contains(err.Error(), c.why) {
				t.Errorf("%v, not %s", err, c.why)
			}
		})
	}
}

// TestFaster compares certificates: of two plans of which one ends before the other can, and
// forgeries of that.
func TestFaster(t *testing.T) {
	slow := dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/gallery/race.ballet"}})
	fast := *slow
	fast.Components = slices.Clone(slow.Components)
	for c := range fast.Components {
		fast.Components[c].Durations = make([]model.Delay, len(slow.Components[c].Durations))
	}
	_, a, err := certify(&fast)
	if err != nil {
		t.Fatal(err)
	}
	_, b, err := certify(slow)
	if err != nil {
		t.Fatal(err)
	}
	const head = "adagio comparison 1\n"
	if answer, err := Check(strings.NewReader(head+a+b), &fast, slow); err != nil || !strings.Contains(answer, "is certainly faster than") {
		t.Fatal(answer, err)
	}
	for name, c := range map[string]struct {
		text, why string
		of        []*model.Scenario
	}{
		"the other way round":          {head + b + a, "is not less than", []*model.Scenario{slow, &fast}},
		"a plan with itself":           {head + a + a, "is not less than", []*model.Scenario{&fast, &fast}},
		"plans that are exchanged":     {head + a + b, "lasts", []*model.Scenario{slow, &fast}},
		"one certificate only":         {head + a, "should begin", []*model.Scenario{&fast, slow}},
		"three":                        {head + a + b + b, "certificate has ended", []*model.Scenario{&fast, slow}},
		"no comparison":                {a, "no certificate of 2 plans", []*model.Scenario{&fast, slow}},
		"a comparison of one scenario": {head + a + b, "no certificate of 1 plans", []*model.Scenario{&fast}},
	} {
		if answer, err := Check(strings.NewReader(c.text), c.of...); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %q, %v, not %s", name, answer, err, c.why)
		}
	}
}

// overflowing says that an event is too late for its delay to be added in 64 bits, and that
// one behind it so never comes.
func overflowing(lines []string) string {
	for i, l := range lines {
		if f := strings.Fields(l); f[0] == "e" && f[2] != "0" && len(f) > 10 {
			return fmt.Sprintf("h %s %d -1\nh %d -1 -1\nx %d", f[10], math.MaxInt64-1, i-1, i-1)
		}
	}
	return ""
}

// droppable is a line that drops the first option of a clause with several.
func droppable(t *testing.T, lines []string) string {
	for _, l := range lines {
		if f := strings.Fields(l); f[0] == "q" {
			g := 0
			fmt.Sscan(f[2], &g)
			for _, m := range lines {
				if strings.HasPrefix(m, "s ") {
					if g == 0 && len(strings.Fields(m)) > 3 {
						return fmt.Sprintf("d %s 0 %s 0", f[1], f[2])
					}
					g--
				}
			}
		}
	}
	t.Fatal("no clause has several options")
	return ""
}

// BenchmarkCheck makes and checks certificates of OpenStack.
func BenchmarkCheck(b *testing.B) {
	for _, sites := range []int{1, 15, 200} {
		s := dsltest.Load(b, dsl.Options{Files: []string{"../../testdata/openstack.ballet"}, Set: map[string]int{"sites": sites}})
		_, text, err := certify(s)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint("make/", sites), func(b *testing.B) {
			for b.Loop() {
				if _, _, err := certify(s); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprint("check/", sites), func(b *testing.B) {
			for b.Loop() {
				if _, err := check(s, text); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(text))/1e6, "MB")
		})
	}
}
