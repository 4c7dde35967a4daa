package lanes

import (
	"fmt"
	"hash/fnv"

	"adagio/dsl/model"
	"adagio/petri"
)

// hash is the finalizer of SplitMix64.
func hash(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// weyl is the step of SplitMix64: the golden ratio.
const weyl = 0x9e3779b97f4a7c15

// executionKey is the key of an execution.
func executionKey(seed, index uint64) uint64 { return hash(hash(seed+weyl) + (index+1)*weyl) }

// names gives delays their keys.
type names struct {
	s   *model.Scenario
	nth map[string]uint64 // how often each name has occurred
}

func newNames(s *model.Scenario) *names { return &names{s, map[string]uint64{}} }

// key is the key of the delay of an event: that of the next one of its name. What plans of
// one model have in common has the same name in each.
func (n *names) key(o petri.Origin) uint64 {
	var name string
	switch {
	case o.Category() == petri.Work:
		name = "transition " + n.s.TransitionName(o.Component, o.Element)
	case o.Category() == petri.Starting:
		name = "start " + n.s.Nodes[o.Node].Name
	case o.Category() == petri.Transfer && o.Fact.Component >= 0:
		name = fmt.Sprintf("fact %s %d %d to %s", n.s.Components[o.Fact.Component].Name, o.Fact.Kind, o.Fact.Index, n.s.Nodes[o.Node].Name)
	case o.Category() == petri.Transfer:
		name = fmt.Sprintf("fact %s %d to %s", n.s.Nodes[o.Fact.Node].Name, o.Fact.Kind, n.s.Nodes[o.Node].Name)
	default:
		name = fmt.Sprintf("%d of %s", o.Kind, n.s.Nodes[o.Node].Name)
	}
	n.nth[name]++
	return hash(hashed(name) + n.nth[name]*weyl)
}

// factorKey is the key of a factor, which is drawn once in an execution.
func factorKey(f *model.Factor) uint64 { return hash(hashed("factor " + f.Name)) }

func hashed(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}
