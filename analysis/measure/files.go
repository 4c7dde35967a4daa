package measure

import (
	"path/filepath"
	"slices"
	"strings"

	"adagio/dsl/folder"
)

// role is what a file is to be read as.
type role uint8

const (
	roleLog      role = iota // the log of a node
	roleTable                // a tidy table
	roleMetadata             // execution_metadata.yaml
	roleResults              // results_….yaml
)

// file is a file to read.
type file struct {
	path string
	role role
	// folder is the run's, and operation that of a log, where the layout tells
	// it.
	folder, operation string
	// sure: it has to be what role says, and is a problem otherwise. Other files
	// are passed over if they are something else.
	sure bool
}

const (
	logsFolder   = "logs_files_assemblies"
	metadataName = "execution_metadata.yaml"
)

// search lists the files to read under the given paths, in the order of the
// paths and then of the names, each once.
func search(paths []string) (files []file, err error) {
	seen := map[string]bool{}
	add := func(path string, named bool) {
		path = filepath.Clean(path)
		if seen[path] {
			return
		}
		seen[path] = true
		if f, ok := classify(path, named); ok {
			files = append(files, f)
		}
	}
	for _, root := range paths {
		err := folder.Files(root, func(path string) error {
			add(path, path == root)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

func isYAML(name string) bool {
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// classify says how to read a file; named is set if the user names it.
func classify(path string, named bool) (file, bool) {
	base := filepath.Base(path)
	folder := filepath.Dir(path)
	f := file{path: path, sure: named}
	switch {
	case base == metadataName:
		f.role, f.folder = roleMetadata, folder
	case strings.HasPrefix(base, "results_") && isYAML(base):
		f.role, f.folder = roleResults, folder
	case isYAML(base):
		f.role, f.folder = roleLog, folder
		if parts := strings.Split(filepath.ToSlash(folder), "/"); len(parts) > 0 {
			if i := slices.Index(parts, logsFolder); i >= 0 && i+2 == len(parts) {
				f.folder, f.operation, f.sure = filepath.Dir(filepath.Dir(folder)), parts[i+1], true
			}
		}
	case strings.HasSuffix(base, ".csv"), strings.HasSuffix(base, ".csv.gz"):
		f.role = roleTable
	case named:
		f.role = roleLog // and say what is wrong with it
		f.folder = folder
	default:
		return f, false
	}
	return f, true
}
