package dsl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// uptimesFile reads the file of uptimes that the options name: for each node a list
// of pairs [start, duration] in seconds, as an object by the nodes' names, or as
// a list in the order of the nodes.
func (r *resolver) uptimesFile(s *model.Scenario) {
	path := r.opts.Uptimes
	text, list := ReadFile(path)
	for _, d := range list {
		r.add(d)
	}
	if list != nil {
		return
	}
	r.extra[path] = string(text)
	u := &uptimes{path: path, text: text, scenario: s, d: json.NewDecoder(bytes.NewReader(text))}
	u.d.UseNumber()
	if d := u.read(); d != nil {
		r.add(*d)
		return
	}
	if !s.Network.Profile.Asynchronous() {
		r.add(diag.Diagnostic{Subject: model.Pos{File: path}, Summary: fmt.Sprintf("executor %v cannot have nodes that sleep", s.Network.Profile.Kind), Detail: synchronous})
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
	d        *json.Decoder
	windows  map[int][]model.Window
	width    int // of the token that has been read last
}

const uptimesForm = `write {"node": [[start, duration], …], …} in seconds`

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
		return nil, u.fail("the file of uptimes is not JSON: "+err.Error(), uptimesForm)
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
			return u.fail(fmt.Sprintf("uptimes for more than the %d nodes of the plan", n), uptimesForm)
		}
		if d := u.node(n); d != nil {
			return d
		}
	}
	return u.end(']')
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
		w, d := u.window()
		if d != nil {
			return d
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

func (u *uptimes) window() (w model.Window, d *diag.Diagnostic) {
	if d = u.want('[', "a pair [start, duration]"); d != nil {
		return w, d
	}
	start, d := u.seconds()
	if d != nil {
		return w, d
	}
	length, d := u.seconds()
	if d != nil {
		return w, d
	}
	if length <= 0 {
		return w, u.fail("a window must last for some time", "a window is a pair [start, duration]")
	}
	return model.Window{Start: start, End: start + length}, u.want(']', "the end of a pair [start, duration]")
}

func (u *uptimes) seconds() (time.Duration, *diag.Diagnostic) {
	t, d := u.token()
	if d != nil {
		return 0, d
	}
	number, ok := t.(json.Number)
	if !ok {
		return 0, u.fail(fmt.Sprintf("expected a number of seconds, found %v", t), uptimesForm)
	}
	v, err := model.ParseSeconds(number.String())
	if err != nil {
		return 0, u.fail("a time cannot be "+shorten(number.String())+" s", "write seconds, not negative, of a year at most")
	}
	return v, nil
}
