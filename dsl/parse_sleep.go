package dsl

// awake reads when a node is awake; the word awake has been read.
func (p *parser) awake() Awake {
	const form = "write awake NODE 60s every 3600s offset 120s, or awake NODE 0s .. 60s, 1h .. 2h"
	begin := p.at - 1
	a := Awake{Node: p.ref("a node")}
	first := p.quantity()
	if p.gotWord("every") {
		every := p.quantity()
		a.Length, a.Every = &first, &every
		if p.gotWord("offset") {
			offset := p.quantity()
			a.Offset = &offset
		}
		a.Span = p.since(begin)
		return a
	}
	p.want("..", form)
	a.Windows = append(a.Windows, Interval{first, p.quantity()})
	for p.got(",") {
		from := p.quantity()
		p.want("..", form)
		a.Windows = append(a.Windows, Interval{from, p.quantity()})
	}
	a.Span = p.since(begin)
	return a
}

// power reads what a node draws; the word power has been read.
func (p *parser) power() PowerDecl {
	const form = "write power NODE awake 2W computing 3W .. 5W sleeping 10mW sending 1W"
	begin := p.at - 1
	d := PowerDecl{Node: p.ref("a node")}
	for len(d.Parts) == 0 || p.peek().kind == word {
		part := PowerPart{State: p.name("awake, computing, sleeping or sending")}
		part.Values = append(part.Values, p.amount("a power", form))
		if p.got("..") {
			part.Values = append(part.Values, p.amount("a power", form))
		}
		d.Parts = append(d.Parts, part)
	}
	d.Span = p.since(begin)
	return d
}
