package ballet

import (
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// jsonOperations are the instructions of the JSON programs: the operation and
// its number of names.
var jsonOperations = map[string]operation{
	"add":        {model.Add, 2, 2},
	"connect":    {model.Connect, 4, 4},
	"disconnect": {model.Disconnect, 4, 4},
	"del":        {model.Delete, 1, 1},
	"delete":     {model.Delete, 1, 1},
	"push_b":     {model.Push, 2, 2},
	"wait":       {model.Wait, 1, 2},
	"wait_all":   {model.WaitAll, 0, 0},
	"sleep":      {model.Pause, 0, 0},
}

const jsonForms = `known are ["add", c, T], ["connect", c, p, d, q], ["disconnect", c, p, d, q], ["del", c], ["push_b", c, b], ["wait", c], ["wait", c, true], ["wait_all"], ["wait_all", true], ["sleep", seconds]`

// readProgram turns a JSON scenario into an assembly and plans.
func (j *job) readProgram(src *source) {
	root := src.root
	asm := &assembly{name: stem(src.path)}
	if name := root.get("name"); name != nil && name.kind == textKind {
		asm.comment = name.text
	}
	nodes := j.want(root.get("nodes"), objectKind, root.pos, "nodes")
	for _, m := range nodes.items {
		j.checkKey(m)
		n := &node{name: plain(m.key)}
		components := j.want(m.value.get("components"), objectKind, m.pos, "components")
		for _, c := range components.items {
			j.checkKey(c)
			typ := j.want(c.value, textKind, c.pos, "the type of "+c.key).text
			n.components = append(n.components, &component{name: plain(c.key), typ: j.typeOf(typ, c.pos), pos: c.pos})
		}
		asm.items = append(asm.items, item{node: n, pos: m.pos})
	}
	names := keys(nodes)
	joined := map[[2]string]bool{}
	for _, m := range nodes.items {
		if remote := m.value.get("remote"); remote != nil {
			for _, other := range j.texts(remote, m.pos, "remote") {
				if nodes.get(other) == nil {
					j.errorf(remote.pos, j.suggest(other, names), "there is no node %q", other)
				} else if other != m.key && !joined[[2]string{m.key, other}] {
					joined[[2]string{m.key, other}], joined[[2]string{other, m.key}] = true, true
					asm.neighbours = append(asm.neighbours, [2]string{m.key, other})
				}
			}
		}
	}
	j.doc.assembly = asm
	previous := ""
	for _, m := range j.want(root.get("phases"), arrayKind, root.pos, "phases").items {
		phase := j.want(m.value, objectKind, m.pos, "a phase")
		p := &plan{name: j.want(phase.get("name"), textKind, phase.pos, "the name of a phase").text, pos: phase.pos}
		j.checkName(p.name, phase.pos)
		for _, pm := range j.want(phase.get("program"), objectKind, phase.pos, "the program of a phase").items {
			if nodes.get(pm.key) == nil {
				j.errorf(pm.pos, j.suggest(pm.key, names), "there is no node %q", pm.key)
			}
			prog := &program{node: pm.key, pos: pm.pos}
			for _, in := range j.want(pm.value, arrayKind, pm.pos, "a program").items {
				if step, ok := j.readInstruction(in.value); ok {
					prog.body = append(prog.body, step)
				}
			}
			p.programs = append(p.programs, prog)
		}
		from := "nothing"
		if previous != "" {
			from = "after " + quoted(previous)
		}
		previous = p.name
		j.doc.plans = append(j.doc.plans, &planText{plan: p, from: from})
	}
}

func keys(v *value) []string {
	var out []string
	for _, m := range v.items {
		out = append(out, m.key)
	}
	return out
}

// readInstruction reads ["push_b", "c", "b"].
func (j *job) readInstruction(v *value) (instruction, bool) {
	fail := func(pos model.Pos, format string, args ...any) (instruction, bool) {
		j.errorf(pos, jsonForms, format, args...)
		return instruction{}, false
	}
	if v.kind != arrayKind || len(v.items) == 0 || v.items[0].value.kind != textKind {
		return fail(v.pos, "an instruction is a list that begins with its name")
	}
	word0 := v.items[0].value
	op, ok := jsonOperations[strings.ToLower(word0.text)]
	if !ok {
		return fail(word0.pos, "there is no instruction %q", word0.text)
	}
	in := instruction{op: op.op, pos: v.pos}
	rest := v.items[1:]
	if n := len(rest); (op.op == model.Wait || op.op == model.WaitAll) && n > 0 && rest[n-1].value.kind == boolKind {
		in.holding = rest[n-1].value.text == "true"
		rest = rest[:n-1]
	}
	if op.op == model.WaitAll && in.holding { // the language has no such wait all
		in.holding = false
		j.add(diag.Warning, v.pos, "in Ballet it needs no other node to have asked this one, which meanwhile shows its components as active; "+
			"if one waits for it, write wait COMPONENT holding for each component that it waits for", "a wait all that holds is read as wait all")
	}
	if op.op == model.Pause {
		if len(rest) != 1 {
			return fail(v.pos, "sleep has one argument")
		}
		in.seconds = j.duration(rest[0].value, v.pos)
		return in, true
	}
	for _, m := range rest {
		arg := j.want(m.value, textKind, v.pos, "an argument")
		j.checkName(arg.text, arg.pos)
		in.args = append(in.args, word{arg.text, arg.pos})
	}
	if n := len(in.args); n < op.min || n > op.max {
		return fail(v.pos, "%s has the wrong number of arguments: %d", word0.text, n)
	}
	return in, true
}

// typeOf returns the type with the given name; one that no file describes is
// made up to hold what is known of it.
func (j *job) typeOf(name string, pos model.Pos) *ctype {
	t := j.doc.described(name)
	if t == nil {
		j.checkName(name, pos)
		t = &ctype{name: name, pos: pos}
		j.doc.addType(t)
	}
	return t
}
