package dsl

import (
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/network"
)

// platform builds the platform of a network, or of the option that stands for
// it. It is nil where there is none, or where it has mistakes.
func (r *resolver) platform(block *Network, x *instance) *network.Platform {
	if r.opts.Platform != "" {
		return r.importPlatform(r.opts.Platform, Span{}, "give --platform a SimGrid platform file")
	}
	if block == nil || len(block.Platform) == 0 {
		return nil
	}
	for _, l := range block.Latency {
		if l.From == nil {
			r.fail(l.Span(), "network "+block.Name.Text+" has a platform, which gives the latency between any two nodes", "remove this, or name the two nodes that it is for")
		}
	}
	for _, s := range block.Platform {
		if s.Import != nil {
			return r.imported(block, s)
		}
	}
	if !slices.ContainsFunc(block.Platform, func(s PlatformStmt) bool { return s.Node == nil }) {
		r.fail(block.Platform[0].Span, "network "+block.Name.Text+" puts nodes on hosts, but it has none", `declare hosts, or import "platform.xml"`)
		return nil
	}
	b := &platformBuilder{r: r, b: network.NewBuilder(block.Name.Text)}
	b.b.Open(ident(block.Name.Text, block.Name.Span), network.Floyd)
	failures := r.failures
	b.declare(block.Platform, x.scope)
	b.b.Close()
	if r.failures > failures {
		return nil // what is missing now would be reported as well
	}
	return r.report(b.b.Build())
}

// report passes on what is wrong with a platform.
func (r *resolver) report(p *network.Platform, list diag.List) *network.Platform {
	for _, d := range list {
		r.add(d)
	}
	return p
}

// imported reads the file that a network imports, and reports what it cannot
// have besides.
func (r *resolver) imported(block *Network, s PlatformStmt) *network.Platform {
	for _, other := range block.Platform {
		if other.Node == nil && other.Span != s.Span {
			r.fail(other.Span, "network "+block.Name.Text+" imports its platform", "an imported platform is complete: only node … on … can be added", related(s.Pos, "imported here"))
		}
	}
	path := s.Import.Path.Text
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(s.Pos.File), path)
	}
	return r.importPlatform(path, s.Import.Path.Span, "the path is relative to the file that names it")
}

func (r *resolver) importPlatform(path string, at Span, detail string) *network.Platform {
	if strings.ContainsRune(path, 0) {
		r.fail(at, "the path of a file has a NUL character in it", "")
		return nil
	}
	text, list := r.read(path)
	if list != nil {
		for _, d := range list {
			r.fail(at, "platform "+path+": "+d.Summary, detail)
		}
		return nil
	}
	r.extra[path] = network.SourceText(text)
	return r.report(network.ReadXML(path, text))
}

// platformBuilder declares to package network what the statements say.
type platformBuilder struct {
	r *resolver
	b *network.Builder
}

func ident(text string, at Span) network.Ident {
	return network.Ident{Text: text, Pos: at.Pos, Length: at.Length}
}

// name computes the name that a reference stands for. A % in it is replaced by
// the index, so that "node-%.site"[3] is node-3.site.
func (r *resolver) hostName(ref Ref, in scope) (string, bool) {
	index, ok := r.indices(ref, in)
	if !ok {
		return "", false
	}
	name := ref.Name.Text
	for len(index) > 0 && strings.Contains(name, "%") {
		name = strings.Replace(name, "%", strconv.FormatInt(index[0], 10), 1)
		index = index[1:]
	}
	return string(fullName(nil, name, index)), true
}

func (b *platformBuilder) ident(ref Ref, in scope) (network.Ident, bool) {
	name, ok := b.r.hostName(ref, in)
	return ident(name, ref.Span()), ok
}

