package diag_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

func Example() {
	list := diag.List{{
		Summary: "there is no place deployd in component type Nova",
		Detail:  "did you mean deployed?",
		Subject: model.Pos{File: "os.ballet", Line: 1, Column: 11},
		Length:  7,
	}}
	diag.Render(os.Stdout, list, diag.Sources{"os.ballet": "use db at deployd"}, diag.Options{})
	// Output:
	// os.ballet:1:11: error: there is no place deployd in component type Nova
	//     1 | use db at deployd
	//       |           ^~~~~~~
	//       did you mean deployed?
}

func TestNearest(t *testing.T) {
	names := []string{"deployed", "pulled", "for", "from", "push", "mdbworker"}
	for name, want := range map[string]string{
		"deployd": "deployed", "form": "from", "puhs": "push", "Pulled": "pulled", "mdb_worker": "mdbworker",
		"x": "", "deployed": "", "": "", strings.Repeat("p", 1000): "",
	} {
		if got := diag.Nearest(name, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	many := strings.Fields("a1 b2 c3 d4 e5 f6 g7 h8 i9")
	for _, test := range []struct {
		name  string
		known []string
		want  string
	}{
		{"go", nil, ""},
		{"go", []string{"stop"}, "there is only stop"},
		{"gone", []string{"go", "stop"}, "there are go, stop"},
		{"stp", []string{"go", "stop"}, "did you mean stop?"},
		{"zzzz", many, ""},
	} {
		if got := diag.DidYouMean(test.name, test.known); got != test.want {
			t.Errorf("DidYouMean(%q, %v) = %q, want %q", test.name, test.known, got, test.want)
		}
	}
}

func at(line, column int) model.Pos { return model.Pos{File: "f", Line: line, Column: column} }

func render(list diag.List, text string, opts diag.Options) string {
	var b strings.Builder
	diag.Render(&b, list, diag.Sources{"f": text}, opts)
	return b.String()
}

func TestRender(t *testing.T) {
	for _, test := range []struct {
		name, text string
		d          diag.Diagnostic
		width      int
		want       string
	}{
		{"nowhere", "", diag.Diagnostic{Summary: "no"}, 0, "error: no\n"},
		{"a file", "", diag.Diagnostic{Summary: "no", Subject: model.Pos{File: "f"}}, 0, "f: error: no\n"},
		{"a file that is not there", "", diag.Diagnostic{Summary: "no", Subject: model.Pos{File: "g", Line: 1, Column: 1}}, 0, "g:1:1: error: no\n"},
		{"beyond the end", "x", diag.Diagnostic{Summary: "no", Subject: at(9, 9)}, 0, "f:9:9: error: no\n"},
		{"at the end of a line", "ab\r\n", diag.Diagnostic{Summary: "no", Subject: at(1, 3)}, 0, "f:1:3: error: no\n    1 | ab\n      |   ^\n"},
		{"longer than the line", "ab", diag.Diagnostic{Severity: diag.Warning, Summary: "no", Subject: at(1, 2), Length: 99}, 0, "f:1:2: warning: no\n    1 | ab\n      |  ^\n"},
		{"a tab", "a\tb", diag.Diagnostic{Severity: diag.Note, Summary: "no", Subject: at(1, 3)}, 0, "f:1:3: note: no\n    1 | a   b\n      |     ^\n"},
		{"wide characters", "数据 x", diag.Diagnostic{Summary: "no", Subject: at(1, 1), Length: 2}, 0, "f:1:1: error: no\n    1 | 数据 x\n      | ^~~~\n"},
		{"invalid characters", "a\xff\x1bb", diag.Diagnostic{Summary: "\x1b[31m", Subject: at(1, 4)}, 0, "f:1:4: error: \uFFFD[31m\n    1 | a\uFFFD\uFFFDb\n      |    ^\n"},
		{"a long line", strings.Repeat("x", 100) + "y" + strings.Repeat("z", 100), diag.Diagnostic{Summary: "no", Subject: at(1, 101)}, 38, "f:1:101: error: no\n    1 | …xxxxxxxxxyzzzzzzzzzzzzzzzzzz…\n      |           ^\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := render(diag.List{test.d}, test.text, diag.Options{Width: test.width}); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestOrderAndCap(t *testing.T) {
	list := diag.List{{Summary: "second", Subject: at(2, 1)}, {Summary: "third", Subject: at(2, 2)}, {Summary: "first", Subject: at(1, 5)}}
	want := "f:1:5: error: first\nf:2:1: error: second\nand 1 more\n"
	var b strings.Builder
	diag.Render(&b, list, nil, diag.Options{Max: 2})
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	if list[0].Summary != "second" {
		t.Error("rendering sorts the list itself")
	}
}

func TestErr(t *testing.T) {
	warning := diag.List{{Severity: diag.Warning, Summary: "hm"}}
	if warning.Err() != nil || warning.HasErrors() {
		t.Error("warnings are an error")
	}
	err := fmt.Errorf("loading: %w", append(warning, diag.Diagnostic{Summary: "no"}).Err())
	if list, ok := errors.AsType[diag.List](err); !ok || len(list) != 2 {
		t.Error("no list in", err)
	}
}
