package main

import (
	"errors"
	"fmt"
	"slices"

	"adagio/analysis"
	"adagio/analysis/montecarlo"
	reportsimulate "adagio/analysis/report/simulate"
	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/spf13/cobra"
)

// simulation is one call of the command "adagio simulate".
type simulation struct {
	*input
	cmd     *cobra.Command
	opts    montecarlo.Options
	half    string
	samples string
	engine  string
	shardFlags
	sweepFlags
	logs    string
	kept    int // replications whose logs are written
	all     bool
	uptimes uptimeFlags
}

// simulate is the command "adagio simulate".
func (a *app) simulate() *cobra.Command {
	s := &simulation{input: &input{app: a}}
	s.cmd = &cobra.Command{
		Use:   "simulate FILE...",
		Short: "Sample how long a plan takes",
		Long: `Simulate runs a plan many times, with delays drawn from their distributions, and
tells how its makespan is distributed: mean and quantiles with their confidence
intervals, a histogram, the bounds beside it, and for every transition the share of
the replications in which it was on the critical path. Where nodes sleep or their
power is known it tells how long they are awake, and the energy.

With --duty each replication draws when nodes are awake: once in each period, for
that share of it; with --overlap at least that share of each node's window lies in a
window that is common to all. These replace the uptimes of the nodes that have one,
or put all nodes to sleep if none has; there are no bounds to compare with then.

Two engines draw from the same distribution. The graph dates the event graph of the plan
for many replications side by side, some hundred times as fast; it can where no order of
events is open, no node sleeps and the executor is ideal. The executor runs the rules event
by event, for every plan. The choice is part of the answer.

With --shard i/n the command samples its share of the replications, or answers for its
share of the points of --sweep, and writes a part; adagio merge puts the parts together.

The same seed and engine give the same output, whatever the number of processors. It exits
with 1 if a replication deadlocks or lies outside the bounds.`,
		Example: `  adagio simulate testdata/cps.ballet --replications 10000
  adagio simulate testdata/openstack.ballet --half-width 50ms --samples makespans.csv
  adagio simulate model.ballet --seed 7 --format json
  adagio simulate testdata/openstack.ballet --sweep sites=1..15 --sweep poll=50ms,300ms --format csv
  adagio simulate testdata/cps.ballet -n 100000 --shard 3/8 --part part-3.jsonl
  adagio simulate testdata/cps.ballet --network testdata/platforms/asleep_broker.ballet --duty 1% --period 1h --overlap 80%`,
		RunE: func(_ *cobra.Command, args []string) error { return s.run(args) },
	}
	s.addFlags(s.cmd)
	f := s.cmd.Flags()
	f.Lookup("format").Usage = "text, json or csv (the samples)"
	f.IntVarP(&s.opts.N, "replications", "n", montecarlo.DefaultN, "`number` of replications; with --half-width the greatest number, a million if not given")
	f.StringVar(&s.half, "half-width", "", "stop when the confidence interval of the mean is this `duration` to either side")
	f.Float64Var(&s.opts.Confidence, "confidence", montecarlo.DefaultConfidence, "confidence of all intervals")
	f.Uint64Var(&s.opts.Seed, "seed", 1, "seed of the experiment")
	f.IntVar(&s.opts.Workers, "workers", 0, "replications that run at a time; one for each processor if 0")
	f.StringVar(&s.engine, "engine", "auto", "what samples: graph, executor, or auto, the graph where it can")
	f.BoolVar(&s.opts.KeepSamples, "exact", false, fmt.Sprintf("exact quantiles beyond %d replications, too: keep every sample in memory", montecarlo.KeptSamples))
	f.StringVar(&s.samples, "samples", "", "write the makespan of every replication to a CSV `file`")
	f.StringVar(&s.logs, "logs", "", "write what happened to a `folder`, in the layout of Ballet's own results")
	f.IntVar(&s.kept, "log-count", 10, "`number` of replications, from the first on, that --logs writes")
	f.BoolVar(&s.all, "all", false, "show every transition that was ever critical")
	s.uptimes.add(f)
	s.sweepFlags.add(s.cmd)
	s.shardFlags.add(f)
	return s.cmd
}

// run simulates, and writes what came out.
func (s *simulation) run(args []string) error {
	if err := s.check(); err != nil {
		return err
	}
	if s.sweepFlags.given() {
		w := &sweeping{input: s.input, sweepFlags: &s.sweepFlags, shardFlags: &s.shardFlags, cmd: s.cmd, answer: s.answer, serial: true,
			columns: reportsimulate.Columns, cells: cellsOf(func(doc *reportsimulate.Document) []string { return doc.Cells() })}
		return w.run(args)
	}
	asCSV := s.format == "csv"
	if asCSV {
		s.format = "text" // as far as reading goes
	}
	scenario, sources, err := s.load(s.cmd, args)
	if err != nil {
		return err
	}
	bounds, refusal, err := s.prepare(scenario)
	if err != nil {
		return err
	}
	input, err := s.digest(sources)
	if err != nil {
		return err
	}
	if s.shard.Of > 0 {
		return s.shardFlags.write(s.app, input, s.opts.N, func(from, to int, emit func(any) error) error {
			return s.refused(scenario, sources, montecarlo.Sample(scenario, s.opts, from, to, func(r *montecarlo.Record) error { return emit(r) }))
		})
	}
	sinks, err := s.open(scenario, asCSV)
	if err != nil {
		return broken(err)
	}
	s.opts.Visit = sinks.visit
	s.opts.Progress = s.progress()
	result, err := s.sample(scenario, input)
	if err = s.refused(scenario, sources, errors.Join(err, sinks.close())); err != nil {
		return err
	}
	return s.write(&reportsimulate.Answer{Result: result, Bounds: bounds, Refusal: refusal, Uptimes: s.opts.Uptimes}, asCSV, sources)
}

