package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"

	"adagio/analysis"
	"adagio/analysis/montecarlo"
	"adagio/analysis/report/gantt"
	"adagio/analysis/report/page"
	"adagio/analysis/report/trace"
	"adagio/analysis/schedule"
	"adagio/dsl/diag"
	"adagio/petri"

	"github.com/spf13/cobra"
)

// pictures are the renderings of "adagio explain" that are written to files.
type pictures struct {
	html, svg, trace string
	at               string
	why              *whyFlags // whose replications are simulated
}

// add gives a command the flags of the renderings.
func (p *pictures) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&p.html, "html", "", "write a page to explore, which needs nothing else, to a `file`; - is the standard output")
	f.StringVar(&p.svg, "svg", "", "write a Gantt chart in SVG to a `file`")
	f.StringVar(&p.trace, "trace", "", "write a trace for ui.perfetto.dev or chrome://tracing to a `file`")
	f.StringVar(&p.at, "at", "", "which execution these three show: upper, lower (the bounds) or typical; that of --end if not given")
}

// wanted says whether any rendering is asked for.
func (p *pictures) wanted() bool { return p.html != "" || p.svg != "" || p.trace != "" }

// check reads the flags; end is the value of --end.
func (p *pictures) check(cmd *cobra.Command, end string) error {
	if p.at == "" {
		p.at = end
	}
	if err := oneOf(cmd, "--at", p.at, "upper", "lower", "typical"); err != nil {
		return err
	}
	if p.why.replications < 0 {
		return usage(cmd, fmt.Sprintf("--replications %d is negative", p.why.replications), "")
	}
	if p.wanted() && len(p.why.changes) > 0 {
		return usage(cmd, "--html, --svg and --trace show the plan of the file, not that of --what-if", "write the changed plan into a file to see it")
	}
	stdout := 0
	for _, name := range []string{p.html, p.svg, p.trace} {
		if name == "-" {
			stdout++
		}
	}
	if stdout > 1 {
		return usage(cmd, "only one of --html, --svg and --trace can be the standard output", "")
	}
	if cmd.Flags().Changed("at") && !p.wanted() {
		return usage(cmd, "--at is for renderings", "give --html, --svg or --trace as well")
	}
	if cmd.Flags().Changed("seed") && p.why.replications == 0 {
		return usage(cmd, "--seed is for a simulation", "give --replications as well")
	}
	return nil
}

// toStdout says whether a rendering takes the standard output.
func (p *pictures) toStdout() bool { return p.html == "-" || p.svg == "-" || p.trace == "-" }

// write writes the renderings that are asked for; all is the value of --all.
func (p *pictures) write(cmd *cobra.Command, a *app, r *analysis.Result, sources diag.Sources, all bool) error {
	if !p.wanted() {
		return nil
	}
	at := map[string]analysis.At{"upper": analysis.AtUpper, "lower": analysis.AtLower, "typical": analysis.AtTypical}[p.at]
	s, err := schedule.Of(r, at)
	if errors.Is(err, petri.ErrSleeps) {
		return usage(cmd, "a typical execution cannot be shown where nodes sleep", "write --at upper or --at lower; adagio simulate --logs writes executions as they may happen")
	}
	if errors.Is(err, petri.ErrCovered) {
		return noAnswer(r, errors.New("a typical execution cannot be shown where the orders of races are covered; adagio simulate --logs writes executions as they may happen"))
	}
	if err != nil {
		return err
	}
	for _, k := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{p.html, func(w io.Writer) error { return p.page(cmd, a, w, r, s, sources, all) }},
		{p.svg, func(w io.Writer) error { return gantt.Write(w, s) }},
		{p.trace, func(w io.Writer) error { return trace.Write(w, s) }},
	} {
		if err := a.writeTo(k.name, k.write); err != nil {
			return broken(err)
		}
	}
	return nil
}

// writeTo writes to a file, to the standard output for "-", or not at all.
func (a *app) writeTo(name string, write func(io.Writer) error) error {
	switch name {
	case "":
		return nil
	case "-":
		return write(a.out)
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(f)
	return cmp.Or(write(b), b.Flush(), f.Close())
}

// page writes the page, with the drag of what is on the critical path, or of all
// delays, and with the distribution of the makespan if it varies; that is simulated,
// too, if that is asked for: of a large plan it takes minutes.
func (p *pictures) page(cmd *cobra.Command, a *app, w io.Writer, r *analysis.Result, s *schedule.Schedule, sources diag.Sources, all bool) error {
	in := page.Input{Result: r, Schedule: s, Sources: sources, Made: versionText() + " · " + a.commandLine()}
	if err := in.Answer(page.Questions{Drag: p.why.drag, All: all, Progress: a.progress("analysing")}); err != nil {
		return err
	}
	if in.Varies() && p.why.replications > 0 {
		sim := simulation{input: &input{app: a}, opts: montecarlo.Options{Seed: p.why.seed, N: p.why.replications, Bounds: r}}
		sim.opts.Progress = sim.progress()
		var err error
		if in.Simulation, err = montecarlo.Run(r.Scenario, sim.opts); err != nil {
			return err
		}
	}
	return page.Write(w, in)
}
