package ballet

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// archive is a case of the tests in one text: what it is about, then files, each
// after a line `-- name --`.
type archive struct {
	comment string
	files   []Input
}

func readArchive(t testing.TB, path string) archive {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var a archive
	for line := range strings.Lines(string(text)) {
		name, found := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		name, closed := strings.CutSuffix(name, " --")
		switch n := len(a.files); {
		case found && closed:
			a.files = append(a.files, Input{Path: name})
		case n == 0:
			a.comment += line
		default:
			a.files[n-1].Data = append(a.files[n-1].Data, line...)
		}
	}
	return a
}

func (a archive) text() []byte {
	var b bytes.Buffer
	b.WriteString(a.comment)
	for _, f := range a.files {
		b.WriteString("-- " + f.Path + " --\n")
		b.Write(f.Data)
	}
	return b.Bytes()
}
