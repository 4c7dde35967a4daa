// Package unfold makes event graphs of a net for its plan, which nobody changes any more.
// Explore plays the net and, where the order of two firings is open, plays it in both: one
// graph for each order. Cover bounds the dates of all orders at once, with package cover.
//
//	exploration, err := unfold.Explore(net, unfold.Limit{})
//	covering, err := unfold.Cover(net, cover.Limits{}, unfold.NoHazards)
//
// Both begin with one play of the token game (play.go, awake.go), and go one way from there:
//
//	Explore  a play under the orders that are imposed   play.go, imposed.go
//	         → its event graph, with dates               run.go, rest.go; packages precedence, sleep
//	         → a conflict that the graph leaves open     conflict.go, instant.go, relevance.go
//	         → one more order to impose on a play        unfold.go
//	         → hazards, and what becomes of processes    hazard.go; package waits
//
//	Cover    a play in which all programs end            covered.go
//	         → events and what they wait for             coverer.go
//	         → signals, and who asks for which           stays.go, guards.go, arrivals.go
//	         → what lasts no time, and looks             momentary.go, quick.go
//	         → a cover.System: bounds, refined           package cover
//	         → whether it has all events that there are  extend.go, hanging.go
package unfold

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"adagio/petri"
	"adagio/petri/internal/lists"
	"adagio/petri/sleep"
	"adagio/petri/waits"
)

// Exploration is every way in which a plan can go: one run for each order of
// its races that is possible.
type Exploration struct {
	Net  *petri.Net
	Runs []Run
	// Races lists the true races, each once. Without a race there is one run.
	Races []Race
	// Branches is how many runs and open branches there were at a time: the limit that
	// would have sufficed.
	Branches int
	// Hazards lists what lasts no time at all in the model, and could be seen in
	// reality.
	Hazards     []Hazard
	waits.Exits // of the runs that are complete
	// Stale lists what a node may know from before, of a node whose process has ended,
	// in favour of who is blocked in a run that is not complete; see package compile, ScenarioWith.
	Stale []petri.Observation
}

// Run is one event graph with the orders of the races that it stands for.
type Run struct {
	Graph  *petri.EventGraph
	Orders []Order
}

// Order is how one race is decided in a run.
type Order struct {
	Race  int  // index into Exploration.Races
	First bool // whether Race.A comes first
}

// Race is a conflict whose order the plan leaves open: the firings of A and B
// may come in either order, and what follows differs.
type Race struct {
	A, B  petri.TransitionID
	Place petri.PlaceID // the place that they meet at
	AFirst, ALast,
	BFirst, BLast time.Duration // the intervals of their dates in the run where the race was found
}

// ErrChoice says that no event graph has all that the choices of an order may depend on. A cover
// needs none.
var ErrChoice = errors.New("which of several providers serves depends on itself")

// LimitError says which limit of [Explore] gave out before all orders of the races of a
// plan were known.
type LimitError struct {
	Limited Limited
	Limit   int // orders, or steps of the search
	Found   int // orders that are known to be possible
	Open    int // orders that are still to be tried
	Races   []Race
}

// Limited tells the limits of [Explore] apart.
type Limited uint8

// The limits.
const (
	ByOrders Limited = iota // the orders of races
	ByWork                  // the work of the search: places, firings and causes looked at
)

// String is the limit in a word.
func (l Limited) String() string { return [...]string{"orders", "work"}[l] }

func (e *LimitError) Error() string {
	if e.Limited == ByOrders {
		return fmt.Sprintf("the plan has so many races that %d orders of them do not cover it", e.Limit)
	}
	races := "no race"
	if n := len(e.Races); n > 0 {
		races = fmt.Sprintf("%d of its races", n)
	}
	return fmt.Sprintf("the search for the races of the plan was given up after its %d steps, when it had found %s", e.Limit, races)
}

// Advice says what helps.
func (e *LimitError) Advice() string {
	if e.Limited == ByOrders {
		return "narrower intervals of durations and starts help, too"
	}
	return "narrower intervals of durations and starts decide more of the conflicts by their dates; a plan with fewer instructions on the same components has fewer of them"
}

// Explore unfolds a net for its plan. It plays the net once, checks that every
// conflict is ordered by causality or by time for all delays in their intervals,
// and where one is not, plays the net in both orders. The runs together cover
// every execution. With more than limit runs, or after too much work, it fails with a
// [LimitError]; what it returns then is what it found so far. So is it with [ErrChoice].
func Explore(net *petri.Net, limit Limit) (*Exploration, error) {
	x := newExplorer(net, limit)
	err := x.explore()
	return &x.Exploration, err
}

func newExplorer(net *petri.Net, limit Limit) *explorer {
	return &explorer{Exploration: Exploration{Net: net}, limit: limit.orDefaults(), contended: contendedTransitions(net), hazards: hazardKeys{}}
}

// explore tries one branch after another.
func (x *explorer) explore() error {
	x.pending = []decisions{{decided: map[conflictKey]bool{}}}
	for len(x.pending) > 0 {
		if err := x.exceeded(len(x.pending)); err != nil {
			return err
		}
		last := len(x.pending) - 1
		d := x.pending[last]
		x.pending = x.pending[:last]
		if err := x.try(d); err != nil {
			return err
		}
	}
	return nil
}

// exceeded says which limit has given out, with so many branches still to be tried.
func (x *explorer) exceeded(open int) error {
	limited, limit := ByOrders, x.limit.Orders
	if x.Branches = max(x.Branches, len(x.Runs)+open); x.Branches <= limit {
		if limited, limit = ByWork, x.limit.Steps; x.work <= limit {
			return nil
		}
	}
	return &LimitError{limited, limit, len(x.Runs), open, x.Races}
}

