package ballet

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// maxValue bounds every integer of a template.
const maxValue = 1_000_000_000

// expr is an integer expression over parameters and loop variables.
type expr struct {
	op   byte // + - * %, 'n' for an integer, 'v' for a variable
	n    int
	name string
	l, r *expr
}

// env gives the variables their values.
type env map[string]int

func (e *expr) eval(in env) (int, error) {
	switch e.op {
	case 'n':
		return e.n, nil
	case 'v':
		if n, ok := in[e.name]; ok {
			return n, nil
		}
		return 0, fmt.Errorf("there is no parameter or loop variable %s", e.name)
	}
	l, err := e.l.eval(in)
	if err != nil {
		return 0, err
	}
	r, err := e.r.eval(in)
	if err != nil {
		return 0, err
	}
	switch e.op {
	case '+':
		l += r
	case '-':
		l -= r
	case '*':
		l *= r
	case '%':
		if l < 0 || r <= 0 {
			return 0, fmt.Errorf("%d %% %d is not defined here", l, r)
		}
		l %= r
	}
	if l > maxValue || l < -maxValue {
		return 0, fmt.Errorf("%s is too large", e)
	}
	return l, nil
}

// String is the expression in the language, with the parentheses that it needs.
func (e *expr) String() string {
	switch e.op {
	case 'n':
		return strconv.Itoa(e.n)
	case 'v':
		return e.name
	}
	return e.l.operand() + " " + string(e.op) + " " + e.r.operand()
}

func (e *expr) operand() string {
	if e.op == 'n' || e.op == 'v' {
		return e.String()
	}
	return "(" + e.String() + ")"
}

var exprToken = regexp.MustCompile(`^\s*([A-Za-z_]\w*|\d+|[-+*%()])`)

// parseExpr reads an integer expression.
func parseExpr(text string) (*expr, error) {
	var tokens []string
	for rest := text; strings.TrimSpace(rest) != ""; {
		m := exprToken.FindStringSubmatch(rest)
		if m == nil || len(tokens) > maxDepth {
			return nil, fmt.Errorf("%q is not an expression that is known here: integers, names, + - * %% and parentheses", strings.TrimSpace(text))
		}
		tokens = append(tokens, m[1])
		rest = rest[len(m[0]):]
	}
	p := &exprParser{tokens}
	e, err := p.sum()
	if err == nil && len(p.rest) > 0 {
		err = fmt.Errorf("%q is not expected in an expression", p.rest[0])
	}
	return e, err
}

// exprParser is a recursive-descent parser over at most maxDepth tokens.
type exprParser struct{ rest []string }

func (p *exprParser) accept(any string) string {
	if len(p.rest) == 0 || !strings.Contains(any, p.rest[0]) {
		return ""
	}
	t := p.rest[0]
	p.rest = p.rest[1:]
	return t
}

func (p *exprParser) sum() (*expr, error)     { return p.binary("+-", p.product) }
func (p *exprParser) product() (*expr, error) { return p.binary("*%", p.atom) }

func (p *exprParser) binary(ops string, operand func() (*expr, error)) (*expr, error) {
	l, err := operand()
	for err == nil {
		op := p.accept(ops)
		if op == "" {
			break
		}
		var r *expr
		r, err = operand()
		l = &expr{op: op[0], l: l, r: r}
	}
	return l, err
}

func (p *exprParser) atom() (*expr, error) {
	if len(p.rest) == 0 {
		return nil, errors.New("an expression ends too early")
	}
	if p.accept("(") != "" {
		e, err := p.sum()
		if err == nil && p.accept(")") == "" {
			err = errors.New("a parenthesis is not closed")
		}
		return e, err
	}
	t := p.rest[0]
	p.rest = p.rest[1:]
	switch {
	case t[0] >= '0' && t[0] <= '9':
		n, err := strconv.Atoi(t)
		if err != nil || n > maxValue {
			return nil, fmt.Errorf("%s is too large", t)
		}
		return &expr{op: 'n', n: n}, nil
	case strings.Contains("-+*%()", t):
		return nil, fmt.Errorf("%q is not expected in an expression", t)
	}
	return &expr{op: 'v', name: t}, nil
}
