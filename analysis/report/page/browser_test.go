package page_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"adagio/analysis"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium is where the browser is: $CHROMIUM, or in $PATH.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("there is no Chromium to look at the page with: apt-get install chromium, or name one in $CHROMIUM")
	return ""
}

// browser is a page in a headless Chromium.
type browser struct {
	testing.TB
	ctx      context.Context
	mu       sync.Mutex
	requests []string // addresses that the page asked for
	faults   []string // what it complained about
}

// started is the browser that all tests share, each with a tab of its own.
var started struct {
	sync.Once
	ctx  context.Context
	stop func()
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if started.stop != nil {
		started.stop()
	}
	os.Exit(code)
}

// oneBrowser starts the browser if it does not run.
func oneBrowser(t testing.TB) context.Context {
	t.Helper()
	path := chromium(t)
	started.Do(func() {
		opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(time.Minute))
		ctx, stopAllocator := chromedp.NewExecAllocator(context.Background(), opts...)
		ctx, stop := chromedp.NewContext(ctx)
		started.ctx, started.stop = ctx, func() { stop(); stopAllocator() }
		started.err = chromedp.Run(ctx)
	})
	if started.err != nil {
		t.Fatal(started.err)
	}
	return started.ctx
}

// open opens a page in a window of the given size.
func open(t testing.TB, html []byte, width, height int) *browser {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, html, 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(oneBrowser(t))
	ctx, cancelTime := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(func() { cancelTime(); cancel() })
	b := &browser{TB: t, ctx: ctx}
	chromedp.ListenTarget(ctx, func(event any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			b.requests = append(b.requests, e.Request.URL)
		case *runtime.EventExceptionThrown:
			b.faults = append(b.faults, e.ExceptionDetails.Error())
		case *runtime.EventConsoleAPICalled:
			b.faults = append(b.faults, fmt.Sprint(e.Type, e.Args))
		case *page.EventJavascriptDialogOpening:
			b.faults = append(b.faults, "dialog "+e.Message)
		}
	})
	b.do(network.Enable(), emulation.SetDeviceMetricsOverride(int64(width), int64(height), 1, false), chromedp.Navigate("file://"+file))
	b.settle()
	return b
}

func (b *browser) do(actions ...chromedp.Action) {
	b.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.Fatal(err)
	}
}