// Limit bounds an exploration. The zero value has the defaults.
type Limit struct {
	// Orders is how many orders of races are tried; 4,096 by default.
	Orders int
	// Steps is the work: an event or one of its arcs as the plan is played, a cause of an
	// event that is looked at, a condition that is tried with others. 5,000,000 by
	// default, which is some seconds.
	Steps int
}

func (l Limit) orDefaults() Limit {
	return Limit{cmp.Or(l.Orders, 4096), cmp.Or(l.Steps, 5_000_000)}
}

// decisions is a branch of the exploration: the orders that are imposed on its play, and the
// conflicts that are decided by them, or are taken as they come out.
type decisions struct {
	forced  []ordering
	decided map[conflictKey]bool
	imposed []*missing // the firings for which orders are imposed: they may be missed again
	orders  []Order
}

func (d decisions) with(key conflictKey, o Order) decisions {
	next := decisions{forced: slices.Clone(d.forced), decided: maps.Clone(d.decided), imposed: slices.Clone(d.imposed), orders: append(slices.Clone(d.orders), o)}
	next.decided[key] = true
	return next
}

// asPlayed is the branch in which a conflict is decided as it came out: a firing
// that was missed does not occur, whoever comes before it.
func (d decisions) asPlayed(c *conflict, race int) decisions {
	next := d.with(c.key, Order{race, c.asPlayed})
	if c.missed != nil {
		next.decided[c.missed.key.any()] = true
	}
	return next
}

// impose is the branch in which a conflict is decided the other way.
func (d decisions) impose(c *conflict, race int, orderings []ordering) decisions {
	next := d.with(c.key, Order{race, !c.asPlayed})
	next.forced = append(next.forced, orderings...)
	if c.missed != nil && !c.again {
		next.imposed = append(next.imposed, c.missed)
	}
	return next
}

type explorer struct {
	Exploration
	limit     Limit
	pending   []decisions // the branches that are still to be tried
	contended []petri.TransitionID
	hazards   hazardKeys
	tokens    lists.Interner[token]
	orderings lists.Interner[ordering]
	work      int // see Limit
}

// contendedTransitions lists those that may lose a token to another.
func contendedTransitions(net *petri.Net) (out []petri.TransitionID) {
	for t := range net.Transitions {
		tr := &net.Transitions[t]
		rival := func(p petri.PlaceID) bool {
			for _, other := range net.Consumers.Of(p) {
				if other != petri.TransitionID(t) && (tr.Choice == 0 || net.Transitions[other].Choice != tr.Choice) {
					return true
				}
			}
			return false
		}
		if slices.ContainsFunc(tr.In(), rival) || slices.ContainsFunc(tr.Read(), rival) {
			out = append(out, petri.TransitionID(t))
		}
	}
	return out
}

// try plays one branch and takes its conflicts as they come out, one after another, which
// changes nothing of what has been played: each leaves the other order to be tried. At the
// end there is a run, unless what is imposed is impossible.
func (x *explorer) try(d decisions) error {
	r := runs.Get().(*run)
	defer r.free()
	p := r.p
	p.begin(x.Net, x.Net.Middle, d.forced)
	if err := p.run(); err != nil {
		return err
	}
	if err := r.begin(x, d); err != nil {
		return err
	}
	x.work += len(p.events) + len(p.arcs)
	for {
		c := r.conflict()
		if err := x.exceeded(len(x.pending) + 1); err != nil {
			return err
		}
		x.work += r.order.Work
		r.order.Work = 0
		if c == nil {
			break
		}
		race := x.addRace(c)
		x.pending = append(x.pending, r.d.impose(c, race, c.other))
		if alone, differ := aloneOf(x.Net, c.other); differ {
			x.pending = append(x.pending, r.d.impose(c, race, alone))
		}
		if c.again {
			return nil
		}
		r.d = r.d.asPlayed(c, race)
	}
	if len(p.held) > 0 {
		return nil // what was imposed is impossible, in whatever order the rest happens
	}
	if err := sleep.Stale(r.order); err != nil {
		return err
	}
	x.Runs = append(x.Runs, Run{Graph: r.graph, Orders: r.d.orders})
	x.noteHazards(r)
	if r.graph.Complete {
		x.Exits.Add(r.order)
		return nil
	}
	for _, o := range waits.Stale(r.order, r.marked) {
		if !slices.Contains(x.Stale, o) {
			x.Stale = append(x.Stale, o)
		}
	}
	return nil
}

// marked is the event of the graph that has marked a place which is marked at the end, or -1.
func (r *run) marked(p petri.PlaceID) petri.EventID {
	if e := r.p.conditions[r.p.marked[p]].producer; e >= 0 {
		return r.id[e]
	}
	return -1
}

// aloneOf keeps back only the seconds of orderings themselves, so that another
// alternative of the same choice may come before the first, and says whether that
// differs.
func aloneOf(n *petri.Net, orderings []ordering) (alone []ordering, differ bool) {
	for _, o := range orderings {
		o.alone = group(n, o.second.transition) != 0
		differ = differ || o.alone
		alone = append(alone, o)
	}
	return alone, differ
}

// addRace returns the index of the race of a conflict, which it adds if it is new.
func (x *explorer) addRace(c *conflict) int {
	i := slices.IndexFunc(x.Races, func(r Race) bool { return r.A == c.race.A && r.B == c.race.B && r.Place == c.race.Place })
	if i < 0 {
		i, x.Races = len(x.Races), append(x.Races, c.race)
	}
	return i
}
