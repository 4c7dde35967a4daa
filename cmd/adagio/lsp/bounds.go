package lsp

import (
	"context"
	"encoding/json"
	"errors"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/analysis/verify"
	"adagio/dsl"
	"adagio/dsl/diag"

	"github.com/sourcegraph/jsonrpc2"
	protocol "github.com/tliron/glsp/protocol_3_16"
)

// Job is a plan to analyse: its name, and the texts of its model.
type Job struct {
	Sources []dsl.Source
	Plan    string
}

// Answer is what came out: a line above the plan, and what the analysis warns of.
type Answer struct {
	Title       string
	Diagnostics diag.List
}

// sampled is how many executions are drawn for what is not proved of a property.
const sampled = 50

// Analyse bounds a plan and answers its properties. It does not stop when the context ends: who needs that
// runs it in a process of its own.
func Analyse(_ context.Context, job Job) (Answer, error) {
	s, _, _ := dsl.Load(dsl.Options{Sources: job.Sources, Plan: job.Plan})
	if s == nil {
		return Answer{Title: "no bounds: the model has mistakes"}, nil
	}
	r, err := analysis.Analyse(s, analysis.Options{})
	if refused, ok := errors.AsType[*analysis.RefusedError](err); ok {
		return Answer{Title: refused.Error(), Diagnostics: diag.List{{Summary: refused.Error(), Subject: s.Pos, Length: len([]rune(s.Name))}}}, nil
	} else if err != nil {
		return Answer{}, err
	}
	if err := verify.Show(r); err != nil {
		return Answer{}, err
	}
	answer := Answer{Title: report.Line(r)}
	r.Hazards = nil // their number is in the title
	answer.Diagnostics = r.Diagnostics()
	verdicts, err := verify.Properties(s, r, "", verify.Options{Runs: sampled, Events: verify.Events, Seed: 1})
	if err != nil {
		return Answer{}, err
	}
	if text := verify.Summary(verdicts); text != "" {
		answer.Title += " · " + text
	}
	answer.Diagnostics = append(answer.Diagnostics, verify.Diagnostics(verdicts)...)
	return answer, nil
}

// lens is what a code lens carries until it is resolved.
type lens struct {
	URI     string `json:"uri"`
	Version int32  `json:"version"`
	Plan    string `json:"plan"`
}

// codeLens lists the plans of a text. Those whose bounds are known have them.
func codeLens(r *request, p *protocol.CodeLensParams) (any, error) {
	d, m, err := r.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	f, _ := d.parse()
	out := []protocol.CodeLens{}
	for _, plan := range f.Plans {
		name := plan.Name
		l := protocol.CodeLens{Range: d.span(name.Pos, name.Length), Data: lens{d.uri, d.version, name.Text}}
		m.mu.Lock()
		b := m.bounds[name.Text]
		m.mu.Unlock()
		if b != nil {
			select {
			case <-b.done:
				l.Command, l.Data = above(b.answer), nil
			default:
			}
		}
		out = append(out, l)
	}
	return out, nil
}

func above(a Answer) *protocol.Command { return &protocol.Command{Title: a.Title} }

// resolveLens waits for the bounds of a plan, as long as the text is what it was.
func resolveLens(r *request, l *protocol.CodeLens) (any, error) {
	var of lens
	text, err := json.Marshal(l.Data)
	if err == nil {
		err = json.Unmarshal(text, &of)
	}
	if err != nil {
		return nil, failed(jsonrpc2.CodeInvalidParams, "%v", err)
	}
	d, m, err := r.document(of.URI)
	if err != nil {
		return nil, err
	}
	stale := failed(contentModified, "the text has changed")
	if d.version != of.Version {
		return nil, stale
	}
	if m.check().HasErrors() {
		l.Command = above(Answer{Title: "no bounds: the model has mistakes"})
		return l, nil
	}
	b := r.bound(m, of.Plan)
	select {
	case <-b.done:
	case <-r.Done():
		return nil, r.Err()
	}
	if m.ctx.Err() != nil {
		return nil, stale
	}
	l.Command = above(b.answer)
	return l, nil
}
