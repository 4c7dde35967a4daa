package ballet

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// ctype is a component type. One that no file describes is known by its use
// only, and is printed as a note of what is missing.
type ctype struct {
	name        string
	described   bool
	python      bool // described by a class
	places      []string
	initial     string
	running     string
	groups      []group
	transitions []transition
	ports       []port
	behaviours  []string // of the transitions; those that are pushed, for a type that is not described
	pos         model.Pos
}

type group struct {
	name   string
	places []string
}

type transition struct {
	name, src, dst, behaviour string
	dock                      string // "" for 0
	duration                  string // in the language, "" if not given
}

type port struct {
	name  string
	kind  model.PortKind
	bound []string
}

func (t *ctype) port(name string) *port {
	for i := range t.ports {
		if t.ports[i].name == name {
			return &t.ports[i]
		}
	}
	return nil
}

func (t *ctype) portNames() []string {
	var names []string
	for _, p := range t.ports {
		names = append(names, p.name)
	}
	return names
}

func (t *ctype) transition(name string) *transition {
	for i := range t.transitions {
		if t.transitions[i].name == name {
			return &t.transitions[i]
		}
	}
	return nil
}

// portKinds are the words of the descriptions.
var portKinds = map[string]model.PortKind{
	"use": model.Use, "provide": model.Provide,
	"data_use": model.DataUse, "data_provide": model.DataProvide,
	"data use": model.DataUse, "data provide": model.DataProvide,
}

// readTypes reads the descriptions of component types, in either of two forms:
// transitions as objects, or as [source, destination, behaviour, seconds, dock
// set].
func (j *job) readTypes(root *value) {
	for _, m := range j.want(root, objectKind, root.pos, "the set of types").items {
		if old := j.doc.typeNamed(m.key); old != nil {
			j.errorf(m.pos, "it was described before, at "+old.pos.String(), "type %s is described twice", m.key)
			continue
		}
		j.checkKey(m)
		j.doc.addType(j.readType(m))
	}
}

// checkName reports a name that the language cannot have. The empty one, which
// stands for a name that is missing, has been reported.
func (j *job) checkName(text string, pos model.Pos) {
	if _, err := name(text); err != nil && text != "" {
		j.errorf(pos, "", "%v", err)
	}
}

// checkKey reports a key that cannot be a name of the language.
func (j *job) checkKey(m member) {
	if _, err := name(m.key); err != nil {
		j.errorf(m.pos, "", "%v", err)
	}
}

func (j *job) readType(m member) *ctype {
	t := &ctype{name: m.key, described: true, pos: m.pos}
	v := j.want(m.value, objectKind, m.pos, "the type")
	for _, f := range v.items {
		if len(f.value.items) > maxElements {
			j.errorf(f.pos, "", "type %s has more than %d %s", t.name, maxElements, f.key)
			return t
		}
	}
	t.places = j.texts(v.get("places"), v.pos, "places")
	for _, p := range t.places {
		j.checkName(p, v.pos)
	}
	t.initial = j.want(v.get("initial"), textKind, v.pos, "the initial place").text
	j.checkPlace(t, t.initial, v.pos)
	if running := v.get("running"); running != nil {
		t.running = j.want(running, textKind, v.pos, "the running place").text
		j.checkPlace(t, t.running, running.pos)
	} else if slices.Contains(t.places, "running") {
		t.running = "running"
	}
	if groups := v.get("groups"); groups != nil {
		for _, g := range j.want(groups, objectKind, v.pos, "groups").items {
			j.checkKey(g)
			places := j.texts(g.value, g.pos, "group "+g.key)
			for _, p := range places {
				j.checkPlace(t, p, g.pos)
			}
			t.groups = append(t.groups, group{g.key, places})
		}
	}
	for _, tm := range j.want(v.get("transitions"), objectKind, v.pos, "transitions").items {
		j.checkKey(tm)
		tr := j.readTransition(tm)
		j.checkPlace(t, tr.src, tm.pos)
		j.checkPlace(t, tr.dst, tm.pos)
		j.checkName(tr.behaviour, tm.pos)
		t.transitions = append(t.transitions, tr)
		if !slices.Contains(t.behaviours, tr.behaviour) {
			t.behaviours = append(t.behaviours, tr.behaviour)
		}
	}
	if ports := v.get("ports"); ports != nil {
		for _, pm := range j.want(ports, objectKind, v.pos, "ports").items {
			j.checkKey(pm)
			t.ports = append(t.ports, j.readPort(t, pm))
		}
	}
	for _, known := range v.items {
		if !slices.Contains([]string{"places", "initial", "running", "groups", "transitions", "ports"}, known.key) {
			j.add(diag.Warning, known.pos, "", "%q of type %s means nothing here and is left out", known.key, t.name)
		}
	}
	return t
}

