package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

// comments are the comments of the structs of a package: of each by its name, and under "" of
// the struct itself.
type comments map[string]map[string]string

// commentsOf reads the comments of a package of this module.
var commentsOf = sync.OnceValue(func() func(t *testing.T, path string) comments {
	known := map[string]comments{}
	return func(t *testing.T, path string) comments {
		t.Helper()
		if c, ok := known[path]; ok {
			return c
		}
		c := comments{}
		known[path] = c
		files, err := filepath.Glob(filepath.Join("..", "..", strings.TrimPrefix(path, "adagio/"), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			c.add(f)
		}
		return c
	}
})

// add adds the comments of the structs of a file.
func (c comments) add(f *ast.File) {
	for _, d := range f.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range decl.Specs {
			typ, ok := spec.(*ast.TypeSpec)
			if !ok {
				continue
			}
			of, ok := typ.Type.(*ast.StructType)
			if !ok {
				continue
			}
			doc := typ.Doc
			if doc == nil {
				doc = decl.Doc
			}
			fields := map[string]string{"": sentence(doc)}
			for _, field := range of.Fields.List {
				for _, name := range field.Names {
					fields[name.Name] = strings.TrimSpace(sentence(field.Doc) + " " + sentence(field.Comment))
				}
			}
			c[typ.Name.Name] = fields
		}
	}
}

// sentence is a comment in one line.
func sentence(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }

// conventional says what fields of these names are in every document, unless the source says
// more.
var conventional = map[string]string{
	"file": "the file of the model where it is declared", "line": "in the file, from 1", "column": "in the line, from 1",
	"node": "the name of a node", "component": "the name of a component", "behavior": "the name of a behavior", "behaviour": "the name of a behavior",
	"transition": "the name of a transition", "place": "the name of a place", "port": "the name of a port",
	"text": "in words, as the text output has it", "reason": "in words", "missing": "why there is no answer, in words; empty if there is one",
	"plan": "the plan that was analysed", "outcome": "how the analysis ended", "verdict": "whether it holds", "seed": "of the random numbers",
	"makespan": "the longest program of a node, from its own start", "span": "the end of the last program, from the first start of a node",
	"races": "conflicts whose order the plan leaves open", "hazards": "waits that see what lasts no time in the model; not covered unless asked for",
	"delay": "as the model states it", "lower": "the least value", "upper": "the greatest value", "p": "a probability",
	"mean": "of the sample", "sd": "the standard deviation of the sample", "min": "of the sample", "max": "of the sample", "quantiles": "of the sample", "count": "how many there are",
	"usage": "of each node, up to the end of the span", "energy_j": "energy in joules", "date": "from the first start of a node", "start": "from the first start of a node", "end": "from the first start of a node",
}

// special says what fields of a struct are that neither the source nor their name tells.
var special = map[string]string{
	"Document.certified_hang": "the certificate has an execution that hangs", "Document.deadlock": "why the plan never ends, or may not; null if it ends",
	"Document.plans": "of all models that were checked, in their order", "Document.diagnostics": "warnings and mistakes", "ErrorDocument.diagnostics": "all that is wrong", "ImportDocument.diagnostics": "warnings and mistakes",
	"Cover.evaluations": "of the cover", "Deadlock.components": "the names of those that wait or are waited for", "Deadlock.waits": "who waits for whom",
	"Plan.name": "of the plan", "Plan.assembly": "the name of the assembly", "Plan.semantics": "ballet or concerto-d", "Plan.executor": "the name of the executor", "Plan.nodes": "how many there are", "Plan.components": "how many there are",
	"Usage.awake": "how long the node is awake", "Usage.computing": "how long it computes", "Usage.sending": "how long it sends; null where that is not known", "Usage.waiting": "how long it waits; null where that is not known", "Usage.wakeups": "windows that have begun",
	"Waiting.who": "a component, or the program of a node", "Property.name": "of the property",
	"Diagnostic.severity": "error or warning", "Diagnostic.summary": "what is wrong", "Diagnostic.detail": "what to do about it", "Diagnostic.length": "in characters, from the column on", "Diagnostic.related": "other positions that have to do with it",
	"Chance.least": "by the least of what it depends on", "Chance.greatest": "by the greatest of what it depends on", "CriticalPath.steps": "from the start to the end",
	"Explanation.critical_path": "the paths to both ends of the makespan", "Explanation.deadlock": "why the plan never ends, or may not; null if it ends", "Explanation.nodes": "when the program of each starts and ends",
	"Explanation.outages_limited": "the plan is too large for all outages", "Explanation.slack": "how much longer steps may take, the least first", "Explanation.work": "how work and the critical path relate",
	"Hazard.wait": "the instruction", "Hazard.fact": "that would be seen", "Hazard.between": "the two events that it lies between",
	"Node.ends": "whether its program ends", "Node.duration": "of its program, from its own start",
	"Race.a": "one event", "Race.b": "the other event", "Race.makespan_if_a_first": "null where that order never ends, or the orders are covered", "Race.makespan_if_b_first": "null where that order never ends, or the orders are covered",
	"Race.advice": "the changes of the remedy in one text; empty if there is none", "Race.remedy": "a change that removes this race and all of its kind, or null",
	"Remedy.changes": "as --what-if takes them", "AdviceItem.changes": "as --what-if takes them", "RejectedItem.changes": "as --what-if takes them", "WhatIfAnswer.changes": "as --what-if takes them", "WhatIfAnswer.after": "the answer with the changes",
	"Step.category": "what takes the time", "Slack.category": "what takes the time", "Limit.races_found": "so far", "ErrorDocument.limit": "that gave out, if that is why there is no bound",
	"PathsDocument.paths": "to the events that were asked for", "TimingsDocument.deadlines": "one for each --deadline", "WhyDocument.what_if": "the answer to --what-if", "WhyDocument.drag": "the answer to --drag", "WhyDocument.drags_untried": "the number of delays whose drag was not computed, as the plan is too large", "WhyDocument.responses": "one for each --response", "WhyDocument.advice": "the answer to --advice",
	"AdviceAnswer.advice": "changes that make the plan faster, the best first", "AdviceAnswer.together": "what can be done at once, or null", "AdviceAnswer.rejected": "changes that would be faster, with what is against them",
	"DragAnswer.of": "the delay", "DragAnswer.critical": "the share of simulated executions in which it was on a critical path", "DragAnswer.refused": "why there are no numbers",
	"ResponseAnswer.of": "the duration that is varied", "ResponseAnswer.parts": "of the range of the duration", "ResponsePart.pieces": "on each of which the makespan is linear", "ResponsePiece.slope": "by how much the makespan grows with the duration",
	"TimingAnswer.path": "to the date at its upper end", "Document.done": "when everything is done, by what was seen", "Document.of": "of how many dates of the plan", "Document.outside": "what is not within its bounds, each event once",
	"Outside.what": "the event", "Outside.bound": "when it should have happened", "Outside.because": "the last event before it that was seen", "Outside.done_before": "when everything is done without this event", "Outside.done_after": "when everything is done with it",
}

