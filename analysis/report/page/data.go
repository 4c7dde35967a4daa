package page

import (
	"slices"
	"time"

	"adagio/analysis/schedule"
	"adagio/dsl/model"
	"adagio/petri"
)

// data is the document that the scripts draw from. Dates are nanoseconds from the
// common origin; browsers read them exactly up to 104 days, and to the microsecond
// beyond.
type data struct {
	End    int64      `json:"end"`
	Unit   int64      `json:"unit"`
	Name   string     `json:"unitName"`
	Rows   []dataRow  `json:"rows"`
	Bars   []dataBar  `json:"bars"` // by row
	Arrows []arrow    `json:"arrows"`
	Path   []segment  `json:"path"`
	Slack  []slackRow `json:"slack"`
	Places [][2]int   `json:"places"` // file, line
}

type dataRow struct {
	Name    string `json:"name"`
	Node    int    `json:"node"`
	Program bool   `json:"program,omitempty"`
	Type    string `json:"type,omitempty"`
	Lanes   int    `json:"lanes"`
}

type dataBar struct {
	Row       int    `json:"row"`
	Kind      string `json:"kind"`
	Start     int64  `json:"start"`
	End       int64  `json:"end"`
	Lane      int    `json:"lane"`
	Text      string `json:"text"`
	Behaviour string `json:"behaviour,omitempty"`
	Critical  bool   `json:"critical,omitempty"`
	Open      bool   `json:"open,omitempty"`
	Slack     *int64 `json:"slack,omitempty"`
	AtLeast   bool   `json:"atLeast,omitempty"` // of Slack
	Places    []int  `json:"places,omitempty"`
}

type arrow struct {
	From     int    `json:"from"`
	To       int    `json:"to"`
	Sent     int64  `json:"sent"`
	Received int64  `json:"received"`
	Text     string `json:"text"`
	Critical bool   `json:"critical,omitempty"`
}

type segment struct {
	Row   int    `json:"row"`
	Lane  int    `json:"lane"`
	Start int64  `json:"start"`
	End   int64  `json:"end"`
	Text  string `json:"text"`
}

// slackRow is a line of the table of slack. What is not known is left out.
type slackRow struct {
	What     string   `json:"what"`
	Node     string   `json:"node"`
	Slack    int64    `json:"slack"`
	AtLeast  bool     `json:"atLeast,omitempty"`
	Own      int64    `json:"own"`
	Ends     int64    `json:"ends"`
	Critical bool     `json:"critical,omitempty"`
	Share    *float64 `json:"share,omitempty"` // of replications in which it was critical
	Place    int      `json:"place"`
	Where    string   `json:"where"`
}

// data lists what the scripts draw.
func (v *viewer) data() data {
	s := v.in.Schedule
	d := data{End: int64(s.End), Unit: int64(v.units.Unit()), Name: v.units.Name(),
		Rows: []dataRow{}, Bars: []dataBar{}, Arrows: []arrow{}, Path: []segment{}, Slack: []slackRow{}, Places: [][2]int{}}
	places := indexer{v: v, seen: map[[2]int]int{}}
	for i, row := range s.Rows {
		k := dataRow{Name: row.Name, Node: row.Node, Program: row.Component < 0, Lanes: row.Lanes}
		if row.Component >= 0 {
			k.Type = s.Scenario.TypeOf(row.Component).Name
		}
		d.Rows = append(d.Rows, k)
		for _, b := range row.Bars {
			d.Bars = append(d.Bars, places.bar(i, b))
		}
	}
	for _, a := range s.Arrows {
		d.Arrows = append(d.Arrows, arrow{a.From, a.To, int64(a.Sent), int64(a.Received), a.Text, a.Critical})
	}
	for _, p := range s.Path {
		d.Path = append(d.Path, segment{p.Row, p.Lane, int64(p.Start), int64(p.End), p.Step.Text})
	}
	d.Slack = append(d.Slack, places.slack()...)
	d.Places = append(d.Places, places.list...)
	return d
}

// indexer numbers the positions that the page shows.
type indexer struct {
	v    *viewer
	seen map[[2]int]int
	list [][2]int
}

// index returns the number of a position, -1 for one that is not shown.
func (x *indexer) index(p model.Pos) int {
	at := x.v.place(p)
	if at.File < 0 {
		return -1
	}
	key := [2]int{at.File, at.Line}
	n, ok := x.seen[key]
	if !ok {
		n = len(x.list)
		x.seen[key] = n
		x.list = append(x.list, key)
	}
	return n
}

func (x *indexer) bar(row int, b schedule.Bar) dataBar {
	out := dataBar{Row: row, Kind: b.Kind.String(), Start: int64(b.Start), End: int64(b.End), Lane: b.Lane, Text: b.Text, Behaviour: b.Behaviour, Critical: b.Critical, Open: b.Open}
	if b.Slack != nil {
		slack := int64(b.Slack.Least)
		out.Slack, out.AtLeast = &slack, !b.Slack.Exact
	}
	for _, p := range b.Positions {
		if n := x.index(p); n >= 0 && !slices.Contains(out.Places, n) {
			out.Places = append(out.Places, n)
		}
	}
	return out
}

// slack lists the transitions and pauses by growing slack, with what else is
// known of each.
func (x *indexer) slack() []slackRow {
	r := x.v.in.Result
	critical := map[[2]int]float64{}
	if x.v.HasCriticality {
		for _, t := range x.v.in.Simulation.Criticality.Transitions {
			critical[[2]int{t.Component, t.Transition}] = t.Share
		}
	}
	onPath := map[int]bool{}
	for _, step := range r.DonePath(petri.Latest).Steps {
		onPath[int(step.Event)] = true
	}
	var out []slackRow
	for _, k := range r.Slack() {
		row := slackRow{What: k.Text, Node: r.Scenario.Nodes[k.Node].Name, Slack: int64(k.Least), AtLeast: !k.Exact, Own: int64(k.Duration), Ends: int64(k.Total),
			Critical: onPath[int(k.Event)], Place: x.index(k.Position), Where: x.v.place(k.Position).Text}
		if o := k.Origin; x.v.HasCriticality && o.Category() == petri.Work {
			share := critical[[2]int{o.Component, o.Element}]
			row.Share = &share
		}
		out = append(out, row)
	}
	return out
}

// seconds is a duration as a plot needs it.
func seconds(d time.Duration) float64 { return d.Seconds() }
