// Package trace writes an execution in the Trace Event Format of Chrome, which
// ui.perfetto.dev and chrome://tracing open: a process for each node, in it a
// track for its program and one for each component, flow arrows for the
// synchronisations, and first of all a track for the critical path.
//
// On one track slices must nest, so that what a component does at a time with
// something else is on further tracks of the same name with a number.
//
// The format: "Trace Event Format", Google, 2016.
package trace

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"adagio/analysis/schedule"
	"adagio/dsl/model"
)

// Document is a trace as a whole.
type Document struct {
	Events  []Event
	Context map[string]any // what it is a trace of
}

// Event is one event of a trace. Phase is X for a slice, s and f for the two
// ends of an arrow, M for a name.
type Event struct {
	Name     string         `json:"name"`
	Category string         `json:"cat,omitempty"`
	Phase    string         `json:"ph"`
	Time     Micros         `json:"ts"`
	Duration *Micros        `json:"dur,omitempty"`
	Process  int            `json:"pid"`
	Thread   int            `json:"tid"`
	ID       int            `json:"id,omitempty"`
	Binding  string         `json:"bp,omitempty"`
	Color    string         `json:"cname,omitempty"`
	Args     map[string]any `json:"args,omitempty"`
}

// Micros is a date or duration that is written in microseconds, to the
// nanosecond.
type Micros time.Duration

// MarshalJSON writes the number without loss.
func (m Micros) MarshalJSON() ([]byte, error) {
	text := strconv.FormatInt(int64(m)/1000, 10)
	if rest := int64(m) % 1000; rest != 0 {
		text += fmt.Sprintf(".%03d", rest)
	}
	return []byte(text), nil
}

// The process of the critical path; those of the nodes follow.
const pathProcess = 1

// Write writes a schedule as a trace, an event a line.
func Write(w io.Writer, s *schedule.Schedule) error {
	doc := New(s)
	b := bufio.NewWriter(w)
	e := json.NewEncoder(b) // ends each value with a line end; errors stay in b
	e.SetEscapeHTML(false)
	fmt.Fprint(b, "{\"displayTimeUnit\":\"ms\",\"otherData\":")
	err := e.Encode(doc.Context)
	fmt.Fprint(b, ",\"traceEvents\":[\n")
	for i, event := range doc.Events {
		if i > 0 {
			b.WriteByte(',')
		}
		err = errors.Join(err, e.Encode(event))
	}
	fmt.Fprint(b, "]}\n")
	return errors.Join(err, b.Flush())
}

// New makes the trace of a schedule.
func New(s *schedule.Schedule) *Document {
	at := s.What
	if s.Execution != nil {
		at = s.Execution.At.String()
	}
	t := &tracer{s: s, doc: &Document{Context: map[string]any{"plan": s.Scenario.Name, "assembly": s.Scenario.Assembly, "at": at}}}
	t.path()
	t.rows()
	for i, a := range s.Arrows {
		t.arrow(i+1, a)
	}
	return t.doc
}

type tracer struct {
	s       *schedule.Schedule
	doc     *Document
	process []int // by row
	thread  []int // by row: of its first lane
}

func (t *tracer) add(e Event) { t.doc.Events = append(t.doc.Events, e) }

// name names a process or, with a thread, a track.
func (t *tracer) name(process, thread int, name string) {
	kind, order := "process", process
	if thread > 0 {
		kind, order = "thread", thread
	}
	t.add(Event{Name: kind + "_name", Phase: "M", Process: process, Thread: thread, Args: map[string]any{"name": name}})
	t.add(Event{Name: kind + "_sort_index", Phase: "M", Process: process, Thread: thread, Args: map[string]any{"sort_index": order}})
}

func (t *tracer) slice(process, thread int, name, category string, from, to time.Duration, color string, args map[string]any) {
	d := Micros(to - from)
	t.add(Event{Name: name, Category: category, Phase: "X", Time: Micros(from), Duration: &d, Process: process, Thread: thread, Color: color, Args: args})
}

