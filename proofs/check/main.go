// Command check checks a certificate against the scenario that it is of: of bounds, of an
// execution, or that one plan is faster than another (--certificate of adagio bound, verify
// and rank). It shares no code with the analysis: see README.md.
//
//	go run ./proofs/check [-plan NAME] [-set name=value] CERTIFICATE MODEL… [than MODEL…]
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"adagio/dsl"
	"adagio/dsl/model"
	"adagio/proofs/check/derivation"
	"adagio/proofs/check/lines"
	"adagio/proofs/check/replay"
	"adagio/proofs/check/system"
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

// Check reads a certificate of a scenario, or of two that are compared: its answer in
// words, or where it fails.
func Check(in io.Reader, of ...*model.Scenario) (answer string, err error) {
	r := lines.New(in)
	defer func() { // a reference out of range, wherever it stands
		if e := recover(); e != nil {
			err = fmt.Errorf("line %d refers to what does not exist", r.Line)
		}
	}()
	r.Next()
	switch head := r.Text(); {
	case (head == "adagio comparison 1") != (len(of) == 2) || len(of) > 2:
		return "", fmt.Errorf("this is no certificate of %d plans", len(of))
	case len(of) == 2:
		answer, err = faster(r, of[0], of[1])
	case head == "adagio execution 1":
		answer, err = replay.Check(r, of[0])
		r.Next()
	case head == "adagio certificate 1":
		var b bounds
		b, err = derived(r, of[0])
		answer = b.String()
		r.Next()
	default:
		return "", fmt.Errorf("this is no certificate")
	}
	if err == nil && r.Letter != "" {
		err = fmt.Errorf("line %d: the certificate has ended", r.Line)
	}
	return answer, err
}

// bounds are what a certificate derives of the executions that end, all of them if ends.
type bounds struct {
	makespan, span [2]int
	ends           bool
	given          []string // what of the system has been taken as given
}

func (b bounds) String() string {
	out := fmt.Sprintf("yes: makespan %s, span %s; ", interval(b.makespan), interval(b.span))
	if b.ends {
		out += "every execution ends"
	} else {
		out += "that every execution ends is not shown"
	}
	return out + b.taken()
}

// taken says what has been taken as given.
func (b bounds) taken() string {
	if len(b.given) == 0 {
		return ""
	}
	return "; taken as given: " + strings.Join(b.given, ", ")
}

// faster checks that the longest program of one plan ends before that of another can.
func faster(r *lines.Reader, fast, slow *model.Scenario) (string, error) {
	var both [2]bounds
	for i, s := range []*model.Scenario{fast, slow} {
		if r.Next(); r.Text() != "adagio certificate 1" {
			return "", fmt.Errorf("line %d: here the certificate of %s should begin", r.Line, s.Name)
		}
		var err error
		if both[i], err = derived(r, s); err != nil {
			return "", fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	r.Next()
	if both[0].makespan[1] >= both[1].makespan[0] {
		return "", fmt.Errorf("%v is not less than %v", interval(both[0].makespan), interval(both[1].makespan))
	}
	ends := map[bool]string{true: "every execution of both ends", false: "that all executions end is not shown"}[both[0].ends && both[1].ends]
	given := bounds{given: slices.Compact(slices.Sorted(slices.Values(slices.Concat(both[0].given, both[1].given))))}
	return fmt.Sprintf("yes: %s is certainly faster than %s: makespan %s, and %s; %s%s", fast.Name, slow.Name, interval(both[0].makespan), interval(both[1].makespan), ends, given.taken()), nil
}

// derived checks a certificate of bounds, after its first line.
func derived(r *lines.Reader, s *model.Scenario) (out bounds, err error) {
	sys, err := derivation.Read(r)
	if err != nil {
		return out, err
	}
	var nodes []system.Node
	var goals []derivation.Goal
	for ; r.Letter == "n"; r.Next() {
		start, end, x := r.X[0], r.X[1], r.X[2:6]
		if min(x[0], x[2]) < 0 || max(x[1], x[3]) == derivation.Never {
			return out, fmt.Errorf("line %d: the dates of a node are not from the beginning to some end", r.Line)
		}
		nodes = append(nodes, system.Node{Start: start, End: end})
		goals = append(goals, derivation.Goal{Event: end, Earliest: int64(x[0]), Latest: int64(x[1])}, derivation.Goal{Event: start, Earliest: int64(x[2]), Latest: int64(x[3])})
		out.span = [2]int{max(out.span[0], x[0]), max(out.span[1], x[1])}
		out.makespan = [2]int{max(out.makespan[0], x[0]-x[3]), max(out.makespan[1], x[1]-x[2])}
	}
	delays, conditions, err := system.Against(s, sys, nodes)
	if err != nil {
		return out, err
	}
	out.given = slices.DeleteFunc([]string{delays, conditions}, func(s string) bool { return s == "" })
	if r.Letter != "t" || [4]int(r.X) != [4]int{out.span[0], out.span[1], out.makespan[0], out.makespan[1]} {
		return out, fmt.Errorf("line %d: the bounds are not those of the nodes", r.Line)
	}
	if err := derivation.Check(r, sys, goals); err != nil {
		return out, err
	}
	out.ends = system.Completes(s, sys)
	return out, nil
}

func interval(x [2]int) string {
	return fmt.Sprintf("%.9gs .. %.9gs", float64(x[0])/1e9, float64(x[1])/1e9)
}
