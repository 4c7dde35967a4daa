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
			return nil, fmt.Errorf("%q is no expression that is known here: integers, names, + - * %% and parentheses", strings.TrimSpace(text))
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

// template is a name with ${{ … }} in it. Ballet puts the values between the
// letters; the language puts them behind, as indices.
type template struct {
	parts []string // letters, before each index and after the last
	index []*expr
}

func parseTemplate(text string) (template, error) {
	var t template
	for {
		before, rest, found := strings.Cut(text, "${{")
		t.parts = append(t.parts, before)
		if !found {
			break
		}
		inside, after, closed := strings.Cut(rest, "}}")
		if !closed {
			return t, fmt.Errorf("${{ is not closed in %q", text)
		}
		e, err := parseExpr(inside)
		if err != nil {
			return t, err
		}
		t.index = append(t.index, e)
		text = after
	}
	_, err := name(strings.Join(t.parts, ""))
	return t, err
}

// flat is the name as Ballet has it: mdbworker3.
func (t template) flat(in env) (string, error) {
	var b strings.Builder
	for i, part := range t.parts {
		b.WriteString(part)
		if i < len(t.index) {
			n, err := t.index[i].eval(in)
			if err != nil {
				return "", err
			}
			if n < 0 {
				return "", fmt.Errorf("%s is negative here: %d", t.index[i], n)
			}
			b.WriteString(strconv.Itoa(n))
		}
	}
	return b.String(), nil
}

// indexed is the name in the language with the indices evaluated: mdbworker[3].
// The indices can be evaluated: flat has been asked first.
func (t template) indexed(in env) string {
	text := t.base()
	for _, e := range t.index {
		n, _ := e.eval(in)
		text += "[" + strconv.Itoa(n) + "]"
	}
	return text
}

// String is the name in the language: mdbworker[site].
func (t template) String() string {
	text := t.base()
	for _, e := range t.index {
		text += "[" + e.String() + "]"
	}
	return text
}

func (t template) base() string {
	text, _ := name(strings.Join(t.parts, ""))
	return text
}

// plain is the template of a name without indices.
func plain(text string) template { return template{parts: []string{text}} }

// loop is the head of a replication: for variable in from ..< to.
type loop struct {
	variable string
	from, to *expr
}

var eachHead = regexp.MustCompile(`^\s*\$\{\{\s*each\s+([A-Za-z_]\w*)\s+in\s+range\s*\(([^,]*)(?:,([^,]*))?\)\s*\}\}\s*$`)

// parseEach reads `${{ each x in range(a,b) }}`. It returns nil for a key that is
// no replication.
func parseEach(key string) (*loop, error) {
	inside, found := strings.CutPrefix(strings.TrimSpace(key), "${{")
	if !found || !strings.HasPrefix(strings.TrimSpace(inside)+" ", "each ") {
		return nil, nil
	}
	m := eachHead.FindStringSubmatch(key)
	if m == nil {
		return nil, fmt.Errorf("a replication is written ${{ each x in range(from, to) }}")
	}
	from, to := m[2], m[3]
	if to == "" {
		from, to = "0", m[2]
	}
	l := &loop{variable: m[1]}
	var err error
	if l.from, err = parseExpr(from); err == nil {
		l.to, err = parseExpr(to)
	}
	return l, err
}

func (l *loop) String() string {
	to := l.to.String()
	return fmt.Sprintf("for %s in %s ..< %s", l.variable, l.from, to)
}

var (
	plainName = regexp.MustCompile(`^[A-Za-z_]\w*$`)
	// mistakable are words that mean something where a name may stand.
	mistakable = map[string]bool{"all": true, "holding": true, "for": true, "dock": true, "by": true}
)

// name writes a name in the language, in quotes where it needs them.
func name(text string) (string, error) {
	switch {
	case plainName.MatchString(text) && !mistakable[text]:
		return text, nil
	case strings.TrimSpace(text) == "":
		return `""`, errors.New("a name must not be empty")
	case len(text) > 1000:
		return `""`, errors.New("a name is too long")
	}
	for _, r := range text {
		if r < ' ' || r == 0x7f || r == 0xfffd || strings.ContainsRune("[]", r) {
			return `""`, fmt.Errorf("a name must not contain %q", r)
		}
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`, nil
}
