package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"adagio/analysis/report/serve"
	"adagio/cmd/adagio/lsp"
	"adagio/dsl"

	"github.com/google/go-cmp/cmp"
)

// TestLanguageServer has a session with the command from begin to end.
func TestLanguageServer(t *testing.T) {
	var in strings.Builder
	for _, text := range []string{
		`{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}`,
		`{"jsonrpc": "2.0", "method": "initialized", "params": {}}`,
		`{"jsonrpc": "2.0", "id": 2, "method": "shutdown"}`,
		`{"jsonrpc": "2.0", "method": "exit"}`,
	} {
		fmt.Fprintf(&in, "Content-Length: %d\r\n\r\n%s", len(text), text)
	}
	var stdout, stderr bytes.Buffer
	if code := Run([]string{"lsp"}, strings.NewReader(in.String()), &stdout, &stderr); code != exitOK {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
	for _, want := range []string{`"codeLensProvider"`, `{"id":2,"result":null`} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("%s is missing: %s", want, &stdout)
		}
	}
	stdout.Reset()
	if code := Run([]string{"lsp"}, strings.NewReader(""), &stdout, &stderr); code != 1 || stdout.Len() > 0 {
		t.Errorf("a client that says nothing: exit code %d: %s", code, &stdout)
	}
	if code := Run([]string{"lsp", "--budget", "soon"}, strings.NewReader(""), &stdout, &stderr); code != exitBad {
		t.Errorf("a budget that is none: exit code %d", code)
	}
}

// TestHangs: where a plan may hang the editor and the pages of a folder say what bound says:
// how an execution does, or that it is not proved that the plan ends.
func TestHangs(t *testing.T) {
	script, err := os.ReadFile("testdata/script/bound_possible_deadlock.txtar")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	pages, err := serve.New(folder, serve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(pages)
	defer func() { server.Close(); pages.Close() }()
	for name, want := range map[string][2]string{
		"maybe.ballet":  {"in one order of its races the plan never ends", "an execution of the simulator hangs: "},
		"moment.ballet": {"it is not proved that the plan ends in every order of its races", "simulated executions hangs"},
	} {
		_, text, _ := bytes.Cut(script, []byte("-- "+name+" --\n"))
		text, _, _ = bytes.Cut(text, []byte("\n-- "))
		f, _ := dsl.Parse(name, text)
		a, err := lsp.Analyse(t.Context(), lsp.Job{Sources: []dsl.Source{{Name: name, Text: text}}, Plan: f.Plans[0].Name.Text})
		said := ""
		for _, d := range a.Diagnostics {
			for _, r := range d.Related {
				said += r.Text + "\n"
			}
		}
		if err != nil || !strings.Contains(a.Title, want[0]) || !strings.Contains(said, want[1]) {
			t.Errorf("%s in the editor: %v: %q, %v", name, err, a.Title, said)
		}
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o666); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/", "/report?file=" + name} {
			answer, err := http.Get(server.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			page, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if err != nil || !strings.Contains(strings.ToLower(string(page)), want[0]) {
				t.Errorf("%s: %s: %v, %d: %.500s", name, path, err, answer.StatusCode, page)
			}
		}
	}
}

// TestBoundApart bounds plans in a process of its own, and compares with what comes
// out in this one.
func TestBoundApart(t *testing.T) {
	for _, path := range []string{"../../testdata/web.ballet", "../../testdata/gallery/deadlock.ballet", "../../testdata/gallery/race.ballet"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := dsl.Parse(path, text)
		job := lsp.Job{Sources: []dsl.Source{{Name: path, Text: text}}, Plan: f.Plans[0].Name.Text}
		want, err := lsp.Analyse(t.Context(), job)
		if err != nil || want.Title == "" {
			t.Fatal(want, err)
		}
		got, err := boundApart(t.Context(), job)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", path, err, diff)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	if a, err := boundApart(ctx, lsp.Job{}); err == nil {
		t.Errorf("an analysis that was stopped: %+v", a)
	}
}
