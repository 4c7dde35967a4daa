package page

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/analysis/whatif"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
)

// view is what the template shows, in words.
type view struct {
	head
	Script template.JS
	Data   data

	Subtitle, Shown      string
	Unit                 string
	Never, Possible      bool
	Verdict              string // where it never ends, or may not
	Done, Makespan, Span string
	NotCovered           string // what may happen beside the bounds
	Running              string // empty where nothing outlasts the programs
	Restless             items
	Deadlock             items
	Witness, Unblock     string
	Circle               *circle // of the deadlock
	Badges               []badge
	Decisive             []share // the longest steps of the critical path
	Made                 string  // by which program and command
	Shares               []share
	Nodes                []nodeLine
	PathLength           string
	Path                 []pathLine
	Races                []raceItem // by kind
	RaceCount            string
	Untried              []string // of how many kinds of race something was not looked for
	Hazards              []item
	Files                []file
	Plot                 *plot
	NodeNames            []string
	HasCriticality       bool
	Drags                []dragLine
	DragsUntried         string // of how many delays, or nothing
	Outages              []outageLine
	OutagesLimited       bool
	SlackKnown           bool
	Sleeps               bool // some node does
}

// item is a line of a list with where it is written.
type item struct {
	Text, Detail string
	At           place
}

// place is a position that links to the source.
type place struct {
	File, Line int // file is the index into view.Files, -1 if it is not shown
	Text       string
}

// badge says something in a word and leads to more.
type badge struct{ Kind, Text, Leads string }

// share is a part of the critical path's time.
type share struct {
	Kind, Meaning, Time, Percent string
	Width                        int // the percentage again, rounded
}

type nodeLine struct{ Name, Start, End, Takes string }

type pathLine struct {
	Index                  int // of the segment, for the chart
	Heading                string
	Total, Own, Kind, What string
	At                     place
}

// dragLine is how much shorter the makespan is without a delay.
type dragLine struct {
	Of, Delay, Upper, Lower, Slack, Refused string
	At                                      place
}

// outageLine is for how long a port is inactive, in all and at a time.
type outageLine struct{ Port, Total, Longest, Missing string }

type raceItem struct {
	A, B   item
	Orders string // what either order comes to, if that is known
	More   int    // races of this kind
	Advice string
}

// file is a source file, line by line.
type file struct {
	Name  string
	Lines []line
}

type line struct {
	Number int
	Text   string
	Code   bool
}

// viewer makes a view.
type viewer struct {
	view
	in    Input
	units report.Units
	files map[string]int
}

func newView(in Input) *view {
	r := in.Result
	v := &viewer{in: in, units: report.UnitsFor(max(in.Schedule.End, r.Span.Upper)), files: map[string]int{}}
	v.Unit = v.units.Name()
	v.sources()
	v.headline()
	v.verdict()
	v.nodes()
	v.criticalPath()
	v.Plot = newPlot(in, v.units)
	v.drags()
	v.outages()
	v.HasCriticality = in.Simulation != nil && in.Simulation.Criticality != nil && in.Simulation.Criticality.Explained > 0
	v.Sleeps = r.Scenario.Sleeps()
	v.SlackKnown = len(r.Slack()) > 0 && !v.Never
	v.Circle, v.Made = newCircle(in), in.Made
	v.badges()
	v.Data = v.data()
	return &v.view
}

