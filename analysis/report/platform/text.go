// Package platform renders a platform: its hosts, links and routes, and the delays of a
// plan on it, as text and as the document of "adagio network show --format json".
//
//	view := &platform.View{Platform: p, Bytes: 1500}
//	err := view.Connect([]string{"edge"}, nil, 40)
//	err = view.Text(os.Stdout, 40)
package platform

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/network"
)

// View is what is shown of a platform.
type View struct {
	Platform *network.Platform
	Site     *network.Site   // nil for a platform file alone
	Scenario *model.Scenario // nil for a platform file alone
	Bytes    float64         // of the message whose time is shown
	pairs    []pair
	count    int // of pairs, shown or not
}

// pair is a route between two hosts.
type pair struct {
	from, to int
	route    network.Route
	missing  *network.NoRouteError // nil if there is a route
}

// maxPairs bounds the pairs of hosts that are written.
const maxPairs = 1_000_000

// Connect finds the routes between hosts, all of them where none is named, of at most so
// many pairs; 0 is all. A pair without a route is one of the answers. What is wrong with the
// names is a [diag.List].
func (v *View) Connect(from, to []string, limit int) error {
	sources, err := v.selected("from", from)
	if err != nil {
		return err
	}
	targets, err := v.selected("to", to)
	if err != nil {
		return err
	}
	v.count = len(sources) * len(targets)
	if limit == 0 && v.count > maxPairs {
		return diag.List{{Summary: fmt.Sprintf("the platform has %d pairs of hosts, more than %d", v.count, maxPairs), Detail: "choose some with --from and --to"}}
	}
	for _, a := range sources {
		for _, b := range targets {
			if limit > 0 && len(v.pairs) == limit {
				return nil
			}
			r, err := v.Platform.Route(a, b)
			none, missing := errors.AsType[*network.NoRouteError](err)
			if err != nil && !missing {
				return err
			}
			v.pairs = append(v.pairs, pair{from: a, to: b, route: r, missing: none})
		}
	}
	return nil
}

// selected are the hosts that are named, or all.
func (v *View) selected(flag string, names []string) (out []int, err error) {
	for _, name := range names {
		h := v.Platform.Host(name)
		if h < 0 {
			return nil, diag.List{{Summary: fmt.Sprintf("--%s %s: there is no such host", flag, name), Detail: diag.DidYouMean(name, v.Platform.HostNames())}}
		}
		out = append(out, h)
	}
	if names == nil {
		for h := range v.Platform.Hosts {
			out = append(out, h)
		}
	}
	return out, nil
}

// bandwidth is that of the narrowest link of a route.
func (v *View) bandwidth(r network.Route) float64 {
	narrowest := math.Inf(1)
	if r.Loopback {
		narrowest = v.Platform.Model.LoopbackBandwidth
	}
	for _, l := range r.Links {
		narrowest = min(narrowest, v.Platform.Links[l].Bandwidth)
	}
	return narrowest
}

func (v *View) links(r network.Route) []string {
	names := []string{}
	if r.Loopback {
		names = append(names, "loopback")
	}
	for _, l := range r.Links {
		names = append(names, v.Platform.Links[l].Name)
	}
	return names
}

// nodes lists the nodes that are on a host.
func (v *View) nodes(host int) []string {
	names := []string{}
	if v.Site != nil {
		for n, node := range v.Scenario.Nodes {
			if v.Site.HostIndex(n) == host {
				names = append(names, node.Name)
			}
		}
	}
	return names
}

// Text writes the platform for people, at most so many rows of each table.
func (v *View) Text(w io.Writer, rowsOfTable int) error {
	p, out := v.Platform, bufio.NewWriter(w)
	fmt.Fprintf(out, "platform %s: %s, %s, %s, %s\n", p.Name, diag.Count(len(p.Hosts), "host"), diag.Count(len(p.Routers), "router"),
		diag.Count(len(p.Links), "link"), diag.Count(len(p.Zones()), "zone"))
	t := &rows{out: out, limit: rowsOfTable}
	v.hostTable(t)
	v.linkTable(t)
	v.pairTable(t)
	if v.Site != nil {
		v.delayTable(t)
	}
	return out.Flush()
}

// rows writes tables of a limited length.
type rows struct {
	out   io.Writer
	limit int
}

