package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"adagio/analysis/parallel"
	"adagio/analysis/report"
	"adagio/analysis/sweep"
	"adagio/analysis/whatif"
	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/spf13/cobra"
)

// sweepFlags make a command answer for each point of a grid of parameters.
type sweepFlags struct {
	axes []string
	grid sweep.Grid
}

func (f *sweepFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.axes, "sweep", nil, "answer for each of the `name=values`: whole numbers as 1..100, or a list as 50ms,100ms, of a parameter, duration or setting; several make a grid")
}

// given says whether there is a grid.
func (f *sweepFlags) given() bool { return len(f.axes) > 0 }

func (f *sweepFlags) read(cmd *cobra.Command) (err error) {
	if f.grid, err = sweep.NewGrid(f.axes); err != nil {
		return usage(cmd, "--sweep "+err.Error(), "")
	}
	return nil
}

// pointRecord is the answer for one point: a document of the command, or why there is none.
type pointRecord struct {
	Point   int             `json:"point"`
	Values  []string        `json:"values"`
	Outcome string          `json:"outcome" enum:"answered|usage|invalid|refused"`
	Reason  string          `json:"reason,omitempty"`
	Exit    int             `json:"exit"` // code of the command for this point alone
	Answer  json.RawMessage `json:"answer"`
}

// sweepDocument is "adagio/sweep/1".
type sweepDocument struct {
	Schema     string         `json:"schema"`
	Command    string         `json:"command"`
	Parameters []string       `json:"parameters"`
	Points     []*pointRecord `json:"points"`
}

// sweeping is a command that answers for each point of a grid.
type sweeping struct {
	*input
	*sweepFlags
	*shardFlags
	cmd *cobra.Command
	csv bool
	// answer answers for one scenario, with a document and an exit code; one at a time if
	// it works on all processors itself.
	answer  func(*model.Scenario) (any, int, error)
	serial  bool
	columns []string // of the table, besides the parameters
	cells   func(answer json.RawMessage) ([]string, error)
}

// run answers for all points, or for those of a shard, or takes the answers from parts.
func (w *sweeping) run(args []string) error {
	if err := oneOf(w.cmd, "--format", w.format, "text", "json", "csv"); err != nil {
		return err
	}
	if w.csv = w.format == "csv"; w.csv {
		w.format = "text" // as far as reading goes
	}
	opts, err := w.options(w.cmd, args)
	if err != nil {
		return err
	}
	_, sources, list := dsl.Load(opts)
	if len(sources) == 0 {
		return invalid(list, sources)
	}
	input, err := w.digest(sources)
	if err != nil {
		return err
	}
	points := func(from, to int, emit func(any) error) error {
		return w.points(opts, from, to, func(r *pointRecord) error { return emit(r) })
	}
	if w.shard.Of > 0 {
		return w.shardFlags.write(w.app, input, w.grid.Len(), points)
	}
	var all []*pointRecord
	if w.app.parts != nil {
		records, err := recorded[pointRecord](w.app, input)
		if err != nil {
			return err
		}
		for r, err := range records {
			if err != nil {
				return broken(err)
			}
			if r.Point != len(all) {
				return broken(fmt.Errorf("the parts have point %d in the place of %d", r.Point, len(all)))
			}
			all = append(all, r)
		}
	} else if err := w.points(opts, 0, w.grid.Len(), func(r *pointRecord) error { all = append(all, r); return nil }); err != nil {
		return err
	}
	if len(all) != w.grid.Len() {
		return broken(fmt.Errorf("there are answers for %d points of %d", len(all), w.grid.Len()))
	}
	return w.write(all)
}

// points answers for the points from .. to-1, in order.
func (w *sweeping) points(opts dsl.Options, from, to int, emit func(*pointRecord) error) error {
	workers, batch := 0, 64
	if w.serial {
		workers = 1
	}
	progress := w.app.progress("sweeping")
	for first := from; first < to; first += batch {
		list := make([]*pointRecord, min(batch, to-first))
		var done func(int, int)
		if progress != nil {
			done = func(done, _ int) { progress(first-from+done, to-from) }
		}
		parallel.Each(len(list), workers, func(i int) { list[i] = w.point(opts, first+i) }, done)
		for _, r := range list {
			if err := emit(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// point answers for one point. A point without an answer says why.
func (w *sweeping) point(opts dsl.Options, i int) *pointRecord {
	r := &pointRecord{Point: i, Values: w.grid.Point(i), Outcome: "answered"}
	refuse := func(err error) *pointRecord {
		f, ok := errors.AsType[*failure](err)
		if !ok {
			f = broken(err)
		}
		r.Outcome, r.Exit, r.Reason = f.outcome, f.code, unreadable(f.list).Error()
		return r
	}
	s, err := w.scenario(opts, i)
	if err != nil {
		return refuse(err)
	}
	answer, code, err := w.answer(s)
	if err == nil {
		r.Answer, err = json.Marshal(answer)
	}
	if r.Exit = code; err != nil {
		return refuse(err)
	}
	return r
}

// scenario is that of a point.
func (w *sweeping) scenario(opts dsl.Options, i int) (*model.Scenario, error) {
	changes, err := w.grid.Changes(i)
	if err != nil {
		return nil, err
	}
	set, rest := whatif.Parameters(changes)
	s, sources, list := dsl.Load(opts.With(set))
	if s == nil {
		return nil, invalid(list, sources)
	}
	if s, err = whatif.Apply(s, rest...); err != nil {
		return nil, invalid(diag.List{{Summary: err.Error()}}, nil)
	}
	return s, nil
}

// write writes the answers: as a table, as CSV, or as a document that holds those of the
// points.
func (w *sweeping) write(all []*pointRecord) error {
	code := exitOK
	for _, r := range all {
		code = max(code, r.Exit)
	}
	var names []string
	for _, a := range w.grid {
		names = append(names, a.Name)
	}
	if err := w.render(names, all); err != nil {
		return err
	}
	if code != exitOK {
		return &failure{code: code}
	}
	return nil
}

func (w *sweeping) render(names []string, all []*pointRecord) error {
	if w.format == "json" {
		return w.app.json(sweepDocument{"adagio/sweep/1", w.cmd.Name(), names, all})
	}
	titles := slices.Concat(names, w.columns, []string{"outcome"})
	var rows [][]string
	for _, r := range all {
		row := slices.Clone(r.Values)
		if r.Answer == nil {
			row = append(row, make([]string, len(w.columns))...)
		} else {
			cells, err := w.cells(r.Answer)
			if err != nil {
				return broken(err)
			}
			row = append(row, cells...)
		}
		outcome := strings.TrimSuffix(r.Outcome+": "+r.Reason, ": ")
		if r.Outcome == "answered" {
			outcome = [...]string{"", "no"}[min(r.Exit, 1)]
		}
		rows = append(rows, append(row, outcome))
	}
	if w.csv {
		return csv.NewWriter(w.app.out).WriteAll(append([][]string{titles}, rows...))
	}
	for i := range titles {
		if !slices.ContainsFunc(rows, func(row []string) bool { return row[i] != "" }) {
			titles[i] = "" // a table leaves such a column out
		}
	}
	width, _ := terminal(w.app.stdout)
	return report.Table(w.app.out, titles, rows, width)
}

// secondsOf is a number of nanoseconds in seconds, exactly.
func secondsOf(ns int64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%09d", ns/1e9, ns%1e9), "0"), ".")
}
