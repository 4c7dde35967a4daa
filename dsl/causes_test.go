package dsl_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/network"
)

// TestCauses: the error behind a diagnostic can be asked for.
func TestCauses(t *testing.T) {
	file := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	load := func(opts dsl.Options) diag.List {
		_, _, list := dsl.Load(opts)
		return list
	}
	model := func(text string) []dsl.Source { return []dsl.Source{{Name: "m.ballet", Text: []byte(text)}} }
	_, platform := network.ReadXML("p.xml", []byte("<platform><zone"))
	for _, c := range []struct {
		what string
		list diag.List
		is   func(error) bool
	}{
		{"no file", load(dsl.Options{Files: []string{filepath.Join(t.TempDir(), "none.ballet")}}), func(err error) bool { return errors.Is(err, fs.ErrNotExist) }},
		{"no XML", platform, as[*xml.SyntaxError]},
		{"no JSON", load(dsl.Options{Sources: model(asleep), Uptimes: file("u.json", "{x")}), as[*json.SyntaxError]},
		{"no route", load(dsl.Options{Sources: model(apart)}), as[*network.NoRouteError]},
	} {
		if !c.list.HasErrors() || !c.is(c.list) || !c.is(c.list.Err()) {
			t.Errorf("%s: %v has the causes %v", c.what, c.list, c.list.Unwrap())
		}
	}
}

func as[E error](err error) bool { _, ok := errors.AsType[E](err); return ok }

const asleep = `component A { places a; initial a }
assembly s { node x { c: A } }
plan p of s { }
network n { executor ideal }
`

const apart = `component P { places off, on; initial off; behavior go { f: off -> on for 1s }; provide s at on }
component U { places off, on; initial off; behavior go { g: off -> on for 1s }; use s at on }
assembly x { node a { p: P }; node b { u: U }; connect p.s -> u.s }
plan go of x { from { p: off; u: off } on a { push p go } on b { push u go; wait u } }
network n { executor push
  host a
  host b
}
`
