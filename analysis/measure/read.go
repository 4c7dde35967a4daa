package measure

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"adagio/analysis/parallel"
)

// maxFile is the greatest file that is read, in bytes. Logs have some kilobytes,
// tables of everything some megabytes.
const maxFile = 1 << 30

// Read reads all measurements under the given files and folders, in the order of
// case, sites, run and operation. Hidden files and folders are passed over, and
// so are files that are no measurements. The error is that of a path that cannot
// be looked into at all.
//
// An operation of a run that is there twice, as log and as table or in two
// folders, is taken once; that is a problem to be told, too.
func Read(paths []string, opts Options) ([]Run, []Problem, error) {
	files, err := search(paths)
	if err != nil {
		return nil, nil, err
	}
	contents := readAll(files, opts)
	a := &assembly{known: names{}, runs: map[string]*about{}, logs: map[logKeyOf]*group{}}
	for i, f := range files {
		a.add(f, contents[i])
	}
	a.finish()
	return a.out, a.problems, nil
}

// content is what was read of a file.
type content struct {
	entries []entry // of a log
	table   *table
	items   map[string]map[string]map[string]bool // of results
	text    []byte                                // of metadata
	err     error
	skip    bool // it is something else
	open    bool // the last line does not end
}

// readAll reads files in parallel. What comes out does not depend on how many
// run at a time.
func readAll(files []file, opts Options) []content {
	out := make([]content, len(files))
	parallel.Each(len(files), opts.Workers, func(i int) { out[i] = readFile(files[i]) }, opts.Progress)
	return out
}

func readFile(f file) (c content) {
	info, err := os.Stat(f.path)
	if err == nil && info.Size() > maxFile {
		err = fmt.Errorf("the file is too large: it has %d bytes", info.Size())
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(f.path)
	}
	if !strings.HasSuffix(f.path, ".gz") {
		text = bytes.TrimPrefix(text, []byte(byteOrderMark))
	}
	switch {
	case err != nil:
		if wrong, ok := errors.AsType[*os.PathError](err); ok {
			err = wrong.Err // the path is told anyway
		}
		c.err = err
	case f.role == roleMetadata:
		c.text = text
	case f.role == roleResults:
		c.items, c.err = parseResults(text)
	case f.role == roleTable:
		c.table, c.err = parseTable(text, strings.HasSuffix(f.path, ".gz"))
		c.skip = !f.sure && (c.err == errOtherTable || c.table != nil && c.table.form == spansAlone)
	case !f.sure && !looksLikeLog(text):
		c.skip = true
	default:
		c.entries, c.err = parseLog(text)
		c.open = c.err == nil && text[len(text)-1] != '\n'
	}
	return c
}

// assembly puts runs together from files.
type assembly struct {
	known    names
	runs     map[string]*about // by folder
	order    []logKeyOf
	logs     map[logKeyOf]*group
	tables   []tableFile
	problems []Problem
	out      []Run
}

// logKeyOf names an operation of the run in a folder.
type logKeyOf struct{ folder, operation string }

// group is the logs of one operation of a run.
type group struct {
	nodes   []*nodeLogs
	missing []string
}

// nodeLogs is what a node logged: in one file, or in one for each of its wakes.
type nodeLogs struct {
	name    string
	paths   []string
	entries []entry
}

func (a *assembly) about(folder string) *about {
	x := a.runs[folder]
	if x == nil {
		x = &about{}
		a.runs[folder] = x
	}
	return x
}

func (a *assembly) problem(path string, err error) {
	p := Problem{Path: path, Reason: err.Error()}
	if wrong, ok := errors.AsType[*problemAt](err); ok {
		p.Line = wrong.line
	}
	a.problems = append(a.problems, p)
}

func (a *assembly) add(f file, c content) {
	switch {
	case c.skip:
	case f.role == roleLog:
		a.log(f, c)
	case f.role == roleResults:
		x := a.about(f.folder)
		x.fromName(filepath.Base(f.path), true) // which is true whatever is in the file
		x.items = c.items
		if c.err != nil {
			a.problem(f.path, c.err)
		}
	case c.err != nil:
		a.problem(f.path, c.err)
	case f.role == roleTable:
		a.table(f.path, c.table)
	default:
		if err := a.about(f.folder).fromMetadata(c.text); err != nil {
			a.problem(f.path, err)
		}
	}
}

