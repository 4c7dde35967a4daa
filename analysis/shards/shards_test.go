package shards

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestRange: the shards of a list have each of its tasks once, in order, and sizes that differ
// by one at most.
func TestRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.IntRange(1, 1000).Draw(t, "of")
		tasks := rapid.OneOf(rapid.IntRange(0, 5000), rapid.IntRange(0, 1<<62)).Draw(t, "tasks")
		next := 0
		for i := 1; i <= of; i++ {
			from, to := Shard{i, of}.Range(tasks)
			if size := to - from; from != next || size != tasks/of && size != tasks/of+1 {
				t.Fatalf("shard %d/%d of %d: %d .. %d after %d", i, of, tasks, from, to, next)
			}
			next = to
		}
		if next != tasks {
			t.Fatalf("%d of %d tasks", next, tasks)
		}
	})
}

func TestParse(t *testing.T) {
	if s, err := Parse("3/8"); err != nil || s != (Shard{3, 8}) || s.String() != "3/8" {
		t.Errorf("%v, %v", s, err)
	}
	for _, bad := range []string{"", "3", "0/8", "9/8", "-1/8", "1/0", "a/b", "1/2/3"} {
		if _, err := Parse(bad); err == nil {
			t.Errorf("%q is a shard", bad)
		}
	}
}

// write writes a part of three shards with some records into a folder.
func write(t *testing.T, dir string, change func(*Header), records ...int) string {
	t.Helper()
	h := Header{Version: "1", Args: []string{"bound", "m"}, Input: "x", Tasks: 9, Shard: 1, Of: 3}
	change(&h)
	path := filepath.Join(dir, fmt.Sprintf("%d of %d %s%d", h.Shard, h.Of, h.Input, len(records)))
	err := WriteFile(path, h, func(emit func(any) error) error {
		for _, r := range records {
			if err := emit(r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func shard(i int) func(*Header) { return func(h *Header) { h.Shard = i } }

// TestRead puts parts together in any order.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	a, b, c := write(t, dir, shard(1), 10, 11), write(t, dir, shard(2)), write(t, dir, shard(3), 12)
	p, err := Read(c, a, b, a)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for r := range p.Records() {
		got = append(got, string(r))
	}
	if !slices.Equal(got, []string{"10", "11", "12"}) || p.Tasks != 9 {
		t.Errorf("%v of %d tasks", got, p.Tasks)
	}

	missing := func(want []int, paths ...string) {
		t.Helper()
		_, err := Read(paths...)
		if e, ok := errors.AsType[*MissingError](err); !ok || !slices.Equal(e.Missing, want) {
			t.Errorf("%v, want %v missing", err, want)
		}
	}
	missing([]int{2}, a, c)
	text, err := os.ReadFile(b)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(dir, "cut")
	for n := range len(text) - 1 { // wherever it is cut off
		if err := os.WriteFile(cut, text[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		missing([]int{2}, a, c, cut)
	}

	wrong := func(words string, paths ...string) {
		t.Helper()
		if _, err := Read(paths...); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%v, want %q", err, words)
		}
	}
	wrong("another input", a, b, write(t, dir, func(h *Header) { h.Shard, h.Input = 3, "y" }))
	wrong("a part of \"2\"", a, b, write(t, dir, func(h *Header) { h.Shard, h.Version = 3, "2" }, 1, 2, 3, 4))
	wrong("a part of \"rank\"", a, b, write(t, dir, func(h *Header) { h.Shard, h.Args = 3, []string{"rank"} }, 1, 2, 3, 4, 5))
	wrong("shards", a, b, write(t, dir, func(h *Header) { h.Shard, h.Of = 3, 4 }))
	wrong("different parts of shard 1/3", a, b, c, write(t, dir, shard(1), 13, 14, 15))
	wrong("no such file", a, filepath.Join(dir, "nowhere"))
	if err := os.WriteFile(cut, []byte(strings.Replace(string(text), `"records":0`, `"records":1`, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	wrong("was changed", a, c, cut)
	if err := os.WriteFile(cut, []byte("{}\n{}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	wrong("not a part", a, c, cut)
}

// TestKilled: a part that is not complete is not there.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "part")
	stop := errors.New("stop")
	err := WriteFile(path, Header{}, func(emit func(any) error) error { return errors.Join(emit(1), stop) })
	if files, _ := os.ReadDir(filepath.Dir(path)); !errors.Is(err, stop) || len(files) > 0 {
		t.Errorf("%v, %v", err, files)
	}
}

// FuzzRead reads any file as a part.
func FuzzRead(f *testing.F) {
	f.Add([]byte("{\"schema\":\"adagio/part/1\",\"version\":\"1\",\"args\":[\"bound\"],\"input\":\"x\",\"tasks\":1,\"shard\":1,\"of\":1}\n{\"records\":0,\"sha256\":\"00\"}\n"))
	f.Add([]byte("{}\n\n"))
	path := filepath.Join(f.TempDir(), "part")
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		if p, err := Read(path); err == nil {
			for range p.Records() {
			}
		}
	})
}
