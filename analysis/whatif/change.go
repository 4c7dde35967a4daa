package whatif

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// Change is one change of a scenario, as [Parse] reads it.
type Change struct {
	text   string
	target string      // of "target = delay"
	delay  model.Delay // the same
	first  *selector   // of "remove first" and "move first before second"
	second *selector
}

// String is the change as it was written.
func (c Change) String() string { return c.text }

// selector names an instruction by its words: the operation, the node, and what
// follows the operation, as far as it is given.
type selector struct {
	op, node string
	rest     []string
	nth      int // among those of the node that fit, from 1; 0 if it must be the only one
}

// Syntax is what [Parse] reads, for messages and help.
const Syntax = `'TARGET = DELAY' with a target such as keystone.deploy, Nova.deploy.start, latency, poll or "start NODE", 'remove wait NODE COMPONENT', or 'move push NODE COMPONENT BEHAVIOR before wait NODE COMPONENT'`

// Parse reads a change:
//
//	keystone.deploy = 40s                    a duration: COMPONENT.TRANSITION, also
//	Nova.deploy.start = 10s .. 12s           TYPE.BEHAVIOR.TRANSITION and the like
//	poll = 100ms                             a setting of the executor, or latency
//	start nova[0] = 0s                       when a node starts
//	remove wait nova[0] keystone[0]          an instruction: its operation, its node,
//	remove pause nova[0] #2                  what it says; #2 is the second that fits
//	move push nova[0] deploy before wait nova[0] keystone[0]
//
// A name without an index, or with [*], stands for all its instances: nova is every
// nova[s], unless an element is called nova itself.
func Parse(text string) (Change, error) {
	words := fields(text)
	c := Change{text: strings.Join(words, " ")}
	var err error
	switch {
	case len(words) > 0 && words[0] == "remove":
		c.first, err = parseSelector(words[1:])
	case len(words) > 0 && words[0] == "move":
		i := slices.Index(words, "before")
		if i < 0 {
			return c, fmt.Errorf("what if %q: move needs a \"before\"", c.text)
		}
		if c.first, err = parseSelector(words[1:i]); err == nil {
			c.second, err = parseSelector(words[i+1:])
		}
	default:
		sides := pieces(text, "=")
		if len(sides) != 2 {
			return c, fmt.Errorf("what if %q: write %s", c.text, Syntax)
		}
		c.target = strings.Join(fields(sides[0]), " ")
		c.delay, err = ParseDelay(sides[1])
	}
	if err != nil {
		err = fmt.Errorf("what if %q: %w", c.text, err)
	}
	return c, err
}

// ParseDelay reads a constant or an interval, such as 40s or 1s .. 2s.
func ParseDelay(text string) (model.Delay, error) {
	from, to, interval := strings.Cut(text, "..")
	lo, err := model.ParseDuration(strings.TrimSpace(from))
	if err != nil {
		return model.Delay{}, err
	}
	hi := lo
	if interval {
		if hi, err = model.ParseDuration(strings.TrimSpace(to)); err != nil {
			return model.Delay{}, err
		}
	}
	d := model.Interval(lo, hi)
	return d, d.Validate()
}

func parseSelector(words []string) (*selector, error) {
	if len(words) < 2 {
		return nil, fmt.Errorf("an instruction needs its operation and its node, such as wait nova[0] keystone[0]")
	}
	s := &selector{op: words[0], node: words[1], rest: words[2:]}
	if n := len(s.rest); n > 0 && strings.HasPrefix(s.rest[n-1], "#") {
		nth, err := strconv.Atoi(s.rest[n-1][1:])
		if err != nil || nth < 1 {
			return nil, fmt.Errorf("%s is no number of an instruction", s.rest[n-1])
		}
		s.nth, s.rest = nth, s.rest[:n-1]
	}
	return s, nil
}

// Names says whether a pattern names an element, both as they are written in the
// language: by its whole name, or, without an index or with [*], by that of its
// family. Each part between dots counts: nova.deploy names nova[0].deploy.
func Names(pattern, name string) bool {
	return slices.EqualFunc(split(pattern, "."), split(name, "."), names)
}

