package page_test

import (
	"os"
	"strings"
	"testing"

	"adagio/analysis"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// TestAxe has axe-core look at pages, light and dark, wide and narrow: it finds
// nothing serious.
func TestAxe(t *testing.T) {
	path := os.Getenv("AXE")
	if path == "" {
		t.Skip("axe-core is not there: name its axe.min.js in $AXE (npm install axe-core)")
	}
	axe, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string][]byte{
		"openstack": write(t, analysis.AtUpper, 0, openstack(t, 1)),
		"deadlock":  write(t, analysis.AtUpper, 0, galleryModel("deadlock")),
		"race":      write(t, analysis.AtUpper, 0, galleryModel("race")),
		"diff":      []byte(writeDiff(t, scenario(t, openstack(t, 1)), scenario(t, openstack(t, 1)), "remove wait nova keystone")),
	}
	widths := map[string][]int{"openstack": {390, 1440}, "deadlock": {390}, "race": {1440}, "diff": {390, 1440}}
	for name, html := range pages {
		for _, width := range widths[name] {
			b := open(t, html, width, 900)
			for _, theme := range []string{"light", "dark"} {
				var found []string
				b.do(chromedp.Evaluate(`document.documentElement.dataset.theme = "`+theme+`"`, nil), chromedp.Evaluate(string(axe)+"; 1", nil))
				b.settle()
				b.do(chromedp.Evaluate(`axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations
					.filter(v => ["serious", "critical"].includes(v.impact)).map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + n.failureSummary).join(" | ")))`,
					&found, func(p *runtime.EvaluateParams) *runtime.EvaluateParams {
						return p.WithAwaitPromise(true).WithReturnByValue(true)
					}))
				if len(found) > 0 {
					t.Errorf("%s, %d px, %s: %s", name, width, theme, strings.Join(found, "\n"))
				}
			}
		}
	}
}
