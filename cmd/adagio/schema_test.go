package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"adagio/analysis/rank"
	"adagio/analysis/report"
	"adagio/analysis/report/bound"
	reportcalibrate "adagio/analysis/report/calibrate"
	"adagio/analysis/report/check"
	"adagio/analysis/report/follow"
	"adagio/analysis/report/formula"
	"adagio/analysis/report/netbound"
	"adagio/analysis/report/platform"
	reportsimulate "adagio/analysis/report/simulate"
	reportsweep "adagio/analysis/report/sweep"
	reportvalidate "adagio/analysis/report/validate"
	reportverify "adagio/analysis/report/verify"
	"adagio/dsl/golden"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// documents are what --format json writes and --format jsonl writes a line of, by the
// field schema, each with the types that it is made from: those of "adagio/explain/1" by
// what is asked for.
var documents = map[string][]any{
	"adagio/bound/1":     {bound.Document{}},
	"adagio/calibrate/1": {reportcalibrate.Document{}},
	"adagio/candidate/2": {lineDocument{}},
	"adagio/check/1":     {check.Document{}},
	"adagio/diff/1":      {report.DiffDocument{}},
	"adagio/error/1":     {report.ErrorDocument{}},
	"adagio/explain/1":   {report.Explanation{}, report.PathsDocument{}, report.TimingsDocument{}, report.WhyDocument{}},
	"adagio/follow/1":    {follow.Document{}},
	"adagio/formula/1":   {formula.Document{}},
	"adagio/graph/1":     {report.Graph{}},
	"adagio/import/1":    {report.ImportDocument{}},
	"adagio/net-bound/1": {netbound.Document{}},
	"adagio/net/1":       {report.Net{}},
	"adagio/network/1":   {platform.Document{}},
	"adagio/rank/2":      {rankDocument{}},
	"adagio/request/1":   {rank.Candidate{}}, // what rank reads
	"adagio/structure/1": {report.Structure{}},
	"adagio/simulate/1":  {reportsimulate.Document{}},
	"adagio/sweep/1":     {reportsweep.Document{}},
	"adagio/validate/1":  {reportvalidate.Document{}},
	"adagio/verify/1":    {reportverify.Document{}},
}

// TestSchemas compares the files of the folder schema with the types that documents are
// made from. With -update it writes them.
func TestSchemas(t *testing.T) {
	files := []string{}
	for id, forms := range documents {
		path := schemaFile(id)
		files = append(files, path)
		text := schemaOf(t, id, forms)
		if golden.Updating() {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(got), text); diff != "" {
			t.Errorf("%s is not what the program writes (-file +program; -update writes it). Within a number of a schema fields are only added:\n%s", path, diff)
		}
	}
	there, err := filepath.Glob("schema/*")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	if diff := cmp.Diff(files, there); diff != "" {
		t.Errorf("the folder schema (-want +got):\n%s", diff)
	}
}

// schemaFile is where the schema of a document is: adagio/net-bound/1 in net-bound-1.json.
func schemaFile(id string) string {
	return "schema/" + strings.ReplaceAll(strings.TrimPrefix(id, "adagio/"), "/", "-") + ".json"
}

// schemaWriter makes the JSON Schema of a document from Go types.
type schemaWriter struct {
	t    *testing.T
	id   string
	defs map[string]string       // objects that are used, by name
	of   map[string]reflect.Type // what they are made from
}

// schemaOf is the text of the schema of a document that has one of several forms.
func schemaOf(t *testing.T, id string, forms []any) string {
	w := &schemaWriter{t, id, map[string]string{}, map[string]reflect.Type{}}
	var types []reflect.Type
	for _, f := range forms {
		types = append(types, reflect.TypeOf(f))
	}
	var out strings.Builder
	fmt.Fprintf(&out, "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"$id\": %q,\n%s", id, w.object("  ", types...))
	if len(w.defs) > 0 {
		out.WriteString(",\n  \"$defs\": {")
		comma := "\n"
		for _, name := range slices.Sorted(maps.Keys(w.defs)) {
			fmt.Fprintf(&out, "%s    %q: {\n%s\n    }", comma, name, w.defs[name])
			comma = ",\n"
		}
		out.WriteString("\n  }")
	}
	return out.String() + "\n}\n"
}

