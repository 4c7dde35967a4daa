package network

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"adagio/dsl/diag"
)

// platform reads the element <platform>.
func (r *xmlReader) platform(e *element) {
	r.known(e, "version")
	if r.required(e, "version") {
		if v := e.attrs["version"]; v != "4" && v != "4.0" && v != "4.1" {
			r.b.Fail(r.attr(e, "version"), fmt.Sprintf("platforms of version %s are not read", v), "this program reads versions 4 and 4.1: simgrid_update_xml brings older files up to date")
		}
	}
	r.children(e, func(c *element) {
		switch c.name {
		case "config":
			r.config(c)
		case "zone", "AS":
			r.zone(c)
		case "cluster":
			r.cluster(c)
		case "trace", "trace_connect":
			r.profile(c)
		default:
			r.unknown(c, "<platform>", "config", "zone", "cluster")
			r.skip(c)
		}
	})
}

// config reads settings of the simulation. What concerns the flow model is taken; what
// would change the network in a way that this program does not know is an error; all else
// is left out, with a warning.
func (r *xmlReader) config(e *element) {
	r.known(e, "id")
	m := r.b.Model()
	numbers := map[string]*float64{
		"network/latency-factor": &m.LatencyFactor, "network/bandwidth-factor": &m.BandwidthFactor,
		"network/TCP-gamma": &m.Gamma, "network/weight-S": &m.Weight,
		"network/loopback-bw": &m.LoopbackBandwidth, "network/loopback-lat": &m.LoopbackLatency,
	}
	effective := append(slices.Sorted(maps.Keys(numbers)), "network/crosstraffic", "network/model", "network/solver", "host/model")
	r.children(e, func(c *element) {
		defer r.skip(c)
		if c.name != "prop" {
			r.unknown(c, "<config>", "prop")
			return
		}
		p := r.prop(c)
		target, isNumber := numbers[p.Key]
		switch {
		case isNumber:
			v, err := strconv.ParseFloat(p.Value, 64)
			if p.Key == "network/TCP-gamma" && err == nil && v < 0 {
				v = 0 // no window, as in SimGrid
			}
			if err != nil || !(v >= 0) || v > 1e30 || v == 0 && (p.Key == "network/bandwidth-factor" || p.Key == "network/loopback-bw") {
				r.b.Fail(r.attr(c, "value"), fmt.Sprintf("%s cannot be %q", p.Key, p.Value), "write a number that is not negative")
				return
			}
			*target = v
		case p.Key == "network/crosstraffic" && slices.Contains([]string{"yes", "1", "true", "on"}, strings.ToLower(p.Value)):
			m.Cross = LV08().Cross
		case p.Key == "network/crosstraffic" && slices.Contains([]string{"no", "0", "false", "off"}, strings.ToLower(p.Value)):
			m.Cross = 0
		case p.Key == "network/model" && p.Value == "LV08", p.Key == "network/solver" && p.Value == "maxmin":
		case p.Key == "host/model" && (p.Value == "default" || p.Value == "compound"):
		case p.Key == "network/model" && p.Value == "CM02":
			cm02 := CM02()
			m.LatencyFactor, m.BandwidthFactor, m.Weight = cm02.LatencyFactor, cm02.BandwidthFactor, cm02.Weight
		case withoutEffect(p.Key):
			r.warn(r.attr(c, "id"), "setting "+p.Key, fmt.Sprintf("the setting %s has no effect here", p.Key), "")
		case slices.Contains(effective, p.Key):
			r.b.Fail(r.attr(c, "value"), fmt.Sprintf("the setting %s = %s is not supported", p.Key, p.Value), "this program has the models LV08 and CM02, with the solver maxmin")
		default:
			r.b.Fail(r.attr(c, "id"), fmt.Sprintf("the setting %s is not supported", p.Key), diag.DidYouMean(p.Key, effective))
		}
	})
}

// withoutEffect says whether a setting of SimGrid's has nothing to do with the time that
// messages take here: precision, other resources, and how the simulation itself runs.
func withoutEffect(key string) bool {
	switch key {
	case "network/optim", "network/maxmin-selective-update", "network/coordinates", "tracing", "plugin", "path", "exception", "verbose-exit", "maxmin/precision", "maxmin/concurrency-limit", "surf/precision", "precision/timing", "precision/work-amount":
		return true
	}
	group, _, _ := strings.Cut(key, "/")
	return slices.Contains([]string{"cpu", "disk", "storage", "smpi", "contexts", "tracing", "viva", "clean-atexit", "debug", "model-check", "msg", "ns3", "simix", "vm"}, group) && group != key
}

