package petri

// Failure is the end of a node's process with an instruction.
type Failure struct {
	Node, Instruction int
	Why               Refusal
}

// Refusal says why an instruction cannot be executed.
type Refusal uint8

// The reasons.
const (
	NotIdleYet       Refusal = iota // delete: the component is not idle
	Connected                       // delete: the component has a connection
	AlreadyConnected                // connect: the connection is there
	NotConnected                    // disconnect: the connection is not there
)

// Failures lists the instructions that have ended processes in the run.
func (g *EventGraph) Failures() (out []Failure) {
	for _, f := range g.Net.Fails {
		if g.Marking[f.Place] {
			out = append(out, f.Failure)
		}
	}
	return out
}

// MayFail says whether the net has instructions that may end a process.
func (n *Net) MayFail() bool { return len(n.Fails) > 0 }

// Failing is an instruction that may end the process of its node: it has when Place is
// marked.
type Failing struct {
	Failure
	Place PlaceID
}
