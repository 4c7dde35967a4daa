package petri

import (
	"fmt"
	"slices"
	"strings"

	"adagio/dsl/model"
)

// Exploration is every way in which a plan can go: one run for each order of
// its races that is possible.
type Exploration struct {
	Net  *Net
	Runs []Run
	// Races lists the true races, each once. Without a race there is one run.
	Races []Race
	// Hazards lists what lasts no time at all in the model, and could be seen in
	// reality.
	Hazards []Hazard
}

// Run is one event graph with the orders of the races that it stands for.
type Run struct {
	Graph  *EventGraph
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
	A, B  TransitionID
	Place PlaceID // the place that they meet at
	AFirst, ALast,
	BFirst, BLast duration // the intervals of their dates in the run where the race was found
}

// Hazard is an interval that has no length in the model: Shown would be
// published by Ends at Date if it lasted, and Wait reads it.
type Hazard struct {
	Fact   Fact
	Begins TransitionID // whose firing begins the interval
	Ends   TransitionID // whose firing ends it in the same instant
	Wait   TransitionID // the remote wait that would return early
	Earliest,
	Latest duration // date of the interval
	Returns duration // latest date at which the wait returns otherwise
}

// DefaultLimit is the number of runs that [Explore] tries before it gives up.
const DefaultLimit = 256

// LimitError says that a plan has too many races to explore.
type LimitError struct {
	Limit int
	Races []Race
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("the plan has so many races that %d orders of them do not cover it", e.Limit)
}

// Explore unfolds a net for its plan. It plays the net once, checks that every
// conflict is ordered by causality or by time for all delays in their intervals,
// and where one is not, plays the net in both orders. The runs together cover
// every execution. With more than limit runs it fails with a [LimitError], and
// the races that it found so far.
func Explore(net *Net, limit int) (*Exploration, error) {
	x := &explorer{Exploration: Exploration{Net: net}, limit: limit, raceOf: map[string]int{}, hazards: map[string]bool{}}
	x.contended = contendedTransitions(net)
	pending := []decisions{{}}
	for len(pending) > 0 && x.work <= maxSearch {
		d := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		more, err := x.try(d)
		if err != nil {
			return nil, err
		}
		pending = append(pending, more...)
		if len(x.Runs)+len(pending) > limit {
			return nil, &LimitError{limit, x.Races}
		}
	}
	if len(pending) > 0 {
		return nil, &LimitError{limit, x.Races}
	}
	return &x.Exploration, nil
}

// maxSearch bounds the work of an exploration, in events visited: some seconds.
const maxSearch = 5_000_000

// decisions is a branch of the exploration: orders that are imposed, and
// conflicts that are taken as they came out.
type decisions struct {
	forced  []ordering
	settled map[string]bool
	orders  []Order
}

func (d decisions) with(key string, o Order, forced []ordering) decisions {
	next := decisions{forced: slices.Concat(d.forced, forced), settled: map[string]bool{}, orders: append(slices.Clone(d.orders), o)}
	for k, v := range d.settled {
		next.settled[k] = v
	}
	next.settled[key] = true
	return next
}

type explorer struct {
	Exploration
	limit     int
	contended []TransitionID
	raceOf    map[string]int
	hazards   map[string]bool
	work      int // see maxSearch
}

// contendedTransitions lists those that may lose a token to another.
func contendedTransitions(net *Net) []TransitionID {
	var out []TransitionID
	for t := range net.Transitions {
		tr := &net.Transitions[t]
		rival := func(p PlaceID) bool {
			for _, other := range net.consumers[p] {
				if other != TransitionID(t) && (tr.Choice == 0 || net.Transitions[other].Choice != tr.Choice) {
					return true
				}
			}
			return false
		}
		if slices.ContainsFunc(tr.In, rival) || slices.ContainsFunc(tr.Read, rival) {
			out = append(out, TransitionID(t))
		}
	}
	return out
}

