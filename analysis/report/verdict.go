package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"adagio/analysis"
	"adagio/analysis/whatif"
	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/mattn/go-runewidth"
)

// deadlock tells who waits for whom: first the circle, if there is one, then the
// chain that leads to it or ends at something that never comes.
func (t *text) deadlock() {
	d := t.r.Deadlock
	if w := d.Witness(); w != "" {
		t.paragraph("", 2, w)
	}
	if len(d.Waits) == 0 {
		return
	}
	defer t.unblock()
	inCycle := map[int]bool{}
	for _, i := range d.Cycle {
		inCycle[i] = true
	}
	if len(d.Cycle) > 0 {
		t.title("A circle: each waits for the next, the last for the first")
		for k, i := range d.Cycle {
			t.waiting(fmt.Sprintf("%d. ", k+1), d.Waits[i])
		}
		if len(d.Cycle) == len(d.Waits) {
			return
		}
		t.title("What else waits")
	} else if d.Fails {
		t.title("What cannot be executed")
	} else {
		t.title("The chain of waits, to what never comes")
	}
	k := 0
	for i, w := range d.Waits {
		if inCycle[i] {
			continue
		}
		if k == cut && !t.opts.All {
			t.more(len(d.Waits)-len(d.Cycle)-cut, "waits", "--all")
			break
		}
		k++
		t.waiting(fmt.Sprintf("%d. ", k), w)
	}
}

// unblock says which instruction would make the plan end.
func (t *text) unblock() {
	if remedy, tried := whatif.Unblock(t.r); remedy != nil || tried > 0 && !t.r.Deadlock.Possible {
		t.line("")
		t.paragraph("", 2, UnblockText(remedy, t.opts))
	}
}

// UnblockText says by which change a plan would end, if one is known.
func UnblockText(x *whatif.Remedy, opts Options) string {
	if x == nil {
		return "No one instruction is known, a push to add or a wait to remove, by which the plan would end."
	}
	return RemedyText("To have the plan end", x, opts.Dates(x.After.Done())) + "."
}

// because says what hangs on a defect of the runtime.
func (t *text) because() {
	list := t.r.Because()
	if len(list) == 0 {
		return
	}
	t.title("What hangs on a defect of the runtime")
	for _, b := range list {
		summary, detail := b.Text(t.r)
		t.entry("", summary+"; "+detail, "")
	}
}

func (t *text) waiting(label string, w analysis.Waiting) {
	t.entry(label, w.Text, t.where(w.Pos))
}

// entry writes an item of a list with its position at the end.
func (t *text) entry(label, body, where string) {
	lines := diag.Wrap(diag.Visible(body), t.opts.Width-2-len(label))
	if where != "" {
		if t.opts.Width > 0 && runewidth.StringWidth(lines[len(lines)-1])+len(label)+runewidth.StringWidth(where)+4 > t.opts.Width {
			lines = append(lines, "")
		}
		last := &lines[len(lines)-1]
		*last = strings.TrimLeft(*last+"  ", " ") + t.paint(dim, diag.Visible(where))
	}
	for i, l := range lines {
		if i > 0 {
			label = strings.Repeat(" ", len(label))
		}
		t.line("  %s%s", label, l)
	}
}

// races tells the orders that the plan leaves open, those of one kind together.
func (t *text) races() {
	groups, uncosted := t.r.CostedRaces()
	if len(groups) == 0 {
		return
	}
	remedies, untried := whatif.Remedies(t.r)
	covered := "; the bounds cover both orders"
	if !t.r.Bounded() {
		covered = ""
	}
	t.title("%s: the plan leaves the order of two events open%s", Capital(diag.Count(len(t.r.Races), "race")), covered)
	for i, g := range groups {
		if i == cut && !t.opts.All {
			t.more(len(groups)-cut, "kinds of race", "--all")
			break
		}
		r := g.Races[0]
		label := fmt.Sprintf("%d. ", i+1)
		indent := strings.Repeat(" ", len(label))
		t.entry(label, fmt.Sprintf("%s, at %s", r.A, t.opts.Bound(g.DateA)), t.where(*r.OriginA.Pos))
		t.entry(indent, fmt.Sprintf("before or after %s, at %s", r.B, t.opts.Bound(g.DateB)), t.where(*r.OriginB.Pos))
		if n := len(g.Races) - 1; n > 0 {
			t.entry(indent, fmt.Sprintf("and %d more of this kind", n), "")
		}
		if text := OrdersText(g, t.opts.Bound); text != "" {
			t.entry(indent, text, "")
		}
		if x := remedies[i]; x != nil {
			t.entry(indent, RemedyText("to order them", x, t.opts.Dates(x.After.Done())), t.where(x.Pos))
		}
	}
	if uncosted > 0 {
		t.entry("", UncostedText(uncosted), "")
	}
	if untried > 0 {
		t.entry("", UntriedText(untried), "")
	}
}