// routings are the values of the attribute routing, in lower case as SimGrid does
// not look at the case.
var routings = map[string]Routing{
	"full": Full, "floyd": Floyd, "dijkstra": Dijkstra, "dijkstracache": Dijkstra, "star": Star, "cluster": Star, "none": Empty, "vivaldi": Vivaldi,
}

// otherRoutings says why other routings of SimGrid's are not supported.
var otherRoutings = map[string]string{
	"wifi": "its bandwidth hangs on the distance of each host and on how many there are, which is not in the model",
}

// zone reads a zone with all that is in it.
func (r *xmlReader) zone(e *element) {
	r.known(e, "id", "routing")
	if !r.required(e, "id", "routing") {
		r.skip(e)
		return
	}
	name := e.attrs["routing"]
	routing, ok := routings[strings.ToLower(name)]
	if !ok {
		r.b.Fail(r.attr(e, "routing"), fmt.Sprintf("routing %s is not supported", name), cmp.Or(otherRoutings[strings.ToLower(name)], "this program knows Full, Floyd, Dijkstra, DijkstraCache, Cluster, Star, None and Vivaldi"))
	}
	if !r.b.Open(r.attr(e, "id"), routing) {
		r.skip(e)
		return
	}
	defer r.b.Close()
	var c *clusterZone
	if strings.EqualFold(name, "cluster") {
		c = &clusterZone{}
	}
	r.children(e, func(child *element) { r.member(child, c) })
	if c != nil {
		c.populate(r)
	}
}

// member reads an element of a zone.
func (r *xmlReader) member(e *element, c *clusterZone) {
	switch e.name {
	case "zone", "AS":
		r.zone(e)
	case "host":
		r.host(e)
	case "router":
		r.known(e, "id", "coordinates")
		r.required(e, "id")
		at, placed := r.coordinates(e)
		r.b.Router(r.attr(e, "id"))
		if placed {
			r.b.Place(r.attr(e, "id"), at)
		}
		r.skip(e)
	case "peer":
		r.peer(e)
	case "link":
		r.link(e)
	case "cluster":
		r.cluster(e)
	case "route", "zoneRoute", "ASroute", "bypassRoute", "bypassZoneRoute", "bypassASroute":
		r.route(e)
	case "trace", "trace_connect":
		r.profile(e)
	case "prop":
		r.prop(e)
		r.warn(r.tag(e), "zone prop", "properties of zones are left out", "")
		r.skip(e)
	case "backbone", "cabinet", "host_link":
		if c == nil {
			r.b.Fail(r.tag(e), fmt.Sprintf("<%s> outside of a zone with routing Cluster", e.name), "")
			r.skip(e)
			return
		}
		c.member(r, e)
	default:
		r.unknown(e, "<zone>", "zone", "host", "router", "link", "cluster", "route", "zoneRoute", "bypassRoute", "bypassZoneRoute", "prop", "backbone", "cabinet", "host_link")
		r.skip(e)
	}
}

// profile reads a profile of availability, or what ties one to a host or link. Only that
// of the speed of a host has no part in the network.
func (r *xmlReader) profile(e *element) {
	switch kind := e.attrs["kind"]; {
	case e.name == "trace" || kind == "SPEED":
		r.warn(r.tag(e), "profile", fmt.Sprintf("<%s> is left out", e.name), "the speed of a host has no part in the network")
	default:
		r.b.Fail(r.tag(e), fmt.Sprintf("<trace_connect> of the kind %s is not supported", cmp.Or(kind, "HOST_AVAIL")), overTime)
	}
	r.skip(e)
}

// host reads a host with its properties.
func (r *xmlReader) host(e *element) {
	r.known(e, "id", "speed", "core", "pstate", "coordinates")
	r.required(e, "id", "speed")
	at, placed := r.coordinates(e)
	h := Host{Speeds: r.speeds(e), Cores: r.integer(e, "core", 1), PState: r.integer(e, "pstate", 0)}
	r.children(e, func(c *element) {
		switch c.name {
		case "prop":
			h.Props = append(h.Props, r.prop(c))
		case "disk":
			r.warn(r.tag(c), "disk", "disks are left out", "they have no part in the network")
		default:
			r.unknown(c, "<host>", "prop", "disk")
		}
		r.skip(c)
	})
	r.b.Host(r.attr(e, "id"), h)
	if placed {
		r.b.Place(r.attr(e, "id"), at)
		r.warn(r.attr(e, "id"), "host without peer", fmt.Sprintf("host %s has coordinates and no link", e.attrs["id"]), "in SimGrid its bandwidth is infinite; here two such hosts have no route: declare a <peer>")
	}
}

