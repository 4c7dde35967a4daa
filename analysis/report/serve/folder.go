package serve

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// maxFiles is how many files and folders are looked at in a folder.
const maxFiles = 20_000

// folder is what is served: nothing outside of it is read, whatever a request or a
// model names, also through symbolic links.
type folder struct{ root *os.Root }

// entry is a model: its files in the order of their names. The first names it.
type entry struct {
	files   []string
	sources []dsl.Source
	parsed  []*dsl.File
}

func (m *entry) name() string { return m.files[0] }

// title names all files of the model.
func (m *entry) title() string { return strings.Join(m.files, " + ") }

// walk visits the regular files of the folder, except those with a dot before their
// name or that of a folder above.
func (f *folder) walk(visit func(name string, info fs.FileInfo)) error {
	n := 0
	return fs.WalkDir(f.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if name == "." {
			return err
		}
		if n++; n > maxFiles {
			return fmt.Errorf("there are more than %d files in the folder", maxFiles)
		}
		switch {
		case err != nil:
			return nil // removed meanwhile, or not for us: nothing that is served
		case strings.HasPrefix(d.Name(), ".") && d.IsDir():
			return fs.SkipDir
		case strings.HasPrefix(d.Name(), "."), d.IsDir():
			return nil
		}
		if info, err := f.root.Stat(filepath.FromSlash(name)); err == nil && info.Mode().IsRegular() {
			visit(name, info)
		}
		return nil
	})
}

// stamp changes when a file does: it is made from names, sizes and modification times.
func (f *folder) stamp() (string, error) {
	h := fnv.New64a()
	err := f.walk(func(name string, info fs.FileInfo) {
		fmt.Fprintf(h, "%q %d %d\n", name, info.Size(), info.ModTime().UnixNano())
	})
	return fmt.Sprintf("%x", h.Sum64()), err
}

// models lists the models of the folder. A file that has a plan and its assembly is
// one; the others of a folder make up one together, if there is a plan in them. The rest
// are files that belong to none.
func (f *folder) models() (all []*entry, rest []string, err error) {
	parts := map[string]*entry{}
	err = f.walk(func(name string, _ fs.FileInfo) {
		if path.Ext(name) != ".ballet" {
			return
		}
		text, list := f.read(name)
		if list != nil {
			return // removed meanwhile, or not readable
		}
		parsed, mistakes := dsl.Parse(name, text)
		m := &entry{}
		if !mistakes.HasErrors() && !dsl.Standalone(parsed) {
			if m = parts[path.Dir(name)]; m == nil {
				m = &entry{}
				parts[path.Dir(name)] = m
			}
		}
		if m.files == nil {
			all = append(all, m)
		}
		m.files = append(m.files, name)
		m.sources = append(m.sources, dsl.Source{Name: name, Text: text})
		m.parsed = append(m.parsed, parsed)
	})
	all = slices.DeleteFunc(all, func(m *entry) bool {
		if parts[path.Dir(m.name())] != m || len(m.plans()) > 0 {
			return false
		}
		rest = append(rest, m.files...)
		return true
	})
	return all, rest, err
}

// model finds a model by its name.
func (f *folder) model(name string) (*entry, error) {
	all, _, err := f.models()
	if i := slices.IndexFunc(all, func(m *entry) bool { return m.name() == name }); i >= 0 {
		return all[i], nil
	}
	return nil, err
}

// read reads a file of the folder for [dsl.Load].
func (f *folder) read(name string) ([]byte, diag.List) {
	fail := func(summary string) ([]byte, diag.List) {
		return nil, diag.List{{Summary: summary, Subject: model.Pos{File: name}}}
	}
	const outside = "the file is not in the folder that is served, or cannot be read"
	info, err := f.root.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fail("there is no such file")
	}
	if err != nil || !info.Mode().IsRegular() {
		return fail(outside)
	}
	file, err := f.root.Open(name)
	if err != nil {
		return fail(outside)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, dsl.MaxSource+1))
	if err != nil {
		return fail(outside)
	}
	if len(text) > dsl.MaxSource {
		return fail(fmt.Sprintf("the file is larger than %d MiB", dsl.MaxSource>>20))
	}
	return bytes.TrimPrefix(text, []byte("\uFEFF")), nil
}

// plans lists the plans of a model.
func (m *entry) plans() (names []string) {
	for _, f := range m.parsed {
		names = append(names, dsl.Plans(f)...)
	}
	return names
}

// parameters lists the parameters of the assembly of a plan, the last one if "".
func (m *entry) parameters(plan string) (names []string) {
	assembly := ""
	for _, f := range m.parsed {
		for _, p := range f.Plans {
			if plan == "" || p.Name.Text == plan {
				assembly = p.Of.Text
			}
		}
	}
	for _, f := range m.parsed {
		for _, a := range f.Assemblies {
			if a.Name.Text == assembly {
				for _, p := range a.Parameters {
					names = append(names, p.Name.Text)
				}
			}
		}
	}
	return names
}