// try plays one branch. Either it is a run of its own, or it splits.
func (x *explorer) try(d decisions) (split []decisions, err error) {
	p := newPlayer(x.Net, func(t TransitionID) duration {
		delay := x.Net.Transitions[t].Delay
		return delay.Lo + (delay.Hi-delay.Lo)/2
	}, d.forced)
	if err := p.run(); err != nil {
		return nil, err
	}
	if len(p.held) > 0 {
		return nil, nil // what was imposed is impossible
	}
	r, err := newRun(x, p, d)
	if err != nil {
		return nil, err
	}
	c := r.conflict()
	if x.work > maxSearch {
		return nil, &LimitError{x.limit, x.Races}
	}
	x.work += r.order.work + 20*len(p.events)
	if c == nil {
		x.Runs = append(x.Runs, Run{Graph: r.graph, Orders: d.orders})
		x.noteHazards(r)
		return nil, nil
	}
	race := x.addRace(c)
	return []decisions{
		d.with(c.otherKey, Order{race, !c.asPlayed}, c.other),
		d.with(c.key, Order{race, c.asPlayed}, nil),
	}, nil
}

func (x *explorer) addRace(c *conflict) int {
	key := fmt.Sprint(c.race.A, c.race.B, c.race.Place)
	if i, ok := x.raceOf[key]; ok {
		return i
	}
	x.raceOf[key] = len(x.Races)
	x.Races = append(x.Races, c.race)
	return len(x.Races) - 1
}

// conflict is one that neither causality nor time decides. As played, A came
// first if asPlayed; the other order is imposed by other. The keys mark the
// conflict as settled in the two branches.
type conflict struct {
	key, otherKey string
	race          Race
	asPlayed      bool
	other         []ordering
}

// run is a played branch with its graph.
type run struct {
	*explorer
	p     *player
	d     decisions
	graph *EventGraph
	order *orders
	id    []EventID                  // of the graph, by event of the player
	back  []EventID                  // the inverse
	open  *conflict                  // an alternative that may or may not be possible
	fired map[TransitionID][]EventID // of the player
}

func newRun(x *explorer, p *player, d decisions) (*run, error) {
	nodes := make([]node, len(p.events))
	for e := range p.events {
		f := &p.events[e]
		nodes[e] = node{f.transition, f.nth, [][]EventID{p.causes(f)}}
	}
	r := &run{explorer: x, p: p, d: d, fired: map[TransitionID][]EventID{}}
	for e := range p.events {
		t := p.events[e].transition
		r.fired[t] = append(r.fired[t], EventID(e))
	}
	return r, r.assembleWithAlternatives(nodes)
}

// assembleWithAlternatives builds the graph. Which alternatives an event has
// depends on the dates, which depend on the alternatives: it goes on until
// nothing changes.
func (r *run) assembleWithAlternatives(base []node) error {
	if err := r.assemble(base); err != nil {
		return err
	}
	before := ""
	for range 10 {
		nodes := slices.Clone(base)
		added := r.addAlternatives(nodes)
		if added == before {
			return nil
		}
		before = added
		if err := r.assemble(nodes); err != nil {
			return err
		}
	}
	return fmt.Errorf("the choice between providers depends on itself: no bound can be proved for this plan")
}

func (r *run) assemble(nodes []node) error {
	g, id, ok := assemble(r.Net, nodes)
	if !ok {
		return fmt.Errorf("the choice between providers depends on itself: no bound can be proved for this plan")
	}
	r.graph, r.id = g, id
	r.back = make([]EventID, len(id))
	for old, now := range id {
		r.back[now] = EventID(old)
	}
	g.marking = make([]bool, len(r.Net.Places))
	for p, c := range r.p.marked {
		g.marking[p] = c >= 0
	}
	g.Complete = true
	for n := range r.Net.Ends {
		end := EventID(-1)
		if c := r.p.marked[r.Net.Ends[n]]; c >= 0 {
			end = id[r.p.conditions[c].producer]
		}
		g.Complete = g.Complete && end >= 0
		g.Ends = append(g.Ends, end)
		g.Starts = append(g.Starts, id[r.p.find(firingID{r.Net.Starts[n], 0})])
	}
	var err error
	r.order, err = newOrders(g)
	return err
}

