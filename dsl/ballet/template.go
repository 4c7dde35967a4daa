package ballet

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

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

// quoted writes a name that has been checked.
func quoted(text string) string {
	s, _ := name(text)
	return s
}
