package rank

import (
	"slices"
	"weak"

	"adagio/analysis"
	"adagio/dsl/model"
)

// answers finds the analysis of a plan that has been analysed before, as long as somebody
// has its event graphs: what is known of it afterwards is less.
type answers map[model.Digest][]answer

type answer struct {
	s       *model.Scenario
	shared  weak.Pointer[shared]
	refused error // or why it is refused
}

// shared is an analysis that several plans of a base may have, which are the same.
type shared struct {
	base   *Base
	result *analysis.Result // nil once it is free
	plans  int              // that have it
}

// maxAnswers is how many plans are remembered.
const maxAnswers = 1 << 14

// find returns the analysis of a plan without its name; nil if there is none.
func (a answers) find(key model.Digest, s *model.Scenario) *Plan {
	for _, known := range a[key] {
		if !sameScenario(known.s, s) || !samePositions(known.s, s) {
			continue
		}
		if known.refused != nil {
			return &Plan{Err: known.refused}
		}
		if of := known.shared.Value(); of != nil && of.result != nil {
			of.plans++
			return &Plan{Result: of.result, shared: of}
		}
	}
	return nil
}

// add remembers the analysis of a plan.
func (a answers) add(key model.Digest, s *model.Scenario, p *Plan) {
	if len(a) == maxAnswers {
		clear(a)
	}
	one := answer{s: s}
	if p.Result == nil {
		one.refused = p.Err
	} else {
		one.shared = weak.Make(p.shared)
	}
	gone := func(old answer) bool {
		of := old.shared.Value()
		return old.refused == nil && (of == nil || of.result == nil)
	}
	a[key] = append(slices.DeleteFunc(a[key], gone), one)
}

// drop says that a plan has the analysis no more; the last one frees its memory.
func (of *shared) drop() {
	of.base.mu.Lock()
	defer of.base.mu.Unlock()
	if of.plans--; of.plans == 0 {
		of.result.Free()
		of.result = nil
	}
}

// digest is a number that two plans have in common if their programs are the same.
func digest(s *model.Scenario) model.Digest {
	h := model.NewDigest
	for i := range s.Nodes {
		h = h.AddProgram(s.Nodes[i].Program)
	}
	return h
}

// sameScenario says whether two scenarios are the same but for where their programs are
// written.
func sameScenario(a, b *model.Scenario) bool {
	if a == b {
		return true
	}
	if !slices.EqualFunc(a.Nodes, b.Nodes, samePrograms) {
		return false
	}
	return a.EqualButPrograms(b)
}

// samePositions says whether the programs of two scenarios that are the same are written at
// the same places: an answer names them.
func samePositions(a, b *model.Scenario) bool {
	for n := range a.Nodes {
		p, q := a.Nodes[n].Program, b.Nodes[n].Program
		for i := range p {
			if p[i].Pos != q[i].Pos {
				return false
			}
		}
	}
	return true
}

func samePrograms(m, n model.Node) bool {
	for i := range m.Program {
		if i == len(n.Program) || !sameInstruction(&m.Program[i], &n.Program[i]) {
			return false
		}
	}
	return len(m.Program) == len(n.Program)
}

func sameInstruction(a, b *model.Instruction) bool {
	return a.Op == b.Op && a.Component == b.Component && a.Link == b.Link && a.Behaviour == b.Behaviour && a.Holding == b.Holding &&
		sameDelay(a.Duration, b.Duration) && slices.Equal(a.Duration.Sample, b.Duration.Sample) && a.Most == b.Most && slices.Equal(a.Of, b.Of)
}