// addAlternatives completes the events that any of several conditions suffices
// for: every transition of the choice that was possible with what the event took
// is an alternative of it. It returns a description of what it added.
func (r *run) addAlternatives(nodes []node) string {
	var added strings.Builder
	r.open = nil
	for e := range r.p.events {
		f := &r.p.events[e]
		choice := r.Net.Transitions[f.transition].Choice
		if choice == 0 {
			continue
		}
		alternatives := slices.Clone(nodes[e].alternatives)
		for _, t := range r.Net.consumers[r.p.conditions[f.taken[0]].place] {
			if r.Net.Transitions[t].Choice != choice {
				continue
			}
			for _, read := range r.readings(t) {
				if t == f.transition && slices.Equal(read, f.read) {
					continue
				}
				v := r.virtual(t, slices.Concat(f.taken, read))
				if r.possible(EventID(e), v, read) {
					alternatives = append(alternatives, r.oldProducers(v, f))
					fmt.Fprintln(&added, e, t, read)
				}
			}
		}
		nodes[e].alternatives = alternatives
	}
	return added.String()
}

// possible decides whether a virtual event is an alternative of event e: not if
// it follows from e, or if what it reads has certainly gone before. Where that is
// not certain either way, both cases are explored.
func (r *run) possible(e EventID, v *virtual, read []int32) bool {
	if r.after(e, v) {
		return false
	}
	for _, c := range read {
		if j := r.p.conditions[c].consumer; j >= 0 && r.order.aheadOf(r.id[j], v) >= 0 {
			return false
		}
	}
	leaves := r.fleeting(v, read)
	if leaves < 0 {
		return true
	}
	key := fmt.Sprint("alternative ", v.transition, r.names(v.conditions))
	switch {
	case r.d.settled[key+" yes"]:
		return true
	case !r.d.settled[key+" no"] && r.open == nil:
		j := r.id[leaves]
		r.open = &conflict{key: key + " no", otherKey: key + " yes", race: Race{
			A: v.transition, B: r.graph.Transition[j], Place: r.p.conditions[read[0]].place,
			AFirst: r.order.earliest(v), ALast: r.order.latest(v), BFirst: r.order.lo[j], BLast: r.order.hi[j],
		}}
	}
	return false
}

// readings lists the combinations of conditions that a transition may read.
func (r *run) readings(t TransitionID) [][]int32 {
	out := [][]int32{nil}
	for _, place := range r.Net.Transitions[t].Read {
		var next [][]int32
		for _, head := range out {
			for _, c := range r.p.byPlace[place] {
				next = append(next, append(slices.Clone(head), c))
			}
		}
		out = next
	}
	return out
}

func (r *run) virtual(t TransitionID, conditions []int32) *virtual {
	v := &virtual{transition: t, conditions: conditions}
	for _, c := range conditions {
		if e := r.p.conditions[c].producer; e >= 0 {
			v.producers = append(v.producers, r.id[e])
		}
	}
	return v
}

// after says whether a virtual event is certainly not before an event, because
// it follows from it.
func (r *run) after(e EventID, v *virtual) bool {
	for _, p := range v.producers {
		if p == r.id[e] || r.order.causes(r.id[e], p) {
			return true
		}
	}
	return false
}

// fleeting returns an event that may take what a virtual event reads before it
// occurs, or -1 if it is certainly still there.
func (r *run) fleeting(v *virtual, read []int32) EventID {
	for _, c := range read {
		j := r.p.conditions[c].consumer
		if j < 0 {
			continue
		}
		for _, p := range v.producers {
			if r.order.ahead(p, r.id[j]) <= 0 && !r.order.causes(p, r.id[j]) {
				return j
			}
		}
	}
	return -1
}

func (r *run) oldProducers(v *virtual, f *firing) []EventID {
	out := append([]EventID(nil), f.after...)
	for _, p := range v.producers {
		out = append(out, r.back[p])
	}
	return distinct(out)
}

// conflict returns the first conflict that is not decided, or nil.
func (r *run) conflict() *conflict {
	if mutated("races-unseen") {
		return nil
	}
	if r.open != nil {
		return r.open
	}
	for _, t := range r.contended {
		if c := r.missedFiring(t); c != nil {
			return c
		}
	}
	for i := range r.p.conditions {
		if c := r.earlyReading(int32(i)); c != nil {
			return c
		}
	}
	return nil
}

