package measure

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A table has one of five forms, told by its columns, which are in any order and among
// others:
//
//   - tidy: columns, a row for each item of each node
//   - transitions alone, of one node: run, transition (component.name), start_s, end_s,
//     dates from the start of the program, which ends with the last of them
//   - makespans alone, of one node: run, operation, makespan_s
//   - spans alone, of all nodes, in a file that is named itself: run, operation, span_s, and
//     finished, which is false if the run was broken off
//   - durations alone: run, component, transition, duration_s, what the transitions of the
//     runs of the other forms were asked to last
//
// For run stands trial, too, for operation reconfiguration or variant, and for
// makespan_s measured_s or total_s. A run without a name is named by its line.
type form uint8

const (
	allColumns form = iota
	transitionsAlone
	makespansAlone
	spansAlone
	durationsAlone
)

// columns are those of a tidy table.
var columns = []string{"case", "sites", "run", "operation", "node", "kind", "name", "start_s", "end_s"}

// Factors are the columns of a table that tell runs of one case, sites and operation
// apart beside the name of the run: what was varied in an experiment.
var Factors = []string{"family", "T", "uptimes", "cluster", "registry", "nb_deps", "size", "tool", "kept"}

// aliases are other names of columns, where a table does not have them.
var aliases = map[string][]string{"run": {"trial"}, "operation": {"reconfiguration", "variant"}, "makespan_s": {"measured_s", "total_s"}}

// forms are the columns that each form needs, the first that fits being taken.
var forms = [...][]string{columns, {"run", "transition", "start_s", "end_s"}, {"run", "operation", "makespan_s"}, {"run", "operation", "span_s"}, {"run", "component", "transition", "duration_s"}}

// errOtherTable says that a file is a table of something else.
var errOtherTable = errors.New("not a table of measurements: it must have the columns " + strings.Join(columns, ", "))

// runKey names an operation of a run, nodeKey a node of it.
type (
	runKey struct {
		name      string
		sites     int
		id        string
		operation string
		factors   string // the values of Factors, each with a line end
	}
	nodeKey struct {
		runKey
		node string
	}
)

// values are the factors by name.
func (k runKey) values() map[string]string {
	var out map[string]string
	for i, v := range strings.Split(k.factors, "\n") {
		if v != "" {
			if out == nil {
				out = map[string]string{}
			}
			out[Factors[i]] = v
		}
	}
	return out
}

// covers says whether a key of a table of durations is that of a run: all that it says
// is so.
func (k runKey) covers(run runKey) bool {
	if k.id != run.id || k.operation != "" && k.operation != run.operation {
		return false
	}
	of := run.values()
	for f, v := range k.values() {
		if of[f] != v {
			return false
		}
	}
	return true
}

// table is the content of a table: the items of each node, in the order
// in which the nodes appear, and why some runs are left out.
type table struct {
	form    form
	order   []nodeKey
	entries map[nodeKey][]entry
	whole   map[runKey]bool // the program of some node is there: it is no supplement to another table
	lasted  map[runKey]map[[2]string]time.Duration
	asked   []runKey // the keys of lasted in order
	broken  map[runKey]bool
	errors  []error
}

// header finds the columns of a table: which form it has, and where each column is.
func header(row []string) (form, map[string]int, bool) {
	at := map[string]int{}
	for i, c := range row {
		if _, twice := at[c]; !twice {
			at[c] = i
		}
	}
	for c, others := range aliases {
		for _, o := range others {
			if i, there := at[o]; there {
				if _, known := at[c]; !known {
					at[c] = i
				}
			}
		}
	}
	for f, needs := range forms {
		if !slices.ContainsFunc(needs, func(c string) bool { _, there := at[c]; return !there }) {
			return form(f), at, true
		}
	}
	return 0, nil, false
}

// parseTable reads a table. A run with a row that cannot be read is left out,
// and so is the last one of a file that is cut off.
func parseTable(text []byte, zipped bool) (*table, error) {
	var in io.Reader = bytes.NewReader(text)
	if zipped {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("it cannot be unzipped: %w", err)
		}
		in = z
	}
	counted := &lastByte{Reader: in}
	buffered := bufio.NewReader(counted)
	if mark, _ := buffered.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		buffered.Discard(len(mark))
	}
	r := csv.NewReader(buffered)
	r.ReuseRecord = true
	first, err := r.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the file is empty")
		}
		return nil, err
	}
	f, at, ok := header(first)
	if !ok {
		return nil, errOtherTable
	}
	t := &table{form: f, entries: map[nodeKey][]entry{}, whole: map[runKey]bool{}, lasted: map[runKey]map[[2]string]time.Duration{}, broken: map[runKey]bool{}}
	if last := t.rows(r, at); counted.last != '\n' && !t.broken[last] {
		t.errors = append(t.errors, errOpenEnd)
	}
	if f == transitionsAlone {
		t.endPrograms()
	}
	return t, nil
}

// endPrograms has the program of each node last from 0 to the end of its last transition.
func (t *table) endPrograms() {
	for _, k := range t.order {
		e := entry{kind: Event, name: k.operation}
		for _, o := range t.entries[k] {
			e.end = max(e.end, o.end)
		}
		t.entries[k], t.whole[k.runKey] = append(t.entries[k], e), true
	}
}

