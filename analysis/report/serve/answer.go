package serve

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/analysis/report/page"
	"adagio/analysis/schedule"
	"adagio/analysis/verify"
	"adagio/analysis/whatif"
	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// maxAnswers is how many answers are kept.
const maxAnswers = 200

// textWidth is the width of texts inside pages.
const textWidth = 110

// answer is what is shown of a question about a model, once done is closed.
type answer struct {
	done chan struct{}
	text string // a line, a text, or
	page []byte // a page
	bad  bool   // text says why there is no answer

	waiting int // requests
}

// answers keeps answers in memory, and has one analysis run at a time.
type answers struct {
	mu    sync.Mutex
	kept  map[string]*answer
	order []string // of kept, the oldest first
	turn  sync.Mutex
}

// get returns the answer of a key, which find finds if it is not kept. It waits for it
// no longer than the context, and returns nil then: what was begun goes on, and is
// there for who asks again; what waits for its turn is given up.
func (a *answers) get(ctx context.Context, key string, find func(*answer) error) *answer {
	a.mu.Lock()
	x := a.kept[key]
	if x == nil {
		x = &answer{done: make(chan struct{})}
		if a.kept == nil {
			a.kept = map[string]*answer{}
		}
		if len(a.order) == maxAnswers {
			delete(a.kept, a.order[0])
			a.order = a.order[1:]
		}
		a.kept[key], a.order = x, append(a.order, key)
		go a.find(key, x, find)
	}
	x.waiting++
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		x.waiting--
		a.mu.Unlock()
	}()
	select {
	case <-x.done:
		return x
	case <-ctx.Done():
		return nil
	}
}

// find finds an answer when it is its turn, unless nobody waits for it any more.
func (a *answers) find(key string, x *answer, find func(*answer) error) {
	a.turn.Lock()
	defer a.turn.Unlock()
	if a.dropped(key, x) {
		return
	}
	defer close(x.done)
	defer func() {
		if p := recover(); p != nil {
			x.text, x.page, x.bad = fmt.Sprintf("internal error: %v\nThis is a fault of the program, not of your input. Please report it with the model and this trace:\n%s", p, debug.Stack()), nil, true
		}
	}()
	if err := find(x); err != nil {
		x.text, x.page, x.bad = err.Error(), nil, true
	}
}

// dropped forgets an answer that nobody waits for before it was begun.
func (a *answers) dropped(key string, x *answer) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if x.waiting > 0 {
		return false
	}
	if a.kept[key] == x {
		delete(a.kept, key)
		a.order = slices.DeleteFunc(a.order, func(k string) bool { return k == key })
	}
	return true
}

// question is what is asked about a model.
type question struct {
	plan    string
	set     map[string]int
	lower   bool
	changes []string
}

// loaded is a model that was read for a question.
type loaded struct {
	question
	folder   *folder
	opts     dsl.Options
	scenario *model.Scenario // nil if there are mistakes
	sources  diag.Sources
	list     diag.List
}

// load reads a model.
func (f *folder) load(m *entry, q question) *loaded {
	l := &loaded{question: q, folder: f, opts: dsl.Options{Sources: m.sources, Plan: q.plan, Set: q.set, Read: f.read}}
	l.scenario, l.sources, l.list = dsl.Load(l.opts)
	return l
}

// key stands for the question and all texts that its answer is made from.
func (l *loaded) key() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q", query("", l.question))
	for _, name := range slices.Sorted(maps.Keys(l.sources)) {
		fmt.Fprintf(h, " %q %q", name, l.sources[name])
	}
	fmt.Fprintf(h, " %q", l.diagnostics()) // also of files that could not be read
	return fmt.Sprintf("%x", h.Sum(nil))
}

// diagnostics is what is wrong with the model, as the command line writes it.
func (l *loaded) diagnostics() string { return render(l.list, l.sources) }

func render(list diag.List, sources diag.Sources) string {
	var b strings.Builder
	diag.Render(&b, list, sources, diag.Options{Width: textWidth})
	return b.String()
}

// analyse bounds a scenario; an error is a text with the reason.
func (l *loaded) analyse(s *model.Scenario) (*analysis.Result, error) {
	r, err := bounds(s)
	if err != nil {
		return nil, errors.New(render(diag.List{report.Refusal(s, err)}, l.sources))
	}
	return r, nil
}

// bounds bounds a scenario and looks for an execution that hangs where one may.
func bounds(s *model.Scenario) (*analysis.Result, error) {
	r, err := analysis.Analyse(s, analysis.Options{})
	if err != nil {
		return nil, err
	}
	return r, verify.Show(r)
}

// line answers with the bounds in a line.
func (l *loaded) line(x *answer) error {
	r, err := bounds(l.scenario)
	if err == nil {
		x.text = report.Line(r)
	}
	return err
}

// report answers with the page of the plan.
func (l *loaded) report(x *answer, made string) error {
	r, err := l.analyse(l.scenario)
	if err != nil {
		return err
	}
	at := analysis.AtUpper
	if l.lower {
		at = analysis.AtLower
	}
	laid, err := schedule.Of(r, at)
	if err != nil {
		return err
	}
	in := page.Input{Result: r, Schedule: laid, Sources: l.sources, Made: made}
	if err := in.Answer(page.Questions{}); err != nil {
		return err
	}
	var b strings.Builder
	err = page.Write(&b, in)
	x.page = []byte(b.String())
	return err
}

// whatIf answers with the plan before and after the changes side by side.
func (l *loaded) whatIf(x *answer) error {
	var changes []whatif.Change
	var texts []string
	for _, text := range l.changes {
		if fromFile(text) {
			return fmt.Errorf("what if: %s: durations from a file are not read here; write a constant, an interval or a distribution", text)
		}
		c, err := whatif.Parse(text)
		if wrong, ok := errors.AsType[*whatif.SyntaxError](err); ok {
			return errors.New(render(wrong.List, diag.Sources{wrong.Name: wrong.Text}))
		}
		if err != nil {
			return err
		}
		changes, texts = append(changes, c), append(texts, c.String())
	}
	before, err := l.analyse(l.scenario)
	if err != nil {
		return err
	}
	s := l.scenario
	set, changes := whatif.Parameters(changes)
	if len(set) > 0 {
		var list diag.List
		var sources diag.Sources
		if s, sources, list = dsl.Load(l.opts.With(set)); s == nil {
			return errors.New(render(list, sources))
		}
	}
	if s, err = whatif.Apply(s, changes...); err != nil {
		return err
	}
	after, err := l.analyse(s)
	if err != nil {
		return err
	}
	var b strings.Builder
	err = report.WhatIf(&b, before, after, texts, report.Options{Width: textWidth, Lower: l.lower})
	x.text = b.String()
	return err
}

// fromFile says whether a change names a file of durations: one that is not of the
// folder must not be read, and parsing reads it.
func fromFile(text string) bool {
	c, list := dsl.ParseChange("what if", text)
	if c == nil || list.HasErrors() {
		return false
	}
	selects := func(s *dsl.Selector) bool { return s != nil && s.Duration != nil && s.Duration.File != nil }
	return c.Value != nil && c.Value.File != nil || selects(c.First) || selects(c.Second)
}
