package page_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"adagio/analysis"
	"adagio/analysis/analysistest"
	"adagio/analysis/distribution"
	"adagio/analysis/montecarlo"
	"adagio/analysis/report"
	"adagio/analysis/report/page"
	"adagio/analysis/schedule"
	"adagio/analysis/whatif"
	"adagio/dsl"
)

const gallery = "../../../testdata/gallery/"

// write writes the page of a model; replications are simulated for it.
func write(t testing.TB, at analysis.At, replications int, opts dsl.Options) []byte {
	t.Helper()
	s, sources, list := dsl.Load(opts)
	if s == nil {
		t.Fatal(list)
	}
	r := analysistest.Bounds(t, s)
	laid, err := schedule.Of(r, at)
	if err != nil {
		t.Fatal(err)
	}
	in := page.Input{Result: r, Schedule: laid, Sources: sources}
	if replications > 0 {
		if in.Distribution, err = distribution.BoundsOfRuns(r.Runs, distribution.Options{}); err != nil {
			t.Fatal(err)
		}
		if in.Simulation, err = montecarlo.Run(s, montecarlo.Options{N: replications, Bounds: r}); err != nil {
			t.Fatal(err)
		}
	}
	if r.Deadlock == nil && replications > 0 {
		in.Drags, in.DragsUntried = whatif.Drags(r, whatif.Targets(r, false), nil)
	}
	var b bytes.Buffer
	if err := page.Write(&b, in); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// openstack is the update of OpenStack with some sites, of which the model allows
// as many as the test needs.
func openstack(t testing.TB, sites int) dsl.Options {
	t.Helper()
	const file = "../../../testdata/openstack.ballet"
	text, list := dsl.ReadFile(file)
	if list != nil {
		t.Fatal(list)
	}
	text = bytes.Replace(text, []byte("sites = 1 in 1 .. 100"), []byte("sites = 1 in 1 .. 1000"), 1)
	return dsl.Options{Sources: []dsl.Source{{Name: "openstack.ballet", Text: text}}, Set: map[string]int{"sites": sites}}
}

// hostile is a model whose names would be markup or program text if they were not
// escaped.
const hostile = `
component "</script><script>window.stolen=1</script>" {
  places off, on
  initial off
  behavior "\"><img src=x onerror=window.stolen=2>" { "--><!--</script><svg onload=window.stolen=3>": off -> on for 1s .. 2s }
}
assembly "<x onclick=window.stolen=4>" { node "</title><script>window.stolen=5</script>" { "'+window.stolen+'": "</script><script>window.stolen=1</script>" } }
plan "${window.stolen=6}" of "<x onclick=window.stolen=4>" {
  from { "'+window.stolen+'": off }
  on "</title><script>window.stolen=5</script>" {
    push "'+window.stolen+'" "\"><img src=x onerror=window.stolen=2>"
    wait "'+window.stolen+'" // </pre></details><script>window.stolen=7</script>
  }
}
`

func hostileModel() dsl.Options {
	return dsl.Options{Sources: []dsl.Source{{Name: "<b>hostile</b>.ballet", Text: []byte(hostile)}}}
}

// TestPageIsSelfContained checks that a page has two scripts, its own, and names
// nothing to be loaded, whatever is in the model.
func TestPageIsSelfContained(t *testing.T) {
	for name, text := range map[string][]byte{
		"openstack": write(t, analysis.AtUpper, 0, openstack(t, 1)),
		"hostile":   write(t, analysis.AtUpper, 20, hostileModel()),
		"deadlock":  write(t, analysis.AtUpper, 0, galleryModel("deadlock")),
	} {
		page := strings.ToLower(string(text))
		if n := strings.Count(page, "<script"); n != 2 {
			t.Errorf("%s: %d scripts", name, n)
		}
		for _, bad := range []string{" src=", " href=\"h", " href=\"/", "href='", " href=\"d", " href=\"j", "@import", "<link", "<img", "<iframe", "fetch(", "xmlhttprequest"} {
			if i := strings.Index(page, bad); i >= 0 && name != "hostile" {
				t.Errorf("%s: %q", name, page[i:min(i+80, len(page))])
			}
		}
		if !strings.Contains(page, "default-src 'none'") {
			t.Errorf("%s: no content security policy", name)
		}
	}
}

// TestPageDeterministic writes pages twice.
func TestPageDeterministic(t *testing.T) {
	for _, at := range []analysis.At{analysis.AtUpper, analysis.AtLower, analysis.AtTypical} {
		opts := dsl.Options{Files: []string{"../../../testdata/cps.ballet"}}
		if a, b := write(t, at, 30, opts), write(t, at, 30, opts); !bytes.Equal(a, b) {
			t.Errorf("%v: two pages of one input differ", at)
		}
	}
}

// TestPageSays checks that the page says what was found, whatever it is.
func TestPageSays(t *testing.T) {
	steady := openstack(t, 1) // no delay of the executor, which is often refined
	steady.Network = "ideal"
	tests := []struct {
		name  string
		opts  dsl.Options
		wants []string
	}{
		{"openstack", steady, []string{"<h2>Done</h2><p class=\"big\">6m54.7s</p>", "Critical path: why not everything is done earlier", "14 hazards", "Hazards: 14", "100.0 %"}},
		{"deadlock", galleryModel("deadlock"), []string{"the plan never ends", "p cannot leave on: u.service stays in use"}},
		{"possible deadlock", dsl.Options{Files: []string{"../testdata/possible_deadlock.ballet"}}, []string{"in one order of its races the plan never ends", "The bounds are of what ends."}},
		{"no node at all", dsl.Options{Files: []string{"../testdata/empty.ballet"}}, []string{"plan "}},
		{"race", galleryModel("race"), []string{"Races: 4", "orders of the plan&#39;s races"}},
		{"many races", dsl.Options{Files: []string{"../../../testdata/web.ballet"}, Set: map[string]int{"servers": 300}}, []string{"kinds no instruction is looked for that orders the events"}},
	}
	for _, test := range tests {
		text := string(write(t, analysis.AtUpper, 0, test.opts))
		for _, want := range test.wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the page does not say %q", test.name, want)
			}
		}
	}
}

