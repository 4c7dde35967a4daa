// Package validate compares a model with measured executions: the one claim that
// the project makes, as a function that anybody can call on their own logs.
//
//	models := measure.Models{Options: dsl.Options{Files: []string{"m.ballet"}}}
//	report := validate.Validate(runs, validate.Options{Durations: validate.Own, Resolve: models.For})
//	fmt.Println(report.Total.Makespan.Inside, report.Total.Makespan.MeanError)
//
// For every run it bounds and predicts the makespan, the end of every node, and
// start and end of every transition, and compares them with what was measured
// (type [Run]). Where the durations of the transitions come from is chosen by
// [Durations]. Besides, it follows the run through the event graph with every
// date that was measured put in place of the model's (file local.go): what is
// left are the delays between one measured date and the next, each beside the
// interval that the model has for it. The first that is outside is where model
// and measurement part.
package validate

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"adagio/analysis"
	"adagio/analysis/measure"
	"adagio/analysis/parallel"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri/compile"
)

// Durations says where the durations of the transitions come from, and when the
// nodes start.
type Durations uint8

const (
	// Own takes from each run the durations of its transitions, as constants, and
	// when its nodes started, and nothing else: what is tested is what the model
	// makes of them, its synchronisation and its executor.
	Own Durations = iota
	// Others takes the range of the durations that the other runs of the same
	// case, sites and operation had for the same transition of the same component;
	// the run itself is left out. Nodes start as the model says, or as late as any
	// node of the other runs did if that is later.
	Others
	// Nominal takes the durations and the starts of the model.
	Nominal
)

// Choices are the words for the durations, in the order of [Durations].
var Choices = []string{"own", "others", "nominal"}

// String is the word for the durations.
func (d Durations) String() string { return Choices[d] }

// Key names the runs that are executions of one and the same plan.
type Key struct {
	Case      string
	Sites     int // 0 if unknown
	Operation string
	Variant   string // what tables tell beside, see [measure.Run.Variant]
}

// String is the key in words: "cps, 5 sites, update".
func (k Key) String() string {
	var words []string
	if k.Case != "" {
		words = append(words, k.Case)
	}
	switch {
	case k.Sites == 1:
		words = append(words, "1 site")
	case k.Sites > 1:
		words = append(words, fmt.Sprintf("%d sites", k.Sites))
	}
	if k.Variant != "" {
		words = append(words, k.Variant)
	}
	return strings.Join(append(words, k.Operation), ", ")
}

// KeyOf is the key of a run.
func KeyOf(r *measure.Run) Key { return Key{r.Case, r.Sites, r.Operation, r.Variant()} }

func compareKeys(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Case, b.Case), cmp.Compare(a.Sites, b.Sites), cmp.Compare(a.Variant, b.Variant), cmp.Compare(a.Operation, b.Operation))
}

// Options says how to validate.
type Options struct {
	Durations Durations
	// Resolve finds the scenario that a run was an execution of, and what the
	// names in the logs mean in it, such as [measure.Models.For]. It is called for
	// the first run of each key, one after the other.
	Resolve func(*measure.Run) (*measure.Mapping, error)
	// Replications is how many simulated executions a prediction is the mean of;
	// 0 is [DefaultReplications]. Seed chooses them.
	Replications int
	Seed         uint64
	// Workers is how many runs are compared at a time; 0 is one per processor.
	Workers int
	// Progress, if not nil, is called after each run, by one caller at a time.
	Progress func(done, of int)
}

// DefaultReplications make the mean of the simulated makespans of the published
// cases known to within some 0.06 s, a fifth of what the executions themselves vary by.
const DefaultReplications = 20

// Validate compares runs with the model. A run that cannot be compared (there is
// no scenario for it, or no other run of its kind) is left out and listed in
// Report.Problems. The result does not depend on Options.Workers.
func Validate(runs []measure.Run, opts Options) *Report {
	if opts.Replications == 0 {
		opts.Replications = DefaultReplications
	}
	v := &validation{opts: opts, groups: map[Key]*group{}}
	v.gather(runs)
	out := make([]outcome, len(v.members))
	parallel.Each(len(out), opts.Workers, func(i int) { out[i] = v.compare(v.members[i]) }, opts.Progress)
	return v.report(out)
}

// Problem is why a run could not be compared.
type Problem struct {
	Key    Key
	Path   string
	Run    string // in words
	Reason string
}

// String is the problem in a line.
func (p Problem) String() string { return fmt.Sprintf("%s: %s: %s", p.Path, p.Run, p.Reason) }