// settle waits until what was asked for is drawn.
func (b *browser) settle() {
	b.Helper()
	b.do(chromedp.Evaluate(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))`, nil,
		func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
}

// eval evaluates an expression in the page.
func eval[T any](b *browser, expression string) (out T) {
	b.Helper()
	b.do(chromedp.Evaluate(expression, &out))
	return out
}

// press presses a key with the chart in focus.
func (b *browser) press(keys ...string) {
	b.Helper()
	for _, k := range keys {
		b.do(chromedp.Evaluate(fmt.Sprintf(`$("scroller").focus(); $("scroller").dispatchEvent(new KeyboardEvent("keydown", {key: %q, bubbles: true}))`, k), nil))
	}
	b.settle()
}

// unharmed checks that the page asked for nothing but itself and complained about
// nothing.
func (b *browser) unharmed() {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.requests) != 1 || !strings.HasPrefix(b.requests[0], "file://") {
		b.Errorf("the page asked for %q", b.requests)
	}
	if len(b.faults) > 0 {
		b.Errorf("the page complained: %q", b.faults)
	}
}

// TestPageInBrowser uses the page of OpenStack with five sites as a reader would.
func TestPageInBrowser(t *testing.T) {
	b := open(t, write(t, analysis.AtUpper, 5, openstack(t, 5)), 1400, 1000)
	if n := eval[int](b, `document.querySelectorAll("#chart [data-bar]").length`); n < 40 {
		t.Errorf("%d bars in sight", n)
	}
	if d := eval[string](b, `document.querySelector("#chart .critical").getAttribute("d")`); strings.Count(d, "H") < 10 || strings.Contains(d, "NaN") {
		t.Errorf("the critical path is drawn as %q", d)
	}

	// Keys: from bar to bar, along the path, and to the source.
	b.press("n", "n", "n")
	if at := eval[string](b, `$("scroller").getAttribute("aria-activedescendant")`); at == "" || !eval[bool](b, fmt.Sprintf(`!!document.getElementById(%q)`, at)) {
		t.Errorf("the chosen bar is %q, which is not drawn", at)
	}
	before := eval[string](b, `$("detail").textContent`)
	if !strings.Contains(before, "on the critical path") {
		t.Errorf("details of a bar of the critical path: %q", before)
	}
	b.press("ArrowRight")
	if after := eval[string](b, `$("detail").textContent`); after == before {
		t.Error("the right arrow chooses no other bar")
	}
	b.press("ArrowDown", "ArrowUp", "Home", "End", "Enter")
	if !eval[bool](b, `document.activeElement.classList.contains("line")`) {
		t.Error("enter does not go to the source")
	}

	// Zoom.
	wide := eval[float64](b, `chart.scale`)
	b.press("+", "+")
	if now := eval[float64](b, `chart.scale`); now < 2*wide {
		t.Errorf("zoomed from %v to %v", wide, now)
	}
	b.press("0")
	if now := eval[float64](b, `chart.scale / chart.fitting()`); now != 1 {
		t.Errorf("the whole chart is %v of the window", now)
	}

	// A window that changes its size.
	for _, width := range []int64{500, 1400} {
		b.do(emulation.SetDeviceMetricsOverride(width, 1000, 1, false))
		b.settle()
		if got := eval[float64](b, `chart.scale / chart.fitting()`); got != 1 {
			t.Errorf("in a window of %d the whole chart is %v of it", width, got)
		}
	}

	// Search and filters.
	all := eval[int](b, `chart.rows.length`)
	for _, filter := range []struct{ on, off string }{
		{`$("search").value = "NOVA"`, `$("search").value = ""`},
		{`$("node").value = "3"`, `$("node").value = ""`},
		{`$("only-critical").checked = true`, `$("only-critical").checked = false`},
		{`$("programs").checked = false`, `$("programs").checked = true`},
	} {
		eval[any](b, filter.on+"; filter()")
		if n := eval[int](b, `chart.rows.length`); n == 0 || n >= all {
			t.Errorf("%s: %d of %d rows", filter.on, n, all)
		}
		eval[any](b, filter.off+"; filter()")
	}

	// From a line of the source to its bars, and back.
	b.do(chromedp.ScrollIntoView(`#source`), chromedp.Evaluate(`written.at(-1)[1].dispatchEvent(new PointerEvent("pointerover", {bubbles: true}))`, nil))
	b.settle()
	if n := eval[int](b, `chart.linked.size`); n != 5 {
		t.Errorf("the last instruction that waits, at five sites, is linked with %d bars", n)
	}
	eval[any](b, `hover(data.bars.find(b => b.places && b.places.length == 2))`)
	if n := eval[int](b, `document.querySelectorAll("#source .line.on").length`); n != 2 {
		t.Errorf("a transition of a behaviour marks %d lines", n)
	}

	// A badge unfolds what it leads to.
	if open := eval[[]bool](b, `[$("hazards").open, (document.querySelector(".badge[href='#hazards']").click(), $("hazards").open)]`); open[0] || !open[1] {
		t.Errorf("hazards are unfolded: %v before and after a click on their badge", open)
	}

	// The table of drag.
	if drag := eval[string](b, `$("drag-table").textContent`); !strings.Contains(drag, "Keystone.deploy.deploy") {
		t.Errorf("drag: %q", drag)
	}

	// The table of slack: sorted, and as long as asked for.
	rows := eval[int](b, `$("slack-table").tBodies[0].rows.length`)
	eval[any](b, `$("slack-more").click()`)
	if now := eval[int](b, `$("slack-table").tBodies[0].rows.length`); now <= rows {
		t.Errorf("%d rows, then %d", rows, now)
	}
	eval[any](b, `$("slack-table").tHead.querySelectorAll("button")[0].click()`)
	if !eval[bool](b, `parseFloat($("slack-table").tBodies[0].rows[0].cells[0].textContent) > 100`) {
		t.Error("the table is not sorted by falling slack")
	}
	b.unharmed()
}

// TestHostileNames opens a page that is full of names that would run if they were
// not escaped, and uses it.
func TestHostileNames(t *testing.T) {
	b := open(t, write(t, analysis.AtUpper, 20, hostileModel()), 1000, 800)
	b.press("ArrowDown", "ArrowRight", "n", "Enter")
	eval[any](b, `$("search").value = "<"; filter(); hover(data.bars[0]); chart.draw()`)
	b.settle()
	if stolen := eval[string](b, `String(window.stolen)`); stolen != "undefined" {
		t.Errorf("script number %s of the model ran", stolen)
	}
	if got := eval[string](b, `[...document.querySelectorAll("#chart text.component")].map(t => t.textContent).join("|")`); !strings.Contains(got, "'+window.stolen+'") {
		t.Errorf("the row is called %q", got)
	}
	if n := eval[int](b, `document.querySelectorAll("img, iframe, script:not([type])").length`); n != 1 {
		t.Errorf("%d scripts and pictures", n)
	}
	b.unharmed()
}

// TestPageOfDeadlock opens the page of a plan that never ends.
func TestPageOfDeadlock(t *testing.T) {
	for _, name := range []string{"deadlock", "cross_wait", "race", "wait_all"} {
		t.Run(name, func(t *testing.T) {
			b := open(t, write(t, analysis.AtUpper, 0, galleryModel(name)), 1000, 800)
			b.press("ArrowDown", "ArrowRight")
			if n := eval[int](b, `document.querySelectorAll("#chart [data-bar]").length`); n == 0 {
				t.Error("no bar")
			}
			if n := eval[int](b, `data.rows.filter((row, i) => chart.barsOf[i].some(b => b.open) && !chart.rows.includes(i)).length`); n > 0 {
				t.Errorf("%d rows that wait for ever are not shown", n)
			}
			b.unharmed()
		})
	}
}

