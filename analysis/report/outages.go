package report

import (
	"adagio/analysis"
	"adagio/analysis/verify"
	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// OutageItem is for how long a provide port is inactive, up to the date at which all is
// done. An upper end that is null may be for ever.
type OutageItem struct {
	Component string        `json:"component"`
	Port      string        `json:"port"`
	Node      string        `json:"node"`
	Total     *OpenInterval `json:"total"`   // in all; null where it is not known
	Longest   *OpenInterval `json:"longest"` // at a time
	Missing   string        `json:"missing,omitempty"`
}

// AddOutages adds the outages of provide ports. x is the document of r. Where the plan is
// too large some are left out, which OutagesLimited says.
func (x *Explanation) AddOutages(r *analysis.Result) error {
	list, limited, err := verify.Outages(r)
	if err != nil {
		return err
	}
	x.Outages, x.OutagesLimited = []OutageItem{}, limited
	for _, o := range list {
		c := &r.Scenario.Components[o.Component]
		item := OutageItem{Component: c.Name, Port: r.Scenario.TypeOf(o.Component).Ports[o.Port].Name, Node: r.Scenario.Nodes[c.Node].Name}
		if o.Missing != nil {
			item.Missing = o.Missing.Error()
		} else {
			total, longest := NewOpenInterval(o.Total.Dates()), NewOpenInterval(o.Longest.Dates())
			item.Total, item.Longest = &total, &longest
		}
		x.Outages = append(x.Outages, item)
	}
	return nil
}

// outages tells for how long provide ports are inactive.
func (t *text) outages() error {
	if !t.opts.Outages {
		return nil
	}
	list, limited, err := verify.Outages(t.r)
	if err != nil {
		return err
	}
	t.title("Outages: how long provide ports are inactive, up to the date at which all is done (in %s)", t.scale.name)
	if len(list) == 0 && !limited {
		t.line("  no port that somebody is connected to is ever inactive")
		return nil
	}
	shownPorts := list
	if len(list) > cut && !t.opts.All {
		shownPorts = list[:cut]
	}
	columns := []column{{title: "port", shrink: true}, {title: "in all", right: true}, {title: "at a time", right: true}}
	var rows [][]cell
	for _, o := range shownPorts {
		row := []cell{{text: t.r.Scenario.PortName(o.Component, o.Port)}, {text: t.scale.open(o.Total)}, {text: t.scale.open(o.Longest)}}
		if o.Missing != nil {
			row[1], row[2] = cell{text: "not known", color: dim}, cell{}
		}
		rows = append(rows, row)
	}
	t.table(columns, rows)
	t.more(len(list)-len(shownPorts), "ports", "--all")
	for _, o := range shownPorts {
		if o.Missing != nil {
			t.paragraph(unpainted, 2, "  "+t.r.Scenario.PortName(o.Component, o.Port)+": "+diag.Visible(o.Missing.Error()))
		}
	}
	if limited {
		t.line("  the plan is too large for those of all ports")
	}
	return nil
}

// Open is a bound without its unit that may have no upper end.
func (u Units) Open(b analysis.Bound) string { return u.scale.open(b) }

func (s scale) open(b analysis.Bound) string {
	switch {
	case b.Lower == model.Never:
		return "for ever"
	case b.Upper == model.Never:
		return s.number(b.Lower, down) + " .. for ever"
	}
	return s.bound(b)
}
