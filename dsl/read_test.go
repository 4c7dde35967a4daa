package dsl_test

import (
	"slices"
	"testing"

	"adagio/dsl"
	"adagio/dsl/diag"
)

// TestRead has every file, also one that the model names, read by who loads.
func TestRead(t *testing.T) {
	files := map[string]string{
		"in/a.ballet": `component C {
  places off, on
  initial off
  behavior go { work: off -> on for empirical("times.txt") }
}
assembly one { node n { c: C } }
plan go of one {
  from { c: off }
  on n { push c go }
}`,
		"in/times.txt": "3\n4\n",
		"extra.ballet": "network slow { executor push }",
	}
	var read []string
	opts := dsl.Options{Files: []string{"in/a.ballet"}, Network: "extra.ballet", Read: func(path string) ([]byte, diag.List) {
		read = append(read, path)
		text, ok := files[path]
		if !ok {
			return nil, diag.List{{Summary: "not for you"}}
		}
		return []byte(text), nil
	}}
	s, sources, list := dsl.Load(opts)
	if s == nil {
		t.Fatal(list)
	}
	slices.Sort(read)
	read = slices.Compact(read)
	if want := []string{"extra.ballet", "in/a.ballet", "in/times.txt"}; !slices.Equal(read, want) || len(sources) != len(want) {
		t.Errorf("read %q, want %q", read, want)
	}
	opts.Uptimes, opts.Platform = "awake.yaml", "platform.xml"
	if s, _, list := dsl.Load(opts); s != nil || !list.HasErrors() {
		t.Error("files that cannot be read are taken")
	}
	if !slices.Contains(read, "platform.xml") {
		t.Errorf("the platform was not read by who loads: %q", read)
	}
}