// coordinates reads those of a member of a zone with the routing Vivaldi, which needs them;
// elsewhere they have no effect.
func (r *xmlReader) coordinates(e *element) (c Coordinates, placed bool) {
	text, given := e.attrs["coordinates"]
	if !r.b.openVivaldi() {
		if text != "" {
			r.warn(r.attr(e, "coordinates"), "coordinates", "coordinates have no effect with this routing", "")
		}
		return c, false
	}
	c, err := ParseCoordinates(text)
	if !given {
		r.required(e, "coordinates")
	} else if err != nil {
		r.b.refuse(r.attr(e, "coordinates"), err)
	}
	return c, given && err == nil
}

// peer reads a host with a link in each direction.
func (r *xmlReader) peer(e *element) {
	defer r.skip(e)
	r.known(e, "id", "speed", "bw_in", "bw_out", "lat", "coordinates")
	ok := r.required(e, "id", "speed", "bw_in", "bw_out")
	if !r.b.openVivaldi() {
		r.b.Fail(r.tag(e), "<peer> outside of a zone with routing Vivaldi", "")
		return
	}
	if e.attrs["lat"] != "" {
		r.warn(r.attr(e, "lat"), "lat of peer", "lat of <peer> is left out", "as in SimGrid: the third coordinate stands for it")
	}
	before := len(r.b.list)
	h := Host{Speeds: r.speeds(e)}
	out, in := r.quantity(e, "bw_out", bandwidthUnits), r.quantity(e, "bw_in", bandwidthUnits)
	at, placed := r.coordinates(e)
	if ok && placed && len(r.b.list) == before {
		r.b.Peer(r.attr(e, "id"), h, at, out, in)
	}
}

// speeds reads the speeds of a host, one for each power state.
func (r *xmlReader) speeds(e *element) []float64 {
	text, ok := e.attrs["speed"]
	if !ok {
		return nil
	}
	var out []float64
	for one := range strings.SplitSeq(text, ",") {
		v := r.number(e, "speed", one, speedUnits)
		if v < 0 {
			r.b.Fail(r.attr(e, "speed"), "a negative speed: "+one, "")
		}
		out = append(out, v)
	}
	return out
}

