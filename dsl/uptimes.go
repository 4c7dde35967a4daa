package dsl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// uptimesFile reads the file of uptimes that the options name: for each node a list
// of pairs [start, duration] in seconds, or of slots, as an object by the nodes'
// names, or as a list in the order of the nodes.
func (r *resolver) uptimesFile(s *model.Scenario) {
	path := r.opts.Uptimes
	text, list := r.read(path)
	for _, d := range list {
		r.add(d)
	}
	if list != nil {
		return
	}
	r.extra[path] = string(text)
	u := &uptimes{path: path, text: text, scenario: s, slot: r.opts.UptimesSlot, d: json.NewDecoder(bytes.NewReader(text))}
	u.d.UseNumber()
	if d := u.read(); d != nil {
		r.add(*d)
		return
	}
	for n, list := range u.windows {
		if list != nil {
			s.Nodes[n].Uptime = model.UptimeOf(list)
		}
	}
}

// uptimes is a file of uptimes that is being read.
type uptimes struct {
	path     string
	text     []byte
	scenario *model.Scenario
	slot     time.Duration // how long a slot lasts; 0: the file has windows
	d        *json.Decoder
	windows  map[int][]model.Window
	width    int // of the token that has been read last
}

const (
	uptimesForm = `write {"node": [[start, duration], …], …} in seconds`
	slotsForm   = "this looks like a file of slots, in which -1 is a round without being awake and the second number is no duration: " +
		"read it with --uptimes-form slots and --uptimes-length, how long a node stays awake"
)

// fail is a mistake at the token that has been read last.
func (u *uptimes) fail(summary, detail string) *diag.Diagnostic {
	end := min(int(u.d.InputOffset()), len(u.text))
	before := u.text[:max(0, end-max(1, u.width))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:]))) + 1
	return &diag.Diagnostic{Subject: model.Pos{File: u.path, Line: line, Column: column}, Length: max(1, u.width), Summary: summary, Detail: detail}
}

func (u *uptimes) token() (json.Token, *diag.Diagnostic) {
	t, err := u.d.Token()
	if err != nil {
		d := u.fail("the file of uptimes is not JSON: "+err.Error(), uptimesForm)
		d.Cause = err
		return nil, d
	}
	switch t := t.(type) {
	case string:
		u.width = len(t) + len(`""`)
	case json.Number:
		u.width = len(t)
	default:
		u.width = 1
	}
	return t, nil
}

func (u *uptimes) want(want json.Delim, what string) *diag.Diagnostic {
	t, d := u.token()
	if d == nil && t != want {
		d = u.fail(fmt.Sprintf("expected %s, found %v", what, t), uptimesForm)
	}
	return d
}

func (u *uptimes) read() *diag.Diagnostic {
	u.windows = map[int][]model.Window{}
	t, d := u.token()
	switch {
	case d != nil:
		return d
	case t == json.Delim('{'):
		return u.byName()
	case t == json.Delim('['):
		return u.byNumber()
	}
	return u.fail(fmt.Sprintf("expected the uptimes of nodes, found %v", t), uptimesForm)
}

func (u *uptimes) byName() *diag.Diagnostic {
	nodes := map[string]int{}
	for n, node := range u.scenario.Nodes {
		nodes[node.Name] = n
	}
	for u.d.More() {
		t, d := u.token()
		if d != nil {
			return d
		}
		name, _ := t.(string)
		n, ok := nodes[name]
		if !ok {
			return u.fail("there is no node "+shorten(name), suggestion(name, nodes))
		}
		if _, twice := u.windows[n]; twice {
			return u.fail("the uptimes of node "+name+" are given twice", "remove one")
		}
		if d := u.node(n); d != nil {
			return d
		}
	}
	return u.end('}')
}

func (u *uptimes) byNumber() *diag.Diagnostic {
	for n := 0; u.d.More(); n++ {
		if n == len(u.scenario.Nodes) {
			return u.fail(fmt.Sprintf("uptimes for more than the %d nodes of the plan", n), u.inOrder())
		}
		if d := u.node(n); d != nil {
			return d
		}
	}
	d := u.end(']')
	if n := len(u.windows); d == nil && n < len(u.scenario.Nodes) {
		d = u.fail(fmt.Sprintf("uptimes for %d of the %d nodes of the plan", n, len(u.scenario.Nodes)), u.inOrder())
	}
	return d
}

