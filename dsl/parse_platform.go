package dsl

import (
	"strconv"
	"unicode"
)

// platformStatements are the words that begin a statement about a platform, each
// with what reads the rest of it.
func (p *parser) platformStatements(body *[]PlatformStmt) map[string]func() {
	add := func(read func(*PlatformStmt)) func() {
		return func() {
			begin := p.at - 1
			s := PlatformStmt{}
			read(&s)
			s.Span = p.since(begin)
			*body = append(*body, s)
		}
	}
	return map[string]func(){
		"import": add(func(s *PlatformStmt) { s.Import = p.path() }),
		"host":   add(func(s *PlatformStmt) { s.Hosts = p.hosts() }),
		"router": add(func(s *PlatformStmt) { s.Router = p.refs("a name for the router") }),
		"link":   add(func(s *PlatformStmt) { s.Link = p.linkDecl() }),
		"route":  add(func(s *PlatformStmt) { s.Route = p.routeDecl() }),
		"node": add(func(s *PlatformStmt) {
			s.Node = &NodeOn{Node: p.ref("a node")}
			p.wantWord("on", "a node is put on a host so: node worker[s] on host[s]")
			s.Node.Host = p.ref("a host")
		}),
		"flow": add(func(s *PlatformStmt) {
			s.Flow = &FlowSetting{Name: p.name("a constant of the flow model")}
			s.Flow.Value = p.amount("a number", "a constant is written flow latency_factor 13.01")
		}),
		"zone": add(func(s *PlatformStmt) {
			s.Zone = &ZoneDecl{Ref: p.ref("a name for the zone")}
			s.Zone.Routing = p.name("full, floyd, dijkstra or star")
			s.Body = p.platformBody("a zone")
		}),
		"for": add(func(s *PlatformStmt) {
			p.at--
			s.For = p.forHead()
			s.Body = p.platformBody("a platform")
		}),
	}
}

func (p *parser) platformBody(where string) []PlatformStmt {
	var body []PlatformStmt
	by := p.platformStatements(&body)
	p.block(func() { p.choose(where, by) })
	return body
}

// path reads the path of a file in quotes.
func (p *parser) path() *Name {
	t := p.peek()
	if t.kind != quoted {
		p.expected("the path of a file in quotes", `a platform is imported so: import "platform.xml"`)
	}
	text, err := strconv.Unquote(t.text)
	if err != nil || text == "" {
		p.fail("a path with an unknown escape, or an empty one", `the only escapes are \" and \\`)
	}
	p.at++
	return &Name{text, p.span(t)}
}

func (p *parser) refs(what string) []Ref {
	list := []Ref{p.ref(what)}
	for p.got(",") {
		list = append(list, p.ref(what))
	}
	return list
}

// amount reads a number with or without a unit, for the resolver to understand.
func (p *parser) amount(what, detail string) Name {
	if p.peek().is("-") {
		p.fail(what+" cannot be negative", detail)
	}
	t := p.peek()
	if t.kind != number {
		p.expected(what, detail)
	}
	p.at++
	if next := p.peek(); next.kind == word && unicode.IsDigit(rune(t.text[len(t.text)-1])) && isUnit(next.text) {
		p.fail("a space between a number and its unit", "write "+shorten(t.text+next.text))
	}
	return Name{t.text, p.span(t)}
}

// isUnit says whether a word is a unit that somebody may have set apart.
func isUnit(text string) bool {
	return len(text) > 1 && (text[len(text)-1] == 's' || text[len(text)-1] == 'B')
}

func (p *parser) hosts() []HostDecl {
	var list []HostDecl
	for _, r := range p.refs("a name for the host") {
		list = append(list, HostDecl{Ref: r})
	}
	if !p.peek().is("{") {
		return list
	}
	var props []HostProp
	p.block(func() {
		x := HostProp{Key: p.name("a property of the host")}
		if t := p.peek(); t.kind == number {
			p.at++
			x.Value = Name{t.text, p.span(t)}
		} else {
			x.Value = p.name("a value")
		}
		props = append(props, x)
	})
	for i := range list {
		list[i].Props = props
	}
	return list
}

func (p *parser) linkDecl() *LinkDecl {
	const form = "a link is written link wan 100Mbps 10ms, or link wan 100Mbps 10ms splitduplex"
	l := &LinkDecl{Ref: p.ref("a name for the link")}
	l.Bandwidth = p.amount("a bandwidth", form)
	if p.peek().kind == number || p.peek().is("-") {
		l.Latency = p.amount("a latency", form)
	}
	if p.peek().kind == word {
		l.Sharing = p.name("shared, splitduplex or fatpipe")
	}
	return l
}

func (p *parser) routeDecl() *RouteDecl {
	const form = "a route is written route a -> b over link, link, or route zone at gateway <-> b over link up"
	begin := p.at
	r := &RouteDecl{}
	r.From, r.GwFrom = p.routeEnd()
	if r.Both = p.got("<->"); !r.Both {
		p.want("->", form)
	}
	r.To, r.GwTo = p.routeEnd()
	r.Span = p.since(begin)
	p.wantWord("over", form)
	r.Hops = append(r.Hops, p.hop())
	for p.got(",") {
		r.Hops = append(r.Hops, p.hop())
	}
	return r
}

// routeEnd reads `all`, a member, or `member at gateway`.
func (p *parser) routeEnd() (end, gateway *Ref) {
	if p.isWord("all") && !p.second().is("[") {
		p.at++
		return nil, nil
	}
	r := p.ref("a host, router or zone, or all")
	if p.gotWord("at") {
		g := p.ref("a gateway")
		gateway = &g
	}
	return &r, gateway
}

func (p *parser) hop() HopDecl {
	h := HopDecl{Link: p.ref("a link")}
	if p.isWord("up") || p.isWord("down") {
		h.Direction = p.next().text
	}
	return h
}