func (r *xmlReader) integer(e *element, name string, standard int) int {
	text, ok := e.attrs[name]
	if !ok || text == "" {
		return standard
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 1_000_000 {
		r.b.Fail(r.attr(e, name), fmt.Sprintf("%s of <%s> cannot be %q", name, e.name, text), "write an integer that is not negative")
		return standard
	}
	return n
}

// sharings are the sharing policies that attributes name.
var sharings = map[string]Sharing{"SHARED": Shared, "SPLITDUPLEX": SplitDuplex, "FULLDUPLEX": SplitDuplex, "FATPIPE": Fatpipe}

func (r *xmlReader) sharing(e *element, name string, standard Sharing, not ...Sharing) Sharing {
	text, ok := e.attrs[name]
	if !ok || text == "" {
		return standard
	}
	s, ok := sharings[text]
	if !ok || slices.Contains(not, s) {
		r.b.Fail(r.attr(e, name), fmt.Sprintf("%s %s of <%s> is not supported", name, text, e.name), "")
	}
	return s
}

func (r *xmlReader) link(e *element) {
	r.known(e, "id", "bandwidth", "latency", "sharing_policy")
	ok := r.required(e, "id", "bandwidth")
	before := len(r.b.list)
	s := LinkSpec{
		Name:      r.attr(e, "id"),
		Bandwidth: r.quantity(e, "bandwidth", bandwidthUnits),
		Latency:   r.quantity(e, "latency", timeUnits),
		Sharing:   r.sharing(e, "sharing_policy", Shared),
	}
	ok = ok && len(r.b.list) == before
	s.Props = r.leaf(e)
	if !ok {
		r.b.Misdeclared(s.Name)
		return
	}
	r.b.Link(s)
}

// route reads a route of any kind.
func (r *xmlReader) route(e *element) {
	between := strings.Contains(e.name, "oute") && (strings.Contains(strings.ToLower(e.name), "zone") || strings.Contains(e.name, "AS"))
	s := RouteSpec{Bypass: strings.HasPrefix(e.name, "bypass")}
	names := []string{"src", "dst"}
	if between {
		names = append(names, "gw_src", "gw_dst")
	}
	if !s.Bypass {
		names = append(names, "symmetrical")
		s.Symmetric = true
	}
	r.known(e, names...)
	s.Src, s.Dst, s.GwSrc, s.GwDst = r.attr(e, "src"), r.attr(e, "dst"), r.attr(e, "gw_src"), r.attr(e, "gw_dst")
	ok := r.required(e, "src", "dst")
	for _, end := range []*Ident{&s.Src, &s.Dst, &s.GwSrc, &s.GwDst} {
		if end.Text == "*" {
			end.Text = ""
		}
	}
	switch e.attrs["symmetrical"] {
	case "", "YES", "yes":
	case "NO", "no":
		s.Symmetric = false
	default:
		r.b.Fail(r.attr(e, "symmetrical"), "symmetrical is YES or NO", "")
	}
	r.children(e, func(c *element) {
		defer r.skip(c)
		if c.name != "link_ctn" {
			r.unknown(c, "<"+e.name+">", "link_ctn")
			return
		}
		r.known(c, "id", "direction")
		r.required(c, "id")
		h := Hop{Link: r.attr(c, "id")}
		switch c.attrs["direction"] {
		case "UP":
			h.Up = true
		case "DOWN":
			h.Down = true
		case "", "NONE":
		default:
			r.b.Fail(r.attr(c, "direction"), "a direction is UP, DOWN or NONE", "")
		}
		s.Hops = append(s.Hops, h)
	})
	if ok {
		r.b.Route(s)
	}
}

// cluster reads the element <cluster>.
func (r *xmlReader) cluster(e *element) {
	r.known(e, "id", "prefix", "suffix", "radical", "speed", "core", "bw", "lat", "sharing_policy",
		"bb_bw", "bb_lat", "bb_sharing_policy", "loopback_bw", "loopback_lat", "limiter_link", "router_id", "topology", "topo_parameters")
	ok := r.required(e, "id", "prefix", "suffix", "radical", "speed", "bw", "lat")
	topology, err := ParseTopology(e.attrs["topology"], e.attrs["topo_parameters"])
	if err != nil {
		at := "topo_parameters"
		if e.attrs[at] == "" {
			at = "topology"
		}
		r.b.refuse(r.attr(e, at), err)
		ok = false
	}
	before := len(r.b.list)
	c := ClusterSpec{
		Name: r.attr(e, "id"), Prefix: e.attrs["prefix"], Suffix: e.attrs["suffix"], Router: e.attrs["router_id"],
		Topology: topology, Parameters: r.attr(e, "topo_parameters"),
		Radicals:          r.radicals(e),
		Host:              Host{Speeds: r.speeds(e), Cores: r.integer(e, "core", 1)},
		Bandwidth:         r.quantity(e, "bw", bandwidthUnits),
		Latency:           r.quantity(e, "lat", timeUnits),
		Sharing:           r.sharing(e, "sharing_policy", SplitDuplex),
		BackboneBandwidth: r.quantity(e, "bb_bw", bandwidthUnits),
		BackboneLatency:   r.quantity(e, "bb_lat", timeUnits),
		BackboneSharing:   r.sharing(e, "bb_sharing_policy", Shared, SplitDuplex),
		LoopbackBandwidth: r.quantity(e, "loopback_bw", bandwidthUnits),
		LoopbackLatency:   r.quantity(e, "loopback_lat", timeUnits),
		Limiter:           r.quantity(e, "limiter_link", bandwidthUnits),
	}
	if c.Sharing == Fatpipe {
		c.Sharing = Shared
		r.warn(r.attr(e, "sharing_policy"), "fat cluster", "the links of a cluster cannot be fatpipes: they are read as SHARED", "that is what SimGrid does")
	}
	for _, link := range []struct {
		bw, lat            string
		bandwidth, latency float64
	}{{"bb_bw", "bb_lat", c.BackboneBandwidth, c.BackboneLatency}, {"loopback_bw", "loopback_lat", c.LoopbackBandwidth, c.LoopbackLatency}} {
		if link.latency > 0 && link.bandwidth == 0 {
			r.b.Fail(r.attr(e, link.lat), fmt.Sprintf("%s without %s", link.lat, link.bw), "a link needs a bandwidth")
		}
	}
	ok = ok && len(r.b.list) == before
	c.Host.Props = r.leaf(e)
	if ok {
		r.b.Cluster(c)
	}
}

func (r *xmlReader) radicals(e *element) []int {
	if _, ok := e.attrs["radical"]; !ok {
		return nil
	}
	list, err := ParseRadicals(e.attrs["radical"])
	if err != nil {
		r.b.refuse(r.attr(e, "radical"), err)
	}
	return list
}

// clusterZone is what a zone with routing Cluster is made of when it ends: the
// links of its hosts, around a backbone if there is one.
type clusterZone struct {
	backbone  []LinkSpec
	hostLinks []hostLink
	cabinets  []ClusterSpec
}

type hostLink struct{ host, up, down Ident }

// member reads an element that only such zones have.
func (c *clusterZone) member(r *xmlReader, e *element) {
	defer r.skip(e)
	switch e.name {
	case "backbone":
		r.known(e, "id", "bandwidth", "latency")
		r.required(e, "id", "bandwidth", "latency")
		c.backbone = append(c.backbone, LinkSpec{Name: r.attr(e, "id"), Bandwidth: r.quantity(e, "bandwidth", bandwidthUnits), Latency: r.quantity(e, "latency", timeUnits)})
		if len(c.backbone) > 1 {
			r.b.Fail(r.attr(e, "id"), "a second backbone in one zone", "", diag.Related{Pos: c.backbone[0].Name.Pos, Text: "the first one"})
		}
	case "host_link":
		r.known(e, "id", "up", "down")
		if r.required(e, "id", "up", "down") {
			c.hostLinks = append(c.hostLinks, hostLink{r.attr(e, "id"), r.attr(e, "up"), r.attr(e, "down")})
		}
	case "cabinet":
		r.known(e, "id", "prefix", "suffix", "radical", "speed", "bw", "lat")
		if r.required(e, "id", "prefix", "suffix", "radical", "speed", "bw", "lat") {
			c.cabinets = append(c.cabinets, ClusterSpec{
				Name: r.attr(e, "id"), Prefix: e.attrs["prefix"], Suffix: e.attrs["suffix"], Radicals: r.radicals(e),
				Host: Host{Speeds: r.speeds(e)}, Bandwidth: r.quantity(e, "bw", bandwidthUnits), Latency: r.quantity(e, "lat", timeUnits),
			})
		}
	}
}

// populate declares what has been read.
func (c *clusterZone) populate(r *xmlReader) {
	var bone []Hop
	for _, s := range c.backbone[:min(len(c.backbone), 1)] {
		r.b.Link(s)
		bone = []Hop{{Link: s.Name}}
	}
	attach := func(host, up, down Ident) {
		r.b.Route(RouteSpec{Src: host, Hops: append([]Hop{{Link: up}}, bone...)})
		r.b.Route(RouteSpec{Dst: host, Hops: append(slices.Clone(bone), Hop{Link: down})})
	}
	linked := map[string]bool{}
	for _, h := range c.hostLinks {
		linked[h.host.Text] = true
		attach(h.host, h.up, h.down)
	}
	for _, host := range r.b.hostsHere() {
		if !linked[host.Text] {
			r.warn(host, "host without host_link", fmt.Sprintf("host %s has no <host_link>", host.Text), "like SimGrid, this program takes it for a host at the centre of the zone, whose ways have no links of its own")
		}
	}
	for _, cab := range c.cabinets {
		for _, n := range cab.Radicals {
			if r.b.full || len(r.b.list) >= maxProblems {
				return
			}
			named := func(text string) Ident { return Ident{text, cab.Name.Pos, cab.Name.Length} }
			host := named(cab.Prefix + strconv.Itoa(n) + cab.Suffix)
			r.b.Host(host, cab.Host)
			up, down := named("link_"+host.Text+"_UP"), named("link_"+host.Text+"_DOWN")
			r.b.Link(LinkSpec{Name: up, Bandwidth: cab.Bandwidth, Latency: cab.Latency})
			r.b.Link(LinkSpec{Name: down, Bandwidth: cab.Bandwidth, Latency: cab.Latency})
			attach(host, up, down)
		}
	}
}
