package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"

	"adagio/analysis/rank"
	"adagio/dsl"
	"adagio/dsl/model"
)

// contender is a plan to be ranked, that has been read or is still a line of text.
type contender struct {
	base *rank.Base
	name string
	line int // of its file, from 1; 0 for a plan that is a file of its own
	// scenario resolves the plan.
	scenario func() (*model.Scenario, error)
}

// plan analyses a contender. What cannot be read is a plan that is an error.
func (c *contender) plan() *rank.Plan {
	var p *rank.Plan
	if s, err := c.scenario(); err != nil {
		p = rank.NewError(c.name, err)
	} else {
		p = c.base.Plan(c.name, s)
	}
	p.Line = c.line
	return p
}

// field are the plans that have been read; the best of them have their event graphs.
type field struct {
	closely int
	plans   []*rank.Plan
	whole   int // plans that have their event graphs
}

// remembered is how many of the best plans keep their event graphs.
const remembered = 32

func (f *field) add(p *rank.Plan) {
	f.plans = append(f.plans, p)
	if f.whole++; f.whole >= 2*max(f.closely, remembered) {
		f.whole = max(f.closely, remembered)
		rank.Forget(f.plans, f.whole)
	}
}

// read reads and analyses the plans, several at a time, and gives each to emit in
// the order in which they are written.
func (k *ranking) read(opts dsl.Options, args []string, emit func(*rank.Plan) error) ([]*rank.Plan, error) {
	queue := make(chan chan *rank.Plan, runtime.GOMAXPROCS(0))
	failed := make(chan error, 1)
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		defer close(queue)
		failed <- k.each(opts, args, func(c *contender) bool {
			future := make(chan *rank.Plan, 1)
			select {
			case queue <- future:
			case <-stop:
				return false
			}
			go func() { future <- c.plan() }()
			return true
		})
	}()
	f := &field{closely: k.opts.Closely}
	for future := range queue {
		p := <-future
		if err := emit(p); err != nil {
			return nil, err
		}
		f.add(p)
	}
	return f.plans, <-failed
}

// each yields the plans that the arguments name.
func (k *ranking) each(opts dsl.Options, args []string, yield func(*contender) bool) error {
	if len(k.models) == 0 {
		for _, arg := range args {
			one := opts
			one.Files, one.Sources = []string{arg}, nil
			if arg == "-" {
				one.Files, one.Sources = nil, opts.Sources
			}
			s, sources, list := dsl.Load(one)
			if s == nil {
				return invalid(list, sources)
			}
			if !yield(&contender{&rank.Base{Strict: k.strict}, arg, 0, func() (*model.Scenario, error) { return s, nil }}) {
				return nil
			}
		}
		return nil
	}
	base := &rank.Base{Strict: k.strict, Load: func(plan string, set map[string]int) (*model.Scenario, error) {
		one := opts.With(set)
		if plan != "" {
			one.Plan = plan
		}
		s, _, list := dsl.Load(one)
		if s == nil {
			return nil, unreadable(list)
		}
		return s, nil
	}}
	if s, sources, list := dsl.Load(opts); s == nil {
		return invalid(list, sources)
	}
	seen := &requests{names: map[string]int{}}
	for _, arg := range args {
		in := io.Reader(k.app.stdin)
		if arg != "-" {
			f, err := os.Open(arg)
			if err != nil {
				return broken(err)
			}
			defer f.Close()
			in = f
		}
		if arg == "-" {
			arg = "<stdin>"
		}
		if err := candidates(in, arg, seen, base, yield); err != nil {
			return broken(err)
		}
	}
	return nil
}

// candidates yields one candidate for each line that is not blank. What cannot be
// read is a candidate that is an error: the others are answered all the same.
func candidates(in io.Reader, name string, seen *requests, base *rank.Base, yield func(*contender) bool) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), dsl.MaxSource)
	for at := 1; lines.Scan(); at++ {
		line := bytes.Clone(bytes.TrimSpace(lines.Bytes()))
		if len(line) == 0 {
			continue
		}
		if !yield(contenderOf(line, seen, name, at, base)) {
			return nil
		}
	}
	return lines.Err()
}

// requests are the candidates that have been read.
type requests struct {
	count int
	names map[string]int // their numbers
}

// contenderOf reads one candidate, which stands on a line of a file.
func contenderOf(line []byte, seen *requests, file string, at int, base *rank.Base) *contender {
	c, err := rank.ParseCandidate(line)
	if seen.count++; c.Name == "" {
		c.Name = fmt.Sprint(seen.count)
	}
	if first, ok := seen.names[c.Name]; !ok {
		seen.names[c.Name] = seen.count
	} else if err == nil {
		err = &rank.RequestError{Code: "duplicate", Text: fmt.Sprintf("candidate %d is called %s already", first, c.Name)}
	}
	return &contender{base, c.Name, at, func() (*model.Scenario, error) {
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, at, err)
		}
		s, err := base.Scenario(c)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, at, err)
		}
		return s, nil
	}}
}

// emitter writes a line for each plan as soon as it is known.
func (k *ranking) emitter() func(*rank.Plan) error {
	var first, best *rank.Plan
	e := json.NewEncoder(k.app.out)
	e.SetEscapeHTML(false)
	return func(p *rank.Plan) error {
		if first == nil && p.Result != nil {
			first = p
		}
		doc := lineDocument{"adagio/candidate/2", p.Line, k.plan(p, cmp.Or(first, p), true)}
		if p.Ends() && best != nil {
			doc.Versus = versusBest(p, best)
		}
		if p.Ends() && (best == nil || p.Result.Makespan.Upper < best.Result.Makespan.Upper) {
			best = p
		}
		if err := e.Encode(doc); err != nil {
			return err
		}
		return k.app.out.Flush()
	}
}

// versusBest compares a plan with the best before it.
func versusBest(p, best *rank.Plan) *versusDocument {
	plans := []*rank.Plan{p, best}
	pair := rank.Compare(plans, 0, 1)
	if other := rank.Compare(plans, 1, 0); pair.Verdict == rank.Undecided && other.Verdict != rank.Undecided {
		pair = other
	}
	return &versusDocument{Best: best.Name, Subject: [...]string{"candidate", "best"}[pair.Better], Verdict: pair.Verdict.String(), GapNS: int64(pair.Gap)}
}
