package dsl

import (
	"errors"
	"strconv"

	"adagio/dsl/model"
)

// expr reads an integer expression: sums of products.
func (p *parser) expr() *Expr {
	return p.binary("+-", func() *Expr { return p.binary("*/%", p.unary) })
}

// binary reads operands joined by the given operators, to the left.
func (p *parser) binary(ops string, operand func() *Expr) *Expr {
	from := p.at
	x := operand()
	for n := 0; ; n++ {
		t := p.peek()
		if t.kind != symbol || len(t.text) != 1 || !contains(ops, t.text[0]) {
			return x
		}
		if n > maxTerms {
			p.fail("an expression with too many terms", "")
		}
		p.at++
		y := operand()
		x = &Expr{Op: t.text[0], X: x, Y: y, Span: p.since(from)}
	}
}

// maxTerms bounds the depth of an expression tree that leans to the left.
const maxTerms = 1000

func contains(ops string, op byte) bool {
	for i := range len(ops) {
		if ops[i] == op {
			return true
		}
	}
	return false
}

func (p *parser) unary() *Expr {
	from := p.at
	t := p.peek()
	switch {
	case t.is("-"):
		p.at++
		p.deeper()
		x := p.unary()
		p.depth--
		return &Expr{Op: 'n', X: x, Span: p.since(from)}
	case t.is("("):
		p.at++
		p.deeper()
		x := p.expr()
		p.depth--
		p.want(")", "")
		return x
	case t.kind == number:
		v, err := strconv.ParseInt(t.text, 10, 64)
		if err != nil {
			p.fail("not an integer: "+shorten(t.text), "counts and indices are integers without a unit, at most 9223372036854775807")
		}
		p.at++
		return &Expr{Op: 'i', Value: v, Span: p.span(t)}
	case t.kind == word:
		p.at++
		return &Expr{Op: 'v', Name: t.text, Span: p.span(t)}
	}
	p.expected("an integer, a parameter or a loop variable", "")
	return nil
}

// bounds reads `lo .. hi` or `lo ..< hi`.
func (p *parser) bounds() Bounds {
	from := p.at
	b := Bounds{Lo: p.expr()}
	if b.Open = p.got("..<"); !b.Open {
		p.want("..", "a range is lo .. hi, or lo ..< hi without hi itself")
	}
	b.Hi = p.expr()
	b.Span = p.since(from)
	return b
}

// ref reads a name with indices.
func (p *parser) ref(what string) Ref {
	from := p.at
	r := Ref{Name: p.name(what)}
	for p.got("[") {
		r.Index = append(r.Index, p.expr())
		p.want("]", "")
	}
	r.Span = p.since(from)
	return r
}

// isFor says whether a replication begins here.
func (p *parser) isFor() bool {
	return p.isWord("for") && p.second().kind == word && p.tokens[min(p.at+2, len(p.tokens)-1)].text == "in"
}

// forHead reads `for v in lo .. hi`.
func (p *parser) forHead() *For {
	p.wantWord("for", "")
	v := p.name("a loop variable")
	p.wantWord("in", "")
	return &For{Var: v, Range: p.bounds()}
}

// portRef reads `component.port`.
func (p *parser) portRef() PortRef {
	from := p.at
	c := p.ref("a component")
	p.want(".", "a port is written component.port")
	port := p.name("a port")
	return PortRef{c, port, p.since(from)}
}

// connection reads `a.p -> b.q`; the word before it has been read.
func (p *parser) connection() Connection {
	from := p.at - 1
	c := Connection{From: p.portRef()}
	p.want("->", "a connection is written provider.port -> user.port")
	c.To = p.portRef()
	c.Span = p.since(from)
	return c
}

// families maps the names of distributions to their number of arguments.
var families = map[string]int{
	"uniform": 2, "normal": 2, "lognormal": 2, "exponential": 1, "triangular": 3, "gamma": 2, "empirical": -1,
}

// isDelay says whether a delay begins here, and not a name.
func (p *parser) isDelay() bool {
	t := p.peek()
	return t.kind == number || t.is("-") || t.kind == word && p.second().is("(")
}

// delay reads a constant, an interval or a distribution.
func (p *parser) delay() *Delay {
	from := p.at
	d := &Delay{}
	if p.peek().kind != word {
		lo := p.quantity()
		if p.got("..") {
			d.In = &Interval{lo, p.quantity()}
		} else {
			d.Args = []Quantity{lo}
		}
		d.Span = p.since(from)
		return d
	}
	if !p.second().is("(") {
		p.expected("a duration", "a duration is a number with a unit, 3.3s, or a distribution, normal(3s, 40ms) in 2s .. 4s")
	}
	d.Family = p.name("a distribution")
	if _, ok := families[d.Family.Text]; !ok {
		p.at--
		p.fail("there is no distribution "+shorten(d.Family.Text), suggestion(d.Family.Text, families))
	}
	p.want("(", "")
	if d.Family.Text == "empirical" && p.peek().kind == quoted {
		t := p.next()
		text, err := strconv.Unquote(t.text)
		if err != nil {
			p.at--
			p.fail("a path with an unknown escape", `the only escapes are \" and \\`)
		}
		d.File = &Name{text, p.span(t)}
	} else {
		d.Args = append(d.Args, p.quantity())
		for p.got(",") {
			d.Args = append(d.Args, p.quantity())
		}
	}
	p.want(")", "")
	if p.gotWord("in") {
		lo := p.quantity()
		p.want("..", "a support is lo .. hi")
		d.In = &Interval{lo, p.quantity()}
	}
	d.Span = p.since(from)
	return d
}

// quantity reads a number with its unit.
func (p *parser) quantity() Quantity {
	from := p.at
	q := Quantity{Negative: p.got("-")}
	t := p.peek()
	if t.kind != number {
		p.expected("a duration", "a duration is a number with a unit ("+model.DurationUnits+") or a distribution: 3.3s, 1s .. 2s, normal(3s, 40ms) in 2s .. 4s")
	}
	p.at++
	q.Text = t.text
	q.Span = p.since(from)
	if _, err := model.ParseDuration(q.Text); errors.Is(err, model.ErrUnit) && p.peek().kind == word {
		p.fail("a duration needs a unit: "+shorten(q.Text), "the units are "+model.DurationUnits)
	}
	return q
}
