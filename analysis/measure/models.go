package measure

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"adagio/dsl"
)

// Models resolves a model for each run that is read: the plan that is called as
// the run's operation, with as many sites as the run has.
type Models struct {
	// Options tells the model. If Plan is not empty it is taken whatever a run's
	// operation is called. Unless Set has the parameter "sites", it is given the
	// run's number of sites, where the model has such a parameter; and likewise
	// every parameter that has the name of one of the run's columns. In names of files
	// (of the model, of timings, of uptimes) {COLUMN} stands for the run's value, and
	// {operation} for its operation.
	Options dsl.Options

	parameters map[string][]string // of the assemblies, by files
	known      map[string]*resolvedModel
}

type resolvedModel struct {
	mapping *Mapping
	err     error
}

// For returns the names of the scenario for a run, or why the model has none.
func (m *Models) For(r *Run) (*Mapping, error) {
	opts, err := m.filled(r)
	if err != nil {
		return nil, err
	}
	opts.Set = maps.Clone(opts.Set)
	if opts.Set == nil {
		opts.Set = map[string]int{}
	}
	if opts.Plan == "" {
		opts.Plan = r.Operation
	}
	for _, p := range m.parametersOf(opts) {
		if _, given := opts.Set[p]; given {
			continue
		}
		if p == "sites" && r.Sites > 0 {
			opts.Set[p] = r.Sites
		} else if n, err := strconv.Atoi(r.Columns[p]); err == nil {
			opts.Set[p] = n
		}
	}
	key := fmt.Sprint(opts.Files, opts.Timings, opts.Uptimes, opts.Plan, opts.Set)
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

// placeholder is what stands for the value of a column in the name of a file.
var placeholder = regexp.MustCompile(`\{([A-Za-z_]+)\}`)

// HasPlaceholder says whether the name of a file depends on the run.
func HasPlaceholder(path string) bool { return placeholder.MatchString(path) }

// filled are the options with the names of files for a run.
func (m *Models) filled(r *Run) (dsl.Options, error) {
	opts := m.Options
	var err error
	fill := func(path string) string {
		return placeholder.ReplaceAllStringFunc(path, func(name string) string {
			value := r.Columns[name[1:len(name)-1]]
			if name == "{operation}" {
				value = r.Operation
			}
			if value == "" {
				err = fmt.Errorf("%s: the table of the run has no column %s", path, name[1:len(name)-1])
			}
			return value
		})
	}
	all := func(paths []string) []string {
		paths = slices.Clone(paths)
		for i := range paths {
			paths[i] = fill(paths[i])
		}
		return paths
	}
	opts.Files, opts.Timings, opts.Uptimes, opts.Network = all(opts.Files), all(opts.Timings), fill(opts.Uptimes), fill(opts.Network)
	return opts, err
}

// parametersOf lists the parameters of the assemblies of a model.
func (m *Models) parametersOf(opts dsl.Options) []string {
	key := fmt.Sprint(opts.Files)
	if names, ok := m.parameters[key]; ok {
		return names
	}
	var files []*dsl.File
	for _, path := range opts.Files {
		if text, list := dsl.ReadFile(path); list == nil {
			f, _ := dsl.Parse(path, text)
			files = append(files, f)
		}
	}
	for _, s := range opts.Sources {
		f, _ := dsl.Parse(s.Name, s.Text)
		files = append(files, f)
	}
	var names []string
	for _, f := range files {
		for _, a := range f.Assemblies {
			for _, p := range a.Parameters {
				names = append(names, p.Name.Text)
			}
		}
	}
	if m.parameters == nil {
		m.parameters = map[string][]string{}
	}
	m.parameters[key] = names
	return names
}
