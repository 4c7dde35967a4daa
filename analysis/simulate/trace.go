package simulate

import (
	"fmt"
	"time"

	"adagio/dsl/model"
)

// Outcome says how a simulation ended.
type Outcome uint8

const (
	// Completed: every program ended.
	Completed Outcome = iota
	// Deadlock: nothing can happen any more and some program has not ended.
	Deadlock
	// Failed: the process of a node has ended with an instruction that could not be
	// executed, whatever became of the others; see [Trace].Failures.
	Failed
)

// String is "completed", "deadlock" or "failed".
func (o Outcome) String() string {
	return [...]string{"completed", "deadlock", "failed"}[o]
}

// Refusal says why an instruction could not be executed.
type Refusal uint8

const (
	Active           Refusal = iota // delete: Component is not idle
	StillConnected                  // delete: Component has a connection
	AlreadyConnected                // connect: the connection is there
	NotConnected                    // disconnect: the connection is not there
	AskedDeleted                    // while the node was at the instruction it asked whether Component, which is deleted, provides
)

// Failure is the end of a node's process.
type Failure struct {
	// Node has failed at Instruction: after the last one in its closing wait all.
	Node, Instruction int
	Why               Refusal
	Component         int // or -1
	At                time.Duration
}

// Text says the failure in the user's words.
func (f Failure) Text(s *model.Scenario) string {
	text := fmt.Sprintf("node %s fails at %q: ", s.Nodes[f.Node].Name, instructionText(s, f.Node, f.Instruction))
	switch f.Why {
	case Active:
		return text + s.Components[f.Component].Name + " is not idle"
	case StillConnected:
		return text + s.Components[f.Component].Name + " is connected"
	case AlreadyConnected:
		return text + "the connection is there already"
	case NotConnected:
		return text + "there is no such connection"
	}
	return text + "it asks " + s.Components[f.Component].Name + ", which has been deleted"
}

// instructionText is an instruction of a node, or the wait all that closes its
// program.
func instructionText(s *model.Scenario, node, instruction int) string {
	if program := s.Nodes[node].Program; instruction < len(program) {
		return s.Text(program[instruction])
	}
	return "the closing wait all"
}

// Trace is one execution. All ids are those of the scenario, all dates count
// from the origin common to the nodes, and [model.Never] stands for what did not
// happen.
type Trace struct {
	Outcome Outcome
	// Makespan is the greatest, over the nodes, of the end of the program minus
	// the start of the node; [model.Never] unless all programs have ended.
	Makespan time.Duration
	// Quiescence is the date at which all programs have ended and every component is
	// idle with an empty queue; [model.Never] if that does not come. It is the end of the last
	// program unless behaviours are still running then.
	Quiescence time.Duration
	model.Record[time.Duration]
	// Processes are those of the nodes.
	Processes []Process
	// Changes is when what holds of each component changes, in order, if
	// [Options].History asks for it; at 0 there is what holds from the beginning.
	Changes [][]Change
	// Waits says who waits for what when nothing can happen any more: programs
	// first, then components. A completed run may leave components waiting, and nodes
	// in their closing wait all.
	Waits []Wait
	// Failures are the ends of processes in a run that has failed, by date.
	Failures []Failure
	// State is what the run leaves to a later plan, if [Options].State asks for it.
	State model.State
	// Links are the changes of the users' sides of connections, if [Options].History asks
	// for them; at 0 those that are there from the beginning.
	Links []LinkChange
	// Messages are those on the platform in the order of their dates, if
	// [Options].Messages asks for them.
	Messages []Message
	// Hits counts the hazards that struck, see [Options.Hits].
	Hits int
	// Events counts what the simulator did, for benchmarks.
	Events int

	open bool
}

// Open says whether the programs have ended, but some process hangs in its closing
// wait all.
func (t *Trace) Open() bool { return t.Outcome == Completed && t.open }

// Outlasts says whether a behaviour of a component is still running when the last
// program has ended. The run must have completed.
func (t *Trace) Outlasts(b model.BehaviourRun[time.Duration]) bool { return b.End > t.Span() }

// Message is one message on a platform. With the times between messages, which are
// those of the executor and of transitions, they make up the run: a message starts
// so long after the arrival of another as Start says.
type Message struct {
	From, To   int // nodes; their number stands for the broker
	Bytes      float64
	Start, End time.Duration // End is [model.Never] where the run ended before
	// After is the message whose arrival this one comes of: before it in the list,
	// and one to or from the node that sends. -1: none, it comes of the start of the
	// node.
	After int
}

// noMessage is the cause of what comes of no message.
const noMessage = -1

// sent records a message, and returns its number.
func (t *Trace) sent(m Message) int32 {
	t.Messages = append(t.Messages, m)
	return int32(len(t.Messages)) - 1
}

// Process is what else is known of the process of a node.
type Process struct {
	// Closed is the end of the closing wait all, with which the process ends (see
	// [model.Rules]); [model.Never] where it hangs, or the scenario has none.
	Closed time.Duration
	// After is the message that the end of the program comes of, see [Message].
	After int
	// Uptime says when the node was awake by itself; nil: always.
	Uptime *model.Uptime

	waits []model.Window // when something waited for the node to wake up
	kept  []model.Window // when transitions, steps and readings kept it awake beyond its windows
	sent  []model.Window // when its messages were on the wire, if that costs energy
}
