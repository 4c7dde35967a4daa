package measure

import (
	"fmt"
	"maps"

	"adagio/dsl"
)

// Models resolves a model for each run that is read: the plan that is called as
// the run's operation, with as many sites as the run has.
type Models struct {
	// Options tells the model. If Plan is not empty it is taken whatever a run's
	// operation is called. Unless Set has the parameter "sites", it is given the
	// run's number of sites, where the model has such a parameter.
	Options dsl.Options

	sites *bool
	known map[string]*resolvedModel
}

type resolvedModel struct {
	mapping *Mapping
	err     error
}

// For returns the names of the scenario for a run, or why the model has none.
func (m *Models) For(r *Run) (*Mapping, error) {
	opts := m.Options
	opts.Set = maps.Clone(opts.Set)
	if opts.Plan == "" {
		opts.Plan = r.Operation
	}
	if _, given := opts.Set["sites"]; !given && r.Sites > 0 && m.hasSites() {
		if opts.Set == nil {
			opts.Set = map[string]int{}
		}
		opts.Set["sites"] = r.Sites
	}
	key := fmt.Sprint(opts.Plan, " ", opts.Set["sites"])
	if x := m.known[key]; x != nil {
		return x.mapping, x.err
	}
	x := &resolvedModel{}
	if s, _, list := dsl.Load(opts); s != nil {
		x.mapping = NewMapping(s)
	} else {
		x.err = list
	}
	if m.known == nil {
		m.known = map[string]*resolvedModel{}
	}
	m.known[key] = x
	return x.mapping, x.err
}

// hasSites says whether an assembly of the model has the parameter "sites".
func (m *Models) hasSites() bool {
	if m.sites != nil {
		return *m.sites
	}
	var files []*dsl.File
	for _, path := range m.Options.Files {
		if text, list := dsl.ReadFile(path); list == nil {
			f, _ := dsl.Parse(path, text)
			files = append(files, f)
		}
	}
	for _, s := range m.Options.Sources {
		f, _ := dsl.Parse(s.Name, s.Text)
		files = append(files, f)
	}
	has := false
	for _, f := range files {
		for _, a := range f.Assemblies {
			for _, p := range a.Parameters {
				has = has || p.Name.Text == "sites"
			}
		}
	}
	m.sites = &has
	return has
}
