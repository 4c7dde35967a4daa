// Package folder lists the files in folders as users see them: links to files and
// to folders are followed, and what is hidden is passed over.
package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Files calls visit for each file under a path in the order of names: for the path
// itself if it is a file. Files and folders whose names begin with a dot are passed
// over unless the path names them, and so are links that lead nowhere and folders
// that are visited already, by which links may go in circles. It ends with the
// first error, be it the file system's or of visit.
func Files(root string, visit func(path string) error) error {
	w := walker{visit: visit, seen: map[string]bool{}}
	info, err := os.Stat(root)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return visit(root)
	}
	return w.folder(root)
}

type walker struct {
	visit func(path string) error
	seen  map[string]bool // real paths of folders
}

func (w *walker) folder(path string) error {
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil || w.seen[real] {
		return err
	}
	w.seen[real] = true
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		full := filepath.Join(path, entry.Name())
		info, err := os.Stat(full)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && info.IsDir() {
			err = w.folder(full)
		} else if err == nil {
			err = w.visit(full)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
