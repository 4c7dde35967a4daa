package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzFollow has follow read any lines from the standard input: it answers with one of its
// exit codes, and says why where it has no answer.
func FuzzFollow(f *testing.F) {
	model := filepath.Join(f.TempDir(), "good.ballet")
	write(f, model, goodModel)
	for _, text := range []string{
		"", "{}", "{\"now_s\": 1}", "[1]", "{\"node\": \"n\", \"item\": \"program\", \"start_s\": 0, \"end_s\": -1}",
		"{\"node\": \"n\", \"item\": \"program\", \"start_s\": 1e300}\n{\"now_s\": -1e300}",
		"{\"node\": \"n\", \"item\": \"program\", \"start_s\": 0}\n{\"now_s\": 1}\n{\"node\": \"n\", \"item\": \"program\", \"end_s\": 3}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var stdout, stderr bytes.Buffer
		code := Run([]string{"follow", "--model", model, "-"}, strings.NewReader(text), &stdout, &stderr)
		if strings.Contains(stderr.String(), "internal error") || code < exitOK || code > exitBad {
			t.Fatalf("exit code %d\n%s", code, &stderr)
		}
		if code == exitBad && stderr.Len() == 0 {
			t.Error("no answer, and no reason")
		}
	})
}