// log adds the log of a node to its group.
func (a *assembly) log(f file, c content) {
	name, operation, folder := nodeName(f.path), f.operation, f.folder
	err := c.err
	if err == nil && operation == "" {
		operation, err = operationOf(c.entries)
		if filepath.Base(folder) == operation {
			folder = filepath.Dir(folder)
		}
	}
	if err == nil {
		_, err = node(a.known, name, operation, f.path, c.entries)
	}
	if err != nil {
		a.problem(f.path, err)
	}
	if operation == "" {
		return // nothing tells what it is missing from
	}
	g := a.group(logKeyOf{folder, operation})
	if err != nil {
		g.missing = append(g.missing, name)
		return
	}
	if c.open {
		a.problem(f.path, errOpenEnd)
	}
	g.add(name, f.path, c.entries)
}

// errOpenEnd is what is doubtful about a file that was read.
var errOpenEnd = errors.New("its last line does not end: it is read as whole, but if the file is cut off there its last number is wrong")

// add adds a log to those of its node.
func (g *group) add(name, path string, entries []entry) {
	i := slices.IndexFunc(g.nodes, func(o *nodeLogs) bool { return o.name == name })
	if i < 0 {
		i = len(g.nodes)
		g.nodes = append(g.nodes, &nodeLogs{name: name})
	}
	n := g.nodes[i]
	n.paths, n.entries = append(n.paths, path), append(n.entries, entries...)
}

func (a *assembly) group(k logKeyOf) *group {
	g := a.logs[k]
	if g == nil {
		g = &group{}
		a.logs[k], a.order = g, append(a.order, k)
	}
	return g
}

// tableFile is a table and where it is from.
type tableFile struct {
	path string
	*table
}

// table adds a table.
func (a *assembly) table(path string, t *table) {
	for _, err := range t.errors {
		a.problem(path, err)
	}
	a.tables = append(a.tables, tableFile{path, t})
}

// tabled is a run of tables under construction.
type tabled struct {
	run     Run
	entries map[string][]entry // by node
	order   []string
}

// fromTables makes runs of all tables. A table without the programs of a run's nodes,
// a detailed one, supplements the one with them, and one of makespans alone counts where
// there is no other.
func (a *assembly) fromTables() []Run {
	var out []*tabled
	at := map[runKey]*tabled{}
	with := func(want func(tableFile, runKey) bool, add func(*tabled, tableFile, nodeKey)) {
		for _, t := range a.tables {
			mine := map[runKey]*tabled{}
			for _, k := range t.order {
				if t.broken[k.runKey] || !want(t, k.runKey) {
					continue
				}
				x := at[k.runKey]
				if t.whole[k.runKey] {
					if x = mine[k.runKey]; x == nil {
						x = &tabled{run: Run{Case: k.name, Sites: k.sites, ID: k.id, Operation: k.operation, Columns: k.values(), Path: t.path}, entries: map[string][]entry{}}
						mine[k.runKey], out = x, append(out, x)
						if at[k.runKey] == nil {
							at[k.runKey] = x
						}
					}
				}
				add(x, t, k)
			}
		}
	}
	take := func(x *tabled, t tableFile, k nodeKey) {
		if x.entries[k.node] == nil {
			x.order = append(x.order, k.node)
		}
		x.entries[k.node] = append(x.entries[k.node], t.entries[k]...)
	}
	with(func(t tableFile, k runKey) bool { return t.form == spansAlone }, func(x *tabled, t tableFile, k nodeKey) { x.run.Span = t.entries[k][0].end })
	with(func(t tableFile, k runKey) bool {
		return t.whole[k] && t.form != makespansAlone && t.form != spansAlone
	}, take)
	with(func(t tableFile, k runKey) bool { return t.form == makespansAlone && at[k] == nil }, take)
	alone := map[runKey]bool{}
	with(func(t tableFile, k runKey) bool { return !t.whole[k] }, func(x *tabled, t tableFile, k nodeKey) {
		switch {
		case x != nil:
			take(x, t, k)
		case !alone[k.runKey]:
			alone[k.runKey] = true
			_, err := node(a.known, k.node, k.operation, t.path, t.entries[k])
			a.problem(t.path, fmt.Errorf("run %s, node %s: %w", k.id, k.node, err))
		}
	})
	var runs []Run
	for _, x := range out {
		for _, name := range x.order {
			n, err := node(a.known, name, x.run.Operation, x.run.Path, x.entries[name])
			if err != nil {
				a.problem(x.run.Path, fmt.Errorf("run %s, node %s: %w", x.run.ID, name, err))
				x.run.Missing = append(x.run.Missing, name)
				continue
			}
			x.run.Nodes = append(x.run.Nodes, n)
		}
		runs = append(runs, x.run)
	}
	a.addDurations(runs)
	return runs
}

