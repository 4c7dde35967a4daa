package page_test

import (
	"bytes"
	"strings"
	"testing"

	"adagio/analysis/analysistest"
	"adagio/analysis/report/page"
	"adagio/analysis/whatif"
	"adagio/dsl"
	"adagio/dsl/model"
)

// writeDiff writes the page of two plans: those of two models, or of one with a change.
func writeDiff(t testing.TB, before, after *model.Scenario, changes ...string) string {
	t.Helper()
	for _, text := range changes {
		c, err := whatif.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if after, err = whatif.Apply(after, c); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := page.WriteDiff(&b, page.Diff{Before: analysistest.Bounds(t, before), After: analysistest.Bounds(t, after), Changes: changes}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func scenario(t testing.TB, opts dsl.Options) *model.Scenario {
	t.Helper()
	s, _, list := dsl.Load(opts)
	if s == nil {
		t.Fatal(list)
	}
	return s
}

// TestDiffSays: the page of two plans says which is done earlier if that is certain, or whose bound is, by how much, which
// instructions and which work differ, and what has no date.
func TestDiffSays(t *testing.T) {
	cloud := scenario(t, openstack(t, 1))
	gallery := func(name string) *model.Scenario { return scenario(t, galleryModel(name)) }
	many := scenario(t, dsl.Options{Files: []string{"../../../testdata/web.ballet"}, Network: "ideal", Set: map[string]int{"servers": 100}})
	for _, k := range []struct {
		name, page string
		want       []string
	}{
		{"a wait less", writeDiff(t, cloud, cloud, "remove wait nova keystone", "keystone.deploy = 40s"), []string{
			"plan update of openstack, before and after", "after: remove wait nova keystone; keystone.deploy = 40s", "The second plan is done earlier", "<p class=\"big\">−", "6m54.6s .. 6m59.7s",
			"<del>wait keystone[0] holding</del>", "keystone[0].deploy</th><td class=\"n\">77.742</td><td class=\"n\">not critical", "hazards: 14, then 13", "every execution of the second is done earlier"}},
		{"the same", writeDiff(t, cloud, cloud), []string{"Both plans have the same upper bound", "<p class=\"big\">0s", "the same instructions"}},
		{"slower", writeDiff(t, cloud, cloud, "nova.deploy = 200s"), []string{"The second plan is done later", "<p class=\"big\">&#43;"}},
		{"perhaps earlier", writeDiff(t, cloud, cloud, "mariadbmaster.unconfigure = 3s"), []string{"The second plan has the earlier upper bound"}},
		{"as many races", writeDiff(t, gallery("race"), gallery("race")), []string{"<span class=\"badge \">races: 4, then 4", "<span class=\"badge fine\">hazards: 0, then 0"}},
		{"from a deadlock", writeDiff(t, gallery("deadlock"), gallery("race")), []string{"The first plan never ends", "races: 0, then 4", "p cannot leave on"}},
		{"into a deadlock", writeDiff(t, gallery("race"), gallery("deadlock")), []string{"The second plan never ends", "<p class=\"big\">no bounds"}},
		{"both deadlock", writeDiff(t, gallery("deadlock"), gallery("deadlock")), []string{"Neither plan ends", "<p class=\"big\">never"}},
		{"many rows", writeDiff(t, many, many), []string{"Not drawn: charts of 202 rows"}},
	} {
		for _, want := range k.want {
			if !strings.Contains(k.page, want) {
				t.Errorf("%s: the page does not say %q", k.name, want)
			}
		}
		for _, bad := range []string{"<script", "src=", "href=\"http", "ZgotmplZ", "NaN"} {
			if strings.Contains(k.page, bad) {
				t.Errorf("%s: the page has %q", k.name, bad)
			}
		}
	}
}

// TestDiffInBrowser opens the page of two plans, wide and narrow.
func TestDiffInBrowser(t *testing.T) {
	cloud := scenario(t, openstack(t, 1))
	text := writeDiff(t, cloud, cloud, "remove wait nova keystone")
	for _, width := range []int{390, 1440} {
		b := open(t, []byte(text), width, 900)
		if screens := eval[float64](b, "document.documentElement.scrollHeight / innerHeight"); screens > 3 {
			t.Errorf("at %d px: %.1f screens", width, screens)
		}
		if over := eval[float64](b, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
			t.Errorf("at %d px: %v px wider than the screen", width, over)
		}
		if n := eval[int](b, `document.querySelectorAll(".gantt rect.work").length`); n < 20 {
			t.Errorf("%d bars of work", n)
		}
		b.unharmed()
	}
}