func (b *platformBuilder) declare(body []PlatformStmt, in scope) {
	for i := range body {
		switch s := &body[i]; {
		case s.For != nil:
			b.r.replicate(s.For, len(s.Body), in, func(in scope) { b.declare(s.Body, in) })
		case s.Zone != nil:
			b.zone(s, in)
		case s.Hosts != nil:
			for _, ref := range s.Hosts.Refs {
				b.host(ref, s.Hosts.Props, in)
			}
		case s.Router != nil:
			for _, ref := range s.Router.Refs {
				if name, ok := b.ident(ref, in); ok {
					b.b.Router(name)
				}
			}
		case s.Link != nil:
			b.link(s.Link, in)
		case s.Route != nil:
			b.route(s.Route, in)
		case s.Flow != nil:
			b.flow(s.Flow)
		case s.Import != nil:
			b.r.fail(s.Span, "an import in a part of the platform", "import stands in the network itself")
		}
	}
}

// keyword finds the value of a word of the language, or reports that there is no
// such word.
func keyword[V any](r *resolver, n Name, what string, words map[string]V) V {
	v, ok := words[n.Text]
	if !ok {
		unknown(r, n, what, "", words, false)
	}
	return v
}

var (
	routingWords = map[string]network.Routing{"full": network.Full, "floyd": network.Floyd, "dijkstra": network.Dijkstra, "star": network.Star}
	sharingWords = map[string]network.Sharing{"shared": network.Shared, "splitduplex": network.SplitDuplex, "fatpipe": network.Fatpipe}
)

func (b *platformBuilder) zone(s *PlatformStmt, in scope) {
	name, ok := b.ident(s.Zone.Ref, in)
	routing := keyword(b.r, s.Zone.Routing.Name, "routing", routingWords)
	if ok && b.b.Open(name, routing) {
		b.declare(s.Body, in)
		b.b.Close()
	}
}

// quantity reads a number with a unit by a function of package network.
func (r *resolver) amount(n Name, parse func(string) (float64, error)) float64 {
	v, err := parse(n.Text)
	if err != nil {
		r.refuse(n.Span, err, "")
	}
	return v
}

func (b *platformBuilder) host(ref Ref, props []HostProp, in scope) {
	name, ok := b.ident(ref, in)
	out := network.Host{}
	for _, x := range props {
		switch x.Key.Text {
		case "speed":
			out.Speeds = []float64{b.r.amount(x.Value.Name, network.ParseSpeed)}
		case "cores":
			n, err := strconv.Atoi(x.Value.Text)
			if err != nil || n < 1 {
				b.r.fail(x.Value.Span, "cores cannot be "+shorten(x.Value.Text), "write an integer greater than 0")
			}
			out.Cores = n
		default:
			out.Props = append(out.Props, network.Prop{Key: x.Key.Text, Value: x.Value.Text})
		}
	}
	if ok {
		b.b.Host(name, out)
	}
}

func (b *platformBuilder) link(l *LinkDecl, in scope) {
	name, ok := b.ident(l.Ref, in)
	spec := network.LinkSpec{Name: name, Bandwidth: b.r.amount(l.Bandwidth.Name, network.ParseBandwidth)}
	if l.Latency != nil {
		spec.Latency = b.r.amount(l.Latency.Name, network.ParseTime)
	}
	if l.Sharing != nil {
		spec.Sharing = keyword(b.r, l.Sharing.Name, "sharing of links", sharingWords)
	}
	if ok {
		b.b.Link(spec)
	}
}

func (b *platformBuilder) route(d *RouteDecl, in scope) {
	spec := network.RouteSpec{Symmetric: d.Both}
	ok := true
	for _, end := range []struct {
		RouteEnd
		member, gateway *network.Ident
	}{{d.From, &spec.Src, &spec.GwSrc}, {d.To, &spec.Dst, &spec.GwDst}} {
		if end.Member != nil {
			name, known := b.ident(end.Member.Ref, in)
			*end.member, ok = name, ok && known
		}
		if end.Gateway != nil {
			name, known := b.ident(end.Gateway.Ref, in)
			*end.gateway, ok = name, ok && known
		}
	}
	if d.From.Member == nil {
		spec.Src = ident("", d.Span())
	}
	for _, h := range d.Hops {
		name, known := b.ident(h.Link.Ref, in)
		ok = ok && known
		spec.Hops = append(spec.Hops, network.Hop{Link: name, Up: h.Direction == "up", Down: h.Direction == "down"})
	}
	if ok {
		b.b.Route(spec)
	}
}

