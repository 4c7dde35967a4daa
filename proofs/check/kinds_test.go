package main

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"adagio/analysis"
	"adagio/analysis/verify"
	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// kinds are claims of plans of analysis/verify/testdata/claims.ballet that are proved, and
// others of the same kinds that are refuted.
var kinds = []struct{ plan, proved, refuted string }{
	{"race", "ends", "not ends"},
	{"race", "ends and end of provider >= 3s", "ends and end of provider < 3s"},
	{"race", "not ends or end of provider >= 3s", "not ends or end of provider > 4600ms"},
	{"race", "not (end of provider < 3s or end of provider > 4600ms)", "not (end of provider < 3s or end of clock >= 1s)"},
	{"race", "(end of provider <= 4600ms)", "(end of provider <= 3s)"},

	{"restart", "always db.sql or not db at running", "always db.sql"},
	{"restart", "never server[0] at stopped and server[0].sql", "never server[0] at running and not server[0].sql or db runs start and not db.sql"},
	{"restart", "always db.sql from start of db at running", "never db.sql from start of db at running"},
	{"restart", "always db.sql until end of db at running", "never db.sql until end of db at running"},
	{"restart", "always (db.sql or db at stopped or db runs start or db runs stop)", "always (db.sql or db at stopped)"},
	{"restart", "always count(server[*] at running) <= 2", "always count(server[*] at running) <= 1"},
	{"restart", "always count(server[*] at running) < 3", "always count(server[*] at running) < 2"},
	{"restart", "always count(server[*] at running) >= 0", "always count(server[*] at running) >= 1"},
	{"restart", "always count(server[*] at stopped) > -1", "always count(server[*] at running) > 1"},
	{"restart", "always count(server[*] at running) == 2 until end of server[0] at running", "always count(server[*] at running) == 2"},
	{"restart", "always count(server[*] at running) != 3", "always count(server[*] at running) != 0"},

	{"restart", "downtime(db.sql) <= 7s", "downtime(db.sql) < 7s"},
	{"restart", "outage(db.sql) >= 5s", "outage(db.sql) > 5s"},
	{"restart", "unserved(server[i].sql) < 8s", "unserved(server[i].sql) <= 5s"},
	{"restart", "time(db runs start) > 3s", "time(db runs start) > 7s"},
	{"restart", "longest(server[0] at ready) >= 0s", "longest(server[0] at ready) >= 1h"},

	{"restart", "end of server[0] runs stop before start of server[0] runs start.boot", "start of db.sql before end of server[0] runs start.boot"},
	{"restart", "start of server[0].sql within 1s of start of db.sql", "end of server[0] runs stop within 1s of end of db runs start"},
	{"race", "end of provider >= 3s", "end of provider >= 4s"},
	{"race", "end of provider > 2s", "end of provider > 3s"},
	{"race", "end of provider < 5s", "end of provider < 3s"},

	{"restart", "never server[0].sql served and db at stopped", "always server[0].sql served"},
	{"restart", "never server[0] idle and server[0] runs start.boot", "always server[0] idle"},
	{"restart", "always front[0] or server[0] idle", "always front[0]"},
	{"restart", "never server[0] at ready and server[0] at stopped", "always server[0] at ready"},
}