// table writes a title and as many rows as the limit allows.
func (t *rows) table(title, header string, n int, row func(i int) []string) {
	fmt.Fprintf(t.out, "\n%s\n", title)
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "  %s\n", header)
	for i := range min(n, t.limit) {
		fmt.Fprintf(w, "  %s\n", strings.Join(row(i), "\t"))
	}
	w.Flush()
	for line := range strings.Lines(b.String()) {
		fmt.Fprintln(t.out, strings.TrimRight(line, " \n"))
	}
	if n > t.limit {
		fmt.Fprintf(t.out, "  … and %d more (--all shows all)\n", n-t.limit)
	}
}

func (v *View) hostTable(t *rows) {
	p, zones := v.Platform, v.Platform.Zones()
	header := "host\tzone\trouting\tspeed\tcores"
	if v.Site != nil {
		header += "\tnodes"
	}
	t.table("Hosts", header, len(p.Hosts), func(i int) []string {
		h, z := p.Hosts[i], zones[p.ZoneOf(i)]
		speed := "-"
		if len(h.Speeds) > 0 {
			speed = network.FormatSpeed(h.Speeds[min(h.PState, len(h.Speeds)-1)])
		}
		return []string{h.Name, z.Name, z.Routing.String(), speed, fmt.Sprint(h.Cores), strings.Join(v.nodes(i), ", ")}
	})
}

func (v *View) linkTable(t *rows) {
	p := v.Platform
	t.table("Links", "link\tbandwidth\tlatency\tsharing", len(p.Links), func(i int) []string {
		l := p.Links[i]
		return []string{l.Name, network.FormatBandwidth(l.Bandwidth), network.FormatTime(l.Latency), l.Sharing.String()}
	})
}

func (v *View) pairTable(t *rows) {
	p := v.Platform
	short := &rows{t.out, len(v.pairs)}
	title := fmt.Sprintf("Routes, and how long a message of %s takes alone", network.FormatSize(v.Bytes))
	short.table(title, "from\tto\tlatency\tbandwidth\tmessage\tover", len(v.pairs), func(i int) []string {
		x := v.pairs[i]
		cells := []string{p.Hosts[x.from].Name, p.Hosts[x.to].Name}
		if x.missing != nil {
			none := "no route"
			if x.missing.Acknowledgements {
				none = "no way back"
			}
			return append(cells, none, "", "", "")
		}
		return append(cells, network.FormatTime(x.route.Latency), network.FormatBandwidth(v.bandwidth(x.route)),
			network.FormatTime(p.Model.Alone(p, x.route, v.Bytes)), strings.Join(v.links(x.route), ", "))
	})
	if more := v.count - len(v.pairs); more > 0 {
		fmt.Fprintf(t.out, "  … and %d more (--all shows all; --from and --to choose)\n", more)
	}
}

func (v *View) delayTable(t *rows) {
	ways := v.ways()
	size := network.FormatSize(v.Site.Sizes.Lo)
	if v.Site.Sizes.Hi > v.Site.Sizes.Lo {
		size += " .. " + network.FormatSize(v.Site.Sizes.Hi)
	}
	title := fmt.Sprintf("Delays of one message of %s between nodes that communicate", size)
	t.table(title, "from\tto\tleast\tgreatest", len(ways), func(i int) []string {
		w := ways[i]
		return []string{w.from, w.to, model.FormatDuration(w.delay.Lo), model.FormatDuration(w.delay.Hi)}
	})
}

// way is where messages go from and to, and how long they take.
type way struct {
	from, to string
	delay    model.Delay
}

// ways lists the pairs of nodes that communicate, in order, and the ways to the
// broker and back.
func (v *View) ways() []way {
	var out []way
	net, nodes := &v.Scenario.Network, v.Scenario.Nodes
	for i := range nodes {
		for j := range nodes {
			if _, ok := net.Routes[[2]int{i, j}]; ok {
				out = append(out, way{nodes[i].Name, nodes[j].Name, net.Between(i, j)})
			}
		}
	}
	for i := range net.ToBroker {
		broker := "broker on " + v.Site.Host(len(nodes))
		out = append(out, way{nodes[i].Name, broker, net.ToBroker[i]}, way{broker, nodes[i].Name, net.FromBroker[i]})
	}
	return out
}
