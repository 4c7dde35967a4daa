package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"adagio/analysis/measure"
	reportvalidate "adagio/analysis/report/validate"
	"adagio/analysis/validate"
	"adagio/dsl"
	"adagio/dsl/diag"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
)

// validation is one call of the command "adagio validate".
type validation struct {
	*input
	cmd       *cobra.Command
	models    []string
	durations string
	opts      validate.Options
	plot      string
	csv       bool
	all       bool
}

// validate is the command "adagio validate".
func (a *app) validate() *cobra.Command {
	v := &validation{input: &input{app: a}}
	v.cmd = &cobra.Command{
		Use:   "validate LOG... --model FILE",
		Short: "Compare a model with measured executions",
		Long: `Validate reads measured executions (Ballet's result folders, the logs of a run,
or tables; adagio calibrate --help tells more) and compares each with the model: the makespan,
the end of every node, and start and end of every transition, with their bounds
and with the mean of simulated executions. It exits with 1 if anything measured is
outside its bounds, and tells where model and measurement part first; with 2 if of some
plan no makespan was compared.

The logs choose the plan: of the model whose assembly has the name of the case (or
of the only one), the plan with the name of the operation; the number of sites is
the parameter "sites" of the assembly, if it has one; likewise a column of a table whose
name is that of a parameter. --plan and --set overrule. {COLUMN} in the name of a model,
of timings, of a network or of uptimes stands for the value of that column of the run's table, {operation} for its operation.

--durations says what is taken from the measurements:
  own      from each run the durations of its own transitions, as constants, and
           the dates at which its nodes started, and nothing else: a test of what
           the model makes of them, of its synchronisation and its executor
  others   the range of the durations in the other runs of the same case, sites and
           operation; nodes start as the model says, or as late as any did there
  nominal  nothing: the durations of the model and of --timings
Measured durations contain what the executor adds to a transition, so overhead and
drift are added only to nominal durations, and to what no log holds.`,
		Example: `  adagio validate results --model openstack.ballet --model cps.ballet
  adagio validate results --model openstack.ballet --durations others --plot plot.svg
  adagio validate run5 --model m.ballet --durations nominal --timings calibrated.ballet
  adagio validate runs.csv --model m.ballet --uptimes 'uptimes/{uptimes}.json'
  adagio validate results --model m.ballet --format csv > dates.csv`,
		RunE: func(_ *cobra.Command, args []string) error { return v.run(args) },
	}
	v.addFlags(v.cmd)
	f := v.cmd.Flags()
	f.Lookup("format").Usage = "text, json or csv (every date)"
	f.Lookup("plan").Usage = "the `name` of the plan; that of the operation if not given"
	f.StringArrayVarP(&v.models, "model", "m", nil, "the model, a `file`; repeatable, one for each case")
	f.StringVar(&v.durations, "durations", "own", "own, others or nominal")
	f.StringVar(&v.plot, "plot", "", "draw predicted against measured makespans to an SVG `file`")
	f.BoolVar(&v.all, "all", false, "show every run (with json: every date, too)")
	f.IntVarP(&v.opts.Replications, "replications", "n", validate.DefaultReplications, "`number` of simulated executions that a prediction is the mean of")
	f.Uint64Var(&v.opts.Seed, "seed", 1, "seed of the simulations")
	v.cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveDefault
	}
	f.IntVar(&v.opts.Workers, "workers", 0, "runs that are compared at a time; one for each processor if 0")
	return v.cmd
}

// run reads, compares and writes what came out.
func (v *validation) run(args []string) error {
	if err := v.check(args); err != nil {
		return err
	}
	var err error
	if v.opts.Resolve, err = v.resolver(); err != nil {
		return err
	}
	runs, unread, err := v.app.measurements(args)
	if err != nil {
		return broken(err)
	}
	v.opts.Progress = v.progress()
	r := validate.Validate(runs, v.opts)
	v.complain(unread, r)
	if len(r.Runs) == 0 {
		return v.nothing(unread, r.Problems)
	}
	if v.plot != "" {
		if err := v.draw(r); err != nil {
			return broken(err)
		}
	}
	switch {
	case v.format == "json":
		err = v.app.json(reportvalidate.New(r, unread, v.all))
	case v.csv:
		err = reportvalidate.CSV(v.app.out, r)
	default:
		_, color := v.app.terminal(v.app.stdout)
		err = reportvalidate.Text(v.app.out, r, reportvalidate.Options{All: v.all, Color: color})
	}
	switch keys := r.Unmeasured(); {
	case err != nil:
		return err
	case r.Outside():
		return errNegative
	case len(keys) > 0:
		return v.unmeasured(keys)
	}
	return nil
}

