package ballet

import (
	"bytes"
	"context"
	_ "embed" // the script that loads classes
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// typesFromPython is run by python3 and prints the component types of a file.
//
//go:embed types_from_python.py
var typesFromPython string

// patience is how long a file may take to be imported by Python.
const patience = time.Minute

// readPython reads the component types that a Python file defines. That runs the
// file.
func (j *job) readPython(in Input) {
	python, err := exec.LookPath("python3")
	if err != nil {
		j.errorf(startOf(in), "install Python 3, or describe the types in JSON: places, initial, transitions, ports", "component types in Python are read by python3, which is not on the PATH")
		return
	}
	path, err := filepath.Abs(in.Path)
	if err != nil {
		j.errorf(startOf(in), "", "%v", err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out, messages bytes.Buffer
	// -I: nothing of the user's environment but installed modules; -B: no __pycache__.
	cmd := exec.CommandContext(ctx, python, "-I", "-B", "-c", typesFromPython, path)
	cmd.Stdout, cmd.Stderr = &out, &messages
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	if ctx.Err() != nil {
		j.errorf(startOf(in), "it is run to read its classes: does it wait for something?", "this file is not imported within %v", patience)
		return
	}
	var unread problems
	root := readJSON(&unread, Input{Path: in.Path, Data: out.Bytes()})
	if err != nil || root == nil {
		lines := strings.Split(strings.TrimSpace(messages.String()), "\n")
		j.errorf(startOf(in), "it is run to read its classes, by "+python, "python3 ends without an answer: %s", errors.Join(err, errors.New(lines[len(lines)-1])))
		return
	}
	j.origins = append(j.origins, in.Path)
	for _, m := range root.get("files").items {
		j.pythonTypes(in.Path, m.value)
	}
}

// pythonTypes takes what the script says of a file.
func (j *job) pythonTypes(path string, file *value) {
	at := func(line *value) model.Pos {
		n, _ := strconv.Atoi(line.text)
		return model.Pos{File: path, Line: max(n, 1), Column: 1}
	}
	for _, m := range file.get("problems").items {
		severity := diag.Error
		if m.value.get("severity").text == "warning" {
			severity = diag.Warning
		}
		j.add(severity, at(m.value.get("line")), m.value.get("detail").text, "%s", m.value.get("summary").text)
	}
	types := file.get("types")
	for i := range types.items {
		t := &types.items[i]
		move(t.value, at(file.get("lines").get(t.key)))
		t.pos = t.value.pos
	}
	j.readTypes(types)
	for _, m := range types.items {
		if t := j.doc.typeNamed(m.key); t != nil {
			t.python = true
		}
	}
}

// move gives everything in a value the position of the class that says it.
func move(v *value, pos model.Pos) {
	v.pos = pos
	for i := range v.items {
		v.items[i].pos = pos
		move(v.items[i].value, pos)
	}
}

// described finds the type of a name. Ballet's generator makes a class MariadbWorker
// for a type that assemblies call MariaDB_worker: of classes, case and underscores do
// not count where that leaves no choice.
func (d *document) described(name string) *ctype {
	if t := d.typeNamed(name); t != nil {
		return t
	}
	flat := func(name string) string {
		return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(name))
	}
	var found *ctype
	for _, t := range d.types {
		if t.python && flat(t.name) == flat(name) {
			if found != nil {
				return nil
			}
			found = t
		}
	}
	return found
}