// names is [Names] for one name out of its quotes.
func names(pattern, name string) bool {
	family, _, _ := strings.Cut(name, "[")
	return pattern == name || strings.TrimSuffix(pattern, "[*]") == family
}

// fits says whether an instruction is one that a selector names.
func (x *selector) fits(s *model.Scenario, in model.Instruction) bool {
	words := fields(s.Text(in))
	if words[0] != x.op || len(words)-1 < len(x.rest) {
		return false
	}
	for i, w := range x.rest {
		if !Names(w, words[i+1]) {
			return false
		}
	}
	return true
}

// find returns the index of the instruction in each node that has it; -1 in the
// others.
func (x *selector) find(s *model.Scenario) ([]int, error) {
	at, any := slices.Repeat([]int{-1}, len(s.Nodes)), false
	var known []string
	for _, node := range s.Nodes {
		known = append(known, node.Name)
	}
	named := named(bare(x.node), known)
	var texts []string
	for _, n := range named {
		node := s.Nodes[n]
		var fit []string
		for i, in := range node.Program {
			texts = append(texts, x.as(s, node, in))
			if !x.fits(s, in) {
				continue
			}
			if fit = append(fit, fmt.Sprintf("#%d %q", len(fit)+1, s.Text(in))); x.nth == 0 || len(fit) == x.nth {
				at[n], any = i, true
			}
		}
		if x.nth == 0 && len(fit) > 1 {
			return nil, fmt.Errorf("%d instructions of node %s fit %q: say which by its number at the end: %s", len(fit), node.Name, x, strings.Join(fit, ", "))
		}
	}
	switch {
	case len(named) == 0:
		return nil, unknown("node", bare(x.node), known)
	case !any:
		slices.Sort(texts)
		return nil, suggest(fmt.Sprintf("no instruction of node %s fits %q", x.node, x), x.String(), slices.Compact(texts))
	}
	return at, nil
}

// as writes an instruction as a selector names it, with the node as in x.
func (x *selector) as(s *model.Scenario, node model.Node, in model.Instruction) string {
	op, rest, _ := strings.Cut(s.Text(in), " ")
	return strings.TrimSpace(op + " " + model.Reference(node.Name) + " " + rest)
}

func (x *selector) String() string {
	words := append([]string{x.op, x.node}, x.rest...)
	if x.nth > 0 {
		words = append(words, fmt.Sprintf("#%d", x.nth))
	}
	return strings.Join(words, " ")
}

// unknown says that a name does not exist, and which was perhaps meant.
func unknown(what, name string, known []string) error {
	return suggest(fmt.Sprintf("there is no %s %s", what, name), name, known)
}

// suggest adds to what is wrong with a name which was perhaps meant.
func suggest(wrong, name string, known []string) error {
	known = slices.Compact(slices.Sorted(slices.Values(known)))
	if words := diag.DidYouMean(name, known); words != "" {
		wrong += "; " + words
	}
	return errors.New(wrong)
}

// named returns the indices of the elements that a pattern out of its quotes names: the
// one of that name, or else all of its family.
func named(pattern string, all []string) (out []int) {
	if i := slices.Index(all, pattern); i >= 0 {
		return []int{i}
	}
	for i, name := range all {
		if names(pattern, name) {
			out = append(out, i)
		}
	}
	return out
}

// apply changes a scenario in place.
func (c Change) apply(s *model.Scenario) error {
	if c.first == nil {
		targets, err := Find(s, c.target)
		if err != nil {
			return err
		}
		for _, t := range targets {
			t.set(s, c.delay)
		}
		return nil
	}
	from, err := c.first.find(s)
	if err != nil {
		return err
	}
	before := from
	if c.second != nil {
		if before, err = c.second.find(s); err != nil {
			return err
		}
	}
	for n, i := range from {
		if i < 0 {
			continue
		}
		program := s.Nodes[n].Program
		in := program[i]
		program = slices.Delete(program, i, i+1)
		if c.second != nil {
			to := before[n]
			if to < 0 {
				return fmt.Errorf("node %s has no instruction %q", s.Nodes[n].Name, c.second)
			}
			if to > i {
				to--
			}
			program = slices.Insert(program, to, in)
		}
		s.Nodes[n].Program = program
	}
	return nil
}
