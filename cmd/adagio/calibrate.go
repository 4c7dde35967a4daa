package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"adagio/analysis/calibrate"
	"adagio/analysis/measure"
	reportcalibrate "adagio/analysis/report/calibrate"
	"adagio/dsl"
	"adagio/dsl/diag"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
)

// calibration is one call of the command "adagio calibrate".
type calibration struct {
	*input
	cmd       *cobra.Command
	models    []string
	durations string
	opts      calibrate.Options
	output    string
}

// calibrate is the command "adagio calibrate".
func (a *app) calibrate() *cobra.Command {
	c := &calibration{input: &input{app: a}}
	c.cmd = &cobra.Command{
		Use:   "calibrate LOGS... --model FILE",
		Short: "Estimate durations and the executor's delays from measured runs",
		Long: `Calibrate reads measured runs and writes what a model needs to predict others:
how long each transition lasts, and how the executor behaves (sleep between two
looks, time of a look, local steps). What is written is a block of timings and a
network, for --timings and --network of the other commands.

LOGS are files or folders: Ballet's own result folders, the logs of one run, or
tidy tables (.csv, .csv.gz). Each run is matched with the plan of its operation's
name, and with as many sites as it has, if the model has a parameter "sites".

  --as interval    the observed range (default)
       constant    the median
       tolerance   an interval with a stated --coverage and --confidence
       fit         the best of normal, lognormal and gamma
       empirical   all observations
       nominal     none: the model's own stay, and overhead and drift beyond them
                   are estimated

What the logs do not determine is said, and left to the model. The methods are
explained in analysis/calibrate/README.md.`,
		Example: `  adagio calibrate results/ --model testdata/openstack.ballet -o gros.ballet
  adagio bound testdata/openstack.ballet --timings gros.ballet --network gros.ballet`,
		RunE: func(_ *cobra.Command, args []string) error { return c.run(args) },
	}
	c.addFlags(c.cmd)
	f := c.cmd.Flags()
	f.Lookup("plan").Usage = "the `name` of the plan of all runs; that of each run's operation if not given"
	f.Lookup("network").Hidden = true // it is what is looked for
	f.Lookup("timings").Usage = "nominal durations: the `name` of a block of the model, or of a file; repeatable"
	f.StringArrayVarP(&c.models, "model", "m", nil, "a `file` of the model; repeatable")
	f.StringVar(&c.durations, "as", calibrate.Choices[0], "what durations are written as: interval, constant, tolerance, fit, empirical, nominal")
	f.Float64Var(&c.opts.Coverage, "coverage", 0.95, "share of what is to come that a tolerance interval holds")
	f.Float64Var(&c.opts.Confidence, "confidence", 0.95, "confidence of all intervals")
	f.BoolVar(&c.opts.Busy, "busy", false, "write what the logs tell of looks at nodes that run a transition, which is wide, instead of the language's own")
	f.StringVar(&c.opts.Factor, "factor", "", "with empirical durations: estimate how far they vary together, and write it as a factor of this `name`")
	f.StringVarP(&c.output, "output", "o", "", "write the timings and the network to a `file`")
	c.cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return c.cmd
}

// run calibrates, and writes what came out.
func (c *calibration) run(args []string) error {
	models, err := c.check(args)
	if err != nil {
		return err
	}
	runs, problems, err := c.app.measurements(args)
	if err != nil {
		return broken(err)
	}
	if len(runs) == 0 {
		return invalid(append(warnings(problems), diag.Diagnostic{Summary: "there are no measured runs in what is named"}), nil)
	}
	result, err := calibrate.Calibrate(runs, models, c.opts)
	problems = append(problems, result.LeftOut...)
	if err != nil {
		f := broken(err)
		f.list = append(warnings(problems), f.list...)
		return f
	}
	if c.output != "" {
		if err := os.WriteFile(c.output, result.Ballet(), 0o666); err != nil {
			return broken(err)
		}
	}
	if c.format == "json" {
		return c.app.json(reportcalibrate.New(result, problems))
	}
	reportcalibrate.Text(c.app.out, result)
	c.app.diagnose(warnings(problems), nil)
	return nil
}

// check reads the flags and the model. A model that cannot be read at all is an
// error; one without a plan for some run is a matter of that run.
func (c *calibration) check(args []string) (*measure.Models, error) {
	if len(args) == 0 {
		return nil, usage(c.cmd, "no logs are named", "name files or folders of measured runs")
	}
	if len(c.models) == 0 {
		return nil, usage(c.cmd, "no model is named", "name it with --model FILE")
	}
	if err := oneOf(c.cmd, "--as", c.durations, calibrate.Choices...); err != nil {
		return nil, err
	}
	c.opts.Durations = calibrate.Choice(slices.Index(calibrate.Choices, c.durations))
	for _, flag := range []string{"coverage", "confidence"} {
		share, err := c.cmd.Flags().GetFloat64(flag)
		if err != nil || !(share > 0 && share < 1) {
			return nil, usage(c.cmd, fmt.Sprintf("--%s %v is none", flag, share), "write a share between 0 and 1, such as 0.95")
		}
	}
	if c.opts.Factor != "" && c.opts.Durations != calibrate.Empirical {
		return nil, usage(c.cmd, "--factor needs --as empirical", "a factor keeps the durations of one run together: those of the runs are needed")
	}
	if name := c.opts.Factor; c.cmd.Flags().Changed("factor") && (strings.TrimSpace(name) == "" || strings.ContainsAny(name, "[]\n\x00")) {
		return nil, usage(c.cmd, fmt.Sprintf("--factor %q is no name", name), "write a name without brackets and line ends, such as registry")
	}
	opts, err := c.options(c.cmd, c.models)
	if err != nil {
		return nil, err
	}
	opts.Untimed = true
	sources, list := dsl.Check(dsl.Options{Files: opts.Files, Sources: opts.Sources, Timings: opts.Timings, Network: opts.Network, Untimed: true})
	if list.HasErrors() {
		return nil, invalid(list, sources)
	}
	return &measure.Models{Options: opts}, nil
}

// measurements reads measured runs, with a progress bar on a terminal.
func (a *app) measurements(paths []string) ([]measure.Run, []measure.Problem, error) {
	var opts measure.Options
	if width, _ := terminal(a.stderr); width > 0 && os.Getenv("TERM") != "dumb" {
		bar := progressbar.NewOptions(1, progressbar.OptionSetWriter(a.stderr), progressbar.OptionSetDescription("reading"),
			progressbar.OptionSetWidth(min(40, width/3)), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
		opts.Progress = func(done, files int) {
			bar.ChangeMax(files)
			bar.Set(done)
		}
	}
	return measure.Read(paths, opts)
}

// warnings says what was left out of the measurements.
func warnings(problems []measure.Problem) diag.List {
	var list diag.List
	for _, p := range problems {
		list = append(list, diag.Diagnostic{Severity: diag.Warning, Summary: p.String()})
	}
	return list
}
