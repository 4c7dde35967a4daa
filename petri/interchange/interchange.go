// Package interchange writes timed nets in the formats of other tools, and reads them.
//
//	losses, err := interchange.Write(os.Stdout, interchange.Of(net), "tina")
//	net, problems := interchange.Read("model.net", text, time.Second)
//
// What a format cannot express is never dropped in silence: Write returns it in words.
// README.md has the table of what each format keeps.
package interchange

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/tpn"
)

// format is one way to write a net.
type format struct {
	name  string
	write func(w io.Writer, n *tpn.Net) (losses []string, err error)
}

var formats = []format{
	{"pnml", writeStandard},
	{"tina", writeTina},
	{"tina-pnml", writeTinaPNML},
	{"tapaal", writeTapaal},
	{"romeo", writeRomeo},
}

// Formats lists the names of the formats that Write knows.
func Formats() (names []string) {
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// Of is the net without its scenario: the places, transitions, arcs, delays and the
// classes as ranks.
func Of(net *petri.Net) *tpn.Net {
	n := &tpn.Net{Name: net.Scenario.Name}
	for p := range net.Places {
		n.Places = append(n.Places, tpn.Place{Name: net.PlaceName(petri.PlaceID(p)), Marked: net.Places[p].Marked})
	}
	ids := func(list []petri.PlaceID) (out []int) {
		for _, p := range list {
			out = append(out, int(p))
		}
		return out
	}
	var classes []petri.Class
	for _, t := range net.Transitions {
		classes = append(classes, t.Class)
	}
	slices.Sort(classes)
	classes = slices.Compact(classes)
	for i := range net.Transitions {
		t := &net.Transitions[i]
		rank, _ := slices.BinarySearch(classes, t.Class)
		n.Transitions = append(n.Transitions, tpn.Transition{
			Name: net.TransitionName(petri.TransitionID(i)), In: ids(t.In()), Read: ids(t.Read()), Out: ids(t.Out()), Lo: t.Delay.Lo, Hi: t.Delay.Hi, Rank: rank,
		})
	}
	n.Unit = n.CommonUnit()
	return n
}

// together is what every format loses of the classes of a net.
const together = "transitions of one class that are enabled at one date fire together in Adagio; other tools fire them one after another"

// Write writes a net in a format and says in words what the format cannot express. It
// fails if the net is not valid, if a name cannot be written, or if w does.
func Write(w io.Writer, n *tpn.Net, name string) (losses []string, err error) {
	i := slices.IndexFunc(formats, func(f format) bool { return f.name == name })
	if i < 0 {
		return nil, fmt.Errorf("there is no format %q; known are %s", name, strings.Join(Formats(), ", "))
	}
	if err := n.Validate(); err != nil {
		return nil, err
	}
	for _, name := range names(n) {
		if !writable(name) {
			return nil, fmt.Errorf("the name %q has a character that no file of this format can have", name)
		}
	}
	if losses, err = formats[i].write(w, n); err != nil {
		return nil, err
	}
	if len(ranks(n)) > 1 {
		losses = append(losses, together)
	}
	return losses, nil
}

// names lists all names of a net.
func names(n *tpn.Net) []string {
	out := []string{n.Name}
	for _, p := range n.Places {
		out = append(out, p.Name)
	}
	for _, t := range n.Transitions {
		out = append(out, t.Name)
	}
	return out
}

// writable says whether a name survives in XML and in one line.
func writable(name string) bool {
	return utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsControl(r) || r == '\uFFFE' || r == '\uFFFF' || r == utf8.RuneError
	})
}

// ranks lists, for each rank, its transitions.
func ranks(n *tpn.Net) [][]int {
	byRank := map[int][]int{}
	var order []int
	for t, tr := range n.Transitions {
		if byRank[tr.Rank] == nil {
			order = append(order, tr.Rank)
		}
		byRank[tr.Rank] = append(byRank[tr.Rank], t)
	}
	slices.Sort(order)
	var out [][]int
	for _, r := range order {
		out = append(out, byRank[r])
	}
	return out
}

// Known says whether a file is a net by its name.
func Known(name string) bool {
	return slices.Contains([]string{".pnml", ".net"}, strings.ToLower(path.Ext(name)))
}

// Read reads a net in PNML, with the delays of TINA or of Adagio, or in TINA's textual
// format: PNML if it begins with "<". The unit is that of the numbers where the file does
// not tell. The net is nil if there are errors; warnings say what is not kept.
func Read(name string, text []byte, unit time.Duration) (*tpn.Net, diag.List) {
	if len(text) > dsl.MaxSource {
		return nil, diag.List{{Summary: fmt.Sprintf("the file is larger than %d MiB", dsl.MaxSource>>20), Subject: model.Pos{File: name}}}
	}
	if i := invalidUTF8(text); i >= 0 {
		return nil, diag.List{{Summary: "the file is not UTF-8", Subject: model.Pos{File: name, Line: 1 + strings.Count(string(text[:i]), "\n"), Column: 1}}}
	}
	r := &reader{file: name, net: &tpn.Net{Unit: unit}}
	if strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(string(text), "\uFEFF"), " \t\r\n"), "<") {
		r.readPNML(text)
	} else {
		r.readTina(string(text))
	}
	if !r.list.HasErrors() {
		r.normalise()
		if err := r.net.Validate(); err != nil {
			r.list = append(r.list, diag.Diagnostic{Summary: strings.ReplaceAll(err.Error(), "\n", "; "), Subject: model.Pos{File: name}, Cause: err})
		}
	}
	r.list.Sort()
	if r.list.HasErrors() {
		return nil, r.list
	}
	return r.net, r.list
}

func invalidUTF8(text []byte) int {
	for i := 0; i < len(text); {
		c, n := utf8.DecodeRune(text[i:])
		if c == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// reader builds a net and collects what is wrong.
type reader struct {
	file string
	net  *tpn.Net
	list diag.List
}

func (r *reader) fail(at model.Pos, length int, summary, detail string) {
	r.list = append(r.list, diag.Diagnostic{Summary: summary, Detail: detail, Subject: at, Length: length})
}

func (r *reader) warn(at model.Pos, summary, detail string) {
	r.list = append(r.list, diag.Diagnostic{Severity: diag.Warning, Summary: summary, Detail: detail, Subject: at})
}

// normalise numbers the ranks from 0, and makes the unit one that divides all delays.
func (r *reader) normalise() {
	for i, group := range ranks(r.net) {
		for _, t := range group {
			r.net.Transitions[t].Rank = i
		}
	}
	for _, t := range r.net.Transitions {
		for _, d := range [2]time.Duration{t.Lo, t.Hi} {
			if d != model.Never && d%r.net.Unit != 0 {
				r.net.Unit = r.net.CommonUnit()
				return
			}
		}
	}
}