// units say what the end of a field's name means.
var units = [][2]string{{"_bytes_per_s", "in bytes per second"}, {"_ns", "in nanoseconds"}, {"_s", "in seconds"}, {"_bytes", "in bytes"}, {"_flops", "in floating-point operations per second"}}

// comment is what the source says of a field of a struct, or of the struct itself; or else
// what its name does. The unit is always said.
func (w *schemaWriter) comment(of reflect.Type, field, name string) string {
	text := commentsOf()(w.t, of.PkgPath())[of.Name()][field]
	if field == "" {
		return text
	}
	key := nameOf(of) + "." + name
	text = cmp.Or(text, special[key], fieldsOf[key], conventional[name])
	for _, unit := range units {
		if strings.HasSuffix(name, unit[0]) && !strings.Contains(text, unit[1]) {
			return strings.TrimPrefix(strings.TrimSuffix(text, ".")+"; "+unit[1], "; ")
		}
	}
	return text
}

// described puts a description into a schema; an empty one changes nothing.
func described(schema, description string) string {
	switch {
	case description == "":
		return schema
	case schema == "true":
		return fmt.Sprintf(`{"description": %s}`, quoted(description))
	}
	return fmt.Sprintf(`{"description": %s, %s`, quoted(description), strings.TrimLeft(schema[1:], "\n "))
}

// quoted is a text in JSON.
func quoted(text string) string {
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string is always written
	return strings.TrimSpace(out.String())
}

// TestDescribed: every field of every document is described in its schema, and what special
// and fieldsOf describe is a field of one.
func TestDescribed(t *testing.T) {
	known := map[string]bool{}
	for id := range documents {
		text, err := schemaFiles.ReadFile(schemaFile(id))
		if err != nil {
			t.Fatal(err)
		}
		type object struct {
			Properties map[string]any `json:"properties"`
		}
		var schema struct {
			object
			Defs map[string]object `json:"$defs"`
		}
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatal(err)
		}
		if schema.Defs == nil {
			schema.Defs = map[string]object{}
		}
		for _, form := range documents[id] {
			schema.Defs[nameOf(reflect.TypeOf(form))] = schema.object
		}
		fields := 0
		for name, o := range schema.Defs {
			for field, value := range o.Properties {
				known[name+"."+field] = true
				if value, ok := value.(map[string]any); !ok || value["description"] == nil && value["const"] == nil {
					t.Errorf("%s: %s.%s has no description", id, name, field)
				}
				fields++
			}
		}
		if fields < 4 {
			t.Errorf("%s has %d fields", id, fields)
		}
	}
	for _, list := range []map[string]string{special, fieldsOf} {
		for field := range list {
			if !known[field] {
				t.Errorf("%s is described, and no document has it", field)
			}
		}
	}
}