// addDurations gives runs the durations that tables have apart.
func (a *assembly) addDurations(runs []Run) {
	byID := map[string][]int{}
	for i := range runs {
		byID[runs[i].ID] = append(byID[runs[i].ID], i)
	}
	for _, t := range a.tables {
		for _, k := range t.asked {
			if t.broken[k] {
				continue
			}
			for _, i := range byID[k.id] {
				r := &runs[i]
				if k.covers(runKey{id: r.ID, operation: r.Operation, factors: factorsOf(func(f string) string { return r.Columns[f] })}) {
					r.Lasted = t.lasted[k]
				}
			}
		}
	}
}

// finish makes runs of the groups and tables, in their final order.
func (a *assembly) finish() {
	for _, k := range a.order {
		a.out = append(a.out, a.run(k))
	}
	for _, folder := range slices.Sorted(maps.Keys(a.runs)) {
		for _, operation := range slices.Sorted(maps.Keys(a.runs[folder].nodes)) {
			if a.logs[logKeyOf{folder, operation}] == nil {
				a.problem(folder, fmt.Errorf("there are no logs of %s, which took place", operation))
			}
		}
	}
	a.out = append(a.out, a.fromTables()...)
	for i := range a.out {
		r := &a.out[i]
		slices.SortFunc(r.Nodes, func(x, y Node) int { return cmp.Compare(x.Name, y.Name) })
		slices.Sort(r.Missing)
		r.Missing = slices.Compact(r.Missing)
	}
	slices.SortStableFunc(a.out, func(x, y Run) int {
		return cmp.Or(cmp.Compare(x.Case, y.Case), cmp.Compare(x.Sites, y.Sites), cmp.Compare(x.Variant(), y.Variant()), cmp.Compare(x.ID, y.ID), cmp.Compare(x.Operation, y.Operation))
	})
	first := map[runKey]*Run{}
	a.out = slices.DeleteFunc(a.out, func(r Run) bool {
		k := runKey{r.Case, r.Sites, r.ID, r.Operation, r.Variant()}
		if o := first[k]; o != nil {
			a.problem(r.Path, fmt.Errorf("%s is there already, in %s", r.String(), o.Path))
			return true
		}
		if len(r.Nodes) > 0 || r.Span > 0 {
			first[k] = &r
		}
		return len(r.Nodes) == 0 && r.Span == 0
	})
}

// run makes a run of the logs of an operation.
func (a *assembly) run(k logKeyOf) Run {
	x, g := *a.about(k.folder), a.logs[k]
	var nodes []Node
	for _, l := range g.nodes {
		n, err := node(a.known, l.name, k.operation, l.paths[0], l.entries)
		switch {
		case slices.Contains(g.missing, l.name): // one of its logs is broken
		case err != nil:
			a.problem(l.paths[1], fmt.Errorf("%w (the first is %s)", err, l.paths[0]))
			g.missing = append(g.missing, l.name)
		default:
			nodes = append(nodes, n)
		}
	}
	for folder := k.folder; ; folder = filepath.Dir(folder) {
		x.fromName(filepath.Base(folder), folder == k.folder)
		if folder == filepath.Dir(folder) {
			break
		}
	}
	if x.id == "" {
		x.id = k.folder
	}
	r := Run{Case: x.name, Sites: x.sites, ID: x.id, Operation: k.operation, Nodes: nodes, Missing: g.missing, Path: k.folder}
	r.Nodes = slices.DeleteFunc(r.Nodes, func(n Node) bool {
		key := x.lacks(k.operation, &n)
		if key != "" {
			a.problem(n.Path, fmt.Errorf("the file is cut off: it lacks %s, which the results of the run have", key))
			r.Missing = append(r.Missing, n.Name)
		}
		return key != ""
	})
	for _, name := range slices.Sorted(maps.Keys(x.nodes[k.operation])) {
		is := func(n Node) bool { return n.Name == name }
		switch there := slices.ContainsFunc(r.Nodes, is); {
		case there && !x.nodes[k.operation][name]:
			a.problem(k.folder, fmt.Errorf("%s: node %s did not finish, says %s", k.operation, name, metadataName))
			r.Nodes = slices.DeleteFunc(r.Nodes, is)
		case there, slices.Contains(r.Missing, name):
			continue
		default:
			a.problem(k.folder, fmt.Errorf("%s: there is no log of node %s, which took part", k.operation, name))
		}
		r.Missing = append(r.Missing, name)
	}
	return r
}
