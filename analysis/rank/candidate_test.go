package rank_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"adagio/analysis/rank"
	"adagio/dsl/model"
)

func base(t testing.TB) *rank.Base {
	s := openstack(t, 2, "")
	return &rank.Base{Load: func(string, map[string]int) (*model.Scenario, error) { return s, nil }}
}

func TestCandidates(t *testing.T) {
	cases := []struct{ name, document, program, wrong string }{
		{name: "unchanged", document: `{}`, program: "push nova[1] interrupt; wait mariadbworker[1] holding; push nova[1] update; wait keystone[1] holding; push nova[1] deploy; wait nova[1]"},
		{name: "texts", document: `{"programs": {"nova[1]": ["push nova[1] interrupt, update", "wait keystone[1] deploy holding", "pause 1s .. 2s", "wait all"]}}`,
			program: "push nova[1] interrupt; push nova[1] update; wait keystone[1] deploy holding; pause 1s .. 2s; wait all"},
		{name: "words", document: `{"programs": {"nova1": [["push", "nova1", "deploy"], ["wait", "keystone1", true], ["wait", "nova1", false]]}}`,
			program: "push nova[1] deploy; wait keystone[1] holding; wait nova[1]"},
		{name: "connections", document: `{"programs": {"nova1": ["disconnect keystone1.service -> nova1.keystone_service"]}}`, program: "disconnect keystone[1].service -> nova[1].keystone_service"},
		{name: "changes", document: `{"what_if": ["remove wait nova keystone"]}`, program: "push nova[1] interrupt; wait mariadbworker[1] holding; push nova[1] update; push nova[1] deploy; wait nova[1]"},
		{name: "no node", document: `{"programs": {"nov1": []}}`, wrong: "there is no node nov1; did you mean nova1?"},
		{name: "no component", document: `{"programs": {"nova1": ["wait keyston1"]}}`, wrong: "did you mean keystone1?"},
		{name: "no behaviour", document: `{"programs": {"nova1": ["push nova1 go"]}}`, wrong: "component type Nova has no behavior go"},
		{name: "no instruction", document: `{"programs": {"nova1": ["jump nova1"]}}`, wrong: `"jump nova1": at character 1: jump is not an instruction (they are add, `},
		{name: "no connection", document: `{"programs": {"nova1": ["connect a -> b"]}}`, wrong: `"connect a -> b": at character 11: expected ., found ->`},
		{name: "no such connection", document: `{"programs": {"nova1": ["connect nova1.keystone_service -> keystone1.service"]}}`, wrong: "nova[1].keystone_service -> keystone[1].service is not a connection of the model"},
		{name: "no port", document: `{"programs": {"nova1": ["connect keystone1.servic -> nova1.keystone_service"]}}`, wrong: "component type Keystone has no port servic (did you mean service?)"},
		{name: "several words", document: `{"programs": {"nova1": [["push", "nova1", "interrupt", "update"], ["connect", "keystone1.service", "->", "nova1.keystone_service"]]}}`, program: "push nova[1] interrupt; push nova[1] update; connect keystone[1].service -> nova[1].keystone_service"},
		{name: "a replication", document: `{"programs": {"nova1": ["if 1 < 2 { wait nova1 }"]}}`, wrong: "has no block"},
		{name: "an addition", document: `{"what_if": ["add wait nova nova before push nova nova update"]}`, program: "push nova[1] interrupt; wait mariadbworker[1] holding; wait nova[1]; push nova[1] update; wait keystone[1] holding; push nova[1] deploy; wait nova[1]"},
		{name: "a number", document: `{"programs": {"nova1": [3]}}`, wrong: "an instruction is a text or a list of words"},
		{name: "no field", document: `{"program": {}}`, wrong: `unknown field "program"`},
		{name: "no JSON", document: `{`, wrong: "this is not a candidate"},
		{name: "a field twice", document: `{"programs": {"nova0": [], "nova1": [], "nova0": ["wait all"]}}`, wrong: `the field "nova0" is there twice`},
		{name: "no field twice", document: `{"name": "name", "programs": {"nova1": [["push", "nova1", "deploy"], "wait nova1", ["wait", "nova1"]]}, "what_if": []}`, program: "push nova[1] deploy; wait nova[1]; wait nova[1]"},
		{name: "two", document: `{} {}`, wrong: "after the end"},
	}
	b := base(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			candidate, err := rank.ParseCandidate([]byte(c.document))
			var s *model.Scenario
			if err == nil {
				s, err = b.Scenario(candidate)
			}
			if err != nil || c.wrong != "" {
				if err == nil || c.wrong == "" || !strings.Contains(err.Error(), c.wrong) {
					t.Errorf("got %v, want %q", err, c.wrong)
				}
				return
			}
			n := slices.IndexFunc(s.Nodes, func(n model.Node) bool { return n.Name == "nova[1]" })
			var got []string
			for _, in := range s.Nodes[n].Program {
				got = append(got, s.Text(in))
			}
			if text := strings.Join(got, "; "); text != c.program {
				t.Errorf("got %s", text)
			}
		})
	}
}

// FuzzCandidate: whatever is read is a valid scenario or an error.
func FuzzCandidate(f *testing.F) {
	f.Add([]byte(`{"name": "x", "programs": {"nova1": ["push nova1 deploy", ["wait", "nova1", true], "pause 1s"]}}`))
	f.Add([]byte(`{"what_if": ["poll = 1s", "remove wait nova keystone", "move push nova nova deploy before wait nova keystone"]}`))
	b := base(f)
	f.Fuzz(func(t *testing.T, document []byte) {
		c, err := rank.ParseCandidate(document)
		if err != nil {
			return
		}
		s, err := b.Scenario(c)
		if err != nil {
			return
		}
		if err := s.Validate(); err != nil {
			t.Error(err)
		}
		if _, err := json.Marshal(c); err != nil {
			t.Error(err)
		}
	})
}