// sources lists the files that the plan is written in, its own first.
func (v *viewer) sources() {
	var names []string
	for name := range v.in.Sources {
		names = append(names, name)
	}
	own := v.in.Result.Scenario.Pos.File
	slices.SortFunc(names, func(a, b string) int {
		if (a == own) != (b == own) {
			if a == own {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		v.files[name] = len(v.Files)
		f := file{Name: name}
		for i, text := range strings.Split(strings.TrimSuffix(v.in.Sources[name], "\n"), "\n") {
			f.Lines = append(f.Lines, line{Number: i + 1, Text: strings.TrimSuffix(text, "\r")})
		}
		v.Files = append(v.Files, f)
	}
}

// place is a position as the page shows it.
func (v *viewer) place(p model.Pos) place {
	if p.Line == 0 {
		return place{File: -1}
	}
	name := p.File[strings.LastIndexByte(p.File, '/')+1:]
	out := place{File: -1, Line: p.Line, Text: fmt.Sprintf("%s:%d", name, p.Line)}
	if i, ok := v.files[p.File]; ok {
		out.File = i
	}
	return out
}

func (v *viewer) headline() {
	r, s := v.in.Result, v.in.Result.Scenario
	v.Title = fmt.Sprintf("plan %s of %s", s.Name, s.Assembly)
	v.Subtitle = fmt.Sprintf("%s, %s; executor %s, semantics %s; %s", diag.Count(len(s.Nodes), "node"), diag.Count(len(s.Components), "component"),
		&s.Network.Profile, s.Semantics, v.place(s.Pos).Text)
	v.Never = !r.Bounded()
	v.Possible = r.Deadlock != nil && r.Bounded()
	if r.Deadlock != nil {
		summary := r.Deadlock.Summary()
		v.Verdict = strings.ToUpper(summary[:1]) + summary[1:]
	}
	if !v.Never {
		v.Done, v.Makespan, v.Span = report.Durations{}.Dates(r.Done()), report.Rounded(r.Makespan), report.Rounded(r.Span)
		v.NotCovered = report.NotCovered(r)
	}
	if q := r.Quiescence; q != nil {
		v.Running = q.Text(s, true)
		for _, w := range q.Waits {
			v.Restless.add(item{Text: w.Text, At: v.place(w.Pos)})
		}
	}
	switch v.in.Schedule.Execution.At {
	case analysis.AtUpper:
		v.Shown = "The execution that takes longest: every delay at its upper end"
	case analysis.AtLower:
		v.Shown = "The execution that is over first: every delay at its lower end"
	default:
		v.Shown = "The execution with typical delays: every delay at its mean, or at the middle of its interval"
	}
	if v.Never {
		v.Shown = "What happens until nothing can go on: " + v.Shown[strings.Index(v.Shown, ": ")+2:]
	}
	if len(r.Runs) > 1 {
		v.Shown += fmt.Sprintf("; one of %d orders of the plan's races", len(r.Runs))
	}
	for _, n := range s.Nodes {
		v.NodeNames = append(v.NodeNames, n.Name)
	}
}

// verdict lists what the bounds do not settle.
func (v *viewer) verdict() {
	r := v.in.Result
	if r.Deadlock != nil {
		for i, w := range r.Deadlock.Waits {
			k := item{Text: w.Text, At: v.place(w.Pos)}
			if slices.Contains(r.Deadlock.Cycle, i) {
				k.Detail = "part of a circle"
			}
			v.Deadlock.add(k)
		}
		v.Witness = r.Deadlock.Witness()
		if remedy, tried := whatif.Unblock(r); remedy != nil || tried > 0 && !r.Deadlock.Possible {
			v.Unblock = report.UnblockText(remedy, report.Options{})
		}
	}
	remedies, untried := whatif.Remedies(r)
	groups, uncosted := r.CostedRaces()
	for _, limit := range []struct {
		kinds int
		text  func(int) string
	}{{uncosted, report.UncostedText}, {untried, report.UntriedText}} {
		if limit.kinds > 0 {
			v.Untried = append(v.Untried, limit.text(limit.kinds))
		}
	}
	if v.RaceCount = fmt.Sprint(len(r.Races)); len(groups) < len(r.Races) {
		v.RaceCount += ", of " + diag.Count(len(groups), "kind")
	}
	for i, g := range groups {
		k := g.Races[0]
		race := raceItem{
			A:    item{Text: k.A, Detail: v.units.Bound(g.DateA) + " " + v.Unit, At: v.place(*k.OriginA.Pos)},
			B:    item{Text: k.B, Detail: v.units.Bound(g.DateB) + " " + v.Unit, At: v.place(*k.OriginB.Pos)},
			More: len(g.Races) - 1,
		}
		if text := report.OrdersText(g, func(b analysis.Bound) string { return v.units.Bound(b) + " " + v.Unit }); text != "" {
			race.Orders = report.Capital(text) + "."
		}
		if x := remedies[i]; x != nil {
			race.Advice = report.RemedyText("To order them", x, v.units.Dates(x.After.Done())) + "."
		}
		v.Races = append(v.Races, race)
	}
	hazards := slices.Clone(r.Hazards)
	slices.SortStableFunc(hazards, func(a, b analysis.Hazard) int { return cmp.Compare(b.Early, a.Early) })
	for _, h := range hazards {
		early := "which otherwise never returns"
		if h.Early != model.Never {
			early = "up to " + v.units.Number(h.Early) + " " + v.Unit + " early"
		}
		v.Hazards = append(v.Hazards, item{
			Text:   fmt.Sprintf("%s on %s, %s", h.Wait, r.Scenario.Nodes[h.Node].Name, early),
			Detail: fmt.Sprintf("%s for an instant at %s %s, between “%s” and “%s”", h.Fact, v.units.Bound(h.Date), v.Unit, h.Between[0], h.Between[1]),
			At:     v.place(h.Pos),
		})
	}
}

func (v *viewer) nodes() {
	for _, n := range v.in.Result.Nodes {
		k := nodeLine{Name: v.in.Result.Scenario.Nodes[n.Node].Name, Start: v.units.Bound(n.Start)}
		if n.Ends {
			k.End, k.Takes = v.units.Bound(n.End), v.units.Bound(n.Duration)
		} else {
			k.End = report.Unending(v.in.Result, n)
		}
		v.Nodes = append(v.Nodes, k)
	}
}

// outages lists for how long each port is inactive.
func (v *viewer) outages() {
	v.OutagesLimited = v.in.OutagesLimited
	for _, o := range v.in.Outages {
		k := outageLine{Port: v.in.Result.Scenario.PortName(o.Component, o.Port)}
		if o.Missing != nil {
			k.Missing = o.Missing.Error()
		} else {
			k.Total, k.Longest = v.units.Open(o.Total), v.units.Open(o.Longest)
		}
		v.Outages = append(v.Outages, k)
	}
}

// drags lists what each delay costs.
func (v *viewer) drags() {
	s := v.in.Result.Scenario
	for _, d := range v.in.Drags {
		k := dragLine{Of: d.Name, Delay: v.units.Delay(d.Targets[0].Delay(s)), At: v.place(d.Targets[0].Pos(s))}
		if d.Err != nil {
			k.Refused = d.Err.Error()
		} else {
			k.Upper, k.Lower = v.units.Number(d.Upper), v.units.Number(d.Lower)
		}
		if d.Slack != nil {
			k.Slack = v.units.Slack(*d.Slack)
		}
		v.Drags = append(v.Drags, k)
	}
	if v.in.DragsUntried > 0 {
		v.DragsUntried = report.DragsUntriedText(v.in.DragsUntried)
	}
}

// criticalPath tells the steps of the path that take time, and where its time
// goes.
func (v *viewer) criticalPath() {
	p := v.in.Schedule.Execution.Path
	if p.Node < 0 {
		return
	}
	nodes := v.in.Result.Scenario.Nodes
	v.PathLength = report.Durations{}.Nearest(p.Length)
	for _, c := range petri.Timed {
		if d, ok := p.Sums[c]; ok && p.Length > 0 {
			v.Shares = append(v.Shares, share{Kind: c.String(), Meaning: c.Meaning(), Time: report.Durations{}.Nearest(d), Percent: report.Percent(d, p.Length)})
		}
	}
	if p.Length > 0 {
		v.decisive(p)
	}
	last := -1
	for i, step := range p.Steps {
		if step.Duration == 0 {
			continue
		}
		k := pathLine{Index: i, Total: v.units.Number(step.Total), Own: v.units.Number(step.Duration), Kind: step.Category.String(),
			What: v.learnt(step), At: v.place(step.Position)}
		if step.Node != last {
			k.Heading = nodes[step.Node].Name
			if last >= 0 {
				k.Heading += " waits for " + nodes[last].Name
			}
		}
		last = step.Node
		v.Path = append(v.Path, k)
	}
}

// learnt is a step in words, without the node that learns what is told.
func (v *viewer) learnt(s analysis.Step) string {
	return strings.TrimPrefix(s.Text, v.in.Result.Scenario.Nodes[s.Node].Name+" learns: ")
}

// badges say at first sight what else is known, and lead there.
func (v *viewer) badges() {
	r := v.in.Result
	add := func(kind, text, leads string) { v.Badges = append(v.Badges, badge{kind, text, leads}) }
	if n := len(r.Races); n > 0 {
		add("warning", diag.Count(n, "race"), "races")
	} else {
		add("fine", "no races", "path")
	}
	switch {
	case len(r.Hazards) == 0:
		add("fine", "no hazards", "path")
	case v.NotCovered == "":
		add("fine", diag.Count(len(r.Hazards), "hazard")+" covered", "hazards")
	default:
		add("warning", v.NotCovered+" not covered", "hazards")
	}
	add("", "longest program "+v.Makespan, "nodes")
}

// decisive finds the steps of the critical path that take longest.
func (v *viewer) decisive(p analysis.Path) {
	const few = 3
	sums := map[string]time.Duration{}
	var names []string
	for _, s := range p.Steps {
		if s.Duration == 0 || 1000*s.Duration < p.Length {
			continue
		}
		name := v.learnt(s)
		if s.Category == petri.Pausing {
			name += " on " + v.in.Result.Scenario.Nodes[s.Node].Name
		}
		if _, ok := sums[name]; !ok {
			names = append(names, name)
		}
		sums[name] += s.Duration
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(sums[b], sums[a]) })
	for _, name := range names[:min(few, len(names))] {
		d := sums[name]
		v.Decisive = append(v.Decisive, share{Kind: name, Time: report.Durations{}.Nearest(d), Percent: report.Percent(d, p.Length), Width: int(100 * d / p.Length)})
	}
}