// rows reads all rows and returns the last run; at gives the place of each
// column.
func (t *table) rows(r *csv.Reader, at map[string]int) (last runKey) {
	kept := map[string]string{} // each text once
	keep := func(s string) string {
		k, ok := kept[s]
		if !ok {
			k = strings.Clone(s)
			kept[k] = k
		}
		return k
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return last
		}
		if wrong, ok := errors.AsType[*csv.ParseError](err); err != nil && (!ok || wrong.Err != csv.ErrFieldCount) {
			t.cutOff(last, err)
			return last
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			t.fail(last, line, "the row does not have as many fields as the first one")
			continue
		}
		cell := func(c string) string {
			if i, there := at[c]; there {
				return row[i]
			}
			return ""
		}
		sites := 0
		if text := cell("sites"); t.form == allColumns || text != "" {
			if sites, err = strconv.Atoi(text); err != nil || sites < 0 {
				t.fail(last, line, fmt.Sprintf("%q is not a number of sites", shorten(text)))
				continue
			}
		}
		key := nodeKey{runKey{keep(cell("case")), sites, keep(cell("run")), keep(cell("operation")), keep(factorsOf(cell))}, keep(cell("node"))}
		if key.id == "" && t.form == makespansAlone {
			key.id = fmt.Sprintf("line %d", line)
		}
		last = key.runKey
		if t.form == durationsAlone {
			t.duration(key.runKey, line, [2]string{keep(cell("component")), keep(cell("transition"))}, cell("duration_s"))
			continue
		}
		e, err := t.entry(key.operation, cell)
		if err != nil {
			t.fail(key.runKey, line, err.Error())
			continue
		}
		e.name = keep(e.name)
		if t.entries[key] == nil {
			t.order = append(t.order, key)
		}
		t.whole[key.runKey] = t.whole[key.runKey] || e.is(Event, key.operation)
		t.entries[key] = append(t.entries[key], e)
	}
}

// factorsOf is the text of a key's factors.
func factorsOf(cell func(string) string) string {
	var b strings.Builder
	for _, f := range Factors {
		b.WriteString(strings.ReplaceAll(cell(f), "\n", " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// duration notes how long a transition was asked to last.
func (t *table) duration(k runKey, line int, transition [2]string, text string) {
	d, err := parseSeconds(text)
	switch {
	case err != nil:
	case d < 0:
		err = fmt.Errorf("the duration %s is negative", shorten(text))
	case transition[0] == "" || transition[1] == "":
		err = errors.New("a duration must be that of a component's transition")
	}
	if err != nil {
		t.fail(k, line, err.Error())
		return
	}
	if t.lasted[k] == nil {
		t.lasted[k] = map[[2]string]time.Duration{}
		t.asked = append(t.asked, k)
	}
	if _, twice := t.lasted[k][transition]; twice {
		t.fail(k, line, fmt.Sprintf("the duration of %s.%s is there twice", transition[0], transition[1]))
		return
	}
	t.lasted[k][transition] = d
}

// entry reads the item of a row.
func (t *table) entry(operation string, cell func(string) string) (entry, error) {
	switch t.form {
	case transitionsAlone:
		return tableEntry(kindWords[Transition], cell("transition"), cell("start_s"), cell("end_s"))
	case makespansAlone:
		return tableEntry(kindWords[Event], operation, "0", cell("makespan_s"))
	case spansAlone:
		if cell("finished") == "false" {
			return entry{}, errors.New("the run did not finish")
		}
		return tableEntry(kindWords[Event], operation, "0", cell("span_s"))
	}
	return tableEntry(cell("kind"), cell("name"), cell("start_s"), cell("end_s"))
}

// cutOff ends a table that cannot be read on: the run that was being read is
// left out.
func (t *table) cutOff(k runKey, err error) {
	t.broken[k] = true
	line := 0
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		line, err = wrong.Line, wrong.Err
	} else if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the file is cut off")
	}
	t.errors = append(t.errors, &problemAt{line, fmt.Sprintf("%v: what follows, and the run before it (%s), is left out", err, k.id)})
}

// fail leaves a run out. Only the first reason is told.
func (t *table) fail(k runKey, line int, reason string) {
	if !t.broken[k] {
		t.errors = append(t.errors, &problemAt{line, reason + ": this run is left out"})
	}
	t.broken[k] = true
}

func tableEntry(kind, name, start, end string) (entry, error) {
	k := slices.Index(kindWords[:], kind)
	if k < 0 || name == "" {
		return entry{}, fmt.Errorf("%q is not a kind of item with a name: the kinds are %s", shorten(kind), strings.Join(kindWords[:], ", "))
	}
	e := entry{kind: Kind(k), name: name}
	var err error
	if e.start, err = parseSeconds(start); err != nil {
		return e, err
	}
	if e.end, err = parseSeconds(end); err != nil {
		return e, err
	}
	return e, e.check(0)
}

// byteOrderMark begins files that some programs on Windows write.
const byteOrderMark = "\uFEFF"

// lastByte remembers the last byte that was read.
type lastByte struct {
	io.Reader
	last byte
}

func (l *lastByte) Read(into []byte) (int, error) {
	n, err := l.Reader.Read(into)
	if n > 0 {
		l.last = into[n-1]
	}
	return n, err
}
