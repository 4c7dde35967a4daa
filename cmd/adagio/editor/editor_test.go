// Package editor holds what editors need besides "adagio lsp": the colours, and the
// extension for VS Code. It has no code but tests.
package editor

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"adagio/dsl"
	"adagio/dsl/golden"
	"adagio/dsl/model"
)

const textMate = "vscode/syntaxes/ballet.tmLanguage.json"

// TestWords compares the words of the TextMate grammar with those of the language.
func TestWords(t *testing.T) {
	text, err := os.ReadFile(textMate)
	if err != nil {
		t.Fatal(err)
	}
	var grammar struct {
		Repository struct {
			Words struct {
				Patterns []struct{ Match string }
			}
		}
	}
	if err := json.Unmarshal(text, &grammar); err != nil {
		t.Fatal(err)
	}
	colored := map[string]bool{}
	for _, p := range grammar.Repository.Words.Patterns {
		for _, m := range regexp.MustCompile(`\(\?:([\w|-]+)\)`).FindAllStringSubmatch(p.Match, -1) {
			for w := range strings.SplitSeq(m[1], "|") {
				colored[w] = true
			}
		}
	}
	words := dsl.Words()
	for _, w := range words {
		if !colored[w] {
			t.Errorf("%s has no colour", w)
		}
		delete(colored, w)
	}
	for w := range colored {
		t.Errorf("%s is not a word of the language", w)
	}
}

// token finds what has a colour of its own: comments, quoted names, words, numbers.
var token = regexp.MustCompile(`//.*|#.*|"(?:[^"\\]|\\.)*"|[\pL_][\pL\p{Nd}_]*|[0-9]+(?:\.[0-9]+)?[\pL\p{Nd}_]*`)

// TestColors records what is what in some models, by the grammar of the language:
// line and column, in the units of editors, and the text. The test of the extension
// compares the colours with it.
func TestColors(t *testing.T) {
	var out strings.Builder
	words := dsl.Words()
	kinds := map[string]int{}
	for _, path := range []string{"testdata/cps.ballet", "testdata/openstack.ballet", "testdata/web.ballet", "testdata/platforms/asleep_broker.ballet", "testdata/platforms/two_sites.ballet", "dsl/testdata/ok/galera.ballet", "dsl/testdata/ok/rolling.ballet"} {
		text, err := os.ReadFile(filepath.Join("../../..", path))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&out, path)
		f, list := dsl.Parse(path, text)
		if list.HasErrors() {
			t.Fatal(list)
		}
		for i, line := range strings.Split(string(text), "\n") {
			for _, at := range token.FindAllStringIndex(line, -1) {
				part := line[at[0]:at[1]]
				column := utf8.RuneCountInString(line[:at[0]])
				kind := "name"
				expected := f.Expect(model.Pos{File: path, Line: i + 1, Column: column + 1})
				switch {
				case strings.HasPrefix(part, "//") || part[0] == '#':
					kind = "comment"
				case part[0] == '"':
					kind = "string"
				case '0' <= part[0] && part[0] <= '9':
					kind = "number"
				case slices.Contains(expected.Words, part):
					kind = "word"
				case strings.HasPrefix(strings.TrimSpace(line), "semantics") && slices.Contains(words, "concerto-d"):
					continue // concerto-d is three tokens
				}
				kinds[kind]++
				fmt.Fprintf(&out, "%d:%d %s %s\n", i+1, len(utf16.Encode([]rune(line[:at[0]])))+1, kind, part)
			}
		}
	}
	golden.Check(t, "testdata/colors.txt", out.String())
	for _, kind := range []string{"name", "comment", "string", "number", "word"} {
		if kinds[kind] < 5 {
			t.Errorf("%d %ss", kinds[kind], kind)
		}
	}
}