// property is a field of an object: its schema, what it means, and in how many forms it is
// always there.
type property struct {
	name, schema, description string
	required                  int
}

// object lists the properties of an object that has one of several forms; it has no others.
func (w *schemaWriter) object(indent string, forms ...reflect.Type) string {
	var all []property
	for _, of := range forms {
		all = w.properties(all, of)
	}
	var lines, required []string
	for _, p := range all {
		lines = append(lines, fmt.Sprintf("%s  %q: %s", indent, p.name, described(p.schema, p.description)))
		if p.required == len(forms) {
			required = append(required, fmt.Sprintf("%q", p.name))
		}
	}
	about := ""
	if text := w.comment(forms[0], "", ""); text != "" {
		about = fmt.Sprintf("%s\"description\": %s,\n", indent, quoted(text))
	}
	return about + fmt.Sprintf("%[1]s\"type\": \"object\",\n%[1]s\"properties\": {\n%[2]s\n%[1]s},\n%[1]s\"required\": [%[3]s],\n%[1]s\"additionalProperties\": false",
		indent, strings.Join(lines, ",\n"), strings.Join(required, ", "))
}

// properties adds the fields of a struct, those of the structs that it embeds included.
func (w *schemaWriter) properties(all []property, of reflect.Type) []property {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	for i := range of.NumField() {
		f := of.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			all = w.properties(all, f.Type)
			continue
		}
		if name == "" {
			if f.IsExported() {
				w.t.Errorf("%s: %v.%s has no name in JSON", w.id, of, f.Name)
			}
			continue
		}
		p := property{name: name, schema: w.value(f.Type, f.Tag.Get("enum"), option == "omitempty"), description: w.comment(of, f.Name, name)}
		if name == "schema" {
			p.schema = fmt.Sprintf(`{"const": %q}`, documentOf(of))
		}
		if option == "" {
			p.required = 1
		}
		if i := slices.IndexFunc(all, func(q property) bool { return q.name == name }); i < 0 {
			all = append(all, p)
		} else if all[i].required += p.required; all[i].schema != p.schema {
			w.t.Errorf("%s: the field %s is a %s and a %s", w.id, name, all[i].schema, p.schema)
		}
	}
	return all
}

// value is the schema of a value. A pointer may be null, unless it is left out then. A
// text may be one of several, which stand in the tag enum with | between.
func (w *schemaWriter) value(of reflect.Type, enum string, omitted bool) string {
	if enum != "" {
		values := `"` + strings.ReplaceAll(enum, "|", `", "`) + `"`
		if of.Kind() == reflect.Pointer {
			values += ", null"
		}
		return `{"enum": [` + values + `]}`
	}
	if of == reflect.TypeFor[json.RawMessage]() {
		return "true"
	}
	switch of.Kind() {
	case reflect.Pointer:
		inner := w.value(of.Elem(), "", false)
		if omitted {
			return inner
		}
		if scalar, ok := strings.CutPrefix(inner, `{"type": "`); ok && !strings.Contains(scalar, ",") {
			return `{"type": ["` + strings.TrimSuffix(scalar, "}") + `, "null"]}`
		}
		return `{"anyOf": [` + inner + `, {"type": "null"}]}`
	case reflect.Slice:
		return `{"type": "array", "items": ` + w.value(of.Elem(), "", false) + `}`
	case reflect.Array:
		return fmt.Sprintf(`{"type": "array", "items": %s, "minItems": %[2]d, "maxItems": %[2]d}`, w.value(of.Elem(), "", false), of.Len())
	case reflect.Map:
		return `{"type": "object", "additionalProperties": ` + w.value(of.Elem(), "", false) + `}`
	case reflect.Struct:
		return w.reference(of)
	case reflect.String:
		return `{"type": "string"}`
	case reflect.Bool:
		return `{"type": "boolean"}`
	case reflect.Float64:
		return `{"type": "number"}`
	case reflect.Int, reflect.Int32, reflect.Int64:
		return `{"type": "integer"}`
	case reflect.Uint64:
		return `{"type": "integer", "minimum": 0}`
	}
	w.t.Fatalf("%s: nothing is known of the type %v", w.id, of)
	return ""
}

