package gen

import (
	"fmt"
	"math"
	"strings"

	"adagio/dsl/model"
	"adagio/network"

	"pgregory.net/rapid"
)

// OnPlatform draws a scenario with a platform that its nodes are on, which see
// [Platform]: the scenario, the platform and its text.
func OnPlatform(t *rapid.T, profile model.ProfileKind, exact bool) (*model.Scenario, *network.Platform, string) {
	s := Scenario(Options{Profiles: []model.ProfileKind{profile}}).Draw(t, "scenario")
	if r := &s.Network.Profile; profile == model.Polling && r.Request.Lo == 0 {
		// On one host looks without a request take some nanoseconds: a loop beside a
		// transition that runs would make millions of them.
		r.Request, r.Busy = r.Request.Plus(model.Constant(ms)), r.Busy.Plus(model.Constant(ms))
	}
	text := Platform(t, exact, map[string]int{})
	p, list := network.ReadXML("platform.xml", []byte(text))
	if err := list.Err(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var hosts []int
	for range s.Nodes {
		hosts = append(hosts, rapid.IntRange(0, len(p.Hosts)-1).Draw(t, "host"))
	}
	if profile.Brokers() {
		hosts = append(hosts, rapid.IntRange(0, len(p.Hosts)-1).Draw(t, "broker"))
	}
	sizes := network.Sizes{}
	if profile != model.Ideal {
		sizes = rapid.SampledFrom([]network.Sizes{network.DefaultSizes, {Lo: 1e5, Hi: 1e5}, {Lo: 200, Hi: 1e6}}).Draw(t, "sizes")
	}
	if err := network.Settle(s, p, hosts, sizes); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return s, p, text
}

// platformWriter writes a random platform file of which SimGrid and we must think the
// same. It keeps clear of what SimGrid itself does not survive: members of a
// zone without a route, hosts beside zones, several gateways of one zone under
// Dijkstra.
type platformWriter struct {
	t             *rapid.T
	b             strings.Builder
	n             int // names that have been given
	exact, nested bool
	kinds         map[string]int
}

// Platform draws a SimGrid platform file, and counts the kinds of zones and links in
// it. If it must be exact, there are no fatpipes where
// SimGrid adds up the numbers of a route in another order than that of travel
// (in nested zones, and with Dijkstra): what flows on a fatpipe do to one another
// hangs, in SimGrid itself, on the last bit of these sums.
func Platform(t *rapid.T, exact bool, kinds map[string]int) string {
	w := &platformWriter{t: t, exact: exact, kinds: kinds}
	w.line("<?xml version='1.0'?>")
	w.line(`<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">`)
	w.line(`<platform version="4.1">`)
	if rapid.Bool().Draw(t, "no crosstraffic") && w.in(0, 3) == 0 {
		w.line(`<config><prop id="network/crosstraffic" value="0"/></config>`)
	}
	switch depth := w.in(0, 3); depth {
	case 0:
		w.leaf()
	case 1:
		w.nested = true
		w.nest(2)
	default:
		w.nested = true
		w.nest(1)
	}
	w.line("</platform>")
	return w.b.String()
}

func (w *platformWriter) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

func (w *platformWriter) in(lo, hi int) int { return rapid.IntRange(lo, hi).Draw(w.t, "n") }

func (w *platformWriter) pick(words ...string) string {
	return rapid.SampledFrom(words).Draw(w.t, "word")
}

func (w *platformWriter) name(prefix string) string {
	w.n++
	return fmt.Sprintf("%s%d", prefix, w.n)
}

// between draws a number that is even on a logarithmic scale.
func (w *platformWriter) between(lo, hi float64) float64 {
	return lo * math.Pow(hi/lo, rapid.Float64Range(0, 1).Draw(w.t, "x"))
}

func (w *platformWriter) bandwidth() string {
	if w.in(0, 1) == 0 {
		return w.pick("125MBps", "1Gbps", "10Gbps", "1.25GBps", "100Mbps", "1Mbps", "64kBps", "1MiBps")
	}
	return fmt.Sprintf("%.6gkBps", w.between(100, 1e7))
}

func (w *platformWriter) latency() string {
	if w.in(0, 1) == 0 {
		return w.pick("50us", "100us", "1ms", "10ms", "0s", "150ms", "281.5us")
	}
	return fmt.Sprintf("%.6gms", w.between(0.001, 200))
}

// link writes a link and returns how routes go over it.
func (w *platformWriter) link() string {
	id, sharing := w.name("l"), w.pick("SHARED", "SHARED", "SPLITDUPLEX", w.fatpipe())
	w.kinds[sharing]++
	w.line(`<link id="%s" bandwidth="%s" latency="%s" sharing_policy="%s"/>`, id, w.bandwidth(), w.latency(), sharing)
	if sharing == "SPLITDUPLEX" {
		return fmt.Sprintf(`<link_ctn id="%s" direction="%s"/>`, id, w.pick("UP", "DOWN"))
	}
	return fmt.Sprintf(`<link_ctn id="%s"/>`, id)
}

// fatpipe is the policy of fatpipes where there may be some.
func (w *platformWriter) fatpipe() string {
	if w.exact && w.nested {
		return "SHARED"
	}
	return "FATPIPE"
}

func (w *platformWriter) links() []string {
	var out []string
	for range w.in(1, 5) {
		out = append(out, w.link())
	}
	return out
}

// over draws what a route consists of.
func (w *platformWriter) over(links []string) string {
	n := min(w.in(1, 3), len(links))
	perm := rapid.Permutation(links).Draw(w.t, "links")
	return strings.Join(perm[:n], "")
}

// leaf writes a zone of hosts, and returns its name and its possible gateways.
func (w *platformWriter) leaf() (name string, gateways []string) {
	kinds := []string{"Full", "Floyd", "Cluster", "cluster", "TORUS", "FAT_TREE", "DRAGONFLY", "Vivaldi", "Dijkstra", "DijkstraCache"}
	if w.exact && !w.nested {
		kinds = kinds[:8]
	}
	kind := w.pick(kinds...)
	w.kinds[kind]++
	switch kind {
	case "cluster":
		return w.cluster()
	case "Cluster":
		return w.clusterZone()
	case "TORUS", "FAT_TREE", "DRAGONFLY":
		return w.topology(kind)
	case "Vivaldi":
		return w.peers()
	}
	name = w.name("z")
	w.line(`<zone id="%s" routing="%s">`, name, kind)
	for range w.in(1, 4) {
		gateways = append(gateways, w.host())
	}
	if w.in(0, 1) == 0 || len(gateways) < 2 {
		router := w.name("r")
		gateways = append(gateways, router)
		w.line(`<router id="%s"/>`, router)
	}
	links := w.links()
	for i, a := range gateways {
		for j, b := range gateways[:i] {
			if kind == "Full" || j == i-1 || w.in(0, 2) == 0 {
				w.route("route", a, b, "", links)
			}
		}
	}
	w.line("</zone>")
	return name, gateways
}

func (w *platformWriter) host() string {
	h := w.name("h")
	w.line(`<host id="%s" speed="1Gf"/>`, h)
	return h
}

// route writes a route in both directions, as one or as two.
func (w *platformWriter) route(element, a, b, gateways string, links []string) {
	if w.in(0, 2) > 0 {
		w.line(`<%s src="%s" dst="%s"%s>%s</%s>`, element, a, b, gateways, w.over(links), element)
		return
	}
	back := strings.NewReplacer("gw_src", "gw_dst", "gw_dst", "gw_src").Replace(gateways)
	w.line(`<%s src="%s" dst="%s"%s symmetrical="NO">%s</%s>`, element, a, b, gateways, w.over(links), element)
	w.line(`<%s src="%s" dst="%s"%s symmetrical="NO">%s</%s>`, element, b, a, back, w.over(links), element)
}

func (w *platformWriter) cluster() (string, []string) {
	name := w.name("c")
	extra := ""
	if w.in(0, 1) == 0 {
		extra += fmt.Sprintf(` bb_bw="%s" bb_lat="%s" bb_sharing_policy="%s"`, w.bandwidth(), w.latency(), w.pick("SHARED", w.fatpipe()))
	}
	if w.in(0, 2) == 0 {
		extra += fmt.Sprintf(` loopback_bw="%s" loopback_lat="%s"`, w.bandwidth(), w.latency())
	}
	if w.in(0, 2) == 0 {
		extra += fmt.Sprintf(` limiter_link="%s"`, w.bandwidth())
	}
	if w.in(0, 1) == 0 {
		extra += fmt.Sprintf(` sharing_policy="%s"`, w.pick("SHARED", "SPLITDUPLEX"))
	}
	// A host must not reach itself in no time at all: SimGrid refuses that.
	w.line(`<cluster id="%s" prefix="%s-" suffix=".net" radical="0-%d,7" speed="1Gf" bw="%s" lat="%s"%s/>`, name, name, w.in(0, 3), w.bandwidth(), w.latency(), extra)
	return name, []string{name + "-" + name + "_router.net"}
}

// peers writes a zone of peers with coordinates.
func (w *platformWriter) peers() (name string, gateways []string) {
	coordinate := func() float64 { return float64(w.in(-1000, 1000)) / 10 }
	coordinates := func() string { return fmt.Sprintf("%g %g %g", coordinate(), coordinate(), coordinate()) }
	name = w.name("z")
	w.line(`<zone id="%s" routing="Vivaldi">`, name)
	for range w.in(1, 4) {
		gateways = append(gateways, w.name("h"))
		w.line(`<peer id="%s" coordinates="%s" speed="1Gf" bw_in="%s" bw_out="%s"/>`, gateways[len(gateways)-1], coordinates(), w.bandwidth(), w.bandwidth())
	}
	w.line("</zone>")
	return name, gateways
}

// topology writes a cluster with a topology. Its gateways are its hosts.
func (w *platformWriter) topology(kind string) (string, []string) {
	parameters, hosts, limitable := w.parameters(kind)
	name := w.name("c")
	// A host of a torus reaches itself over nothing but a loopback, which not all need.
	extra := fmt.Sprintf(` loopback_bw="%s" loopback_lat="%s"`, w.bandwidth(), w.latency())
	if kind != "TORUS" && w.in(0, 1) == 0 {
		extra = ""
	}
	if limitable && w.in(0, 1) == 0 {
		extra += fmt.Sprintf(` limiter_link="%s"`, w.bandwidth())
	}
	if w.in(0, 1) == 0 {
		extra += fmt.Sprintf(` sharing_policy="%s"`, w.pick("SHARED", "SPLITDUPLEX"))
	}
	w.line(`<cluster id="%s" prefix="%s-" suffix=".net" radical="1-%d" speed="1Gf" bw="%s" lat="%s" topology="%s" topo_parameters="%s"%s/>`,
		name, name, hosts, w.bandwidth(), w.latency(), kind, parameters, extra)
	var gateways []string
	for i := range hosts {
		gateways = append(gateways, fmt.Sprintf("%s-%d.net", name, i+1))
	}
	return name, gateways
}

// parameters draws those of a topology: the text, the hosts that it has, and whether
// SimGrid survives limiters in it.
func (w *platformWriter) parameters(kind string) (text string, hosts int, limitable bool) {
	const most = 24
	list := func(n, lo, hi int) []int {
		return rapid.SliceOfN(rapid.IntRange(lo, hi), n, n).Draw(w.t, "parameters")
	}
	join := func(numbers ...int) string {
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ","), "[]")
	}
	for {
		hosts = 1
		switch kind {
		case "TORUS":
			dims := list(w.in(1, 4), 1, 6)
			single := 0
			for _, d := range dims {
				hosts *= d
				if d == 1 {
					single++
				}
			}
			if single > 1 {
				continue
			}
			text, limitable = join(dims...), true
		case "FAT_TREE":
			n := w.in(1, 3)
			down, up, cables := list(n, 1, 4), list(n, 1, 3), list(n, 1, 3)
			switches := 0
			for level := range n {
				hosts *= down[level]
				nodes := 1
				for i := range n {
					if i <= level {
						nodes *= up[i]
					} else {
						nodes *= down[i]
					}
				}
				switches += nodes
			}
			text, limitable = fmt.Sprintf("%d;%s;%s;%s", n, join(down...), join(up...), join(cables...)), switches <= hosts
		default:
			groups, chassis, nodes, cables := w.in(1, 4), w.in(1, 3), w.in(1, 3), list(3, 1, 3)
			blades := groups + w.in(0, 2)
			hosts = groups * chassis * blades * nodes
			text, limitable = fmt.Sprintf("%d,%d;%d,%d;%d,%d;%d", groups, cables[0], chassis, cables[1], blades, cables[2], nodes), true
		}
		if hosts <= most {
			return text, hosts, limitable
		}
	}
}

