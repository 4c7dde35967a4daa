package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/analysis/follow"
	"adagio/analysis/measure"
	reportfollow "adagio/analysis/report/follow"
	"adagio/dsl/diag"

	"github.com/spf13/cobra"
)

// following is one call of the command "adagio follow".
type following struct {
	*input
	cmd    *cobra.Command
	models []string
	all    bool
	once   bool
	jsonl  bool
	every  string

	pause   time.Duration
	follows *follow.Follower
	told    map[string]bool // what was written about what is outside
	tenths  int             // of the progress that was written
	outside int
}

// follow is the command "adagio follow".
func (a *app) follow() *cobra.Command {
	w := &following{input: &input{app: a}, told: map[string]bool{}}
	w.cmd = &cobra.Command{
		Use:   "follow LOG... --model FILE",
		Short: "Follow a reconfiguration that runs: how far it is, and when it will be done",
		Long: `Follow puts what has happened into the plan, as dates in place of bounds, and says
how far the reconfiguration is, between which dates everything will be done, and when
it probably will. What is outside of its bounds is written the moment it is seen, with
what it came after and what it does to the end, and makes the exit code 1.

LOG is a folder with the logs of one run, read again until all programs have ended:
Ballet writes the log of a node when its process ends. For events as they happen, LOG
is -: lines of JSON on the standard input,

  {"node": "nova0", "item": "program", "start_s": 12.1}
  {"node": "nova0", "item": "transition_start", "start_s": 13.0, "end_s": 14.2}
  {"now_s": 20}

with items as Ballet's logs have them (start or end may come later, in a line of its
own) or the program of the node, in the order of their dates. Dates are by any clock:
the first is the start of the first program. now_s says that everything up to then was
seen.

A line is written for every tenth of the plan and every end of a program, with --all
for every date; --format jsonl writes a line of JSON (adagio/follow/1) for each.`,
		Example: `  adagio follow results/run1/logs_files_assemblies/update --model openstack.ballet
  tail -f events.jsonl | adagio follow - --model openstack.ballet --format jsonl`,
		RunE: func(_ *cobra.Command, args []string) error { return w.run(args) },
	}
	w.addFlags(w.cmd)
	f := w.cmd.Flags()
	f.Lookup("format").Usage = "text or jsonl"
	f.StringArrayVarP(&w.models, "model", "m", nil, "the model, a `file`; several make one model")
	f.BoolVar(&w.all, "all", false, "write a line for every date")
	f.BoolVar(&w.once, "once", false, "stop at what the logs have now")
	f.StringVar(&w.every, "every", "1s", "the `duration` between two looks at the logs")
	w.cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return w.cmd
}

func (w *following) run(args []string) error {
	if err := oneOf(w.cmd, "--format", w.format, "text", "jsonl"); err != nil {
		return err
	}
	if w.jsonl = w.format == "jsonl"; w.jsonl {
		w.format = "text" // as far as the model goes
	}
	switch {
	case len(args) == 0:
		return usage(w.cmd, "no logs are named", "name the folder of a run, or - for lines of JSON on the standard input")
	case len(w.models) == 0:
		return usage(w.cmd, "no model is named", "name the model that is executed with --model FILE")
	case slices.Contains(args, "-") && (len(args) > 1 || slices.Contains(w.models, "-")):
		return usage(w.cmd, "- is the standard input, and nothing else can be followed beside it", "")
	}
	var err error
	if w.pause, err = durationOption(w.cmd, "every", w.every, "1s"); err != nil {
		return err
	}
	if args[0] == "-" {
		err = w.lines()
	} else {
		err = w.folders(args)
	}
	if err == nil && w.outside > 0 {
		return errNegative
	}
	return err
}

// begin makes a follower of a scenario.
func (w *following) begin(names *measure.Mapping) error {
	r, err := w.app.analyse(names.Scenario(), nil, analysis.Options{})
	if err != nil {
		return err
	}
	if w.follows, err = follow.New(r, names); err != nil {
		return noAnswer(r, err)
	}
	return nil
}