// documentOf is the identifier of the document that a struct is, also inside of another one.
func documentOf(of reflect.Type) string {
	for id, forms := range documents {
		if slices.ContainsFunc(forms, func(f any) bool { return reflect.TypeOf(f) == of }) {
			return id
		}
	}
	return ""
}

// nameOf is the name of a type in a schema.
func nameOf(of reflect.Type) string {
	if of.Name() == "" {
		return ""
	}
	return strings.ToUpper(of.Name()[:1]) + of.Name()[1:]
}

// reference is an object that is described once, under the name of its type; one without a
// name is described where it is used.
func (w *schemaWriter) reference(of reflect.Type) string {
	if of.Name() == "" {
		return "{\n" + w.object("      ", of) + "\n    }"
	}
	name := nameOf(of)
	if before, ok := w.of[name]; !ok {
		w.of[name] = of
		w.defs[name] = w.object("      ", of)
	} else if before != of {
		w.t.Errorf("%s: %v and %v have one name", w.id, before, of)
	}
	return fmt.Sprintf(`{"$ref": "#/$defs/%s"}`, name)
}

// schemaFiles are the files of the folder schema, also for where a script runs.
//
//go:embed schema
var schemaFiles embed.FS

// schemas are the compiled files.
var schemas = sync.OnceValue(func() map[string]*jsonschema.Schema {
	all := map[string]*jsonschema.Schema{}
	for id := range documents {
		text, err := schemaFiles.ReadFile(schemaFile(id))
		if err != nil {
			continue // TestSchemas says so
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			panic(err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource(schemaFile(id), value); err != nil {
			panic(err)
		}
		all[id] = c.MustCompile(schemaFile(id))
	}
	return all
})

// hold compares a document with the schema that it names, which it returns.
func hold(text []byte) (id string, err error) {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return "", fmt.Errorf("%w in %s", err, text)
	}
	object, _ := value.(map[string]any)
	id, _ = object["schema"].(string)
	known := schemas()[id]
	if known == nil {
		return id, fmt.Errorf("there is no schema %q", id)
	}
	if err := known.Validate(value); err != nil || id != "adagio/sweep/1" {
		return id, err
	}
	for _, point := range object["points"].([]any) { // has an answer that is a document of its own, or null
		if answer := point.(map[string]any)["answer"]; answer != nil {
			inner, err := json.Marshal(answer)
			if err != nil {
				return id, err
			}
			if _, err := hold(inner); err != nil {
				return id, err
			}
		}
	}
	return id, nil
}

// heldMain is main, but where it writes JSON that does not keep to its schema it says so
// and exits with 3. The scripts and texts run it.
func heldMain() {
	args := os.Args[1:]
	if !wantsJSON(args) {
		main()
	}
	var out bytes.Buffer
	code := Run(args, os.Stdin, io.MultiWriter(os.Stdout, &out), os.Stderr)
	if out.Len() > 0 {
		if _, err := hold(out.Bytes()); err != nil {
			fmt.Fprintf(os.Stderr, "%v: the output does not keep to its schema: %v\n", args, err)
			code = 3
		}
	}
	os.Exit(code)
}

// TestDocuments holds what the commands write over the gallery, and on models of other
// tests, against the schemas: every schema is met.
func TestDocuments(t *testing.T) {
	met := map[string]int{}
	ask := func(input string, args ...string) {
		t.Helper()
		var out, complaints bytes.Buffer
		Run(args, strings.NewReader(input), &out, &complaints)
		if complaints.Len() > 0 {
			t.Errorf("%v complains: %s", args, complaints.String())
		}
		texts := [][]byte{out.Bytes()}
		if slices.Contains(args, "--format=jsonl") {
			texts = bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
		}
		for _, text := range texts {
			id, err := hold(text)
			if err != nil {
				t.Errorf("%v: %v", args, err)
			}
			met[id]++
		}
	}
	models, err := filepath.Glob("../../testdata/gallery/*.ballet")
	if err != nil || len(models) < 30 {
		t.Fatal(models, err)
	}
	for _, m := range models {
		for _, command := range [][]string{
			{"check"}, {"bound", "--deadline", "3s", "--fail-on", "race,hazard"}, {"explain", "--hazards", "--outages"}, {"explain", "--top", "2"},
			{"explain", "--strict", "--deadline", "4s"}, {"explain", "--drag", "--advice", "--replications", "2"}, {"verify", "-n", "2"},
			{"simulate", "-n", "3"}, {"formula"}, {"net"}, {"net", "--graph"}, {"net", "--structure"}, {"diff", m}, {"rank", "-n", "2"},
			{"bound", "--sweep", "poll=1s,2s"}, {"simulate", "-n", "2", "--sweep", "poll=1s"},
		} {
			ask("", append(command, m, "--format=json")...)
		}
	}
	const web, openstack, asleep = "../../testdata/web.ballet", "../../testdata/openstack.ballet", "../../testdata/platforms/asleep.ballet"
	ask(`{"name": "one", "what_if": ["poll = 1s"]}`, "rank", "-", "--model", web, "--format=jsonl", "--deadline=1min")
	ask("", "bound", "../../testdata/cps.ballet", "--quantile=0.9", "--format=json")
	ask("", "bound", web, "--certificate", filepath.Join(t.TempDir(), "certificate"), "--format=json")
	ask("", "bound", web, "--set=servers=40", "--format=json")
	ask("", "explain", web, "--what-if=Database.halt = 2s", "--response=db.boot", "--format=json")
	ask("", "explain", openstack, "--hazards", "--format=json")
	ask("", "explain", "../../testdata/cps.ballet", "--network", asleep, "--format=json")
	ask("", "simulate", "../../testdata/cps.ballet", "--network", asleep, "-n=5", "--format=json")
	ask("", "network", "show", "../../testdata/platforms/fat_tree.xml", "--format=json")
	ask("", "import", "testdata/shop", "--format=json")
	ask("", "bound", "no_such_file.ballet", "--format=json")
	ask(`{"node": "n", "item": "program", "start_s": 0}`, "follow", "-", "--model=../../testdata/gallery/fork.ballet", "--all", "--format=jsonl")
	net := filepath.Join(t.TempDir(), "one.net")
	if err := os.WriteFile(net, []byte("net one\ntr fire [1,2] start -> end\npl start (1)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	ask("", "bound", net, "--deadline=5s", "--format=json")
	logs := filepath.Join(t.TempDir(), "logs")
	var quiet bytes.Buffer
	if code := Run([]string{"simulate", openstack, "-n=3", "--logs", logs}, nil, &quiet, &quiet); code != exitOK {
		t.Fatal(quiet.String())
	}
	ask("", "calibrate", logs, "--model", openstack, "--plan=update", "--format=json")
	ask("", "validate", logs, "--model", openstack, "--plan=update", "--all", "--format=json")
	for id := range documents {
		if met[id] == 0 && id != "adagio/request/1" {
			t.Errorf("no document was compared with the schema %s", id)
		}
	}
}

// TestSchemasAreClosed checks that a field of which nothing is known is found, deep inside
// too, and what is null that must not be.
func TestSchemasAreClosed(t *testing.T) {
	const request = `{"schema": "adagio/request/1", "name": "a", "programs": {"n": ["push c go", ["wait", "c", true]]}`
	for _, k := range []struct {
		text string
		good bool
	}{
		{request + "}", true}, {request + `, "more": 1}`, false}, {request + `, "what_if": null}`, false}, {`{"name": "a"}`, false},
	} {
		if _, err := hold([]byte(k.text)); (err == nil) != k.good {
			t.Errorf("%s: %v", k.text, err)
		}
	}
	var out bytes.Buffer
	Run([]string{"bound", "../../testdata/gallery/fork.ballet", "--format=json"}, nil, &out, io.Discard)
	for from, to := range map[string]string{`"hazards": 0`: `"hazards": 0, "more": 0`, `"outcome": "bounded"`: `"outcome": "wonderful"`, `"makespan"`: `"make_span"`} {
		text := strings.Replace(out.String(), from, to, 1)
		if _, err := hold([]byte(text)); text == out.String() || err == nil {
			t.Errorf("%s in place of %s is no mistake in %s", to, from, text)
		}
	}
}