// TestKinds: each kind of claim, predicate and atom that the grammar has is proved and
// refuted. What refutes is run again to the nanosecond by the simulator, and replayed by the checker.
func TestKinds(t *testing.T) {
	text, err := os.ReadFile("../../analysis/verify/testdata/claims.ballet")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[verify.Outcome]map[string]bool{verify.Proved: {}, verify.Refuted: {}}
	atoms := map[verify.Outcome]map[model.AtomKind]bool{verify.Proved: {}, verify.Refuted: {}}
	for _, k := range kinds {
		for outcome, claim := range map[verify.Outcome]string{verify.Proved: k.proved, verify.Refuted: k.refuted} {
			property := "\nproperty p of " + k.plan + " { " + claim + " }\n"
			file, _ := dsl.Parse("p", []byte(property))
			features(reflect.ValueOf(&file.Properties[0].Body[0].Claim), seen[outcome])
			s := dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "claims.ballet", Text: append(slices.Clone(text), property...)}}, Plan: k.plan})
			r, err := analysis.Analyse(s, analysis.Options{})
			if err != nil {
				t.Fatal(err)
			}
			verdicts, err := verify.Properties(s, r, "", verify.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range verdicts[0].Claims {
				v.Claim.Atoms(func(a model.Atom) { atoms[outcome][a.Kind] = true })
				if v.Outcome != outcome {
					t.Errorf("%s: %v, not %v: %s%s", v.Text, v.Outcome, outcome, v.Reason, v.Missing)
				} else if outcome == verify.Refuted {
					replayedTwice(t, s, v, i)
				}
			}
		}
	}
	all := map[string]bool{}
	demanded(reflect.TypeFor[dsl.Claim](), all)
	if len(all) < 40 {
		t.Errorf("the grammar has only %d kinds", len(all))
	}
	for outcome, have := range seen {
		for kind := range all {
			if !have[kind] {
				t.Errorf("no claim with %s is %v", kind, outcome)
			}
		}
		for kind := range model.Programs + 1 {
			if !atoms[outcome][kind] {
				t.Errorf("no claim with an atom of kind %d is %v", kind, outcome)
			}
		}
	}
}

// replayedTwice replays the execution that violates a claim, by the simulator and by the checker.
func replayedTwice(t *testing.T, s *model.Scenario, v verify.ClaimVerdict, claim int) {
	t.Helper()
	if same, err := v.Counterexample.Replay(s); err != nil || !same {
		t.Errorf("%s: run again it is another: %v", v.Text, err)
	}
	c, err := verify.Certify(s, v.Counterexample, 0, claim)
	if err != nil {
		t.Errorf("%s: %v", v.Text, err)
		return
	}
	var b strings.Builder
	if err := c.Write(&b); err != nil {
		t.Fatal(err)
	}
	if answer, err := check(s, b.String()); err != nil || !strings.HasPrefix(answer, "yes: an execution in which of property p") {
		t.Errorf("%s: %s, %v", v.Text, answer, err)
	}
}

// alternatives and literal find the words that a field of the syntax tree has a choice of, in its tag.
var alternatives, literal = regexp.MustCompile(`@\(([^)]*)\)`), regexp.MustCompile(`'([^']+)'`)

// many says from how many elements on a field of the syntax tree is a kind of its own: a list
// with a separator from two on.
func many(tag string) int { return strings.Count(tag, "@@") }

// demanded lists the kinds that a type of the syntax tree has: its optional fields, and the
// words that it has a choice of.
func demanded(t reflect.Type, out map[string]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || out[t.Name()] {
		return
	}
	out[t.Name()] = true
	for i := range t.NumField() {
		f := t.Field(i)
		tag, ok := f.Tag.Lookup("parser")
		if !ok || leaf(f.Type) {
			continue
		}
		name := t.Name() + "." + f.Name
		if f.Type.Kind() == reflect.String {
			for _, word := range literal.FindAllStringSubmatch(alternatives.FindStringSubmatch(tag)[1], -1) {
				out[name+" "+word[1]] = true
			}
			continue
		}
		out[name] = true
		demanded(f.Type, out)
	}
}

// features lists those that a syntax tree has.
func features(v reflect.Value, out map[string]bool) {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() == reflect.Slice {
		for i := range v.Len() {
			features(v.Index(i), out)
		}
		return
	}
	if v.Kind() != reflect.Struct {
		return
	}
	out[v.Type().Name()] = true
	for i := range v.NumField() {
		f := v.Type().Field(i)
		tag, ok := f.Tag.Lookup("parser")
		if !ok || leaf(f.Type) || v.Field(i).IsZero() {
			continue
		}
		name := v.Type().Name() + "." + f.Name
		if f.Type.Kind() == reflect.String {
			name += " " + v.Field(i).String()
		}
		if f.Type.Kind() != reflect.Slice || v.Field(i).Len() >= many(tag) {
			out[name] = true
		}
		features(v.Field(i), out)
	}
}

// leaf says whether a type is of names, numbers and expressions, which claims share with all else.
func leaf(t reflect.Type) bool {
	return slices.Contains([]reflect.Type{reflect.TypeFor[dsl.Name](), reflect.TypeFor[dsl.Quantity](), reflect.TypeFor[*dsl.Expr]()}, t)
}
