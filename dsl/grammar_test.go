package dsl

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"adagio/dsl/golden"

	"github.com/alecthomas/participle/v2/ebnf"
)

// TestGrammar keeps the grammar in README.md in step with the tags of the syntax
// tree. Run it with -update to write it anew.
func TestGrammar(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(readme), "```ebnf\n")
	_, after, okAfter := strings.Cut(rest, "```")
	if !ok || !okAfter {
		t.Fatal("README.md has no grammar")
	}
	golden.Check(t, "README.md", before+"```ebnf\n"+printed(t)+"```"+after)
}

// TestWhat checks that messages have words for everything that the grammar can
// expect.
func TestWhat(t *testing.T) {
	for _, p := range parsed(t).Productions {
		if p.Production == "Grammar" {
			continue
		}
		for _, name := range regexp.MustCompile(`"[^"]*"|<\w+>|\w+`).FindAllString(p.Expression.String(), -1) {
			if name[0] != '"' && name[0] != '<' && what[name] == "" {
				t.Errorf("%s: there are no words for %s", p.Production, name)
			}
		}
	}
}

func parsed(t *testing.T) *ebnf.EBNF {
	grammar, err := ebnf.ParseString(productions().String())
	if err != nil {
		t.Fatal(err)
	}
	return grammar
}

// printed is the grammar with the blocks of its statements.
func printed(t *testing.T) string {
	var lines []string
	bodies := map[string]rule{}
	line := func(name, text string) { lines = append(lines, fmt.Sprintf("%-15s = %s .", kebab(name), text)) }
	file := statementsOf(&fileBlock, bodies)
	line("file", "{ "+strings.Join(file, " | ")+" }")
	blocks := map[string][]string{}
	var names []string
	add := func(name string, alternatives []string) {
		names = append(names, name)
		blocks[name] = alternatives
	}
	add(componentBlock.name, statementsOf(&componentBlock, bodies))
	add(behaviorBlock.name, statementsOf(&behaviorBlock, bodies))
	add(assemblyBlock.name, statementsOf(&assemblyBlock, bodies))
	add(nodeBlock.name, statementsOf(&nodeBlock, bodies))
	add(planBlock.name, statementsOf(&planBlock, bodies))
	add(stateBlock.name, statementsOf(&stateBlock, bodies))
	add(programBlock.name, statementsOf(&programBlock, bodies))
	add(timingsBlock.name, statementsOf(&timingsBlock, bodies))
	add(networkBlock.name, statementsOf(&networkBlock, bodies))
	add(executorBlock.name, statementsOf(&executorBlock, bodies))
	add(hostBlock.name, statementsOf(&hostBlock, bodies))
	add(zoneBlock.name, statementsOf(&zoneBlock, bodies))
	add(propertyBlock.name, statementsOf(&propertyBlock, bodies))

	grammar := parsed(t).Productions
	named := []string{}
	for _, p := range grammar {
		if strings.HasSuffix(p.Production, "Ref") && p.Production != "Ref" && p.Production != "PortRef" {
			named = append(named, kebab(p.Production))
		}
	}
	shown := map[string]bool{}
	for _, p := range grammar {
		if p.Production == "Grammar" || slices.Contains(named, kebab(p.Production)) {
			continue
		}
		text := alternatives(p.Expression)
		if body, ok := bodies[p.Production]; ok {
			name := kebab(body.body)
			if body.optional {
				name = "[ " + name + " ]"
			}
			text += " " + name
			if p.Production == "For" || p.Production == "If" {
				text = strings.TrimSuffix(text, name) + "block"
			}
			if !shown[body.body] && p.Production != "For" && p.Production != "If" {
				shown[body.body] = true
				line(p.Production, text)
				line(body.body, `"{" { `+strings.Join(blocks[body.body], " | ")+` } "}"`)
				continue
			}
		}
		line(p.Production, text)
	}
	for _, name := range names {
		if !shown[name] {
			t.Errorf("block %s is not in the grammar", name)
		}
	}
	return wrap(lines)
}

// statementsOf lists the statements of a block, and notes which blocks they have.
func statementsOf[P any](b *block[P], bodies map[string]rule) []string {
	var list []string
	add := func(s *statement[P]) {
		if name := kebab(s.production); !slices.Contains(list, name) {
			list = append(list, name)
		}
		if s.body != "" {
			bodies[s.production] = s.rule
		}
	}
	for _, word := range slices.Sorted(maps.Keys(b.words)) {
		add(b.words[word])
	}
	if b.other != nil {
		add(b.other)
	}
	return list
}

func alternatives(e *ebnf.Expression) string {
	var list []string
	for _, s := range e.Alternatives {
		var terms []string
		for _, t := range s.Terms {
			if text := oneTerm(t, len(s.Terms) == 1); text != "" {
				terms = append(terms, text)
			}
		}
		list = append(list, strings.Join(terms, " "))
	}
	return strings.Join(list, " | ")
}

// oneTerm writes one term; alone says that nothing stands beside it, so that it
// needs no parentheses.
func oneTerm(t *ebnf.Term, alone bool) string {
	text := kebab(t.Name) + t.Literal + strings.ToLower(t.Token)
	if t.Group != nil {
		if t.Group.Lookahead != ebnf.LookaheadAssertionNone {
			return ""
		}
		text = alternatives(t.Group.Expr)
	}
	switch t.Repetition {
	case "?":
		return "[ " + text + " ]"
	case "*":
		return "{ " + text + " }"
	case "+":
		return text + " { " + text + " }"
	}
	if t.Group != nil && !alone {
		return "( " + text + " )"
	}
	return text
}

// kebab writes placeName as place-name.
func kebab(name string) string {
	var b strings.Builder
	for i, c := range name {
		if unicode.IsUpper(c) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

// wrap breaks long lines between alternatives that stand in no parentheses, or
// else between words.
func wrap(lines []string) string {
	const width, indent = 120, 16
	var b strings.Builder
	for _, line := range lines {
		for len(line) > width {
			at, depth := 0, 0
			for i := range line[:width] {
				switch line[i] {
				case '(', '[', '{':
					depth++
				case ')', ']', '}':
					depth--
				}
				quoted := line[i-min(i, 1)] == '"'
				if quoted && strings.ContainsRune("([{", rune(line[i])) {
					depth--
				} else if quoted && strings.ContainsRune(")]}", rune(line[i])) {
					depth++
				}
				if i > indent && depth == 0 && strings.HasPrefix(line[i:], " | ") {
					at = i
				}
			}
			if at == 0 {
				at = strings.LastIndex(line[:width], " ")
			}
			b.WriteString(line[:at] + "\n")
			line = strings.Repeat(" ", indent) + line[at:]
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
