package report

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/analysis/whatif"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
)

// JSON writes a document with an indent of two spaces and a line end.
func JSON(w io.Writer, document any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(document)
}

// Explanation is the document of "adagio explain --format json". cmd/adagio/json.md tells
// what each field means; a field is added but never changed without a new
// number in Schema.
type Explanation struct {
	Schema   string `json:"schema"` // "adagio/explain/1"
	Summary         // the fields of the short answer
	Nodes    []Node `json:"nodes"`
	Critical struct {
		Lower *CriticalPath `json:"lower"`
		Upper *CriticalPath `json:"upper"`
	} `json:"critical_path"`
	// PathToDone are the paths to the ends of Done, counted from the common origin.
	PathToDone struct {
		Lower *CriticalPath `json:"lower"`
		Upper *CriticalPath `json:"upper"`
	} `json:"path_to_done"`
	Work  *Work   `json:"work"`
	Slack []Slack `json:"slack"`
	// NoSlack says why a plan that has bounds has no slack; it is left out where it has.
	NoSlack string `json:"no_slack,omitempty"`
	Races   []Race `json:"races"`
	// RemediesUntried counts the kinds of race for which a plan of this size leaves no time to
	// look for a remedy.
	RemediesUntried int `json:"remedies_untried,omitempty"`
	// OrdersUncosted counts the kinds of race, the last ones, for which it leaves no time to
	// compute what either order comes to where the orders are covered.
	OrdersUncosted int      `json:"orders_uncosted,omitempty"`
	Hazards        []Hazard `json:"hazards"`
	// HazardChance is the probability that at least one hazard strikes in an execution; left
	// out where nothing is known of it, or there is none.
	HazardChance *Chance   `json:"hazard_chance,omitempty"`
	Deadlock     *Deadlock `json:"deadlock"`
	// Outages are left out unless they are asked for, see [Explanation.AddOutages].
	Outages        []OutageItem `json:"outages,omitempty"`
	OutagesLimited bool         `json:"outages_limited,omitempty"`
}

// Summary is what every answer about a plan begins with.
type Summary struct {
	Plan    Plan   `json:"plan"`
	Outcome string `json:"outcome" enum:"bounded|deadlock|possible deadlock|fails|possible failure|refused"`
	// Done is when everything is done: quiescence, or the end of the span.
	Done     *OpenInterval `json:"done"`
	Makespan *Interval     `json:"makespan"`
	Span     *Interval     `json:"span"`
	Strict   bool          `json:"strict,omitempty"` // the bounds cover hazards, too
	// Cover is left out where each order of the races was explored.
	Cover *Cover `json:"cover,omitempty"`
	// Quiescence is left out where every component is certainly idle when the programs
	// have ended: then it is the end of the span.
	Quiescence *Quiescence `json:"quiescence,omitempty"`
	// Unclosed says why the closing wait all of a node may hang, so that its process never
	// exits; it is left out where none may.
	Unclosed []Waiting `json:"unclosed,omitempty"`
	// EnergyJ is the energy of all nodes whose power is known, and Usage what the
	// plan asks of each; both are left out where no node sleeps and the power of none
	// is known.
	EnergyJ *Joules `json:"energy_j,omitempty"`
	Usage   []Usage `json:"usage,omitempty"`
	// NotCovered is what may happen beside the bounds.
	NotCovered NotCoveredCount `json:"not_covered"`
}

// NotCoveredCount counts what may happen beside the bounds.
type NotCoveredCount struct {
	Hazards int `json:"hazards"`
}

// Cover tells how the orders of races were covered.
type Cover struct {
	Open        int  `json:"open"` // questions whose answer depends on an order
	Evaluations int  `json:"evaluations"`
	Exact       bool `json:"exact"` // more evaluations would not narrow the upper bound
}

// Quiescence is the date at which all programs have ended and every component is idle
// with an empty queue.
type Quiescence struct {
	OpenInterval
	Running []Running `json:"running"` // when the programs end
	Waits   []Waiting `json:"waits"`   // of what never becomes idle
}

// OpenInterval is an interval of dates that may not come: an end is null then.
type OpenInterval struct {
	LowerNS *int64   `json:"lower_ns"`
	UpperNS *int64   `json:"upper_ns"`
	LowerS  *float64 `json:"lower_s"`
	UpperS  *float64 `json:"upper_s"`
}

