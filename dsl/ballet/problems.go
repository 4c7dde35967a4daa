package ballet

import (
	"fmt"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// problems collects what is wrong with the inputs.
type problems struct{ list diag.List }

// HasErrors says whether something is wrong that leaves no result.
func (p *problems) HasErrors() bool { return p.list.HasErrors() }

func (p *problems) add(s diag.Severity, pos model.Pos, detail, format string, args ...any) {
	if len(p.list) >= maxProblems {
		return
	}
	p.list = append(p.list, diag.Diagnostic{Severity: s, Subject: pos, Detail: detail, Summary: fmt.Sprintf(format, args...)})
}

func (p *problems) errorf(pos model.Pos, detail, format string, args ...any) {
	p.add(diag.Error, pos, detail, format, args...)
}

// suggest is the "did you mean" for a name, for the first problems only: it is
// worth nothing among hundreds, and costs the most.
func (p *problems) suggest(name string, candidates []string) string {
	if len(p.list) >= maxProblems/10 {
		return ""
	}
	return diag.DidYouMean(name, candidates)
}

// want reports a value that is missing, of another kind, or a text without
// characters. It returns one that is safe to use in its place: itself if it is
// right, else an empty one. An empty text has thus been reported.
func (p *problems) want(v *value, k kind, pos model.Pos, what string) *value {
	switch {
	case v == nil:
		p.errorf(pos, "", "%s is missing", what)
	case v.kind != k:
		p.errorf(v.pos, "", "%s must be %s, not %s", what, k, v.kind)
	case k == textKind && v.text == "":
		p.errorf(v.pos, "", "%s must not be empty", what)
	default:
		return v
	}
	return &value{kind: k, pos: pos}
}

// texts reads an array of texts.
func (p *problems) texts(v *value, pos model.Pos, what string) []string {
	var out []string
	list := p.want(v, arrayKind, pos, what)
	if len(list.items) > maxElements {
		p.errorf(list.pos, "", "%s has more than %d names", what, maxElements)
		return nil
	}
	for _, m := range list.items {
		out = append(out, p.want(m.value, textKind, m.pos, "a name in "+what).text)
	}
	return out
}
