package measure

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"gopkg.in/yaml.v3"
)

// entry is one item of a log or row of a table, its name not yet read.
type entry struct {
	kind       Kind
	name       string
	start, end time.Duration
	cuts       []Cut
}

// is says whether an entry is of a kind and name.
func (e *entry) is(kind Kind, name string) bool { return e.kind == kind && e.name == name }

// problemAt is an error with a line.
type problemAt struct {
	line   int
	reason string
}

func (p *problemAt) Error() string { return p.reason }

func at(line int, format string, args ...any) error {
	return &problemAt{line, fmt.Sprintf(format, args...)}
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// logKey is how a log begins.
var logKey = regexp.MustCompile(`\A(?:\s*#.*\n)*(?:---\s+)?["']?(?:transition|behavior|instruction|event)_`)

// looksLikeLog says whether a text can be the log of a node, whole or broken.
func looksLikeLog(text []byte) bool { return logKey.Match(text) }

// parseLog reads the log of a node: a mapping from each item to its start and
// end. Everything must be there and be understood: half a log is no log.
func parseLog(text []byte) ([]entry, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, errors.New("the file is empty")
	}
	if bytes.Contains(text, []byte("\n---")) {
		return nil, errors.New("the file holds several documents")
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		line := 0
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil && m[1] != "" {
			line, _ = strconv.Atoi(m[1])
		}
		return nil, at(line, "this is not YAML that can be read: %s", yamlLine.ReplaceAllString(err.Error(), ""))
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("the file is not a log: it must map each item to its start and end")
	}
	items := doc.Content[0].Content
	seen := make(map[string]bool, len(items)/2)
	entries := make([]entry, 0, len(items)/2)
	for i := 0; i+1 < len(items); i += 2 {
		key := items[i]
		kind, name, ok := kindOf(key.Value)
		if key.Kind != yaml.ScalarNode || !ok {
			return nil, at(key.Line, "%q is not an item of a log: it must begin with transition_, behavior_, instruction_ or event_", shorten(key.Value))
		}
		if seen[key.Value] {
			return nil, at(key.Line, "%s is there twice", key.Value)
		}
		seen[key.Value] = true
		e := entry{kind: kind, name: name}
		if err := e.dates(items[i+1]); err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// dates reads the start and end of an item.
func (e *entry) dates(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode || len(n.Content) != 4 {
		return at(n.Line, "%s must have a start and an end, and nothing else", e.name)
	}
	found := 0
	for i := 0; i < 4; i += 2 {
		into := &e.start
		switch n.Content[i].Value {
		case "start":
			found |= 1
		case "end":
			into = &e.end
			found |= 2
		}
		d, err := parseSeconds(n.Content[i+1].Value)
		if err != nil {
			return at(n.Content[i+1].Line, "%s: %v", e.name, err)
		}
		*into = d
	}
	if found != 3 {
		return at(n.Line, "%s must have a start and an end, and nothing else", e.name)
	}
	return e.check(n.Line)
}

// check refuses an item that ends before it starts.
func (e *entry) check(line int) error {
	if e.end < e.start {
		return at(line, "%s ends before it starts", e.name)
	}
	return nil
}

// bookkeeping are the events that are no program.
var bookkeeping = []string{"uptime", "uptime_wait_all", "loading_state", "saving_state", "sleeping"}

// operationOf finds the operation that a log is of: the only event that is a
// program's.
func operationOf(entries []entry) (string, error) {
	operation := ""
	for _, e := range entries {
		if e.kind != Event || slices.Contains(bookkeeping, e.name) {
			continue
		}
		if operation != "" {
			return "", fmt.Errorf("the log is of two operations, %s and %s", operation, e.name)
		}
		operation = e.name
	}
	if operation == "" {
		return "", errors.New("the log has no event of its program (event_deploy, event_update): the program did not end, or the file is cut off")
	}
	return operation, nil
}

// node makes a node of the items that it logged in an operation.
func node(known names, name, operation, path string, entries []entry) (Node, error) {
	n := Node{Name: name, Path: path}
	entries, err := joinWakes(operation, entries)
	if err != nil {
		return n, err
	}
	n.Items = make([]Item, 0, len(entries))
	ended := false
	for _, e := range entries {
		it := known.item(e.kind, e.name)
		it.Start, it.End, it.Cuts = e.start, e.end, e.cuts
		n.Items = append(n.Items, it)
		if e.is(Event, operation) {
			n.Start, n.End, ended = e.start, e.end, true
		}
	}
	if !ended {
		return n, fmt.Errorf("the log has no event_%s: the program did not end, or the file is cut off", operation)
	}
	slices.SortFunc(n.Items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Name, b.Name))
	})
	return n, nil
}