// Running is a behaviour that may end after the programs.
type Running struct {
	Component string       `json:"component"`
	Behaviour *string      `json:"behaviour"` // null where the component is being added
	Node      string       `json:"node"`
	Certain   bool         `json:"certain"` // it ends after them in every execution
	End       OpenInterval `json:"end"`
}

// Plan says what was analysed.
type Plan struct {
	Name       string `json:"name"`
	Assembly   string `json:"assembly"`
	Semantics  string `json:"semantics"`
	Executor   string `json:"executor"`
	Nodes      int    `json:"nodes"`
	Components int    `json:"components"`
	Position
}

// Position is where something is written.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Interval is a bound or a date with its two ends, in nanoseconds and again in
// seconds.
type Interval struct {
	LowerNS int64   `json:"lower_ns"`
	UpperNS int64   `json:"upper_ns"`
	LowerS  float64 `json:"lower_s"`
	UpperS  float64 `json:"upper_s"`
}

// Node is when the program of a node starts and ends, counted from the common
// origin, and how long it takes. End and Duration are null if it never ends.
type Node struct {
	Node     string    `json:"node"`
	Ends     bool      `json:"ends"`
	Start    *Interval `json:"start"`
	End      *Interval `json:"end"`
	Duration *Interval `json:"duration"`
}

// CriticalPath is the chain of steps, each the one that the next waited for.
type CriticalPath struct {
	Node     string           `json:"node"` // whose program it ends
	LengthNS int64            `json:"length_ns"`
	LengthS  float64          `json:"length_s"`
	SumsNS   map[string]int64 `json:"sums_ns"` // by category
	Steps    []Step           `json:"steps"`
}

// Step is one event of a path.
type Step struct {
	Category   string `json:"category" enum:"work|network|executor|pause|start|asleep|open|moment"`
	Text       string `json:"text"`
	Node       string `json:"node"`
	Component  string `json:"component,omitempty"`
	Behaviour  string `json:"behaviour,omitempty"`
	Transition string `json:"transition,omitempty"`
	DurationNS int64  `json:"duration_ns"`
	TotalNS    int64  `json:"total_ns"` // the running total: the date from the start of the path's node
	Position
}

// Work sets the work of the plan at the upper bound against the critical path
// there; null if the plan never ends.
type Work struct {
	TotalNS     int64            `json:"total_ns"`      // of all component transitions
	OnPathNS    int64            `json:"on_path_ns"`    // the part on the path
	OwnNS       int64            `json:"own_ns"`        // of that, on the path's own node
	WaitedForNS map[string]int64 `json:"waited_for_ns"` // of that, by other node
	WireNS      int64            `json:"wire_ns"`       // latency on the path
	PollingNS   int64            `json:"polling_ns"`    // looks, and waiting for them, on the path
	Parallelism float64          `json:"parallelism"`   // total by makespan
}

// Slack is how much later a step may be at the upper end before everything is done later.
// Its total is counted from the common origin.
type Slack struct {
	SlackNS int64 `json:"slack_ns"`
	// AtLeast says that the slack is a lower bound.
	AtLeast bool `json:"slack_at_least,omitempty"`
	Step
}

// Race is two events whose order the plan leaves open. The makespan of an order
// is null where that order never ends, or the orders are covered. Advice is the changes
// that would remove this race and all of its kind, and Remedy the same with what the plan
// then takes; "" and null if none is known.
type Race struct {
	A        RaceEvent `json:"a"`
	B        RaceEvent `json:"b"`
	IfAFirst *Interval `json:"makespan_if_a_first"`
	IfBFirst *Interval `json:"makespan_if_b_first"`
	Kind     int       `json:"kind"` // races of one kind, which are one line of the text, have one number
	Advice   string    `json:"advice"`
	Remedy   *Remedy   `json:"remedy"`
}

// Remedy is changes that remove a race or let a plan end, as they can be given to --what-if,
// and the makespan with them.
type Remedy struct {
	Changes  []string `json:"changes"`
	Makespan Interval `json:"makespan"`
	Position
}

// RaceEvent is one of the two events of a race.
type RaceEvent struct {
	Text string    `json:"text"`
	Node string    `json:"node"`
	Date *Interval `json:"date"`
	Position
}

// Problem is something of measurements that was left out, and why.
type Problem struct {
	Path   string `json:"path"`
	Line   int    `json:"line"` // 0 if the reason has no line
	Reason string `json:"reason"`
}

