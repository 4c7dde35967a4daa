// Package measure reads measured executions: when each transition, behaviour,
// instruction and event of each node began and ended.
//
// Three layouts are read, in any mixture and in any depth of folders:
//
//   - Ballet's own result folders: RUN/logs_files_assemblies/OPERATION/NODE_DATE.yaml
//     beside RUN/execution_metadata.yaml and RUN/results_….yaml, which tell case,
//     sites and the name of the run; a checkout of many such folders, too
//   - the logs of one run: a folder with one such YAML file for each node, or one
//     for each wake of a node that sleeps
//   - tidy tables, .csv or .csv.gz, with the columns case, sites, run, operation,
//     node, kind, name, start_s, end_s; or shorter ones of one process, see table.go
//
// In a table the columns of [Factors] tell runs apart, too. All other columns are
// passed over.
//
// A file that is broken is reported and left out, and the rest goes on:
//
//	runs, problems, err := measure.Read([]string{"results"}, measure.Options{})
//	for _, p := range problems { fmt.Fprintln(os.Stderr, p) }
//	for i := range runs { fmt.Println(runs[i].Case, runs[i].Operation, runs[i].Makespan()) }
//
// A [Mapping] finds the components, transitions and instructions of a scenario
// that the measured names mean.
package measure

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind tells what an item is.
type Kind uint8

// The kinds of items that Ballet logs, and after Event those that only tables have.
const (
	Transition  Kind = iota
	Behaviour        // cut in two where its node falls asleep
	Instruction      // likewise
	Event            // of the process: its program, and what it does for itself
	Sleep            // the node is off
	Boot             // from the end of the sleep to the start of the process
	Action           // what a transition does, without the executor's share
	Place            // enter_P or leave_P
	Publish          // something is told to others
)

var kindWords = [...]string{"transition", "behavior", "instruction", "event", "sleep", "boot", "action", "place", "publish"}

// logged are the kinds that the logs of a node have.
const logged = Event + 1

// String is the word that Ballet's files use.
func (k Kind) String() string { return kindWords[k] }

// Item is something that has a start and an end.
type Item struct {
	Kind Kind
	// Name is what the log calls it, without the word for its kind: "bootstrap",
	// "deploy-database", "wait_3-database", "uptime".
	Name string
	// Component is the component that the name tells, as the log writes it, or
	// "": Ballet's logs do not tell the component of a transition.
	Component string
	// Element is the name of the transition or behaviour, of the behaviour that
	// is pushed, of the type that is added, what is left of the name of a
	// connection ("port-component-port"), or the name of the event.
	Element string
	// Op is the word of an instruction: add, del, conn, dcon, push_b, wait,
	// waitall. Position is its place in the node's program, counted from 0.
	Op       string
	Position int
	// Holding is set for "wait … holding", which Ballet logs with "_True".
	Holding bool
	// Occurrence counts the items of one name of a node, from 1.
	Occurrence int
	// Start and End are dates from an origin that the nodes of the run and
	// operation have in common.
	Start, End time.Duration
	// Cuts are from when the node fell asleep to when it went on in its next wake, where
	// that was in between.
	Cuts []Cut
}

// Cut is when a node that sleeps leaves off with something, and when it goes on with it.
type Cut struct{ Start, End time.Duration }

// Node is what one node logged of one operation.
type Node struct {
	Name string
	// Start and End are those of the node's own program (event_deploy,
	// event_update): without the final "wait all".
	Start, End time.Duration
	Items      []Item // by kind, then by start, then by name
	Path       string // of the file
}

// Run is one operation of one run of an experiment.
type Run struct {
	Case      string // such as "openstack"; "" if nothing tells it
	Sites     int    // 0 if nothing tells it
	ID        string // the date that names the run; else the path of its folder
	Operation string // "deploy" or "update" in the published runs
	// Columns are the values of those of [Factors] that the table has.
	Columns map[string]string
	// Lasted are durations of transitions of which no dates are known, by component
	// and transition: those that were asked for, without the executor's share.
	Lasted map[[2]string]time.Duration
	// Span is from the origin to the last end of a program, where nothing but that is
	// known; else 0.
	Span  time.Duration
	Nodes []Node // by name
	// Missing names the nodes that took part, but whose log is not there or
	// broken. What is said of the run as a whole is not certain then.
	Missing []string
	Path    string // of the run's folder, or of the table
}

// Variant is the run's columns with their values, in the order of [Factors]: what tells it
// from other runs of the same case, sites and operation. It is "" where there are none.
func (r *Run) Variant() string {
	var words []string
	for _, f := range Factors {
		if v := r.Columns[f]; v != "" {
			words = append(words, f+"="+v)
		}
	}
	return strings.Join(words, " ")
}

// Sleeps says whether the table tells when nodes of the run were off. Then its dates
// count from the origin of the windows in which they are awake.
func (r *Run) Sleeps() bool {
	return slices.ContainsFunc(r.Nodes, func(n Node) bool {
		return slices.ContainsFunc(n.Items, func(it Item) bool { return it.Kind == Sleep })
	})
}

// Makespan is the greatest, over the nodes, of the duration of the node's own
// program: what Ballet's authors report. The final "wait all" is not in it.
func (r *Run) Makespan() time.Duration {
	longest := time.Duration(0)
	for _, n := range r.Nodes {
		longest = max(longest, n.End-n.Start)
	}
	return longest
}

// String names the run and operation in a line.
func (r *Run) String() string {
	name := r.Case
	if name == "" {
		name = "run"
	}
	switch {
	case r.Sites == 1:
		name += ", 1 site"
	case r.Sites > 1:
		name += fmt.Sprintf(", %d sites", r.Sites)
	}
	if v := r.Variant(); v != "" {
		name += ", " + v
	}
	return name + ", " + r.ID + ", " + r.Operation
}

// Problem is why a file, or a part of it, was left out, or what is doubtful in it.
type Problem struct {
	Path   string
	Line   int // 0 if the reason has no line
	Reason string
}

// String is the problem in a line: "path:line: reason".
func (p Problem) String() string {
	if p.Line > 0 {
		return fmt.Sprintf("%s:%d: %s", p.Path, p.Line, p.Reason)
	}
	return p.Path + ": " + p.Reason
}

// Options says how to read.
type Options struct {
	// Workers is how many files are read at a time; 0 is one for each processor.
	// The result does not depend on it.
	Workers int
	// Progress, if not nil, is told now and then how many of the files are done.
	// It is called from one goroutine at a time.
	Progress func(done, files int)
}
