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
)

// columns are those of a tidy table, in any order and among others.
var columns = []string{"case", "sites", "run", "operation", "node", "kind", "name", "start_s", "end_s"}

// errOtherTable says that a file is a table of something else.
var errOtherTable = errors.New("not a table of measurements: it must have the columns " + strings.Join(columns, ", "))

// runKey names an operation of a run, nodeKey a node of it.
type (
	runKey struct {
		name      string
		sites     int
		id        string
		operation string
	}
	nodeKey struct {
		runKey
		node string
	}
)

// table is the content of a tidy table: the items of each node, in the order
// in which the nodes appear, and why some runs are left out.
type table struct {
	order   []nodeKey
	entries map[nodeKey][]entry
	broken  map[runKey]bool
	errors  []error
}

// sleepKinds are rows of tables about nodes that sleep which are no items: when a
// node is awake is the model's.
var sleepKinds = []string{"sleep", "boot"}

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
	header, err := r.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the file is empty")
		}
		return nil, err
	}
	var at [9]int
	for i, c := range columns {
		if at[i] = slices.Index(header, c); at[i] < 0 {
			return nil, errOtherTable
		}
	}
	t := &table{entries: map[nodeKey][]entry{}, broken: map[runKey]bool{}}
	if last := t.rows(r, at); counted.last != '\n' && !t.broken[last] {
		t.errors = append(t.errors, errOpenEnd)
	}
	return t, nil
}

// rows reads all rows and returns the last run; at gives the place of each
// column.
func (t *table) rows(r *csv.Reader, at [9]int) (last runKey) {
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
		sites, err := strconv.Atoi(row[at[1]])
		if err != nil || sites < 0 {
			t.fail(last, line, fmt.Sprintf("%q is not a number of sites", shorten(row[at[1]])))
			continue
		}
		key := nodeKey{runKey{keep(row[at[0]]), sites, keep(row[at[2]]), keep(row[at[3]])}, keep(row[at[4]])}
		last = key.runKey
		if slices.Contains(sleepKinds, row[at[5]]) {
			continue
		}
		e, err := tableEntry(keep(row[at[5]]), keep(row[at[6]]), row[at[7]], row[at[8]])
		if err != nil {
			t.fail(key.runKey, line, err.Error())
			continue
		}
		if t.entries[key] == nil {
			t.order = append(t.order, key)
		}
		t.entries[key] = append(t.entries[key], e)
	}
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
