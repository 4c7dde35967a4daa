package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	at := func(path string) string { return filepath.Join(dir, filepath.FromSlash(path)) }
	for _, path := range []string{"real/b.txt", "real/sub/a.txt", "real/.hidden/c.txt", "real/.d.txt", "other/e.txt"} {
		if err := os.MkdirAll(filepath.Dir(at(path)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at(path), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"link": "real", "real/sub/up": "..", "real/more": "../other", "real/f.txt": "../other/e.txt", "real/nowhere": "gone"} {
		if err := os.Symlink(to, at(link)); err != nil {
			t.Skip("no links here: ", err)
		}
	}
	for root, want := range map[string][]string{
		"real":          {"real/b.txt", "real/f.txt", "real/more/e.txt", "real/sub/a.txt"},
		"link":          {"link/b.txt", "link/f.txt", "link/more/e.txt", "link/sub/a.txt"},
		"link/b.txt":    {"link/b.txt"},
		"real/.hidden":  {"real/.hidden/c.txt"},
		"real/sub/up/.": {"real/sub/up/b.txt", "real/sub/up/f.txt", "real/sub/up/more/e.txt", "real/sub/up/sub/a.txt"},
	} {
		var got []string
		err := Files(at(root), func(path string) error {
			got = append(got, path)
			return nil
		})
		for i := range want {
			want[i] = at(want[i])
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", root, got, err)
		}
	}
	if err := Files(at("gone"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	mine := errors.New("mine")
	if err := Files(at("real"), func(string) error { return mine }); err != mine {
		t.Error(err)
	}
}
