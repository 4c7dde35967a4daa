// Package ballet reads the files that Ballet and its planner work with, and
// writes what they say as a .ballet model: text that a person would be glad to
// have written, to be kept, read and changed from then on.
//
//	inputs, err := ballet.Read("assembly.yaml", "inventory.yaml", "update_plan/", "types.json")
//	…
//	text, problems := ballet.Import(inputs...)
//	if problems.HasErrors() { … }
//
// Each input is recognised by its content:
//
//	assembly.yaml     components and connections, with ${{ each x in range(a,b) }}
//	inventory.yaml    the address of each component
//	*.concertod       the program of a component, in PLAN/FOLDER/COMPONENT.concertod
//	types             places, transitions and ports of component types (JSON)
//	durations         seconds by component and transition (JSON)
//	programs          nodes, and for each phase a program per node (JSON)
//	scenarios         types and programs in one (JSON)
//	*.py              component types as Python classes; reading them runs the file
//
// The idea is that nothing is guessed: what the files contradict each other in
// is an error at its position, and what they leave open (a type that no file
// describes, a duration that nobody gave) is left open in the model, with a
// comment that says what is missing. Replication that the assembly wrote as a
// loop stays a loop.
//
// A node of the model is a program: Ballet runs one executor for each component,
// so each component has a node of its own unless a program works on several
// components or the inventory puts several behind one address and executor port
// (and not all of them behind the same, as an inventory on localhost does).
package ballet

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"adagio/dsl/diag"
	"adagio/dsl/folder"
	"adagio/dsl/model"
)

// Limits of what is read.
const (
	maxFile  = 8 << 20 // bytes
	maxFiles = 10000
	maxDepth = 100    // of nested values
	maxItems = 100000 // components and connections after replication
	// maxElements bounds the places, transitions, … of one component type, and
	// maxProblems what is reported.
	maxElements = 2000
	maxProblems = 1000
)

// Input is a file to import.
type Input struct {
	Path string // as the user named it; its folders name the plan of a .concertod file
	Data []byte
}

// endings are those of the files that are read in folders. Python is code, and
// only run where its file is named.
var endings = []string{".json", ".yaml", ".yml", ".concertod"}

// Read reads files and, within folders, all files that Import knows by their
// ending: .json, .yaml, .yml and .concertod. Links are followed.
func Read(paths ...string) ([]Input, error) {
	var inputs []Input
	add := func(path string) error {
		if len(inputs) == maxFiles {
			return fmt.Errorf("more than %d files", maxFiles)
		}
		if info, err := os.Stat(path); err == nil && info.Size() > maxFile {
			return fmt.Errorf("%s: more than %d bytes", path, maxFile)
		}
		data, err := os.ReadFile(path)
		inputs = append(inputs, Input{Path: path, Data: data})
		return err
	}
	for _, root := range paths {
		err := folder.Files(root, func(path string) error {
			if path == root || slices.Contains(endings, filepath.Ext(path)) {
				return add(path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return inputs, nil
}

// Import writes what the inputs say as one model. The text is nil if there are
// errors; warnings and notes may come with it.
func Import(inputs ...Input) ([]byte, diag.List) {
	j := &job{}
	for _, in := range inputs {
		j.read(in)
	}
	if !j.HasErrors() {
		j.assemble()
	}
	j.list.Sort()
	if j.HasErrors() {
		return nil, j.list
	}
	text, err := format(write(&j.doc))
	if err != nil {
		j.errorf(model.Pos{}, "unless the model is too large for the language, this is a fault of the importer: please report it", "the model that came out does not parse: %v", err)
		return nil, j.list
	}
	return text, j.list
}

// job is one import: what has been read, and what has been made of it.
type job struct {
	problems
	doc document

	origins    []string // files that contributed, in the order given
	assemblies []*source
	inventory  []*host
	durations  []*value
	programs   []*source
	plans      []*plan
}

// source is a file with its parsed content.
type source struct {
	path string
	root *value
}

// read recognises one input and stores what is in it.
func (j *job) read(in Input) {
	start := startOf(in)
	if len(in.Data) > maxFile {
		j.errorf(start, "", "more than %d bytes", maxFile)
		return
	}
	in.Data = bytes.TrimPrefix(in.Data, []byte("\xef\xbb\xbf"))
	switch {
	case len(bytes.TrimSpace(in.Data)) == 0:
		j.errorf(start, "", "the file is empty")
	case filepath.Ext(in.Path) == ".py":
		j.readPython(in)
	case bytes.HasPrefix(bytes.TrimSpace(in.Data), []byte("{")):
		if root := readJSON(&j.problems, in); root != nil {
			j.readObject(in.Path, root)
		}
	case isConcertod(in):
		j.readPlan(in)
	default:
		if root := readYAML(&j.problems, in); root != nil {
			j.readMapping(in.Path, root)
		}
	}
}

// startOf is the begin of an input.
func startOf(in Input) model.Pos { return model.Pos{File: in.Path, Line: 1, Column: 1} }

// readObject recognises a JSON file by its keys.
func (j *job) readObject(path string, root *value) {
	if inner := root.get("scenario"); inner != nil {
		root = inner
	}
	j.origins = append(j.origins, path)
	switch {
	case root.get("phases") != nil && root.get("nodes") != nil:
		if types := root.get("types"); types != nil {
			j.readTypes(types)
		}
		j.programs = append(j.programs, &source{path, root})
	case slices.ContainsFunc(root.items, func(m member) bool { return m.value.get("places") != nil }):
		j.readTypes(root)
	case each(root, func(v *value) bool {
		return v.kind == objectKind && (len(v.items) == 0 || each(v, func(v *value) bool { return v.kind != objectKind && v.kind != arrayKind }))
	}):
		j.durations = append(j.durations, root)
	default:
		j.errorf(root.pos, "known are component types, durations, programs (nodes and phases) and scenarios", "this JSON file is of no kind that can be imported")
	}
}

// each says whether a value has members and all of them are of some sort.
func each(v *value, is func(*value) bool) bool {
	for _, m := range v.items {
		if !is(m.value) {
			return false
		}
	}
	return len(v.items) > 0
}

// readMapping recognises a YAML file by its keys.
func (j *job) readMapping(path string, root *value) {
	switch {
	case root.kind != objectKind || len(root.items) == 0:
		j.errorf(root.pos, "known are assembly.yaml, inventory.yaml and .concertod plans", "this file is of no kind that can be imported")
	case root.get("components") != nil && root.get("components").kind == objectKind:
		j.origins = append(j.origins, path)
		j.assemblies = append(j.assemblies, &source{path, root})
	case root.get("behaviors") != nil || root.get("components") != nil:
		j.add(diag.Note, root.pos, "", "a goal is the planner's input: it says nothing about durations, and is left out")
	default:
		j.origins = append(j.origins, path)
		j.readInventory(root)
	}
}

// stem is the name of a file or folder without its ending, as a name of the language.
func stem(path string) string {
	base := filepath.Base(path)
	base = strings.TrimSuffix(base, filepath.Ext(base))
	name := strings.Map(func(r rune) rune {
		if r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '_'
	}, base)
	if name == "" || '0' <= name[0] && name[0] <= '9' {
		return "_" + name
	}
	return name
}