// lines follows the standard input.
func (w *following) lines() error {
	s, _, err := w.load(w.cmd, w.models)
	if err != nil {
		return err
	}
	if err := w.begin(measure.NewMapping(s)); err != nil {
		return err
	}
	err = w.follows.Lines(w.app.stdin, w.tell)
	if wrong, ok := errors.AsType[*follow.LineError](err); ok {
		return broken(fmt.Errorf("%s:%w", stdinName, wrong))
	}
	return err
}

// tell writes what is outside, and how far it is if that is worth a line.
func (w *following) tell(e follow.Event, outside []follow.Outside) error {
	var fresh []follow.Outside
	for _, o := range outside {
		key := fmt.Sprint(o.What, o.Node, o.Bound.Upper, o.Missing)
		if !w.told[key] {
			w.told[key] = true
			fresh = append(fresh, o)
		}
	}
	w.outside += len(fresh)
	seen, of := w.follows.Progress()
	tenth := 10 * seen / max(of, 1)
	worth := w.all || e.Item == "program" && e.End != nil || tenth > w.tenths
	w.tenths = max(w.tenths, tenth)
	if w.jsonl {
		if worth || len(fresh) > 0 {
			if err := reportfollow.JSON(w.app.out, w.follows, fresh); err != nil {
				return err
			}
		}
		return w.app.out.Flush()
	}
	for _, o := range fresh {
		if err := reportfollow.Alarm(w.app.out, o, w.durations); err != nil {
			return err
		}
	}
	if worth {
		if err := reportfollow.Progress(w.app.out, w.follows, w.durations); err != nil {
			return err
		}
	}
	return w.app.out.Flush()
}

// folders follows the logs of a run.
func (w *following) folders(paths []string) error {
	opts, err := w.options(w.cmd, w.models)
	if err != nil {
		return err
	}
	models := &measure.Models{Options: opts}
	fed := 0
	for {
		runs, problems, err := measure.Read(paths, measure.Options{})
		if err != nil {
			return broken(err)
		}
		run, err := w.only(runs)
		if err != nil {
			return err
		}
		if run != nil {
			events, _ := follow.Replay(run)
			if len(events) != fed {
				fed = len(events)
				if err := w.replay(models, run, events); err != nil {
					return err
				}
			}
			if w.follows.Ended() {
				return nil
			}
		}
		if w.once {
			w.complain(problems)
			if run == nil {
				return invalid(diag.List{{Summary: "there are no logs to follow"}}, nil)
			}
			return nil
		}
		select {
		case <-w.cmd.Context().Done():
			return nil
		case <-time.After(w.pause):
		}
	}
}

// complain writes what could not be read.
func (w *following) complain(problems []measure.Problem) {
	if list := warnings(problems); len(list) > 0 && !w.jsonl {
		w.app.diagnose(list, nil)
	}
}

// only is the run to follow; nil if there is none yet.
func (w *following) only(runs []measure.Run) (*measure.Run, error) {
	var found []*measure.Run
	for i := range runs {
		if w.plan == "" || runs[i].Operation == w.plan {
			found = append(found, &runs[i])
		}
	}
	if len(found) > 1 {
		var names []string
		for _, r := range found[:min(len(found), 4)] {
			names = append(names, r.String())
		}
		return nil, usage(w.cmd, fmt.Sprintf("there are logs of %s: %s", count(len(found), "run"), strings.Join(names, "; ")), "name the folder of one, or its operation with --plan")
	}
	if len(found) == 0 {
		return nil, nil
	}
	return found[0], nil
}

// replay takes in all events of a run, those that were there before, too: an earlier start
// of a node moves all dates.
func (w *following) replay(models *measure.Models, run *measure.Run, events []follow.Event) error {
	names, err := models.For(run)
	if list, ok := err.(diag.List); ok {
		return invalid(list, nil)
	} else if err != nil {
		return broken(err)
	}
	if err := w.begin(names); err != nil {
		return err
	}
	whole := len(run.Nodes) == len(names.Scenario().Nodes) && len(run.Missing) == 0
	for _, e := range events {
		outside, err := w.follows.Take(e, whole)
		if err != nil {
			return broken(fmt.Errorf("%s: %w", run.Path, err))
		}
		if err := w.tell(e, outside); err != nil {
			return err
		}
	}
	return nil
}
