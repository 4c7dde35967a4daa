// Command check checks a certificate against the scenario that it is of: of bounds, of an
// execution, or that one plan is faster than another (--certificate of adagio bound, verify
// and rank). It shares no code with the analysis: see README.md.
//
//	go run ./proofs/check [-plan NAME] [-set name=value] CERTIFICATE MODEL… [than MODEL…]
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"adagio/dsl"
	"adagio/dsl/model"
)

func main() {
	opts := dsl.Options{Set: map[string]int{}}
	flag.StringVar(&opts.Plan, "plan", "", "the plan")
	flag.StringVar(&opts.Network, "network", "", "the network")
	flag.StringVar(&opts.Executor, "executor", "", "the executor")
	flag.Func("timings", "durations to use", func(name string) error { opts.Timings = append(opts.Timings, name); return nil })
	flag.Func("set", "name=value", func(s string) (err error) {
		name, value, _ := strings.Cut(s, "=")
		opts.Set[name], err = strconv.Atoi(value)
		return err
	})
	flag.Parse()
	if flag.NArg() < 2 {
		fail("check [-plan NAME] [-set name=value] CERTIFICATE MODEL… [than MODEL…]")
	}
	var scenarios []*model.Scenario
	for files := flag.Args()[1:]; len(files) > 0; {
		n := slices.Index(append(files, "than"), "than")
		opts.Files, files = files[:n], files[min(n+1, len(files)):]
		s, _, list := dsl.Load(opts)
		if s == nil {
			fail(list)
		}
		scenarios = append(scenarios, s)
	}
	f, err := os.Open(flag.Arg(0))
	if err != nil {
		fail(err)
	}
	answer, err := Check(f, scenarios...)
	if err != nil {
		fmt.Println("no:", err)
		os.Exit(1)
	}
	fmt.Println(answer)
}

func fail(what any) {
	fmt.Fprintln(os.Stderr, what)
	os.Exit(2)
}

// reader reads a certificate line by line.
type reader struct {
	*bufio.Scanner
	line   int
	letter string
	x      []int
}

// next reads a line: a letter, and numbers.
func (r *reader) next() bool {
	if !r.Scan() {
		r.letter = ""
		return false
	}
	r.line++
	fields := strings.Fields(r.Text())
	r.letter, r.x = "", nil
	for i, word := range fields {
		if i == 0 {
			r.letter = word
			continue
		}
		n, err := strconv.Atoi(word)
		if word == "-" {
			n, err = never, nil
		}
		if err != nil {
			r.letter = word
		}
		r.x = append(r.x, n)
	}
	return true
}

// node is what a certificate says of the program of a node.
type node struct{ start, end, lower, upper, startLower, startUpper int }

// Check reads a certificate of a scenario, or of two that are compared: its answer in
// words, or where it fails.
func Check(in io.Reader, of ...*model.Scenario) (answer string, err error) {
	r := &reader{Scanner: bufio.NewScanner(in)}
	r.Buffer(nil, 64<<20)
	defer func() { // a reference out of range, wherever it stands
		if e := recover(); e != nil {
			err = fmt.Errorf("line %d refers to what does not exist", r.line)
		}
	}()
	r.next()
	switch head := r.Text(); {
	case (head == "adagio comparison 1") != (len(of) == 2) || len(of) > 2:
		return "", fmt.Errorf("this is no certificate of %d plans", len(of))
	case len(of) == 2:
		answer, err = r.faster(of[0], of[1])
	case head == "adagio execution 1":
		answer, err = r.replayed(of[0])
	case head == "adagio certificate 1":
		var b bounds
		b, err = r.bounds(of[0])
		answer = b.String()
	default:
		return "", fmt.Errorf("this is no certificate")
	}
	if err == nil && r.next() {
		err = fmt.Errorf("line %d: the certificate has ended", r.line)
	}
	return answer, err
}

// bounds are what a certificate derives of the executions that end: all do, if ends.
type bounds struct {
	makespan, span [2]int
	ends           bool
}

func (b bounds) String() string {
	ends := map[bool]string{true: "every execution ends", false: "that every execution ends is not shown"}[b.ends]
	return fmt.Sprintf("yes: makespan %s, span %s; %s", interval(b.makespan), interval(b.span), ends)
}