// inOrder advises how to give uptimes without the names of nodes.
func (u *uptimes) inOrder() string {
	const few = 6
	var names []string
	for _, n := range u.scenario.Nodes[:min(few, len(u.scenario.Nodes))] {
		names = append(names, n.Name)
	}
	if len(u.scenario.Nodes) > few {
		names = append(names, "…")
	}
	return "a list has one list of windows for each node, in this order: " + strings.Join(names, ", ") + `; or name the nodes that sleep: {"node": [[start, duration], …], …}`
}

// end reads the end of the document.
func (u *uptimes) end(closing json.Delim) *diag.Diagnostic {
	if d := u.want(closing, closing.String()); d != nil {
		return d
	}
	if rest := bytes.TrimSpace(u.text[u.d.InputOffset():]); len(rest) > 0 {
		return u.fail("something comes after the uptimes", "remove it")
	}
	return nil
}

// node reads the windows of one node.
func (u *uptimes) node(n int) *diag.Diagnostic {
	if d := u.want('[', "a list of windows"); d != nil {
		return d
	}
	list := []model.Window{}
	for u.d.More() {
		w, awake, d := u.window()
		if d != nil {
			return d
		}
		if !awake {
			continue
		}
		if list = append(list, w); len(list) > model.MaxWindows {
			return u.fail(fmt.Sprintf("more than %d windows", model.MaxWindows), "")
		}
	}
	if len(list) == 0 {
		return u.fail("node "+u.scenario.Nodes[n].Name+" is never awake", "a node needs a window")
	}
	u.windows[n] = list
	return u.want(']', "]")
}

// window reads a window, or a slot: awake is false for a round without one.
func (u *uptimes) window() (w model.Window, awake bool, d *diag.Diagnostic) {
	t, d := u.token()
	if d != nil {
		return w, false, d
	}
	if u.slot > 0 && t != json.Delim('[') { // a start without a second number
		return u.slotAt(t)
	}
	if t != json.Delim('[') {
		return w, false, u.fail(fmt.Sprintf("expected a pair [start, duration], found %v", t), uptimesForm)
	}
	if t, d = u.token(); d != nil {
		return w, false, d
	}
	if u.slot > 0 {
		if w, awake, d = u.slotAt(t); d != nil {
			return w, false, d
		}
		if t, d = u.token(); d != nil {
			return w, false, d
		}
		if _, ok := t.(json.Number); !ok {
			return w, false, u.fail(fmt.Sprintf("expected a number, found %v", t), "a slot is a pair of numbers, or one number")
		}
		return w, awake, u.want(']', "the end of a pair")
	}
	start, d := u.seconds(t)
	if d != nil {
		return w, false, d
	}
	if t, d = u.token(); d != nil {
		return w, false, d
	}
	length, d := u.seconds(t)
	if d != nil {
		return w, false, d
	}
	if length <= 0 {
		return w, false, u.fail("a window must last for some time", "a window is a pair [start, duration]; "+slotsForm)
	}
	return model.Window{Start: start, End: start + length}, true, u.want(']', "the end of a pair [start, duration]")
}

// slotAt is the window of a slot that begins at a number, or none if that is -1.
func (u *uptimes) slotAt(t json.Token) (w model.Window, awake bool, d *diag.Diagnostic) {
	if number, ok := t.(json.Number); ok {
		if v, err := number.Float64(); err == nil && v == -1 {
			return w, false, nil
		}
	}
	start, d := u.seconds(t)
	return model.Window{Start: start, End: start + u.slot}, d == nil, d
}

// seconds reads a number of seconds that is not negative.
func (u *uptimes) seconds(t json.Token) (time.Duration, *diag.Diagnostic) {
	number, ok := t.(json.Number)
	if !ok {
		return 0, u.fail(fmt.Sprintf("expected a number of seconds, found %v", t), uptimesForm)
	}
	v, err := model.ParseSeconds(number.String())
	switch {
	case err == nil:
		return v, nil
	case number == "-1" && u.slot == 0:
		return 0, u.fail("a time cannot be -1 s", slotsForm)
	}
	return 0, u.fail("a time cannot be "+shorten(number.String())+" s", "write seconds, not negative, of a year at most")
}
