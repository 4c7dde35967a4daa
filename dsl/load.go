package dsl

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// Source is a source text at hand: standard input, a test, what an importer
// wrote.
type Source struct {
	Name string // for messages; paths in the text are relative to its folder
	Text []byte
}

// Options says what to load.
type Options struct {
	// Files are the paths of the files that make up the model, in this order,
	// and Sources are texts that come after them.
	Files   []string
	Sources []Source
	// Plan is the plan to resolve; "" is the last one that is declared.
	Plan string
	// Set gives parameters of the assembly other values than their defaults.
	Set map[string]int
	// Timings names blocks of durations of the model, or files that hold some.
	// Blocks that are named replace the one that is taken by default, the first
	// of the model; files add to what is taken. Later ones win.
	Timings []string
	// Network names a block of the model, or an executor with its defaults
	// (ballet, push, broker or ideal), or a file that holds a network block. "" is
	// the first block of the model, or else ballet.
	Network string
	// Executor is a standard executor, with its defaults, in place of that of the
	// network; "" for the network's own. The starts of nodes and the host of the
	// broker stay what the network says.
	Executor string
	// Untimed accepts transitions that no duration is given for: they last 0s.
	// It is for those who look for durations, as calibration does.
	Untimed bool
	// Platform is the path of a SimGrid platform file; the scenario runs on it
	// whatever platform or latencies the network has. "" for those.
	Platform string
	// Hosts gives the host of a component by its name, as an inventory has it:
	// its node is there, whatever the model says. The name worker[3] may also be
	// written worker3.
	Hosts map[string]string
	// Uptimes is the path of a JSON file that says when nodes are awake: for those
	// that it has it replaces what the network says. "" for none.
	Uptimes string
	// UptimesSlot, if not 0, says that the file of uptimes has slots instead of
	// windows: for each node and round a pair whose first number is when the node
	// wakes up, or that number alone, or -1 where it does not. It stays awake for
	// UptimesSlot.
	UptimesSlot time.Duration
	// Read reads a file, in place of [ReadFile] where it is not nil: those that Files and
	// other options name, and those that the model names.
	Read func(path string) ([]byte, diag.List)
}

// With returns the options with other values of some parameters.
func (o Options) With(set map[string]int) Options {
	all := maps.Clone(o.Set)
	if all == nil {
		all = map[string]int{}
	}
	maps.Copy(all, set)
	o.Set = all
	return o
}

// Load reads a model and resolves one of its plans. The scenario is nil if one
// of the diagnostics is an error. The sources are the texts that diagnostics
// have positions in, for [diag.Render].
func Load(opts Options) (*model.Scenario, diag.Sources, diag.List) {
	return load(opts, false)
}

// Check reads a model and resolves all its plans, and returns what is wrong with
// any of them. Options.Plan does not matter.
func Check(opts Options) (diag.Sources, diag.List) {
	_, sources, list := load(opts, true)
	return sources, list
}

func load(opts Options, all bool) (*model.Scenario, diag.Sources, diag.List) {
	r := &resolver{
		opts: opts, seen: map[problem]bool{}, budget: capacity().statements,
		instances: map[*Assembly]*instance{}, resolved: map[*Plan]*planState{},
		delays: map[*Delay]delayValue{}, samples: map[string]delayValue{}, extra: diag.Sources{},
	}
	for i, path := range opts.Files {
		if slices.Contains(opts.Files[:i], path) {
			return nil, nil, diag.List{{Summary: "the file is named twice", Detail: "files that are named together make one model", Subject: model.Pos{File: path}}}
		}
		r.file(path, true)
	}
	for _, s := range opts.Sources {
		r.source(s.Name, s.Text, true)
	}
	r.declare()
	var scenario *model.Scenario
	if all {
		for _, p := range r.planOrder {
			r.scenario(p)
		}
		for _, a := range sortedKeys(r.assemblies) {
			r.instantiate(r.assemblies[a])
		}
	} else if p := r.choosePlan(); p != nil {
		scenario = r.scenario(p)
	}
	r.errors.Sort()
	if r.errors.HasErrors() {
		scenario = nil
	}
	return scenario, r.extra, r.errors
}

// read reads a file as the options say.
func (r *resolver) read(path string) ([]byte, diag.List) {
	if r.opts.Read != nil {
		return r.opts.Read(path)
	}
	return ReadFile(path)
}

// file reads and parses a file. Those of the model count as such; others are
// returned only.
func (r *resolver) file(path string, ofModel bool) *File {
	text, list := r.read(path)
	for _, d := range list {
		r.add(d)
		r.broken = everything
	}
	if list != nil {
		return nil
	}
	return r.source(path, text, ofModel)
}

func (r *resolver) source(name string, text []byte, ofModel bool) *File {
	f, list := Parse(name, text)
	for _, d := range list {
		r.add(d)
	}
	r.extra[name] = string(text)
	if len(bytes.TrimSpace(bytes.TrimPrefix(text, []byte(byteOrderMark)))) == 0 && ofModel {
		r.add(diag.Diagnostic{Summary: "the file is empty", Detail: "a model has component types, an assembly and plans", Subject: model.Pos{File: name, Line: 1, Column: 1}})
	}
	if ofModel {
		r.files = append(r.files, f)
	}
	return f
}