func (w *platformWriter) clusterZone() (string, []string) {
	name, router := w.name("z"), w.name("r")
	w.line(`<zone id="%s" routing="Cluster">`, name)
	if w.in(0, 1) == 0 {
		w.line(`<backbone id="%s" bandwidth="%s" latency="%s"/>`, w.name("b"), w.bandwidth(), w.latency())
	}
	for range w.in(1, 3) {
		h, l := w.host(), w.name("l")
		w.line(`<link id="%s" bandwidth="%s" latency="%s" sharing_policy="SPLITDUPLEX"/>`, l, w.bandwidth(), w.latency())
		w.line(`<host_link id="%s" up="%s_UP" down="%s_DOWN"/>`, h, l, l)
	}
	if w.in(0, 1) == 0 {
		id := w.name("k")
		w.line(`<cabinet id="%s" prefix="%s-" suffix="" radical="1-%d" speed="1Gf" bw="%s" lat="%s"/>`, id, id, w.in(1, 3), w.bandwidth(), w.latency())
	}
	w.line(`<router id="%s"/>`, router)
	w.line("</zone>")
	return name, []string{router}
}

// nest writes a zone of zones.
func (w *platformWriter) nest(depth int) (name string, gateways []string) {
	name = w.name("z")
	kind := w.pick("Full", "Floyd", "Dijkstra")
	w.kinds["nested "+kind]++
	w.line(`<zone id="%s" routing="%s">`, name, kind)
	type member struct {
		name     string
		gateways []string
	}
	var members []member
	for range w.in(2, 4) {
		m := member{}
		if depth > 1 && w.in(0, 1) == 0 {
			m.name, m.gateways = w.nest(depth - 1)
		} else {
			m.name, m.gateways = w.leaf()
		}
		if kind == "Dijkstra" {
			m.gateways = []string{w.pick(m.gateways...)}
		}
		members = append(members, m)
		gateways = append(gateways, m.gateways...)
	}
	links := w.links()
	for i, a := range members {
		for j, b := range members[:i] {
			if kind == "Full" || j == i-1 || w.in(0, 2) == 0 {
				w.route("zoneRoute", a.name, b.name, fmt.Sprintf(` gw_src="%s" gw_dst="%s"`, w.pick(a.gateways...), w.pick(b.gateways...)), links)
			}
		}
	}
	w.line("</zone>")
	return name, gateways
}