// faster checks that the longest program of one plan ends before that of another can.
func (r *reader) faster(fast, slow *model.Scenario) (string, error) {
	var both [2]bounds
	for i, s := range []*model.Scenario{fast, slow} {
		if r.next(); r.Text() != "adagio certificate 1" {
			return "", fmt.Errorf("line %d: here the certificate of %s should begin", r.line, s.Name)
		}
		var err error
		if both[i], err = r.bounds(s); err != nil {
			return "", fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	if both[0].makespan[1] >= both[1].makespan[0] {
		return "", fmt.Errorf("%v is not less than %v", interval(both[0].makespan), interval(both[1].makespan))
	}
	ends := map[bool]string{true: "every execution of both ends", false: "that all executions end is not shown"}[both[0].ends && both[1].ends]
	return fmt.Sprintf("yes: %s is certainly faster than %s: makespan %s, and %s; %s", fast.Name, slow.Name, interval(both[0].makespan), interval(both[1].makespan), ends), nil
}

// bounds checks a certificate of bounds, after its first line.
func (r *reader) bounds(s *model.Scenario) (out bounds, err error) {
	sys, nodes := &system{}, []node(nil)
	for r.next() && r.letter != "t" {
		x := r.x
		switch r.letter {
		case "e":
			sys.lo, sys.hi = append(sys.lo, int64(x[0])), append(sys.hi, int64(x[1]))
			sys.label, sys.causes = append(sys.label, x[2:9]), append(sys.causes, x[9:])
			for _, p := range x[9:] {
				if p < 0 || p >= len(sys.lo)-1 {
					return out, fmt.Errorf("line %d: a cause is not before its event", r.line)
				}
			}
			if x[0] < 0 || x[0] > x[1] || x[1] > math.MaxInt64/1000 {
				return out, fmt.Errorf("line %d: the delay is no interval", r.line)
			}
		case "s":
			var phases [][2]int
			for _, p := range pairs(x) {
				if n := len(phases); n > 0 && (p.signal == none || phases[n-1][1] == none) || max(p.signal, p.phase) >= len(sys.lo) || min(p.signal, p.phase) < none {
					return out, fmt.Errorf("line %d: the phases overlap", r.line)
				}
				phases = append(phases, [2]int{p.signal, p.phase})
			}
			sys.phases = append(sys.phases, phases)
		case "q":
			for len(sys.clauses) < len(sys.lo) {
				sys.clauses = append(sys.clauses, nil)
			}
			sys.clauses[x[0]] = append(sys.clauses[x[0]], x[1:])
			if len(x) < 2 {
				return out, fmt.Errorf("line %d: a clause without a signal", r.line)
			}
		case "n":
			nodes = append(nodes, node{x[0], x[1], x[2], x[3], x[4], x[5]})
		default:
			return out, fmt.Errorf("line %d is none of a system", r.line)
		}
	}
	for len(sys.clauses) < len(sys.lo) {
		sys.clauses = append(sys.clauses, nil)
	}
	if err := against(s, sys, nodes); err != nil {
		return out, err
	}
	for _, n := range nodes {
		out.span = [2]int{max(out.span[0], n.lower), max(out.span[1], n.upper)}
		out.makespan = [2]int{max(out.makespan[0], n.lower-n.startUpper), max(out.makespan[1], n.upper-n.startLower)}
	}
	if t := r.x; r.letter != "t" || [4]int(t[:4]) != [4]int{out.span[0], out.span[1], out.makespan[0], out.makespan[1]} {
		return out, fmt.Errorf("line %d: the bounds are not those of the nodes", r.line)
	}
	if err := r.derive(sys.begin(), nodes); err != nil {
		return out, fmt.Errorf("line %d: %w", r.line, err)
	}
	out.ends = lasts(s) && sys.completes()
	return out, nil
}

// lasts says whether no process ends before its peers have seen all of it, or by an
// instruction that cannot be executed: of that the system says nothing.
func lasts(s *model.Scenario) bool {
	changes := false
	for _, n := range s.Nodes {
		for _, in := range n.Program {
			changes = changes || in.Op == model.Add || in.Op == model.Connect || in.Op == model.Disconnect || in.Op == model.Delete
		}
	}
	return !changes && !(s.Rules.Exits && s.Network.Profile.Kind == model.Polling)
}

func interval(x [2]int) string {
	return fmt.Sprintf("%.9gs .. %.9gs", float64(x[0])/1e9, float64(x[1])/1e9)
}

// derive checks the lines of a derivation up to its end, of both parts where it splits.
func (r *reader) derive(t *state, nodes []node) error {
	for r.next() {
		switch x := r.x; r.letter {
		case "x":
			if !t.contradiction(x[0]) {
				return fmt.Errorf("event %d may have a date", x[0])
			}
			return nil
		case "g":
			for _, n := range nodes {
				if int64(n.lower) > t.earliest[n.end] || int64(n.upper) < t.latest[n.end] || int64(n.startLower) > t.earliest[n.start] || int64(n.startUpper) < t.latest[n.start] {
					return fmt.Errorf("the dates of a node do not follow: event %d at %d .. %d", n.end, t.earliest[n.end], t.latest[n.end])
				}
			}
			return nil
		case "s":
			e, q, o := x[0], x[1], option{x[2], x[3]}
			for _, only := range [2]bool{true, false} {
				part := t.clone()
				var kept []option
				for _, p := range t.options[e][q] {
					if (p == o) == only {
						kept = append(kept, p)
					}
				}
				part.keep(e, q, kept)
				if err := r.derive(part, nodes); err != nil {
					return err
				}
			}
			return nil
		default:
			if err := t.apply(r.letter, x); err != nil {
				return err
			}
		}
	}
	return fmt.Errorf("the derivation does not end")
}