// path writes the critical path: its steps that take time, one after another.
func (t *tracer) path() {
	t.name(pathProcess, 0, "critical path")
	t.name(pathProcess, 1, "critical path")
	for _, p := range t.s.Path {
		if p.End > p.Start {
			args := map[string]any{"node": t.s.Scenario.Nodes[p.Step.Node].Name}
			where(args, p.Step.Position)
			t.slice(pathProcess, 1, p.Step.Text, p.Step.Category.String(), p.Start, p.End, "terrible", args)
		}
	}
}

// rows writes the tracks of the programs and components.
func (t *tracer) rows() {
	node, thread := -1, 0
	for _, row := range t.s.Rows {
		process := pathProcess + 1 + row.Node
		if row.Node != node {
			node, thread = row.Node, 0
			t.name(process, 0, "node "+t.s.Scenario.Nodes[node].Name)
		}
		t.process, t.thread = append(t.process, process), append(t.thread, thread+1)
		name := row.Name
		if row.Component < 0 {
			name = "program"
		}
		for lane := range row.Lanes {
			thread++
			label := name
			if lane > 0 {
				label = fmt.Sprintf("%s (%d)", name, lane+1)
			}
			t.name(process, thread, label)
		}
		for _, b := range row.Bars {
			t.bar(process, thread-row.Lanes+1+b.Lane, b)
		}
	}
}

// colors are names of Chrome's that tell the kinds apart.
var colors = [...]string{
	schedule.Behaviour: "grey", schedule.Transition: "good", schedule.Waiting: "white", schedule.Network: "thread_state_iowait",
	schedule.Executor: "thread_state_runnable", schedule.Pause: "thread_state_sleeping", schedule.Start: "thread_state_unknown", schedule.Asleep: "thread_state_uninterruptible",
}

func (t *tracer) bar(process, thread int, b schedule.Bar) {
	args := map[string]any{"critical": b.Critical}
	if b.Behaviour != "" {
		args["behaviour"] = b.Behaviour
	}
	if b.Slack != nil {
		args["slack_ns"] = int64(b.Slack.Least)
		if !b.Slack.Exact {
			args["slack_at_least"] = true
		}
	}
	if b.Open {
		args["ends"] = "never"
	}
	where(args, b.Positions...)
	t.slice(process, thread, b.Text, b.Kind.String(), b.Start, b.End, colors[b.Kind], args)
}

func where(args map[string]any, positions ...model.Pos) {
	var list []string
	for _, p := range positions {
		if p.Line > 0 {
			list = append(list, p.String())
		}
	}
	if len(list) > 0 {
		args["where"] = list
	}
}

// arrow writes a synchronisation from the track that it comes from to the track
// that waited. The format ties its ends to slices: to the one that ends when the
// arrow begins, and to the one that begins when it ends, or else the other way
// round. An arrow from or to an instant, where there is no slice, is left out.
func (t *tracer) arrow(id int, a schedule.Arrow) {
	sent, received := a.Sent-1, a.Received
	if !t.within(a.From, sent) {
		sent = a.Sent
	}
	if !t.within(a.To, received) {
		received = a.Received - 1
	}
	if sent > received || !t.within(a.From, sent) || !t.within(a.To, received) {
		return
	}
	end := Event{Name: a.Text, Category: "synchronisation", Phase: "s", Time: Micros(sent), Process: t.process[a.From], Thread: t.thread[a.From], ID: id}
	t.add(end)
	end.Phase, end.Binding, end.Time, end.Process, end.Thread = "f", "e", Micros(received), t.process[a.To], t.thread[a.To]
	t.add(end)
}

// within says whether a slice of a row's first track contains a date, its end
// not included.
func (t *tracer) within(row int, d time.Duration) bool {
	for _, b := range t.s.Rows[row].Bars {
		if b.Lane == 0 && b.Start <= d && d < b.End {
			return true
		}
	}
	return false
}