// BenchmarkPage writes the page of a thousand components.
func BenchmarkPage(b *testing.B) {
	opts := openstack(b, 200)
	for b.Loop() {
		fmt.Fprint(&bytes.Buffer{}, len(write(b, analysis.AtUpper, 0, opts)))
	}
}

func galleryModel(name string) dsl.Options {
	return dsl.Options{Files: []string{gallery + name + ".ballet"}}
}

// TestOutages: the page of a small plan says for how long ports are inactive, as the text does.
func TestOutages(t *testing.T) {
	r := analysistest.Load(t, dsl.Options{Files: []string{"../../../testdata/web.ballet"}})
	laid, err := schedule.Of(r, analysis.AtUpper)
	if err != nil {
		t.Fatal(err)
	}
	in := page.Input{Result: r, Schedule: laid}
	if err := in.Answer(page.Questions{}); err != nil {
		t.Fatal(err)
	}
	var html, text bytes.Buffer
	if err := errors.Join(page.Write(&html, in), report.Text(&text, r, report.Options{Outages: true})); err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(text.String(), "Outages: ")
	row := strings.Fields(table[strings.Index(table, "db.sql"):]) // db.sql a .. b a .. b
	want := fmt.Sprintf("<td>db.sql</td><td class=\"n\">%s</td><td class=\"n\">%s</td>", strings.Join(row[1:4], " "), strings.Join(row[4:7], " "))
	if !strings.Contains(html.String(), want) {
		t.Errorf("%s is missing; the text has %s", want, table)
	}
}
