package dsl_test

import (
	"strings"
	"testing"

	"adagio/dsl"
)

// TestNoModel: a file that is no model at all gets one message, a model with many
// mistakes all of its own.
func TestNoModel(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"prose":    {strings.Repeat("This is a text? It has components, and more.\nThe plan is told below: (see there).\n", 20) + "component A { places a; initial a }\n", "adagio import"},
		"go":       {"package x\n\nimport \"fmt\"\n\nfunc f() {\n\tfmt.Println(`x`)\n\tx := 1 & 2\n}\n\nfunc g() {}\n", "adagio import"},
		"csv":      {strings.Repeat("a,b,1.5\n", 100), "adagio import"},
		"json":     {"{\n  \"a\": {\"b\": 1},\n  \"c\": [1, 2],\n  \"d\": 'x',\n  \"e\": $,\n  \"f\": 'y'\n}\n", "adagio import"},
		"yaml":     {"components:\n  a:\n    type: T\nconnections:\n- a,b,c,d\n- e,f,g,h\n- i,j,k,l\n", "adagio import"},
		"platform": {"<?xml version='1.0'?>\n<platform version=\"4.1\">\n<zone id=\"z\">\n<host id=\"h\" speed=\"1Gf\"/>\n</zone>\n</platform>\n", "--platform FILE"},
	} {
		_, list := dsl.Parse("x", []byte(c.text))
		if len(list) != 1 || !strings.Contains(list[0].Detail, c.want) {
			t.Errorf("%s: %v", name, list)
		}
	}
	_, list := dsl.Parse("x", []byte("componnet A { places a; initial a }\nassembly s { node: n }\nplan p of { on }\nplan q s { }\nnetwork { }\n"))
	if len(list) < 4 {
		t.Errorf("a model with mistakes: %v", list)
	}
	for _, empty := range []string{"", " \n\t\n", "\uFEFF\n"} {
		_, list := dsl.Check(dsl.Options{Sources: []dsl.Source{{Name: "x", Text: []byte(empty)}}})
		if len(list) != 1 || list[0].Summary != "the file is empty" {
			t.Errorf("%q: %v", empty, list)
		}
	}
}
