package dsl

func (p *parser) network() {
	n := &Network{Name: p.name("a name for the network")}
	p.file.Networks = append(p.file.Networks, n)
	p.broken = &n.broken
	by := p.platformStatements(&n.Platform)
	by["executor"] = func() { n.Executor = append(n.Executor, p.executor()) }
	by["latency"] = func() { n.Latency = append(n.Latency, p.latency()) }
	by["awake"] = func() { n.Awake = append(n.Awake, p.awake()) }
	by["power"] = func() { n.Power = append(n.Power, p.power()) }
	p.block(func() { p.choose("a network", by) })
}

func (p *parser) executor() Executor {
	e := Executor{Kind: p.name("ballet, push, broker, ideal or a name")}
	if p.peek().is("{") {
		p.block(func() { e.Settings = append(e.Settings, p.setting()) })
	}
	return e
}

func (p *parser) setting() Setting {
	s := Setting{Name: p.name("a setting of the executor")}
	switch s.Name.Text {
	case "message":
		s.Sizes = p.sizes()
		return s
	case "facts":
		s.Word = p.name("poll, push or broker")
		return s
	case "setup", "exchanges":
		s.Word = p.amount("a number", "a number is written "+s.Name.Text+" 1")
		return s
	case "host":
		r := p.ref("the host of the broker")
		s.Node = &r
		return s
	}
	if isRule(s.Name.Text) || s.Name.Text != "start" && (p.isWord("on") || p.isWord("off")) {
		s.Word = p.name("on or off")
		return s
	}
	if !p.isDelay() {
		if s.Name.Text != "start" {
			p.expected("a duration", "a setting is written "+s.Name.Text+" 300ms")
		}
		r := p.ref("a node or a duration")
		s.Node = &r
	}
	s.Delay = p.delay()
	return s
}

// sizes reads one size of messages, or the smallest and the greatest.
func (p *parser) sizes() []Name {
	const form = "the size of messages is written message 0B .. 1500B"
	list := []Name{p.amount("a size", form)}
	if p.got("..") {
		list = append(list, p.amount("a size", form))
	}
	return list
}

func (p *parser) latency() Latency {
	begin := p.at - 1
	l := Latency{}
	if !p.isDelay() {
		from := p.ref("a node or a duration")
		if l.Both = p.got("<->"); !l.Both {
			p.want("->", "a latency is written latency 1ms, latency a -> b 1ms, or latency a <-> b 1ms")
		}
		to := p.ref("a node")
		l.From, l.To = &from, &to
	}
	l.Span = p.since(begin)
	l.Delay = p.delay()
	return l
}
