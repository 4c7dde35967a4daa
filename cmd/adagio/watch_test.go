package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWatch has explain answer again when the model changes, or a file that it names;
// tell a mistake and go on when it is mended; and end with Ctrl-C.
func TestWatch(t *testing.T) {
	const model = `component C {
  places off, on
  initial off
  behavior go { work: off -> on for empirical("times.txt") }
}
assembly one { node n { c: C } }
plan go of one {
  from { c: off }
  on n { push c go; wait c }
}
network ideal { executor ideal }
`
	dir := t.TempDir()
	path, times := filepath.Join(dir, "model.ballet"), filepath.Join(dir, "times.txt")
	put := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	put(path, model)
	put(times, "3\n")
	stderr, err := os.Create(filepath.Join(dir, "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close()
	cmd, out := started(t, stderr, "explain", path, "--watch")
	// until reads up to a line with a text.
	until := func(text string) {
		t.Helper()
		for seen := ""; ; {
			line, err := out.ReadString('\n')
			if seen += line; strings.Contains(line, text) {
				return
			} else if err != nil {
				told, _ := os.ReadFile(stderr.Name())
				t.Fatalf("no %q before %v:\n%s%s", text, err, seen, told)
			}
		}
	}
	until("done      3s")
	put(times, "3\n40\n")
	until("times.txt changed")
	until("done      3s .. 40s")
	put(path, strings.Replace(model, "-> on", "-> onn", 1))
	until("model.ballet changed") // and the mistake is on stderr
	put(path, strings.Replace(model, `empirical("times.txt")`, "500s", 1))
	until("model.ballet changed")
	until("done      8m20s")
	interrupted(t, cmd, out)
	if told, err := os.ReadFile(stderr.Name()); err != nil || strings.Count(string(told), "error:") != 1 || !strings.Contains(string(told), "there is no place onn") {
		t.Errorf("%v: stderr has:\n%s", err, told)
	}

	for _, c := range []struct{ args, want string }{
		{"explain - --watch", "the standard input cannot be watched"},
		{"explain --watch", "no file is named"},
		{"explain " + path + " --watch --set n", "--set n is not a parameter with a value"},
		{"explain " + path + " --watch --to nobody", "nobody"},
	} {
		var stdout, stderr bytes.Buffer
		if code := Run(strings.Fields(c.args), strings.NewReader(model), &stdout, &stderr); code != exitBad || !strings.Contains(stderr.String(), c.want) {
			t.Errorf("%s: exit code %d: %s", c.args, code, &stderr)
		}
	}
}