// strangers says that a run has no node of the model.
func strangers(r *measure.Run) string {
	const few = 3
	var names []string
	for i := range r.Nodes {
		names = append(names, r.Nodes[i].Name)
	}
	slices.Sort(names)
	if len(names) > few {
		names = append(names[:few], "…")
	}
	return fmt.Sprintf("nodes %s are not in the model (wrong --model?)", strings.Join(names, ", "))
}

// Skipped is the runs of a case that were left out for one reason.
type Skipped struct {
	Case, Reason string
	Runs         int
}

// String is the runs in a line.
func (s Skipped) String() string {
	of := ""
	if s.Case != "" {
		of = " of " + s.Case
	}
	return fmt.Sprintf("%s%s skipped: %s", diag.Count(s.Runs, "run"), of, s.Reason)
}

// Skipped sums up the problems.
func (r *Report) Skipped() (list []Skipped) {
	for _, p := range r.Problems {
		i := slices.IndexFunc(list, func(s Skipped) bool { return s.Case == p.Key.Case && s.Reason == p.Reason })
		if i < 0 {
			i, list = len(list), append(list, Skipped{Case: p.Key.Case, Reason: p.Reason})
		}
		list[i].Runs++
	}
	return list
}

// group is the runs of one key.
type group struct {
	key      Key
	scenario *model.Scenario
	names    *measure.Mapping
	members  []*member
	cache    compile.Cache
	once     sync.Once // of what all members share, see shared
	fixed    *judged
	err      error
}

// member is a run in a group.
type member struct {
	*group
	run *measure.Run
	*observed
}

type validation struct {
	opts     Options
	groups   map[Key]*group
	members  []*member
	problems []Problem
}

// gather sorts the runs into groups, and puts each into the words of its
// scenario.
func (v *validation) gather(runs []measure.Run) {
	for i := range runs {
		r := &runs[i]
		key := KeyOf(r)
		g := v.groups[key]
		if g == nil {
			g = &group{key: key}
			if g.names, g.err = v.opts.Resolve(r); g.err == nil {
				g.scenario = g.names.Scenario()
			}
			v.groups[key] = g
		}
		if g.err != nil {
			v.problems = append(v.problems, Problem{key, r.Path, r.String(), g.err.Error()})
			continue
		}
		m := &member{group: g, run: r, observed: observe(g.names, r)}
		if m.none() {
			v.problems = append(v.problems, Problem{key, r.Path, r.String(), strangers(r)})
			continue
		}
		g.members = append(g.members, m)
		v.members = append(v.members, m)
	}
	slices.SortStableFunc(v.members, func(a, b *member) int {
		return cmp.Or(compareKeys(a.key, b.key), cmp.Compare(a.run.ID, b.run.ID), cmp.Compare(a.run.Path, b.run.Path))
	})
}

// outcome is a comparison or why there is none.
type outcome struct {
	run     Run
	gaps    []Gap
	problem *Problem
}

// compare compares one run.
func (v *validation) compare(m *member) outcome {
	j, err := v.judge(m)
	if _, refused := errors.AsType[*analysis.RefusedError](err); refused {
		r := m.start()
		r.Refused, r.Parting = true, &Parting{Reason: err.Error()}
		return outcome{run: r}
	}
	if err != nil {
		return outcome{problem: &Problem{m.key, m.run.Path, m.run.String(), err.Error()}}
	}
	if d := j.result.Deadlock; !j.result.Bounded() {
		r := m.start()
		r.Refused, r.Deadlock, r.Parting = d.Possible, !d.Possible, &Parting{Reason: "in the model: " + d.Summary()}
		return outcome{run: r}
	}
	r := m.compare(j)
	gaps := m.follow(j, v.opts.Durations)
	if r.Outside() {
		r.Parting = part(j, gaps)
	}
	if r.Early = j.early(gaps); len(r.Early) > 0 {
		r.Strict = m.strict(j)
	}
	return outcome{run: r, gaps: gaps}
}

// judge bounds and predicts a run: once for the whole group where nothing is
// taken from the run.
func (v *validation) judge(m *member) (*judged, error) {
	if v.opts.Durations == Nominal {
		m.once.Do(func() { m.fixed, m.err = v.judgeScenario(m.group, m.scenario, nil) })
		return m.fixed, m.err
	}
	s, err := m.with(v.opts.Durations)
	if err != nil {
		return nil, err
	}
	return v.judgeScenario(m.group, s, m.otherStarts(v.opts.Durations))
}

// seconds renders a duration for a sentence.
func seconds(d time.Duration) string { return fmt.Sprintf("%.3f s", d.Seconds()) }