// missedFiring looks for conditions with which t could have fired before one of
// them was taken by another.
func (r *run) missedFiring(t TransitionID) *conflict {
	tr := &r.Net.Transitions[t]
	places := slices.Concat(tr.In, tr.Read)
	// A place with few conditions first prunes best.
	slices.SortStableFunc(places, func(a, b PlaceID) int { return len(r.p.byPlace[a]) - len(r.p.byPlace[b]) })
	var chosen []int32
	var found *conflict
	var choose func(i int) bool
	choose = func(i int) bool {
		if r.work++; r.work > maxSearch {
			return true
		}
		if i == len(places) {
			found = r.missed(t, slices.Clone(chosen))
			return found != nil
		}
		for _, c := range r.p.byPlace[places[i]] {
			if r.separated(t, chosen, c) {
				continue
			}
			chosen = append(chosen, c)
			if choose(i + 1) {
				return true
			}
			chosen = chosen[:len(chosen)-1]
		}
		return false
	}
	choose(0)
	return found
}

// separated says whether a condition certainly never held together with one of
// the chosen ones, as far as transition t could see: one was taken no later than
// the other came.
func (r *run) separated(t TransitionID, chosen []int32, c int32) bool {
	// Among many conditions a search for each pair is too much: the dates alone
	// prune, and what they leave is examined as a whole.
	for _, d := range chosen {
		if r.apartByDates(d, c) || r.apartByDates(c, d) {
			return true
		}
	}
	if len(chosen) > manyConditions {
		return false
	}
	for _, d := range chosen {
		if r.apart(t, d, c) || r.apart(t, c, d) {
			return true
		}
	}
	return false
}

const manyConditions = 16

// apartByDates is apart as far as the earliest and latest dates tell.
func (r *run) apartByDates(first, second int32) bool {
	j, p := r.p.conditions[first].consumer, r.p.conditions[second].producer
	return j >= 0 && p >= 0 && r.order.lo[r.id[p]] > r.order.hi[r.id[j]]
}

func (r *run) apart(t TransitionID, first, second int32) bool {
	j, p := r.p.conditions[first].consumer, r.p.conditions[second].producer
	if j < 0 || p < 0 {
		return false
	}
	if j == p {
		return true
	}
	ahead := r.order.ahead(r.id[j], r.id[p])
	return ahead > 0 || ahead == 0 && (!r.seesMoments(t) || r.order.causes(r.id[j], r.id[p]))
}

// seesMoments says whether a transition may see what holds only inside an
// instant. In general nobody does; but a polling executor has an order inside an
// instant, that of its passes, and there one component may well see what another
// is only for a moment.
func (r *run) seesMoments(t TransitionID) bool {
	class := r.Net.Transitions[t].Class
	return (class == Departure || class == Entry) && r.Net.Scenario.Network.Profile.Kind == model.Polling
}

// missed examines one combination of conditions.
func (r *run) missed(t TransitionID, conditions []int32) *conflict {
	v := r.virtual(t, conditions)
	first := firingID{t, r.ordinal(t, conditions)}
	var rivals []EventID
	meeting := PlaceID(-1)
	for _, c := range conditions {
		j := r.p.conditions[c].consumer
		if j < 0 {
			continue
		}
		if r.sameEvent(t, j, conditions) {
			return nil
		}
		if r.tooLate(j, v) {
			return nil
		}
		if (firingID{r.p.events[j].transition, r.p.events[j].nth}) == first {
			continue // the firing itself, which came later
		}
		rivals = append(rivals, j)
		meeting = r.p.conditions[c].place
	}
	if len(rivals) == 0 {
		return nil // it holds to the end: t fired with these, or reads of another token
	}
	key := fmt.Sprint("missed ", t, r.names(conditions))
	if r.d.settled[key] || r.irrelevant(t, rivals) {
		return nil
	}
	c := &conflict{key: key, otherKey: key}
	for _, j := range distinct(rivals) {
		c.other = append(c.other, ordering{first, firingID{r.p.events[j].transition, r.p.events[j].nth}})
	}
	j := r.id[rivals[0]]
	c.race = Race{A: t, B: r.graph.Transition[j], Place: meeting, AFirst: r.order.earliest(v), ALast: r.order.latest(v), BFirst: r.order.lo[j], BLast: r.order.hi[j]}
	return c
}

