package ballet

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"

	"adagio/dsl/model"

	"gopkg.in/yaml.v3"
)

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// readYAML parses a YAML file of one document, or reports why it cannot and
// returns nil. Anchors and aliases are refused: Ballet's files have none, and
// their expansion has no bound.
func readYAML(p *problems, in Input) *value {
	var doc, more yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(in.Data))
	if err := d.Decode(&doc); err != nil {
		pos := model.Pos{File: in.Path, Line: 1, Column: 1}
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil && m[1] != "" {
			pos.Line, _ = strconv.Atoi(m[1])
		}
		if err == io.EOF {
			err = errors.New("the file is empty")
		}
		p.errorf(pos, "", "this is not YAML that can be read: %s", yamlLine.ReplaceAllString(err.Error(), ""))
		return nil
	}
	if d.Decode(&more) != io.EOF {
		p.errorf(model.Pos{File: in.Path, Line: 1, Column: 1}, "", "the file must hold one document")
		return nil
	}
	return fromYAML(p, in.Path, &doc, 0)
}

func fromYAML(p *problems, path string, n *yaml.Node, depth int) *value {
	v := &value{pos: model.Pos{File: path, Line: max(n.Line, 1), Column: max(n.Column, 1)}}
	child := func(n *yaml.Node) *value { return fromYAML(p, path, n, depth+1) }
	switch {
	case depth > maxDepth:
		p.errorf(v.pos, "", "it is nested too deeply")
		return nil
	case n.Kind == yaml.DocumentNode:
		if len(n.Content) != 1 {
			p.errorf(v.pos, "", "the file must hold one value")
			return nil
		}
		return child(n.Content[0])
	case n.Kind == yaml.AliasNode:
		p.errorf(v.pos, "", "aliases are not read here: write the value out")
		return nil
	case n.Kind == yaml.ScalarNode:
		v.kind, v.text = textKind, n.Value
		switch n.ShortTag() {
		case "!!int", "!!float":
			v.kind = numberKind
		case "!!bool":
			v.kind = boolKind
		case "!!null":
			v.kind = nullKind
		}
		return v
	case n.Kind == yaml.SequenceNode:
		v.kind = arrayKind
		for _, c := range n.Content {
			item := child(c)
			if item == nil {
				return nil
			}
			v.items = append(v.items, member{pos: item.pos, value: item})
		}
		return v
	}
	v.kind = objectKind
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		m := member{key: key.Value, pos: model.Pos{File: path, Line: key.Line, Column: key.Column}}
		if key.Kind != yaml.ScalarNode || seen[m.key] {
			p.errorf(m.pos, "", "a key must be a text, and be there once")
			return nil
		}
		seen[m.key] = true
		if m.value = child(n.Content[i+1]); m.value == nil {
			return nil
		}
		v.items = append(v.items, m)
	}
	return v
}
