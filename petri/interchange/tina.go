package interchange

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri/tpn"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The textual format of TINA: declarations of transitions, places, priorities, labels and
// notes. Names are words or stand in braces.
type (
	tinaFile struct {
		Items []*tinaItem `parser:"@@*"`
	}
	tinaItem struct {
		Pos        lexer.Position
		Net        *tinaName       `parser:"  'net' @@"`
		Transition *tinaTransition `parser:"| 'tr' @@"`
		Place      *tinaPlace      `parser:"| 'pl' @@"`
		Priority   *tinaPriority   `parser:"| 'pr' @@"`
		Label      []*tinaName     `parser:"| 'lb' @@ @@"`
		Note       *tinaNote       `parser:"| 'nt' @@"`
	}
	tinaName struct {
		Pos  lexer.Position
		Word string `parser:"  (?! 'net' | 'tr' | 'pl' | 'pr' | 'lb' | 'nt') @Word"`
		Text string `parser:"| @Quoted"`
	}
	tinaTransition struct {
		Name     *tinaName     `parser:"@@"`
		Label    *tinaName     `parser:"(':' @@)?"`
		Interval *tinaInterval `parser:"@@?"`
		In       []*tinaArc    `parser:"(@@*"`
		Out      []*tinaArc    `parser:"'->' @@*)?"`
	}
	tinaInterval struct {
		Pos   lexer.Position
		Left  string `parser:"@('[' | ']')"`
		Lo    string `parser:"@Word ','"`
		Hi    string `parser:"@Word"`
		Right string `parser:"@('[' | ']')"`
	}
	tinaPlace struct {
		Name    *tinaName  `parser:"@@"`
		Label   *tinaName  `parser:"(':' @@)?"`
		Marking string     `parser:"('(' @Word ')')?"`
		In      []*tinaArc `parser:"(@@*"`
		Out     []*tinaArc `parser:"'->' @@*)?"`
	}
	tinaArc struct {
		Name   *tinaName `parser:"@@"`
		Kind   string    `parser:"(@('*' | '?' | '!')"`
		Minus  string    `parser:" @'-'?"`
		Weight string    `parser:" @Word)?"`
	}
	tinaPriority struct {
		Left  []*tinaName `parser:"@@+"`
		Sign  string      `parser:"@('>' | '<')"`
		Right []*tinaName `parser:"@@+"`
	}
	tinaNote struct {
		Name *tinaName `parser:"@@"`
		Rest []string  `parser:"@Word?  @Quoted?"`
	}
)

// tinaParser is made when it is first needed.
var tinaParser = sync.OnceValue(func() *participle.Parser[tinaFile] {
	return participle.MustBuild[tinaFile](
		participle.Lexer(lexer.MustSimple([]lexer.SimpleRule{
			{Name: "Comment", Pattern: `#[^\n]*`},
			{Name: "Space", Pattern: `\s+`},
			{Name: "Quoted", Pattern: `\{(\\.|[^\\{}])*\}`},
			{Name: "Arrow", Pattern: `->`},
			{Name: "Word", Pattern: `[\pL\pN_']+`},
			{Name: "Sign", Pattern: `[][,:()*?!<>-]`},
		})),
		participle.Elide("Comment", "Space"),
		participle.UseLookahead(2),
	)
})

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_']+$`)

// tinaKeywords begin declarations.
var tinaKeywords = []string{"net", "tr", "pl", "pr", "lb", "nt"}