// unmeasured is the failure of a validation that is no answer for some plans.
func (v *validation) unmeasured(keys []validate.Key) error {
	f := &failure{code: exitBad, outcome: "invalid"}
	if v.format == "json" {
		return f // the document tells it
	}
	for _, k := range keys {
		f.list = append(f.list, diag.Diagnostic{Summary: fmt.Sprintf("%v: no makespan was compared, so the model is not validated", k),
			Detail: "each execution was skipped, or lacks the log of a node: give the logs of all nodes of at least one, and the model that was executed"})
	}
	return f
}

// check reads the flags that need more than parsing.
func (v *validation) check(args []string) error {
	if err := oneOf(v.cmd, "--format", v.format, "text", "json", "csv"); err != nil {
		return err
	}
	if err := oneOf(v.cmd, "--durations", v.durations, validate.Choices...); err != nil {
		return err
	}
	v.opts.Durations = validate.Durations(slices.Index(validate.Choices, v.durations))
	if v.csv = v.format == "csv"; v.csv {
		v.format = "text" // as far as the model goes
	}
	switch {
	case len(args) == 0:
		return usage(v.cmd, "no measurements are named", "name files or folders with logs")
	case len(v.models) == 0:
		return usage(v.cmd, "no model is named", "name the model that was executed with --model FILE")
	case v.opts.Workers < 0 || v.opts.Replications < 1:
		return usage(v.cmd, "the number of workers is negative, or that of replications less than 1", "")
	}
	return nil
}

// complain writes what could not be read or compared, a few of each.
func (v *validation) complain(unread []measure.Problem, r *validate.Report) {
	if v.format == "json" {
		return
	}
	list := warnings(unread)
	warn := func(text string) { list = append(list, diag.Diagnostic{Severity: diag.Warning, Summary: text}) }
	if v.all {
		for _, p := range r.Problems {
			warn(p.String())
		}
	} else {
		for _, s := range r.Skipped() {
			warn(s.String())
		}
	}
	for _, x := range r.Runs {
		for _, what := range x.Lacking {
			warn(fmt.Sprintf("%s: %v: %s", x.Path, x.Key, what))
		}
	}
	const few = 20
	if more := len(list) - few; more > 0 && !v.all {
		list = append(list[:few], diag.Diagnostic{Severity: diag.Warning, Summary: fmt.Sprintf("and %s like these (--all shows all)", count(more, "more problem"))})
	}
	if len(list) > 0 {
		v.app.diagnose(list, nil)
	}
}

// nothing is the failure of a validation that compared no run.
func (v *validation) nothing(unread []measure.Problem, left []validate.Problem) error {
	d := diag.Diagnostic{Summary: "no run could be compared"}
	switch {
	case len(left) > 0:
		d.Detail = left[0].String()
	case len(unread) > 0:
		d.Detail = unread[0].String()
	default:
		d.Detail = "no measurements were found"
	}
	return invalid(diag.List{d}, nil)
}

// resolver finds what the names of a run mean: of the model whose assembly has
// the name of its case, or of the only one.
func (v *validation) resolver() (func(*measure.Run) (*measure.Mapping, error), error) {
	byCase := map[string]*measure.Models{}
	var known []string
	for _, path := range v.models {
		opts, err := v.options(v.cmd, []string{path})
		if err != nil {
			return nil, err
		}
		if v.plan == "" && !slices.ContainsFunc(slices.Concat([]string{path, opts.Uptimes, opts.Network}, opts.Timings), measure.HasPlaceholder) { // mistakes of the model are told before anything is read
			if sources, list := dsl.Check(opts); list.HasErrors() {
				return nil, invalid(list, sources)
			}
		}
		models := &measure.Models{Options: opts}
		if len(v.models) == 1 {
			return models.For, nil
		}
		for _, f := range parseAll(opts) {
			for _, a := range f.Assemblies {
				known = append(known, a.Name.Text)
				byCase[strings.ToLower(a.Name.Text)] = models
			}
		}
	}
	return func(r *measure.Run) (*measure.Mapping, error) {
		if m := byCase[strings.ToLower(r.Case)]; m != nil {
			return m.For(r)
		}
		return nil, fmt.Errorf("no model is of case %q: the assemblies are %s", r.Case, strings.Join(known, ", "))
	}, nil
}

// draw writes the plot.
func (v *validation) draw(r *validate.Report) error {
	f, err := os.Create(v.plot)
	if err != nil {
		return err
	}
	return errors.Join(r.Plot(f), f.Close())
}

// progress shows a bar on stderr where that is a terminal.
func (v *validation) progress() func(done, of int) {
	width, _ := terminal(v.app.stderr)
	if width == 0 || os.Getenv("TERM") == "dumb" {
		return nil
	}
	var bar *progressbar.ProgressBar
	return func(done, of int) {
		if bar == nil {
			bar = progressbar.NewOptions(of, progressbar.OptionSetWriter(v.app.stderr), progressbar.OptionSetDescription("comparing"),
				progressbar.OptionSetWidth(min(40, width/3)), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
		}
		bar.Set(done)
	}
}
