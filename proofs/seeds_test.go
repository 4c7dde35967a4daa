package proofs

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSeedsAreFixed: what `go test ./...` says depends on the code alone. Every package with
// a property test fixes the seed of what it draws.
func TestSeedsAreFixed(t *testing.T) {
	draws, fixes := map[string]bool{}, map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		folder := filepath.Dir(path)
		draws[folder] = draws[folder] || strings.Contains(string(text), "rapid.Check(")
		fixes[folder] = fixes[folder] || strings.Contains(string(text), "gen.Main(m)") || strings.Contains(string(text), "gen.FixSeed()")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for folder, does := range draws {
		if !does {
			continue
		}
		count++
		if !fixes[folder] && folder != filepath.Join("..", "proofs", "gen") { // gen calls its own Main
			t.Errorf("%s draws at random: call gen.Main in a TestMain", folder)
		}
	}
	if count < 20 {
		t.Errorf("only %d packages draw", count)
	}
}