// tinaQuote writes a name as a word or in braces.
func tinaQuote(name string) string {
	if plainWord.MatchString(name) && !slices.Contains(tinaKeywords, name) {
		return name
	}
	return "{" + strings.NewReplacer(`\`, `\\`, `{`, `\{`, `}`, `\}`).Replace(name) + "}"
}

func (n *tinaName) text() string {
	if n.Text == "" {
		return n.Word
	}
	var b strings.Builder
	escaped := false
	for _, c := range n.Text[1 : len(n.Text)-1] {
		if c == '\\' && !escaped {
			escaped = true
			continue
		}
		escaped = false
		b.WriteRune(c)
	}
	return b.String()
}

// unitPrefix begins the comment that tells the unit of time.
const unitPrefix = "# unit "

var unitComment = regexp.MustCompile(`(?m)^` + unitPrefix + `(\S+)\r?$`)

// writeTina writes the textual format of TINA.
func writeTina(w io.Writer, n *tpn.Net) (losses []string, err error) {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s%s\nnet %s\n", unitPrefix, model.FormatDuration(n.Unit), tinaQuote(n.Name))
	for _, p := range n.Places {
		fmt.Fprintf(b, "pl %s", tinaQuote(p.Name))
		if p.Marked {
			b.WriteString(" (1)")
		}
		b.WriteByte('\n')
	}
	for _, t := range n.Transitions {
		fmt.Fprintf(b, "tr %s [%d,", tinaQuote(t.Name), t.Lo/n.Unit)
		if t.Hi == model.Never {
			b.WriteString("w[")
		} else {
			fmt.Fprintf(b, "%d]", t.Hi/n.Unit)
		}
		for _, p := range t.In {
			b.WriteString(" " + tinaQuote(n.Places[p].Name))
		}
		for _, p := range t.Read {
			b.WriteString(" " + tinaQuote(n.Places[p].Name) + "?1")
		}
		b.WriteString(" ->")
		for _, p := range t.Out {
			b.WriteString(" " + tinaQuote(n.Places[p].Name))
		}
		b.WriteByte('\n')
	}
	groups := ranks(n)
	for i := 1; i < len(groups); i++ {
		b.WriteString("pr")
		for k, group := range groups[i-1 : i+1] {
			if k == 1 {
				b.WriteString(" >")
			}
			for _, t := range group {
				b.WriteString(" " + tinaQuote(n.Transitions[t].Name))
			}
		}
		b.WriteByte('\n')
	}
	return nil, b.Flush()
}

// readTina reads the textual format of TINA.
func (r *reader) readTina(text string) {
	if m := unitComment.FindStringSubmatch(text); m != nil {
		unit, err := model.ParseDuration(m[1])
		if err != nil || unit <= 0 {
			r.fail(model.Pos{File: r.file, Line: 1, Column: 1}, 0, fmt.Sprintf("%s is not a unit of time", m[1]), "")
			return
		}
		r.net.Unit = unit
	}
	file, err := tinaParser().ParseString(r.file, text)
	if err != nil {
		at, summary := model.Pos{File: r.file}, err.Error()
		if e, ok := errors.AsType[participle.Error](err); ok {
			at, summary = position(e.Position()), e.Message()
		}
		r.list = append(r.list, diag.Diagnostic{Summary: summary, Detail: "a declaration begins with " + strings.Join(tinaKeywords, ", "), Subject: at, Cause: err})
		return
	}
	t := &tinaReader{reader: r, places: map[string]int{}, transitions: map[string]int{}}
	for _, item := range file.Items {
		switch {
		case item.Net != nil:
			r.net.Name = item.Net.text()
		case item.Place != nil:
			t.place(item.Place)
		case item.Transition != nil:
			t.transition(item.Transition)
		case item.Priority != nil:
			t.priorities = append(t.priorities, item.Priority)
		}
	}
	t.rank()
}

func position(p lexer.Position) model.Pos {
	return model.Pos{File: p.Filename, Line: p.Line, Column: p.Column}
}

// tinaReader knows the names of a file.
type tinaReader struct {
	*reader
	places, transitions map[string]int
	priorities          []*tinaPriority
}

func (t *tinaReader) placeOf(name *tinaName) int {
	text := name.text()
	if i, ok := t.places[text]; ok {
		return i
	}
	t.places[text] = len(t.net.Places)
	t.net.Places = append(t.net.Places, tpn.Place{Name: text})
	return t.places[text]
}

func (t *tinaReader) transitionOf(name *tinaName) int {
	text := name.text()
	if i, ok := t.transitions[text]; ok {
		return i
	}
	t.transitions[text] = len(t.net.Transitions)
	t.net.Transitions = append(t.net.Transitions, tpn.Transition{Name: text, Hi: model.Never})
	return t.transitions[text]
}

func (t *tinaReader) place(d *tinaPlace) {
	p := t.placeOf(d.Name)
	switch d.Marking {
	case "", "0":
	case "1":
		t.net.Places[p].Marked = true
	default:
		if _, err := strconv.ParseUint(strings.TrimRight(d.Marking, "KM"), 10, 64); err != nil {
			t.fail(position(d.Name.Pos), 0, fmt.Sprintf("%s is not a number of tokens", d.Marking), "")
			return
		}
		t.fail(position(d.Name.Pos), 0, fmt.Sprintf("place %s has %s tokens: the net is not 1-safe", tinaQuote(t.net.Places[p].Name), d.Marking), oneSafe)
	}
	for _, a := range d.In {
		t.arc(a, t.transitionOf(a.Name), p, false)
	}
	for _, a := range d.Out {
		t.arc(a, t.transitionOf(a.Name), p, true)
	}
}

const oneSafe = "a place of a 1-safe net holds at most one token"

func (t *tinaReader) transition(d *tinaTransition) {
	tr := t.transitionOf(d.Name)
	if d.Interval != nil {
		t.interval(d.Interval, tr)
	}
	for _, a := range d.In {
		t.arc(a, tr, t.placeOf(a.Name), true)
	}
	for _, a := range d.Out {
		t.arc(a, tr, t.placeOf(a.Name), false)
	}
}

// arc adds an arc, from the place if in.
func (t *tinaReader) arc(a *tinaArc, tr, p int, in bool) {
	x := &t.net.Transitions[tr]
	at, name := position(a.Name.Pos), tinaQuote(t.net.Places[p].Name)
	switch {
	case a.Kind == "!" || a.Minus != "":
		t.fail(at, 0, fmt.Sprintf("the arc with %s is an inhibitor or a stopwatch arc", name), "only normal and read arcs are analysed")
		return
	case a.Kind != "" && a.Weight != "1":
		t.fail(at, 0, fmt.Sprintf("the arc with %s has the weight %s: the net is not 1-safe", name, a.Weight), oneSafe)
		return
	case a.Kind == "?" && !in:
		t.fail(at, 0, fmt.Sprintf("the read arc with %s goes out of the transition", name), "")
		return
	}
	list := &x.Out
	if in {
		list = &x.In
	}
	if a.Kind == "?" {
		list = &x.Read
	}
	if slices.Contains(*list, p) || in && (slices.Contains(x.In, p) || slices.Contains(x.Read, p)) {
		t.fail(at, 0, fmt.Sprintf("a second arc with %s: the net is not 1-safe", name), oneSafe)
		return
	}
	*list = append(*list, p)
}

func (t *tinaReader) interval(d *tinaInterval, tr int) {
	x, at := &t.net.Transitions[tr], position(d.Pos)
	var ok bool
	if x.Lo, ok = scaled(d.Lo, t.net.Unit); !ok {
		t.fail(at, 0, fmt.Sprintf("%s is not the beginning of an interval", d.Lo), "write a number")
		return
	}
	if x.Hi = model.Never; d.Hi != "w" {
		if x.Hi, ok = scaled(d.Hi, t.net.Unit); !ok {
			t.fail(at, 0, fmt.Sprintf("%s is not the end of an interval", d.Hi), "write a number, or w for none")
			return
		}
	}
	if d.Left == "]" || d.Right == "[" && d.Hi != "w" {
		t.warn(at, "the interval is open, and taken as closed", openInterval)
	}
	if x.Lo > x.Hi {
		t.fail(at, 0, "the interval is empty", "")
	}
}

const openInterval = "bounds are limits: they stay the same, but an open end is not reached"

// scaled is a number of units, if it is a number and its date can be represented.
func scaled(text string, unit time.Duration) (time.Duration, bool) {
	x, ok := new(big.Rat).SetString(text)
	if !ok || x.Sign() < 0 || strings.ContainsAny(text, "/_xXoObBeEpP") {
		return 0, false
	}
	x.Mul(x, new(big.Rat).SetInt64(int64(unit)))
	if !x.IsInt() || !x.Num().IsInt64() || x.Num().Int64() > int64(model.Never)/1000 {
		return 0, false
	}
	return time.Duration(x.Num().Int64()), true
}

// rank turns priorities into ranks, if they order all transitions by ranks.
func (t *tinaReader) rank() {
	if len(t.priorities) == 0 {
		return
	}
	above := make([][]int, len(t.net.Transitions)) // by transition: what must have a lower rank
	sets := make([][2][]int, len(t.priorities))
	for i, d := range t.priorities {
		high, low := d.Left, d.Right
		if d.Sign == "<" {
			high, low = low, high
		}
		for k, list := range [2][]*tinaName{high, low} {
			for _, name := range list {
				tr, ok := t.transitions[name.text()]
				if !ok {
					t.fail(position(name.Pos), 0, fmt.Sprintf("there is no transition %s", tinaQuote(name.text())), "")
					return
				}
				sets[i][k] = append(sets[i][k], tr)
			}
		}
		for _, tr := range sets[i][1] {
			above[tr] = append(above[tr], i)
		}
	}
	depth := make([]int, len(t.net.Transitions)) // 0 unknown, -1 open, otherwise rank + 1
	circle := false
	ofSet := make([]int, len(sets)) // likewise: the greatest of its high transitions
	var of func(tr int) int
	of = func(tr int) int {
		if depth[tr] != 0 {
			circle = circle || depth[tr] < 0
			return max(depth[tr], 1)
		}
		depth[tr] = -1
		d := 1
		for _, set := range above[tr] {
			if ofSet[set] == 0 {
				for _, high := range sets[set][0] {
					ofSet[set] = max(ofSet[set], of(high)+1)
				}
			}
			d = max(d, ofSet[set])
		}
		depth[tr] = d
		return d
	}
	for tr := range t.net.Transitions {
		t.net.Transitions[tr].Rank = of(tr) - 1
	}
	at := position(t.priorities[0].Left[0].Pos)
	if circle {
		t.fail(at, 0, "the priorities form a circle", "")
		return
	}
	if !ranked(ranks(t.net), sets) {
		for tr := range t.net.Transitions {
			t.net.Transitions[tr].Rank = 0
		}
		t.warn(at, "the priorities do not order all transitions, and are left out", "bounds hold whatever goes first; what is written again has no priorities")
	}
}

// ranked says whether some declaration orders each rank before the next as a whole.
func ranked(groups [][]int, sets [][2][]int) bool {
	contains := func(set, group []int) bool {
		in := map[int]bool{}
		for _, t := range set {
			in[t] = true
		}
		return !slices.ContainsFunc(group, func(t int) bool { return !in[t] })
	}
	for i := 1; i < len(groups); i++ {
		if !slices.ContainsFunc(sets, func(s [2][]int) bool { return contains(s[0], groups[i-1]) && contains(s[1], groups[i]) }) {
			return false
		}
	}
	return true
}