// Chance is a probability, by the least and the greatest of what it depends on.
type Chance struct {
	Least    float64 `json:"least"`
	Greatest float64 `json:"greatest"`
}

// Hazard is a wait that would return early if it looked in a window that has no
// length in the model. EarlyNS is null if it never returns otherwise.
type Hazard struct {
	Wait    string    `json:"wait"`
	Node    string    `json:"node"`
	Fact    string    `json:"fact"`
	Between [2]string `json:"between"`
	Date    *Interval `json:"date"`
	EarlyNS *int64    `json:"early_ns"`
	// IfStrikes is the makespan if the wait may return early and no other; left out if that was
	// not asked for, or is not known.
	IfStrikes *Interval `json:"if_strikes,omitempty"`
	Position
}

// Deadlock is who waits for whom.
type Deadlock struct {
	Possible   bool      `json:"possible"`            // only in some order of the races
	Unproved   bool      `json:"unproved"`            // no execution is known that does not end, but that every one does is not proved
	Shown      string    `json:"shown,omitempty"`     // how an execution of the simulator comes to a possible deadlock, if one is known
	Simulated  int       `json:"simulated,omitempty"` // how many executions were looked at for that
	Components []string  `json:"components"`
	Waits      []Waiting `json:"waits"`
	Cycle      []int     `json:"cycle"` // indices into waits, each waiting for the next
	// Remedy is a change by which the plan ends; left out where none is known, or none was looked for.
	Remedy *Remedy `json:"remedy,omitempty"`
}

// Waiting is one link of a deadlock.
type Waiting struct {
	Who       string `json:"who"`
	Text      string `json:"text"`
	Node      string `json:"node"`
	Component string `json:"component,omitempty"`
	On        string `json:"on,omitempty"`      // the component waited for
	OnNode    string `json:"on_node,omitempty"` // the node whose program is waited for
	Position
}

// Diagnostic is a message about the input.
type Diagnostic struct {
	Severity string `json:"severity" enum:"error|warning|note"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail,omitempty"`
	Position
	Length  int       `json:"length"`
	Related []Related `json:"related,omitempty"`
}

// Related is another position that has a part in a diagnostic.
type Related struct {
	Text string `json:"text"`
	Position
}

// Explain makes the document of a result.
func Explain(r *analysis.Result) *Explanation {
	x := &Explanation{Schema: "adagio/explain/1", Summary: Summarise(r), Nodes: []Node{}, Slack: []Slack{}, Hazards: []Hazard{}}
	s := r.Scenario
	for _, n := range r.Nodes {
		out := Node{Node: s.Nodes[n.Node].Name, Ends: n.Ends, Start: interval(n.Start)}
		if n.Ends {
			out.End, out.Duration = interval(n.End), interval(n.Duration)
		}
		x.Nodes = append(x.Nodes, out)
	}
	if x.Makespan != nil {
		x.Critical.Lower, x.Critical.Upper = criticalPath(s, r.Lower), criticalPath(s, r.Upper)
		x.PathToDone.Lower, x.PathToDone.Upper = criticalPath(s, r.DonePath(petri.Earliest)), criticalPath(s, r.DonePath(petri.Latest))
		x.Work = work(r)
		x.NoSlack = r.NoSlack()
		for _, k := range r.Slack() {
			x.Slack = append(x.Slack, Slack{SlackNS: int64(k.Least), AtLeast: !k.Exact, Step: step(s, k.Step)})
		}
	}
	x.races(r)
	for _, h := range r.Hazards {
		out := Hazard{Wait: h.Wait, Node: s.Nodes[h.Node].Name, Fact: h.Fact, Between: h.Between, Date: interval(h.Date), Position: position(h.Pos)}
		if h.Early != model.Never {
			early := int64(h.Early)
			out.EarlyNS = &early
		}
		x.Hazards = append(x.Hazards, out)
	}
	if least, greatest, ok := r.Chance(); ok && len(r.Hazards) > 0 {
		x.HazardChance = &Chance{least, greatest}
	}
	if x.Deadlock = ExplainDeadlock(r); x.Deadlock != nil {
		if best, _ := whatif.Unblock(r); best != nil {
			x.Deadlock.Remedy = newRemedy(best)
		}
	}
	return x
}