// tooLate says whether a virtual event certainly comes too late to find what
// event j takes.
func (r *run) tooLate(j EventID, v *virtual) bool {
	ahead := r.order.aheadOf(r.id[j], v)
	if ahead != 0 || !r.seesMoments(v.transition) {
		return ahead >= 0
	}
	for _, p := range v.producers {
		if p == r.id[j] || r.order.causes(r.id[j], p) {
			return true
		}
	}
	return false
}

// sameEvent says whether event j is the firing of t, or of an alternative of it,
// with these conditions.
func (r *run) sameEvent(t TransitionID, j EventID, conditions []int32) bool {
	f := &r.p.events[j]
	if f.transition != t {
		a, b := r.Net.Transitions[f.transition].Choice, r.Net.Transitions[t].Choice
		return a != 0 && a == b
	}
	for _, c := range f.taken {
		if !slices.Contains(conditions, c) {
			return false
		}
	}
	return r.firedWith(f, conditions)
}

func (r *run) firedWith(f *firing, conditions []int32) bool {
	for _, c := range f.read {
		if !slices.Contains(conditions, c) {
			return false
		}
	}
	return true
}

// ordinal is the number that the missed firing of t would have.
func (r *run) ordinal(t TransitionID, conditions []int32) int32 {
	place := r.Net.Transitions[t].In[0]
	nth := int32(0)
	for _, c := range conditions {
		if r.p.conditions[c].place == place {
			nth = r.p.conditions[c].nth
		}
	}
	n := int32(0)
	for _, e := range r.fired[t] {
		if r.p.conditions[r.p.events[e].taken[0]].nth < nth {
			n++
		}
	}
	return n
}

func (r *run) names(conditions []int32) string {
	var b strings.Builder
	sorted := slices.Clone(conditions)
	slices.Sort(sorted)
	for _, c := range sorted {
		fmt.Fprintf(&b, " %d:%d", r.p.conditions[c].place, r.p.conditions[c].nth)
	}
	return b.String()
}

// earlyReading looks for a reader of a condition that is not certainly before
// the event that takes it.
func (r *run) earlyReading(i int32) *conflict {
	c := &r.p.conditions[i]
	if c.consumer < 0 {
		return nil
	}
	j := r.id[c.consumer]
	for _, reader := range c.readers {
		e := r.id[reader]
		if r.order.ahead(e, j) > 0 || r.order.causes(e, j) {
			continue
		}
		fe, fj := &r.p.events[reader], &r.p.events[c.consumer]
		key := fmt.Sprint("early ", fe.transition, fe.nth, fj.transition, fj.nth)
		if r.d.settled[key] || r.irrelevant(fe.transition, []EventID{c.consumer}) {
			continue
		}
		return &conflict{
			key: key, otherKey: key, asPlayed: true,
			race:  Race{A: fe.transition, B: fj.transition, Place: c.place, AFirst: r.order.lo[e], ALast: r.order.hi[e], BFirst: r.order.lo[j], BLast: r.order.hi[j]},
			other: []ordering{{firingID{fj.transition, fj.nth}, firingID{fe.transition, fe.nth}}},
		}
	}
	return nil
}

// irrelevant says whether it makes no difference that a fact was or was not
// published before one of rivals ended it: everybody who asks for the fact asks
// certainly later than that could be known.
func (r *run) irrelevant(t TransitionID, rivals []EventID) bool {
	tr := &r.Net.Transitions[t]
	if tr.Class < Summary {
		return false
	}
	last := duration(0)
	for _, j := range rivals {
		last = max(last, r.order.hi[r.id[j]])
	}
	horizon := last + 2*r.Net.travel[tr.Origin.Fact]
	for _, place := range r.Net.known[tr.Origin.Fact] {
		for _, asker := range r.Net.readers[place] {
			if !r.asksAfter(asker, place, horizon) {
				return false
			}
		}
	}
	return true
}

