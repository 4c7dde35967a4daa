package whatif

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"adagio/dsl/model"
)

// candidate is a change that may be advice.
type candidate struct {
	Changes []Change
	Pos     model.Pos
}

// relaxations lists the changes that let programs wait for less: each wait
// removed, each push moved before the wait ahead of it, but for those that the plan
// keeps. What stands at one place of the source is changed for all its nodes at once.
func relaxations(s *model.Scenario) []candidate {
	type key struct {
		a, b model.Pos
		node int // where instructions have no position
	}
	groups := map[key]*candidate{}
	var order []key
	add := func(first, second model.Instruction, c Change) {
		k := key{a: first.Pos, b: second.Pos, node: -1}
		if first.Pos.Line == 0 {
			k.node = len(order)
		}
		g, ok := groups[k]
		if !ok {
			g = &candidate{Pos: first.Pos}
			groups[k] = g
			order = append(order, k)
		}
		g.Changes = append(g.Changes, c)
	}
	for n, node := range s.Nodes {
		for i, in := range node.Program {
			switch {
			case in.Keep:
			case in.Op == model.Wait, in.Op == model.WaitAll:
				add(in, model.Instruction{}, removal(s, n, i))
			case in.Op == model.Push:
				if j := waitAhead(node.Program, i); j >= 0 && kept(s, n, j, i) == nil {
					add(in, node.Program[j], move(s, n, i, j))
				}
			}
		}
	}
	slices.SortStableFunc(order, func(a, b key) int { return cmp.Compare(groups[a].Pos.Line, groups[b].Pos.Line) })
	out := make([]candidate, len(order))
	for i, k := range order {
		out[i] = *groups[k]
		out[i].Changes = compact(s, out[i].Changes)
	}
	return out
}

// waitAhead is the nearest wait before a push, with nothing but pushes of other
// components in between; -1 if there is none.
func waitAhead(program []model.Instruction, push int) int {
	for j := push - 1; j >= 0; j-- {
		switch in := program[j]; {
		case in.Op == model.Wait || in.Op == model.WaitAll:
			return j
		case in.Op != model.Push || in.Component == program[push].Component:
			return -1
		}
	}
	return -1
}

func removal(s *model.Scenario, n, i int) Change { return written("remove " + selectorOf(s, n, i)) }

func move(s *model.Scenario, n, from, to int) Change {
	return written("move " + selectorOf(s, n, from) + " before " + selectorOf(s, n, to))
}

// written is a change whose text was made here.
func written(text string) Change {
	c, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return c
}

// selectorOf names an instruction so that nothing else fits.
func selectorOf(s *model.Scenario, n, i int) string {
	program := s.Nodes[n].Program
	text := as(s, n, program[i])
	x := written("remove " + text).change.First
	nth, all := 0, 0
	for j, in := range program {
		if fits(x, s, in) {
			if all++; j <= i {
				nth++
			}
		}
	}
	if all > 1 {
		text += fmt.Sprintf(" #%d", nth)
	}
	return text
}

var indices = regexp.MustCompile(`(\[[0-9]+\])+`)

// compact writes changes of many nodes as one of their family, if that means the
// same.
func compact(s *model.Scenario, changes []Change) []Change {
	if len(changes) < 2 {
		return changes
	}
	one, err := Parse(indices.ReplaceAllString(changes[0].text, "[*]"))
	if err != nil {
		return changes
	}
	a, errA := Apply(s, one)
	b, errB := Apply(s, changes...)
	if errA != nil || errB != nil {
		return changes
	}
	for n := range a.Nodes {
		if !slices.Equal(texts(a, n), texts(b, n)) {
			return changes
		}
	}
	return []Change{one}
}

func texts(s *model.Scenario, n int) []string {
	var out []string
	for _, in := range s.Nodes[n].Program {
		out = append(out, s.Text(in))
	}
	return out
}
