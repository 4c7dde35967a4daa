package report

import (
	"fmt"
	"math"

	"adagio/analysis"
	"adagio/dsl/model"
)

// Usage is what the plan asks of a node, from the common origin to the end of the
// span. Wakeups is null for a node that does not sleep, Waiting where what comes for
// a node is not known (executor ballet, semantics concerto-d), Sending where messages
// cannot be counted (any executor but ideal, semantics concerto-d), EnergyJ where the
// node's power is not known.
type Usage struct {
	Node      string        `json:"node"`
	Wakeups   *WholeNumbers `json:"wakeups"` // windows begun when the node's own program ends
	Awake     *Interval     `json:"awake"`
	Computing *Interval     `json:"computing"`
	Waiting   *Interval     `json:"waiting"` // of what has come for the node, until it wakes up
	Sending   *Interval     `json:"sending"`
	EnergyJ   *Joules       `json:"energy_j"`
}

// WholeNumbers is an interval of numbers.
type WholeNumbers struct {
	Lower int `json:"lower"`
	Upper int `json:"upper"`
}

// Joules is an interval of energy.
type Joules struct {
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}

func joules(e *analysis.Energy) *Joules {
	if e == nil {
		return nil
	}
	return &Joules{e.Lower, e.Upper}
}

// usages makes the documents of what the plan asks of the nodes.
func usages(s *model.Scenario, list []analysis.Usage) []Usage {
	var out []Usage
	for _, u := range list {
		k := Usage{Node: s.Nodes[u.Node].Name, Awake: interval(u.Awake), Computing: interval(u.Computing), EnergyJ: joules(u.Energy)}
		if u.Waits {
			k.Waiting = interval(u.Waiting)
		}
		if u.Messages {
			k.Sending = interval(u.Sending)
		}
		if s.Nodes[u.Node].Uptime != nil {
			k.Wakeups = &WholeNumbers{u.Wakeups.Lower, u.Wakeups.Upper}
		}
		out = append(out, k)
	}
	return out
}

// energyText is an energy rounded outward to a thousandth of a joule.
func energyText(e analysis.Energy) string {
	lo, hi := math.Floor(e.Lower*1000)/1000, math.Ceil(e.Upper*1000)/1000
	if e.Upper-e.Lower <= 1e-9*e.Upper {
		return fmt.Sprintf("%.3f", e.Upper)
	}
	return fmt.Sprintf("%.3f .. %.3f", lo, hi)
}

// usage says how long nodes are awake and what that costs.
func (t *text) usage() {
	s, list := t.r.Scenario, t.r.Usage
	if list == nil {
		return
	}
	shownNodes := list
	if len(list) > cut && !t.opts.All {
		shownNodes = list[:cut]
	}
	sleeps, measured := s.Sleeps(), s.Measured()
	t.title("What it asks of the nodes (in %s, up to the end of the span)", t.scale.name)
	columns := []column{{title: "node", shrink: true}}
	if sleeps {
		columns = append(columns, column{title: "wake-ups", right: true}, column{title: "awake", right: true}, column{title: "kept waiting", right: true})
	}
	columns = append(columns, column{title: "computing", right: true})
	if measured {
		columns = append(columns, column{title: "energy in J", right: true})
	}
	var rows [][]cell
	for _, u := range shownNodes {
		row := []cell{{text: s.Nodes[u.Node].Name}}
		switch {
		case sleeps && s.Nodes[u.Node].Uptime != nil:
			row = append(row, cell{text: wholeText(u.Wakeups.Lower, u.Wakeups.Upper)}, cell{text: t.scale.bound(u.Awake)}, cell{})
			if u.Waits {
				row[3].text = t.scale.bound(u.Waiting)
			}
		case sleeps:
			row = append(row, cell{text: "never sleeps", color: dim}, cell{text: t.scale.bound(u.Awake)}, cell{})
		}
		row = append(row, cell{text: t.scale.bound(u.Computing)})
		if measured && u.Energy != nil {
			row = append(row, cell{text: energyText(*u.Energy)})
		}
		rows = append(rows, row)
	}
	t.table(columns, rows)
	t.more(len(list)-len(shownNodes), "nodes", "--all")
	if e := t.r.TotalEnergy(); e != nil {
		t.line("  energy of all nodes: %s J", energyText(*e))
	}
}

func wholeText(lo, hi int) string {
	if lo == hi {
		return fmt.Sprint(lo)
	}
	return fmt.Sprintf("%d .. %d", lo, hi)
}