// asksAfter says whether a transition asks for a place only after a date: the
// rest of what it needs is there later, each time.
func (r *run) asksAfter(t TransitionID, place PlaceID, date duration) bool {
	if r.p.fired[t] == 0 {
		return false
	}
	for _, e := range r.fired[t] {
		f := &r.p.events[e]
		ready := duration(0)
		for _, c := range slices.Concat(f.taken, f.read) {
			if p := r.p.conditions[c].producer; p >= 0 && r.p.conditions[c].place != place {
				ready = max(ready, r.order.lo[r.id[p]])
			}
		}
		if ready <= date {
			return false
		}
	}
	return true
}

// noteHazards lists the facts about idleness that begin and end in one instant
// while somebody waits for them.
func (x *explorer) noteHazards(r *run) {
	for _, t := range x.contended {
		tr := &x.Net.Transitions[t]
		if tr.Class != Publish || tr.Origin.Fact.Kind != Idle && tr.Origin.Fact.Kind != Quiet {
			continue
		}
		for _, read := range r.readings(t) {
			v := r.virtual(t, read)
			if ends, ok := r.instantaneous(v); ok {
				x.noteHazard(r, v, ends)
			}
		}
	}
}

// instantaneous says whether all conditions of a virtual event hold together
// for no time at all, and which event ends that.
func (r *run) instantaneous(v *virtual) (EventID, bool) {
	for _, c := range v.conditions {
		for _, d := range v.conditions {
			if c == d {
				continue
			}
			j, p := r.p.conditions[c].consumer, r.p.conditions[d].producer
			if j >= 0 && p >= 0 && (j == p || r.order.lo[r.id[p]] > r.order.hi[r.id[j]] || r.order.causes(r.id[j], r.id[p])) {
				return 0, false // not even together
			}
		}
	}
	for _, c := range v.conditions {
		if j := r.p.conditions[c].consumer; j >= 0 && r.order.aheadOf(r.id[j], v) >= 0 && r.order.lo[r.id[j]] <= r.order.latest(v) && r.order.hi[r.id[j]] >= r.order.earliest(v) {
			return r.id[j], true
		}
	}
	return 0, false
}

func (x *explorer) noteHazard(r *run, v *virtual, ends EventID) {
	fact := x.Net.Transitions[v.transition].Origin.Fact
	for _, w := range x.Net.waitsFor(fact) {
		begins, returns, ok := r.waiting(w)
		if !ok || begins > r.order.latest(v) || returns <= r.order.earliest(v) {
			continue
		}
		latest := EventID(0)
		for _, p := range v.producers {
			if r.order.lo[p] >= r.order.lo[latest] {
				latest = p
			}
		}
		key := fmt.Sprint(fact, w, r.graph.Transition[latest], r.graph.Transition[ends])
		if x.hazards[key] {
			continue
		}
		x.hazards[key] = true
		x.Hazards = append(x.Hazards, Hazard{Fact: fact, Begins: r.graph.Transition[latest], Ends: r.graph.Transition[ends], Wait: w,
			Earliest: r.order.earliest(v), Latest: r.order.latest(v), Returns: returns})
	}
}

// waitsFor lists the instructions of other nodes that wait for a fact.
func (n *Net) waitsFor(f Fact) []TransitionID {
	var out []TransitionID
	for _, p := range n.known[f] {
		for _, t := range n.readers[p] {
			if n.Transitions[t].Origin.Kind == ProgramStep {
				out = append(out, t)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// waiting returns when a wait may begin at the earliest and when it has returned
// at the latest; it lasts for ever where it does not return.
func (r *run) waiting(w TransitionID) (begins, returns duration, ok bool) {
	for _, e := range r.fired[w] {
		p := r.p.conditions[r.p.events[e].taken[0]].producer
		return r.order.lo[r.id[p]], r.order.hi[r.id[e]], true
	}
	place := r.Net.Transitions[w].In[0]
	if c := r.p.marked[place]; c >= 0 {
		return r.order.lo[r.id[r.p.conditions[c].producer]], Never, true
	}
	return 0, 0, false
}
