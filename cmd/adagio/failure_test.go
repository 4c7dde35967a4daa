package main

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"adagio/analysis"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri/unfold"

	"github.com/spf13/cobra"
)

// TestFailuresAreWrapped: what a failure comes of can be asked for, and tells which limit
// gave out.
func TestFailuresAreWrapped(t *testing.T) {
	limit := &unfold.LimitError{Limit: 7, Found: 3}
	refusal := analysis.Refuse(fmt.Errorf("too much: %w", limit))
	r := &analysis.Result{Scenario: &model.Scenario{}}
	for name, err := range map[string]error{
		"usage": usageOf(&cobra.Command{}, fmt.Errorf("--at: %w", refusal)), "broken": broken(refusal), "no answer": noAnswer(r, refusal),
		"refused": refused(r.Scenario, refusal, nil),
	} {
		if found, ok := errors.AsType[*unfold.LimitError](err); !ok || found != limit {
			t.Errorf("%s: %v comes of %v", name, err, found)
		}
		if f, _ := errors.AsType[*failure](err); limitOf(f.cause) == nil || limitOf(f.cause).Value != 7 {
			t.Errorf("%s: the limit is %+v", name, limitOf(f.cause))
		}
	}
	if err := broken(&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v does not say that a file is missing", err)
	}
	if f := usageOf(&cobra.Command{}, diag.List{{Summary: "wrong", Detail: "write it so"}}); f.list[0].Detail != "write it so" || limitOf(f.cause) != nil {
		t.Errorf("%+v", f)
	}
}