// choosePlan finds the plan to resolve.
func (r *resolver) choosePlan() *Plan {
	if r.opts.Plan != "" {
		p, ok := r.plans[r.opts.Plan]
		if !ok && !r.broken.of(ofPlans) {
			detail := "the model has no plan at all"
			if len(r.planOrder) > 0 {
				detail = "the plans are " + r.planNames()
			}
			r.add(diag.Diagnostic{Summary: "there is no plan " + r.opts.Plan, Detail: detail, Subject: r.whole()})
		}
		return p
	}
	if len(r.planOrder) == 0 {
		if !r.broken.of(ofPlans) && !r.errors.HasErrors() {
			r.add(diag.Diagnostic{Summary: "the model has no plan", Detail: "write one: plan NAME of ASSEMBLY { on NODE { … } }", Subject: r.whole()})
		}
		return nil
	}
	return r.planOrder[len(r.planOrder)-1]
}

// whole is the position of the model as a whole.
func (r *resolver) whole() model.Pos {
	if len(r.files) == 0 {
		return model.Pos{}
	}
	return model.Pos{File: r.files[0].Name}
}

func (r *resolver) planNames() string {
	const shown = 20
	var names []string
	for _, p := range r.planOrder[:min(shown, len(r.planOrder))] {
		names = append(names, p.Name.Text)
	}
	text := strings.Join(names, ", ")
	if n := len(r.planOrder); n > shown {
		text += fmt.Sprintf(" and %d more", n-shown)
	}
	return text
}

// scenario resolves a plan with durations and network.
func (r *resolver) scenario(p *Plan) *model.Scenario {
	st := r.plan(p)
	a, ok := r.assemblies[p.Of.Text]
	if !ok {
		return nil
	}
	x := r.instances[a]
	r.unknownParameters(a)
	for _, info := range r.order {
		info.original()
	}
	single := durations{}
	doubt := ofNothing
	for _, t := range r.chooseTimings() {
		doubt |= t.broken
		r.applyTimings(t, x, single)
	}
	block, executor := r.chooseNetwork()
	r.applyNetwork(st.scenario, x, block, executor)
	if st.scenario != nil {
		r.fillDurations(st.scenario, st, single, doubt.of(ofDurations))
		r.state(st.scenario, x, r.stated[p])
	}
	return st.scenario
}

// original forgets the durations of timings, so that the next plan begins anew.
func (t *typeInfo) original() {
	if t.inType == nil {
		t.inType = append([]delayValue{}, t.durations...)
	}
	copy(t.durations, t.inType)
}

func (r *resolver) unknownParameters(a *Assembly) {
	known := map[string]bool{}
	for _, p := range a.Parameters {
		known[p.Name.Text] = true
	}
	for _, name := range sortedKeys(r.opts.Set) {
		if known[name] || a.broken.of(ofParameters) {
			continue
		}
		detail := suggestion(name, known)
		if len(known) == 0 {
			detail = "it has no parameters"
		}
		r.add(diag.Diagnostic{Summary: fmt.Sprintf("assembly %s has no parameter %s", a.Name.Text, name), Detail: detail, Related: []diag.Related{related(a.Name.Pos, "the assembly")}})
	}
}

// chooseTimings finds the blocks of durations to apply, in their order.
func (r *resolver) chooseTimings() []*Timings {
	var named, fromFiles []*Timings
	for _, name := range r.opts.Timings {
		if t, ok := r.timings[name]; ok {
			named = append(named, t)
			continue
		}
		if !r.isFile(name) {
			r.noSuch("timings", name, sortedKeys(r.timings))
			continue
		}
		f := r.file(name, false)
		if f != nil && len(f.Timings) == 0 && !f.broken.of(ofTimings) {
			r.add(diag.Diagnostic{Summary: "the file has no timings in it", Detail: "write timings NAME { type.behavior.transition = 3s }", Subject: model.Pos{File: name}})
		}
		if f != nil {
			fromFiles = append(fromFiles, f.Timings...)
		}
	}
	if named == nil {
		for _, f := range r.files {
			if len(f.Timings) > 0 {
				named = f.Timings[:1]
				break
			}
		}
	}
	return append(named[:len(named):len(named)], fromFiles...)
}

// chooseNetwork finds the network block, or the executor that stands for one.
func (r *resolver) chooseNetwork() (block *Network, executor string) {
	name := r.opts.Network
	if name == "" {
		for _, f := range r.files {
			if len(f.Networks) > 0 {
				return f.Networks[0], ""
			}
		}
		return nil, "ballet"
	}
	if n, ok := r.networks[name]; ok {
		return n, ""
	}
	if _, _, ok := standardNetwork(name, 0); ok {
		return nil, name
	}
	if !r.isFile(name) {
		r.noSuch("network", name, append(sortedKeys(r.networks), sortedKeys(executorKinds)...))
		return nil, "ballet"
	}
	f := r.file(name, false)
	if f == nil {
		return nil, "ballet"
	}
	if len(f.Networks) == 0 {
		if !f.broken.of(ofNetworks) {
			r.add(diag.Diagnostic{Summary: "the file has no network in it", Detail: "write network NAME { executor ballet { … } }", Subject: model.Pos{File: name}})
		}
		return nil, "ballet"
	}
	return f.Networks[0], ""
}

// noSuch reports a block that is neither in the model nor a file.
func (r *resolver) noSuch(what, name string, known []string) {
	r.add(diag.Diagnostic{Summary: fmt.Sprintf("there is no %s %s, neither in the model nor as a file", what, name), Detail: diag.DidYouMean(name, known)})
}
