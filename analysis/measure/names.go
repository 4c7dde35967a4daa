package measure

import (
	"strconv"
	"strings"
)

// kindOf splits the key of a log into its kind and the name.
func kindOf(key string) (Kind, string, bool) {
	for k, word := range kindWords[:logged] {
		if name, ok := strings.CutPrefix(key, word+"_"); ok && name != "" {
			return Kind(k), name, true
		}
	}
	return 0, "", false
}

// parseName reads what the name of an item tells.
func parseName(kind Kind, name string) Item {
	it := Item{Kind: kind, Name: name, Element: name, Occurrence: 1}
	text := name
	if i := strings.LastIndex(text, "-#"); i >= 0 {
		if k, ok := natural(text[i+2:]); ok && k > 1 {
			it.Occurrence, text = k, text[:i]
		}
	}
	switch kind {
	case Transition:
		it.Element = text
		if component, element, ok := strings.Cut(text, "."); ok {
			it.Component, it.Element = component, element
		}
	case Behaviour:
		it.Element, it.Component, _ = strings.Cut(text, "-")
	case Instruction:
		parseInstruction(&it, text)
	}
	return it
}

// parseInstruction reads op_position, op_position-component and
// op_position-component-rest.
func parseInstruction(it *Item, text string) {
	if all, holding := strings.CutSuffix(text, "_True"); holding && strings.HasPrefix(text, "waitall_") {
		text, it.Holding = all, true
	}
	head, tail, _ := strings.Cut(text, "-")
	i := strings.LastIndex(head, "_")
	if i < 0 {
		return
	}
	position, ok := natural(head[i+1:])
	if !ok {
		return
	}
	it.Op, it.Position = head[:i], position
	if it.Op == "wait" {
		tail, it.Holding = strings.CutSuffix(tail, "_True")
	}
	it.Component, it.Element, _ = strings.Cut(tail, "-")
}

// natural reads an integer that is written as Ballet writes it.
func natural(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == text
}

// names parses each name once, so that equal names of many runs are one text in
// memory.
type names map[string]Item

func (n names) item(kind Kind, name string) Item {
	key := kindWords[kind] + "_" + name
	it, ok := n[key]
	if !ok {
		it = parseName(kind, strings.Clone(name))
		n[key] = it
	}
	return it
}

// ParseItem reads the name of an item as the log of a node has it, such as
// "transition_start" or "instruction_wait_5-nova0"; its dates are left open.
func ParseItem(text string) (Item, bool) {
	kind, name, ok := kindOf(text)
	if !ok {
		return Item{}, false
	}
	return parseName(kind, name), true
}