// OrdersText says what a plan comes to if the events of a group of races come in either order;
// it is empty where that is not known.
func OrdersText(g analysis.RaceGroup, bound func(analysis.Bound) string) string {
	order := func(o analysis.Order) string {
		if o.Makespan != nil {
			return "longest program " + bound(*o.Makespan)
		}
		return o.String()
	}
	all := ""
	if g.Races[0].Covered && len(g.Races) > 1 {
		all = "all "
	}
	if !g.Costed {
		return ""
	}
	return fmt.Sprintf("%sbefore: %s; %safter: %s", all, order(g.IfAFirst), all, order(g.IfBFirst))
}

// UncostedText says of how many kinds of race it is not known what either order comes to.
func UncostedText(kinds int) string {
	return fmt.Sprintf("for %s it is not computed what either order comes to: each takes covers, too many for a plan of this size", diag.Count(kinds, "kind"))
}

// UntriedText says of how many kinds of race no remedy was looked for.
func UntriedText(kinds int) string {
	return fmt.Sprintf("for %s no instruction is looked for that orders the events: each takes an analysis, too many for a plan of this size", diag.Count(kinds, "kind"))
}

// RemedyText says what to do for a purpose, and by when everything is done then.
func RemedyText(purpose string, x *whatif.Remedy, done string) string {
	left := "has no race"
	if n := len(x.After.Races); n > 0 {
		left = "has " + diag.Count(n, "race")
	}
	return fmt.Sprintf("%s, %s: then everything is done by %s, and the plan %s", purpose, strings.Join(texts(x.Changes), "; "), done, left)
}

// hazards lists what lasts no time in the model, by the wait that might see it.
func (t *text) hazards() {
	if len(t.r.Hazards) == 0 || !t.r.Bounded() && !t.opts.Hazards {
		return
	}
	waits := byWait(t.r.Hazards)
	const few = 3
	hidden := 0
	if len(waits) > few && !t.opts.Hazards && !t.opts.All {
		for _, w := range waits[few:] {
			hidden += len(w)
		}
		waits = waits[:few]
	}
	covered := "the bounds do not cover this, --strict does"
	if t.r.Strict {
		covered = "the bounds cover this"
	} else if !t.r.Bounded() {
		covered = "the verdict does not cover this"
	}
	t.title("%s: a wait returns early if it looks within a window of under a millisecond; %s", Capital(diag.Count(len(t.r.Hazards), "hazard")), covered)
	if least, greatest, ok := t.r.Chance(); ok {
		t.paragraph(dim, 2, fmt.Sprintf("by the windows that were measured, at least one strikes in %s .. %s %% of the executions", percentage(least), percentage(greatest)))
	}
	for _, w := range waits {
		early := "otherwise it never returns"
		if w[0].Early != model.Never {
			early = "up to " + t.opts.write(w[0].Early, up) + " early"
		}
		if t.opts.Hazards {
			early += "; " + t.ifStrikes(w[0])
		}
		t.entry("", fmt.Sprintf("%s on %s: %s", w[0].Wait, t.r.Scenario.Nodes[w[0].Node].Name, early), t.where(w[0].Pos))
		for _, h := range w {
			t.entry("  ", fmt.Sprintf("%s for an instant at %s, between %q and %q", h.Fact, t.opts.Bound(h.Date), h.Between[0], h.Between[1]), "")
		}
	}
	t.more(hidden, "hazards", "--hazards")
}

// ifStrikes says what the plan takes if a hazard may strike, and no other.
func (t *text) ifStrikes(h analysis.Hazard) string {
	r, err := t.r.IfStrikes(h)
	switch {
	case err != nil:
		return "what follows then is not known: " + err.Error()
	case r.Deadlock != nil:
		return fmt.Sprintf("if it does, everything is done by %s, or it is not proved that the plan ends", t.opts.Dates(r.Done()))
	}
	return fmt.Sprintf("if it does, everything is done by %s", t.opts.Dates(r.Done()))
}

// byWait groups hazards by the wait that would return early: first those that may return
// earliest, of a wait and among the waits.
func byWait(hazards []analysis.Hazard) (waits [][]analysis.Hazard) {
	hazards = slices.Clone(hazards)
	slices.SortStableFunc(hazards, func(a, b analysis.Hazard) int { return cmp.Compare(b.Early, a.Early) })
	for _, h := range hazards {
		i := slices.IndexFunc(waits, func(w []analysis.Hazard) bool { return w[0].SameWait(h) })
		if i < 0 {
			waits = append(waits, nil)
			i = len(waits) - 1
		}
		waits[i] = append(waits[i], h)
	}
	return waits
}

// percentage is a probability in per cent, with two digits that count, three near 100.
func percentage(p float64) string {
	if p > 0.99 {
		return strconv.FormatFloat(100*p, 'f', 1, 64)
	}
	return strconv.FormatFloat(100*p, 'g', 2, 64)
}

// Capital is a text as it begins a line.
func Capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