// TestThousandComponents measures how long the page of a thousand components takes
// to load, to zoom and to scroll. The limits are far above what it takes.
func TestThousandComponents(t *testing.T) {
	opts := openstack(t, 200)
	opts.Network = "ideal"
	html := write(t, analysis.AtUpper, 0, opts)
	b := open(t, html, 1400, 1000)
	load := eval[float64](b, `performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd`)
	draw := func(change string) float64 {
		return eval[float64](b, `(() => { const from = performance.now(); for (let i = 0; i < 10; i++) { `+change+`; chart.draw(); document.body.offsetHeight; } return (performance.now() - from) / 10; })()`)
	}
	zoom, scroll := draw(`chart.zoom(i < 5 ? 1.5 : 0.7)`), draw(`$("scroller").scrollTop += 900`)
	search := draw(`$("search").value = "nova[" + i; filter()`)
	t.Logf("%d components, %d bars, %.1f MB: %.0f ms to load, %.1f ms to zoom, %.1f ms to scroll, %.1f ms to search",
		eval[int](b, `data.rows.filter(r => !r.program).length`), eval[int](b, `data.bars.length`), float64(len(html))/1e6, load, zoom, scroll, search)
	if load > 10_000 || zoom > 400 || scroll > 400 || search > 1000 {
		t.Error("too slow to be used")
	}
	b.unharmed()
}

// contrasts computes, for every text in sight, its contrast with what is behind
// it, and returns those that are below 4.5 (WCAG 2.2, 1.4.3).
const contrasts = `(() => {
  const linear = c => (c /= 255) <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
  const rgb = text => text.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
  const bad = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {
    const e = node.parentElement;
    if (!node.textContent.trim() || e.closest("svg, script, .hidden") || !e.getClientRects().length) continue;
    const [a, b] = [luminance(rgb(getComputedStyle(e).color)), luminance(ground(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push(ratio.toFixed(2) + " " + e.tagName + " " + node.textContent.trim().slice(0, 40));
  }
  return [...new Set(bad)].slice(0, 20);
})()`

// TestAccessible checks what can be computed: contrasts in both themes, that all
// that can be used has a name, and that nothing is wider than a small window.
func TestAccessible(t *testing.T) {
	b := open(t, write(t, analysis.AtUpper, 5, openstack(t, 1)), 390, 844)
	for range 2 {
		if bad := eval[[]string](b, contrasts); len(bad) > 0 {
			t.Errorf("theme %q: contrasts below 4.5: %q", eval[string](b, `document.documentElement.dataset.theme || "of the browser"`), bad)
		}
		eval[any](b, `$("theme").click()`)
	}
	// Asked for by its name: the typed call does not know all that browsers answer.
	type value struct{ Value string }
	var tree struct {
		Nodes []struct {
			Ignored    bool
			Role, Name value
		}
	}
	b.do(chromedp.ActionFunc(func(ctx context.Context) error {
		var raw json.RawMessage
		if err := cdp.Execute(ctx, "Accessibility.getFullAXTree", nil, &raw); err != nil {
			return err
		}
		_ = json.Unmarshal(raw, &tree) // a value that is no text stays empty
		return nil
	}))
	usable := []string{"button", "combobox", "searchbox", "checkbox", "listbox", "option", "textbox", "image"}
	found := 0
	for _, n := range tree.Nodes {
		if n.Ignored || !slices.Contains(usable, n.Role.Value) {
			continue
		}
		if found++; n.Name.Value == "" {
			t.Errorf("a %s without a name", n.Role.Value)
		}
	}
	if found < 50 {
		t.Errorf("%d usable elements", found)
	}
	if over := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("the page is %d pixels wider than a window of 390", over)
	}
	b.unharmed()
}

// TestScreenshots writes pictures of the page, for people to look at, into the
// folder that $ADAGIO_SCREENSHOTS names: three sizes, light and dark. Otherwise it
// checks that the theme follows the browser.
func TestScreenshots(t *testing.T) {
	folder, replications, sizes := os.Getenv("ADAGIO_SCREENSHOTS"), 10, [][2]int{{1024, 768}}
	if folder != "" {
		replications, sizes = 200, [][2]int{{390, 844}, {1024, 768}, {1920, 1080}}
	}
	html := write(t, analysis.AtUpper, replications, openstack(t, 5))
	for _, size := range sizes {
		b := open(t, html, size[0], size[1])
		for _, theme := range []string{"light", "dark"} {
			b.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}))
			b.settle()
			if ground := eval[string](b, `getComputedStyle(document.documentElement).backgroundColor`); (ground == "rgb(255, 255, 255)") != (theme == "light") {
				t.Errorf("%s: the page is %s", theme, ground)
			}
			if folder == "" {
				continue
			}
			var top, whole []byte
			b.press("n", "n", "n", "n", "n", "n")
			b.do(chromedp.Evaluate(`scrollTo(0, 0)`, nil), chromedp.CaptureScreenshot(&top), chromedp.FullScreenshot(&whole, 100))
			b.do(emulation.SetDeviceMetricsOverride(int64(size[0]), int64(size[1]), 1, false))
			for name, png := range map[string][]byte{"top": top, "whole": whole} {
				if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d-%s-%s.png", size[0], theme, name)), png, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