// flowConstants are the constants of a flow model.
func flowConstants(m *network.Model) map[string]*float64 {
	return map[string]*float64{
		"latency_factor": &m.LatencyFactor, "bandwidth_factor": &m.BandwidthFactor, "gamma": &m.Gamma,
		"weight": &m.Weight, "crosstraffic": &m.Cross,
	}
}

// flow sets a constant of the flow model.
func (b *platformBuilder) flow(f *FlowSetting) {
	target := keyword(b.r, f.Name.Name, "constant of the flow model", flowConstants(b.b.Model()))
	v, err := strconv.ParseFloat(f.Value.Text, 64)
	switch {
	case target == nil:
	case err != nil || v == 0 && f.Name.Text == "bandwidth_factor" || v > 1e30:
		b.r.fail(f.Value.Span, f.Name.Text+" cannot be "+shorten(f.Value.Text), "write a number without a unit, such as 13.01")
	default:
		*target = v
	}
}

// sizes reads the sizes of messages.
func (r *resolver) sizes(s Setting) network.Sizes {
	lo := r.amount(s.Sizes[0].Name, network.ParseSize)
	hi := lo
	if len(s.Sizes) > 1 {
		hi = r.amount(s.Sizes[1].Name, network.ParseSize)
	}
	if hi < lo {
		r.fail(s.Sizes[0].Span, "in the wrong order: "+s.Sizes[0].Text+" is greater than "+s.Sizes[1].Text, "the smaller one comes first")
	}
	return network.Sizes{Lo: lo, Hi: hi}
}

// needOfRoute says what a missing route is needed for, and what to do.
func needOfRoute(kind model.ProfileKind, missing *network.NoRouteError) string {
	const advice = ": add a route, or put the nodes elsewhere"
	switch {
	case missing.Acknowledgements:
		return "add a route, switch cross-traffic off, or put the nodes elsewhere"
	case kind == model.Ideal:
		return "what happens on this side is asked for on the other" + advice
	case kind.Brokers():
		return "nodes and broker send each other messages" + advice
	}
	return "a node on one side asks one on the other, and a question has an answer" + advice
}

// messageSizes are the sizes that the executor of a network has.
func (r *resolver) messageSizes(s *model.Scenario, e Executor) network.Sizes {
	if s.Network.Profile.Kind == model.Ideal {
		return network.Sizes{}
	}
	for _, set := range e.Settings {
		if set.Sizes != nil {
			return r.sizes(set)
		}
	}
	return network.DefaultSizes
}

// settle puts the nodes of a scenario on the hosts of a platform and takes the
// latencies between those that communicate from there. What the network says of
// two nodes itself stays.
func (r *resolver) settle(s *model.Scenario, p *network.Platform, block *Network, e Executor, x *instance) {
	hosts, ok := r.hostsOf(s, p, block, x)
	if ok && s.Network.Profile.Kind.Brokers() {
		var host int
		host, ok = r.brokerHost(p, hosts, e, x)
		hosts = append(hosts, host)
	}
	if !ok || r.errors.HasErrors() {
		return
	}
	at := p.Name
	if block != nil {
		at = block.Name.Text
	}
	given := s.Network.Routes
	if err := network.Settle(s, p, hosts, r.messageSizes(s, e)); err != nil {
		d := diag.Diagnostic{Summary: "platform " + at + ": " + err.Error(), Subject: s.Network.Pos, Cause: err}
		if none, ok := errors.AsType[*network.NoRouteError](err); ok {
			d.Subject, d.Length = none.Pos, utf8.RuneCountInString(none.From)
			d.Detail = needOfRoute(s.Network.Profile.Kind, none)
		}
		r.add(d)
		return
	}
	if r.opts.Platform != "" {
		return // it replaces what the network says
	}
	for pair, d := range given {
		s.Network.Routes[pair] = d
	}
}
