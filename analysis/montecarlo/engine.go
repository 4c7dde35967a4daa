package montecarlo

import (
	"fmt"

	"adagio/analysis"
	"adagio/analysis/lanes"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/petri"
)

// Engine is what samples replications.
type Engine uint8

// The engines. Both sample the same law. [Executor] runs the operational simulator, event by
// event, and can sample every scenario. [Graph] dates the event graph of the analysis for
// many replications side by side, some hundred times as fast, where every execution is one
// of a single graph whose delays are drawn independently of one another.
const (
	Auto Engine = iota // Graph where it can, Executor otherwise
	Graph
	Executor
)

// Engines lists the names of the engines.
var Engines = []string{"auto", "graph", "executor"}

// String is the word that stands for the engine.
func (e Engine) String() string { return Engines[e] }

// EngineError says why the engine that was asked for cannot sample a scenario.
type EngineError struct {
	Engine Engine
	Reason string // a clause
}

func (e *EngineError) Error() string {
	return fmt.Sprintf("the engine %v cannot sample this plan: %s", e.Engine, e.Reason)
}

// choose decides which engine samples a scenario, and says why.
func (o Options) choose(s *model.Scenario) (Engine, string, error) {
	obstacle := o.obstacle(s)
	switch {
	case o.Engine == Executor:
		return Executor, "it was asked for", nil
	case obstacle == "":
		return Graph, "no race is open, and every delay is drawn once", nil
	case o.Engine == Graph:
		return 0, "", &EngineError{Graph, obstacle}
	}
	return Executor, obstacle, nil
}

// obstacle says why the event graph does not tell what the executor does; "" if it does.
func (o Options) obstacle(s *model.Scenario) string {
	switch {
	case o.Traces:
		return "what happens in a replication is asked for"
	case o.Uptimes != nil:
		return "nodes sleep"
	case s.Measured():
		return "the energy of nodes is asked for"
	}
	if why := Obstacle(s, o.Bounds); why != "" {
		return why
	}
	if o.Bounds.Quiescence != nil {
		return "behaviours may still run when the programs have ended"
	}
	return ""
}

// Obstacle says why the makespan of a plan has not the same law on its event graph, which
// its analysis has, as with the executor; "" if it has.
func Obstacle(s *model.Scenario, b *analysis.Result) string {
	p := &s.Network.Profile
	switch {
	case s.Sleeps():
		return "nodes sleep"
	case p.Kind != model.Ideal:
		return fmt.Sprintf("the executor %v draws looks and messages anew each time, and the event graph brackets them", p)
	case s.Rules.Exits || s.Rules.Confirmations:
		return "processes end when others have seen that they are idle"
	case b == nil:
		return "no bound can be proved"
	case b.Deadlock != nil:
		return "the plan may not end"
	case len(b.Runs) == 0:
		return "there is no event graph"
	case len(b.Runs) > 1:
		return fmt.Sprintf("the order of events is open: there are %d", len(b.Runs))
	case b.Runs[0].Graph.Bracketed():
		return "the order of events is open"
	case repeatsEnd(b.Runs[0].Graph):
		return "the ends of several behaviours may travel in one message"
	}
	return ""
}

// repeatsEnd says whether a node is told of the ends of several behaviours of one component
// by messages whose latency varies: if they are those of one behaviour and come at one date,
// the executor tells of them in one message.
func repeatsEnd(g *petri.EventGraph) bool {
	type end struct{ component, to int }
	seen := map[end]bool{}
	for i := range g.Transition {
		e := petri.EventID(i)
		o := g.Origin(e)
		if o.Category() != petri.Transfer || o.Fact.Kind != petri.Ended || g.Delay(e).IsConstant() {
			continue
		}
		key := end{o.Fact.Component, o.Node}
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}

// engine samples replications.
type engine interface {
	// worker makes what one goroutine samples with: chunk by chunk, in any order.
	worker() func(*chunk)
	// chunk is how many replications a chunk should have, batch how many a batch needs
	// to be worth its while.
	chunk() int
	batch() int
}

// executorEngine runs the simulator.
type executorEngine struct {
	*experiment
	runner *simulate.Runner
}

func (e *executorEngine) chunk() int { return 4 }
func (e *executorEngine) batch() int { return 0 }

func (e *executorEngine) worker() func(*chunk) {
	walk := e.causes.newWalk()
	return func(c *chunk) {
		for i := range c.slots {
			e.replicate(c, i, walk)
		}
	}
}

// replicate runs a replication and keeps what is to be gathered of it.
func (e *executorEngine) replicate(c *chunk, i int, walk *walk) {
	to := &c.slots[i]
	t := e.runner.Run(simulate.Options{Seed: e.opts.Seed, Index: uint64(c.first + i), Uptimes: e.opts.Uptimes})
	to.outcome, to.makespan, to.events, to.open = t.Outcome, t.Makespan, t.Events, t.Open()
	if walk != nil && t.Outcome == simulate.Completed {
		walk.explain(t, c)
	}
	to.usage = e.usages.of(t)
	to.quiescence, to.outlasting = t.Quiescence, outlasting(t, to.outlasting[:0])
	if e.opts.Traces {
		to.trace = t
	}
}

// graphEngine dates the event graph.
type graphEngine struct {
	*experiment
	program *lanes.Program
	number  []int // by event: that of its transition, see causality; -1 of other events
}

func newGraphEngine(e *experiment) (*graphEngine, error) {
	g := e.opts.Bounds.Runs[0].Graph
	program, err := lanes.Compile(g)
	if err != nil {
		return nil, err
	}
	out := &graphEngine{e, program, make([]int, g.Len())}
	for i := range out.number {
		out.number[i] = -1
		if o := g.Origin(petri.EventID(i)); o.Category() == petri.Work {
			out.number[i] = e.causes.first[o.Component] + o.Element
		}
	}
	return out, nil
}

func (e *graphEngine) chunk() int { return e.program.Width() }

// batch has enough chunks for the processors to share.
func (e *graphEngine) batch() int { return 64 * e.program.Width() }

func (e *graphEngine) worker() func(*chunk) {
	block := e.program.NewBlock()
	// In which replication of the worker a transition was found critical last: it may have
	// been so by several of its firings.
	found, replication := make([]int, len(e.critical)), 0
	return func(c *chunk) {
		block.Run(e.opts.Seed, uint64(c.first), len(c.slots))
		for i := range c.slots {
			makespan, span := block.Makespan(i)
			c.slots[i] = slot{outcome: simulate.Completed, makespan: makespan, quiescence: span, events: e.program.Events()}
			replication++
			block.Critical(i, makespan, func(event petri.EventID) {
				if t := e.number[event]; t >= 0 && found[t] != replication {
					found[t] = replication
					c.critical[t]++
				}
			})
		}
		c.explained += len(c.slots)
	}
}