// PriceHazards adds what the plan takes if one of its hazards strikes. x is the document of
// r. It costs an analysis for each wait.
func (x *Explanation) PriceHazards(r *analysis.Result) {
	for i, h := range r.Hazards {
		if j := slices.IndexFunc(r.Hazards, h.SameWait); j < i {
			x.Hazards[i].IfStrikes = x.Hazards[j].IfStrikes
		} else if then, err := r.IfStrikes(h); err == nil {
			x.Hazards[i].IfStrikes = interval(then.Makespan)
		}
	}
}

func work(r *analysis.Result) *Work {
	w := r.Work(r.Upper)
	out := &Work{int64(w.Total), int64(w.OnPath), int64(w.Own), map[string]int64{}, int64(w.Wire), int64(w.Polling), w.Parallelism(r.Upper.Length)}
	for n, d := range w.For {
		out.WaitedForNS[r.Scenario.Nodes[n].Name] = int64(d)
	}
	return out
}

// CriticalPaths makes the documents of paths.
func CriticalPaths(r *analysis.Result, paths []analysis.Path) []*CriticalPath {
	out := []*CriticalPath{}
	for _, p := range paths {
		out = append(out, criticalPath(r.Scenario, p))
	}
	return out
}

// Summarise makes the part that all answers about a plan share.
func Summarise(r *analysis.Result) Summary {
	s := r.Scenario
	out := Summary{Outcome: "bounded", Plan: NewPlan(s)}
	out.NotCovered.Hazards = len(r.Hazards)
	if r.Deadlock != nil {
		out.Outcome = r.Deadlock.Outcome()
	}
	if out.Strict = r.Strict; r.Strict {
		out.NotCovered.Hazards = 0
	}
	if r.Bounded() {
		done := NewOpenInterval(r.Done())
		out.Done, out.Makespan, out.Span = &done, interval(r.Makespan), interval(r.Span)
		if c := r.Cover; c != nil {
			out.Cover = &Cover{c.Open, c.Evaluations, c.Exact}
		}
		out.Quiescence = QuiescenceOf(r)
		if u := r.Unclosed; u != nil {
			out.Unclosed = waitings(s, u.Waits)
		}
		out.EnergyJ, out.Usage = joules(r.TotalEnergy()), usages(s, r.Usage)
	}
	return out
}

// NewPlan makes the document of which plan an answer is about.
func NewPlan(s *model.Scenario) Plan {
	return Plan{
		Name: s.Name, Assembly: s.Assembly, Semantics: s.Semantics.String(), Executor: s.Network.Profile.String(),
		Nodes: len(s.Nodes), Components: len(s.Components), Position: position(s.Pos),
	}
}

// QuiescenceOf makes the document of what outlasts the programs, or nil.
func QuiescenceOf(r *analysis.Result) *Quiescence {
	q, s := r.Quiescence, r.Scenario
	if q == nil {
		return nil
	}
	out := &Quiescence{OpenInterval: NewOpenInterval(q.Date), Running: []Running{}, Waits: waitings(s, q.Waits)}
	for _, k := range q.Running {
		doc := Running{Component: s.Components[k.Component].Name, Node: s.Nodes[s.Components[k.Component].Node].Name, Certain: k.Certain, End: NewOpenInterval(k.End)}
		if k.Behaviour >= 0 {
			doc.Behaviour = &s.TypeOf(k.Component).Behaviours[k.Behaviour].Name
		}
		out.Running = append(out.Running, doc)
	}
	return out
}

// NewOpenInterval is dates as documents have them: null for never.
func NewOpenInterval(b analysis.Dates) (out OpenInterval) {
	end := func(d model.Date, ns **int64, s **float64) {
		if !d.IsNever() {
			n, sec := int64(d), time.Duration(d).Seconds()
			*ns, *s = &n, &sec
		}
	}
	end(b.Lower, &out.LowerNS, &out.LowerS)
	end(b.Upper, &out.UpperNS, &out.UpperS)
	return out
}

// Diagnostics makes the documents of diagnostics.
func Diagnostics(list diag.List) []Diagnostic {
	out := []Diagnostic{}
	for _, d := range list {
		k := Diagnostic{Severity: d.Severity.String(), Summary: d.Summary, Detail: d.Detail, Position: position(d.Subject), Length: d.Length}
		for _, r := range d.Related {
			k.Related = append(k.Related, Related{Text: r.Text, Position: position(r.Pos)})
		}
		out = append(out, k)
	}
	return out
}

// NewPosition is a position as documents have it.
func NewPosition(p model.Pos) Position { return position(p) }

