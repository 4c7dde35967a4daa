package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"adagio/dsl/model"
	"adagio/network"
)

// fewRows is how many rows of a table are shown unless all are asked for.
const fewRows = 40

// platformView is what is shown of a platform.
type platformView struct {
	platform *network.Platform
	site     *network.Site   // nil for a platform file alone
	scenario *model.Scenario // nil for a platform file alone
	bytes    float64
	pairs    []pair
	count    int // of pairs, shown or not
}

// pair is a route between two hosts.
type pair struct {
	from, to int
	route    network.Route
	missing  *network.NoRouteError // nil if there is a route
}

// bandwidth is that of the narrowest link of a route.
func (v *platformView) bandwidth(r network.Route) float64 {
	narrowest := math.Inf(1)
	if r.Loopback {
		narrowest = v.platform.Model.LoopbackBandwidth
	}
	for _, l := range r.Links {
		narrowest = min(narrowest, v.platform.Links[l].Bandwidth)
	}
	return narrowest
}

func (v *platformView) links(r network.Route) []string {
	names := []string{}
	if r.Loopback {
		names = append(names, "loopback")
	}
	for _, l := range r.Links {
		names = append(names, v.platform.Links[l].Name)
	}
	return names
}

// nodes lists the nodes that are on a host.
func (v *platformView) nodes(host int) []string {
	names := []string{}
	if v.site != nil {
		for n, node := range v.scenario.Nodes {
			if v.site.HostIndex(n) == host {
				names = append(names, node.Name)
			}
		}
	}
	return names
}

// write writes the platform for people.
func (v *platformView) write(s *showing) {
	p, out := v.platform, s.app.out
	fmt.Fprintf(out, "platform %s: %s, %s, %s, %s\n", p.Name, count(len(p.Hosts), "host"), count(len(p.Routers), "router"), count(len(p.Links), "link"), count(len(p.Zones()), "zone"))
	limit := fewRows
	if s.all {
		limit = math.MaxInt
	}
	t := &rows{out: out, limit: limit}
	v.hostTable(t)
	v.linkTable(t)
	v.pairTable(t)
	if v.site != nil {
		v.delayTable(t)
	}
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

func (v *platformView) hostTable(t *rows) {
	p, zones := v.platform, v.platform.Zones()
	header := "host\tzone\trouting\tspeed\tcores"
	if v.site != nil {
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

func (v *platformView) linkTable(t *rows) {
	p := v.platform
	t.table("Links", "link\tbandwidth\tlatency\tsharing", len(p.Links), func(i int) []string {
		l := p.Links[i]
		return []string{l.Name, network.FormatBandwidth(l.Bandwidth), network.FormatTime(l.Latency), l.Sharing.String()}
	})
}

func (v *platformView) pairTable(t *rows) {
	p := v.platform
	short := &rows{t.out, len(v.pairs)}
	title := fmt.Sprintf("Routes, and how long a message of %s takes alone", network.FormatSize(v.bytes))
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
			network.FormatTime(p.Model.Alone(p, x.route, v.bytes)), strings.Join(v.links(x.route), ", "))
	})
	if more := v.count - len(v.pairs); more > 0 {
		fmt.Fprintf(t.out, "  … and %d more (--all shows all; --from and --to choose)\n", more)
	}
}

func (v *platformView) delayTable(t *rows) {
	ways := v.ways()
	size := network.FormatSize(v.site.Sizes.Lo)
	if v.site.Sizes.Hi > v.site.Sizes.Lo {
		size += " .. " + network.FormatSize(v.site.Sizes.Hi)
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
func (v *platformView) ways() []way {
	var out []way
	net, nodes := &v.scenario.Network, v.scenario.Nodes
	for i := range nodes {
		for j := range nodes {
			if _, ok := net.Routes[[2]int{i, j}]; ok {
				out = append(out, way{nodes[i].Name, nodes[j].Name, net.Between(i, j)})
			}
		}
	}
	for i := range net.ToBroker {
		broker := "broker on " + v.site.Host(len(nodes))
		out = append(out, way{nodes[i].Name, broker, net.ToBroker[i]}, way{broker, nodes[i].Name, net.FromBroker[i]})
	}
	return out
}