// write writes the answer, except the samples, which have been written.
func (s *simulation) write(answer *reportsimulate.Answer, asCSV bool, sources diag.Sources) (err error) {
	width, color := s.app.terminal(s.app.stdout)
	switch {
	case s.format == "json":
		err = s.app.json(reportsimulate.New(answer))
	case !asCSV:
		err = reportsimulate.Text(s.app.out, answer, reportsimulate.Options{All: s.all, Width: width, Color: color})
	}
	if err != nil {
		return err
	}
	if list := answer.Diagnostics(); s.format != "json" && len(list) > 0 {
		s.app.diagnose(list, sources)
	}
	if answer.Negative() {
		return errNegative
	}
	return nil
}

// prepare analyses a scenario: its bounds, or why there are none.
func (s *simulation) prepare(scenario *model.Scenario) (bounds *analysis.Result, refusal, err error) {
	refusal, s.opts.Bounds = errRandomUptimes, nil
	if s.opts.Uptimes == nil {
		bounds, refusal = analysis.Analyse(scenario, analysis.Options{})
	} else if !scenario.Network.Profile.Asynchronous() {
		return nil, nil, usage(s.cmd, fmt.Sprintf("--duty: executor %v cannot have nodes that sleep", scenario.Network.Profile.Kind), "use a network with an asynchronous one, or --executor broker, push or ideal")
	}
	if refusal == nil {
		s.opts.Bounds = bounds
	}
	return bounds, refusal, nil
}

// sample runs the replications, or takes them from the parts that are put together.
func (s *simulation) sample(scenario *model.Scenario, input string) (*montecarlo.Result, error) {
	if s.app.parts == nil {
		return montecarlo.Run(scenario, s.opts)
	}
	records, err := recorded[montecarlo.Record](s.app, input)
	if err != nil {
		return nil, err
	}
	return montecarlo.Gather(scenario, s.opts, records)
}

// refused turns what went wrong while sampling into a failure.
func (s *simulation) refused(scenario *model.Scenario, sources diag.Sources, err error) error {
	if e, ok := errors.AsType[*montecarlo.EngineError](err); ok {
		return &failure{code: exitBad, outcome: "refused", sources: sources, list: diag.List{{
			Summary: e.Error(), Subject: scenario.Pos, Detail: "--engine executor can, and --engine auto chooses"}}}
	}
	if _, ok := errors.AsType[*failure](err); ok || err == nil {
		return err
	}
	return broken(err)
}

// answer simulates one point of a sweep.
func (s *simulation) answer(scenario *model.Scenario) (any, int, error) {
	bounds, refusal, err := s.prepare(scenario)
	if err != nil {
		return nil, exitBad, err
	}
	result, err := montecarlo.Run(scenario, s.opts)
	if err := s.refused(scenario, nil, err); err != nil {
		return nil, exitBad, err
	}
	answer, code := &reportsimulate.Answer{Result: result, Bounds: bounds, Refusal: refusal, Uptimes: s.opts.Uptimes}, exitOK
	if answer.Negative() {
		code = exitNegative
	}
	return reportsimulate.New(answer), code, nil
}

// check reads the flags that need more than parsing.
func (s *simulation) check() error {
	if err := oneOf(s.cmd, "--format", s.format, "text", "json", "csv"); err != nil {
		return err
	}
	if c := s.opts.Confidence; !(c > 0 && c < 1) {
		return usage(s.cmd, fmt.Sprintf("--confidence %v is not between 0 and 1", c), "write a share such as 0.95")
	}
	var err error
	if s.opts.Uptimes, err = s.uptimes.read(s.cmd); err != nil {
		return err
	}
	if err := oneOf(s.cmd, "--engine", s.engine, montecarlo.Engines...); err != nil {
		return err
	}
	s.opts.Engine = montecarlo.Engine(slices.Index(montecarlo.Engines, s.engine))
	s.opts.Traces = s.logs != ""
	if s.opts.Workers < 0 || s.kept < 0 {
		return usage(s.cmd, "a number of workers or of logs is negative", "")
	}
	if s.cmd.Flags().Changed("half-width") {
		if s.opts.HalfWidth, err = durationOption(s.cmd, "half-width", s.half, "10ms or 1.5s"); err != nil {
			return err
		}
		if s.opts.HalfWidth == 0 {
			return usage(s.cmd, "--half-width 0 is never reached", "")
		}
		if !s.cmd.Flags().Changed("replications") {
			s.opts.N = montecarlo.DefaultLimit
		}
	}
	if s.opts.N < 1 {
		return usage(s.cmd, fmt.Sprintf("--replications %d is too few", s.opts.N), "")
	}
	return s.checkShares()
}

// checkShares reads the flags about sweeps and shards.
func (s *simulation) checkShares() error {
	if err := errors.Join(s.shardFlags.read(s.cmd), s.sweepFlags.read(s.cmd)); err != nil {
		return err
	}
	for _, flag := range []string{"half-width", "logs"} {
		if s.cmd.Flags().Changed(flag) && s.shard.Of > 0 && !s.sweepFlags.given() {
			return usage(s.cmd, fmt.Sprintf("--%s with --shard: it needs all replications in one run", flag), "")
		}
	}
	if s.sweepFlags.given() && (s.samples != "" || s.logs != "") {
		return usage(s.cmd, "--samples and --logs are of one plan, and --sweep has many", "")
	}
	return nil
}
