package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"adagio/analysis/parallel"
	reportsweep "adagio/analysis/report/sweep"
	"adagio/analysis/sweep"
	"adagio/analysis/whatif"
	"adagio/dsl"
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
		return usageOf(cmd, fmt.Errorf("--sweep %w", err))
	}
	return nil
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
	cells   reportsweep.Cells
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
		return w.points(opts, from, to, func(r *reportsweep.Point) error { return emit(r) })
	}
	if w.shard.Of > 0 {
		return w.shardFlags.write(w.app, input, w.grid.Len(), points)
	}
	var all []*reportsweep.Point
	if w.app.parts != nil {
		records, err := recorded[reportsweep.Point](w.app, input)
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
	} else if err := w.points(opts, 0, w.grid.Len(), func(r *reportsweep.Point) error { all = append(all, r); return nil }); err != nil {
		return err
	}
	if len(all) != w.grid.Len() {
		return broken(fmt.Errorf("there are answers for %d points of %d", len(all), w.grid.Len()))
	}
	return w.write(all)
}

// points answers for the points from .. to-1, in order.
func (w *sweeping) points(opts dsl.Options, from, to int, emit func(*reportsweep.Point) error) error {
	workers, batch := 0, 64
	if w.serial {
		workers = 1
	}
	progress := w.app.progress("sweeping")
	for first := from; first < to; first += batch {
		list := make([]*reportsweep.Point, min(batch, to-first))
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
func (w *sweeping) point(opts dsl.Options, i int) *reportsweep.Point {
	r := &reportsweep.Point{Point: i, Values: w.grid.Point(i), Outcome: "answered"}
	refuse := func(err error) *reportsweep.Point {
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
		return nil, broken(err)
	}
	return s, nil
}

// write writes the answers: as a table, as CSV, or as a document that holds those of the
// points.
func (w *sweeping) write(all []*reportsweep.Point) error {
	code := exitOK
	for _, r := range all {
		code = max(code, r.Exit)
	}
	var names []string
	for _, a := range w.grid {
		names = append(names, a.Name)
	}
	if err := w.render(&reportsweep.Document{Schema: "adagio/sweep/1", Command: w.cmd.Name(), Parameters: names, Points: all}); err != nil {
		return err
	}
	if code != exitOK {
		return &failure{code: code}
	}
	return nil
}

func (w *sweeping) render(doc *reportsweep.Document) error {
	if w.format == "json" {
		return w.app.json(doc)
	}
	if w.csv {
		return reportsweep.CSV(w.app.out, doc, w.columns, w.cells)
	}
	width, _ := terminal(w.app.stdout)
	return reportsweep.Text(w.app.out, doc, w.columns, w.cells, width)
}

// cellsOf reads a document for the cells that it has in the table.
func cellsOf[D any](cells func(*D) []string) reportsweep.Cells {
	return func(answer json.RawMessage) ([]string, error) {
		doc := new(D)
		if err := json.Unmarshal(answer, doc); err != nil {
			return nil, err
		}
		return cells(doc), nil
	}
}