func (j *job) checkPlace(t *ctype, place string, pos model.Pos) {
	if place != "" && !slices.Contains(t.places, place) {
		j.errorf(pos, j.suggest(place, t.places), "type %s has no place %q", t.name, place)
	}
}

func (j *job) readTransition(m member) transition {
	tr := transition{name: m.key}
	var dock *value
	if m.value.kind == arrayKind {
		fields := make([]*value, 5)
		for i, f := range m.value.items {
			if i < len(fields) {
				fields[i] = f.value
			}
		}
		if n := len(m.value.items); n < 3 || n > 5 {
			j.errorf(m.value.pos, "", "a transition is [source, destination, behaviour, seconds, dock set], the last two optional")
			return tr
		}
		tr.src = j.want(fields[0], textKind, m.pos, "the source").text
		tr.dst = j.want(fields[1], textKind, m.pos, "the destination").text
		tr.behaviour = j.want(fields[2], textKind, m.pos, "the behaviour").text
		if fields[3] != nil {
			tr.duration = j.duration(fields[3], m.pos)
		}
		dock = fields[4]
	} else {
		v := j.want(m.value, objectKind, m.pos, "the transition")
		tr.src = j.want(v.get("src"), textKind, m.pos, "src").text
		tr.dst = j.want(v.get("dst"), textKind, m.pos, "dst").text
		tr.behaviour = j.want(v.get("behavior"), textKind, m.pos, "behavior").text
		dock = v.get("dockset")
	}
	if dock != nil {
		set := j.want(dock, numberKind, m.pos, "the dock set").text
		if n, err := strconv.Atoi(set); err != nil || n < 0 || n > 10000 {
			j.errorf(dock.pos, "", "a dock set is a number from 0 on, not %s", set)
		} else if n > 0 {
			tr.dock = strconv.Itoa(n)
		}
	}
	return tr
}

func (j *job) readPort(t *ctype, m member) port {
	p := port{name: m.key}
	var kind, bound *value
	if m.value.kind == arrayKind {
		if len(m.value.items) != 2 {
			j.errorf(m.value.pos, "", "a port is [kind, [what it is bound to]]")
			return p
		}
		kind, bound = m.value.items[0].value, m.value.items[1].value
	} else {
		v := j.want(m.value, objectKind, m.pos, "the port")
		kind, bound = v.get("kind"), v.get("bound")
	}
	word := j.want(kind, textKind, m.pos, "the kind of the port").text
	k, ok := portKinds[word]
	if !ok && word != "" {
		j.errorf(kind.pos, "", "a port is use, provide, data_use or data_provide, not %q", word)
	}
	p.kind = k
	p.bound = j.texts(bound, m.pos, "what port "+m.key+" is bound to")
	for _, b := range p.bound {
		isGroup := slices.ContainsFunc(t.groups, func(g group) bool { return g.name == b })
		if !isGroup && t.transition(b) == nil {
			j.checkPlace(t, b, m.pos)
		}
	}
	if len(p.bound) == 0 {
		j.errorf(m.pos, "", "port %s is bound to nothing", m.key)
	}
	return p
}

// duration writes a number of seconds, or a text with a unit, as a duration of the
// language.
func (j *job) duration(v *value, pos model.Pos) string {
	var d time.Duration
	var err error
	switch v.kind {
	case numberKind:
		d, err = model.ParseSeconds(v.text)
	case textKind:
		d, err = model.ParseDuration(v.text)
	default:
		j.errorf(cmp.Or(v.pos, pos), "write 3.34 or \"3.34s\"", "expected a number of seconds, found %s", v.kind)
		return "0s"
	}
	if err != nil {
		j.errorf(cmp.Or(v.pos, pos), "write 3.34 or \"3.34s\"; it is not negative, and a year at most", "expected a number of seconds, found %q", v.text)
		return "0s"
	}
	return model.FormatDuration(d)
}
