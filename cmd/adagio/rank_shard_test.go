package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRankShards: a ranking whose plans are analysed in shards is that of one run, byte for
// byte, also where there are more plans than keep their event graphs, and with plans that
// cannot be read, deadlock, or are outlasted.
func TestRankShards(t *testing.T) {
	dir := t.TempDir()
	var lines []string
	for i := range 90 {
		lines = append(lines, fmt.Sprintf(`{"name": "poll %d", "what_if": ["poll = %dms"]}`, i, 50+i*37%90))
	}
	lines = append(lines, `{"name": "as it is"}`, `{`, `{"what_if": ["remove wait nowhere x"]}`,
		`{"name": "alone", "programs": {"sensor0[0]": []}}`, `{"name": "listener first", "what_if": ["start listener[0] = 0s"]}`,
		`{"name": "unwaited", "programs": {"database": ["push database interrupt, deploy"]}}`, `{"name": "deploy", "plan": "deploy"}`)
	candidates := filepath.Join(dir, "candidates.jsonl")
	if err := os.WriteFile(candidates, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	model := "../../testdata/cps.ballet"
	for _, args := range [][]string{
		{"rank", "--model", model, "--deadline", "61s", "-n", "5", candidates},
		{"rank", "--model", model, "-n", "0", "--closely", "3", "--format", "json", candidates},
		{"rank", "-n", "0", "--format", "json", "../../testdata/gallery/fork.ballet", "../../testdata/gallery/deadlock.ballet", "../../testdata/gallery/race.ballet"},
	} {
		run := func(args ...string) (int, string, string) {
			var stdout, stderr bytes.Buffer
			code := Run(args, strings.NewReader(""), &stdout, &stderr)
			return code, stdout.String(), stderr.String()
		}
		code, want, problems := run(args...)
		merge := []string{"merge"}
		for i := 1; i <= 3; i++ {
			part := filepath.Join(dir, fmt.Sprintf("part-%d", i))
			if code, _, problems := run(append(args, "--shard", fmt.Sprintf("%d/3", i), "--part", part)...); code != 0 {
				t.Fatalf("%v: exit code %d: %s", args, code, problems)
			}
			merge = append(merge, part)
		}
		gotCode, got, gotProblems := run(merge...)
		if gotCode != code || got != want || gotProblems != problems {
			t.Errorf("%v: exit codes %d and %d\n%s%s\nwant\n%s%s", args, gotCode, code, got, gotProblems, want, problems)
		}
		t.Logf("%d bytes, exit code %d", len(want), code)
	}
}