func position(p model.Pos) Position { return Position{p.File, p.Line, p.Column} }

func interval(b analysis.Bound) *Interval {
	i := NewInterval(b)
	return &i
}

// NewInterval is a bound as documents have it.
func NewInterval(b analysis.Bound) Interval {
	return Interval{int64(b.Lower), int64(b.Upper), b.Lower.Seconds(), b.Upper.Seconds()}
}

func criticalPath(s *model.Scenario, p analysis.Path) *CriticalPath {
	if p.Node < 0 {
		return nil
	}
	out := &CriticalPath{Node: s.Nodes[p.Node].Name, LengthNS: int64(p.Length), LengthS: p.Length.Seconds(), SumsNS: map[string]int64{}, Steps: []Step{}}
	for c, d := range p.Sums {
		out.SumsNS[c.String()] = int64(d)
	}
	for _, k := range p.Steps {
		out.Steps = append(out.Steps, step(s, k))
	}
	return out
}

func step(s *model.Scenario, k analysis.Step) Step {
	out := Step{
		Category: k.Category.String(), Text: k.Text, Node: s.Nodes[k.Node].Name, Component: k.Component, Behaviour: k.Behaviour,
		DurationNS: int64(k.Duration), TotalNS: int64(k.Total), Position: position(k.Position),
	}
	if t := k.Origin.Transition(); t >= 0 {
		out.Transition = s.TypeOf(k.Origin.Component).Transitions[t].Name
	}
	return out
}

// races lists the races, one after another as they were found, with what is known of all of a kind.
func (x *Explanation) races(r *analysis.Result) {
	remedies, untried := whatif.Remedies(r)
	groups, uncosted := r.CostedRaces()
	x.RemediesUntried, x.OrdersUncosted = untried, uncosted
	x.Races = make([]Race, len(r.Races))
	for i, g := range groups {
		for j, k := range g.Races {
			if k.Covered {
				k.IfAFirst, k.IfBFirst = g.IfAFirst, g.IfBFirst
			}
			out := race(r.Scenario, k)
			if out.Kind = i; remedies[i] != nil {
				out.Advice = strings.Join(texts(remedies[i].Changes), "; ")
				out.Remedy = newRemedy(remedies[i])
			}
			x.Races[g.In[j]] = out
		}
	}
}

func race(s *model.Scenario, r analysis.Race) Race {
	event := func(text string, o petri.Origin, date analysis.Bound) RaceEvent {
		return RaceEvent{text, s.Nodes[o.Node].Name, interval(date), position(*o.Pos)}
	}
	maybe := func(o analysis.Order) *Interval {
		if o.Makespan == nil {
			return nil
		}
		return interval(*o.Makespan)
	}
	return Race{A: event(r.A, r.OriginA, r.DateA), B: event(r.B, r.OriginB, r.DateB), IfAFirst: maybe(r.IfAFirst), IfBFirst: maybe(r.IfBFirst)}
}

func newRemedy(x *whatif.Remedy) *Remedy {
	return &Remedy{texts(x.Changes), NewInterval(x.After.Makespan), position(x.Pos)}
}

// ExplainDeadlock makes the document of a deadlock; nil if there is none.
func ExplainDeadlock(r *analysis.Result) *Deadlock {
	s, d := r.Scenario, r.Deadlock
	if d == nil {
		return nil
	}
	return &Deadlock{Possible: d.Possible, Unproved: d.Unproved, Shown: d.Shown, Simulated: d.Simulated, Components: append([]string{}, d.Components(s)...), Waits: waitings(s, d.Waits), Cycle: append([]int{}, d.Cycle...)}
}

func waitings(s *model.Scenario, waits []analysis.Waiting) []Waiting {
	out := []Waiting{}
	for _, w := range waits {
		k := Waiting{Who: w.Who, Text: w.Text, Node: s.Nodes[w.Node].Name, Position: position(w.Pos)}
		if w.Component >= 0 {
			k.Component = s.Components[w.Component].Name
		}
		if w.On >= 0 {
			k.On = s.Components[w.On].Name
		}
		if w.OnNode >= 0 {
			k.OnNode = s.Nodes[w.OnNode].Name
		}
		out = append(out, k)
	}
	return out
}

func delay(d model.Delay) Interval { return *interval(analysis.Bound{Lower: d.Lo, Upper: d.Hi}) }
