package main

import (
	"errors"
	"fmt"
	"slices"

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
}

// follow is the command "adagio follow".
func (a *app) follow() *cobra.Command {
	w := &following{input: &input{app: a}}
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
	every, err := durationOption(w.cmd, "every", w.every, "1s")
	if err != nil {
		return err
	}
	session := &follow.Session{Begin: w.begin, Tell: w.tell, All: w.all}
	if args[0] == "-" {
		err = w.lines(session)
	} else {
		err = w.logs(session, follow.Logs{Paths: args, Operation: w.plan, Every: every, Once: w.once})
	}
	if err == nil && session.Outside() > 0 {
		return errNegative
	}
	return err
}

// begin makes a follower of a scenario.
func (w *following) begin(names *measure.Mapping) (*follow.Follower, error) {
	r, err := w.app.analyse(names.Scenario(), nil, analysis.Options{})
	if err != nil {
		return nil, err
	}
	f, err := follow.New(r, names)
	if err != nil {
		return nil, noAnswer(r, err)
	}
	return f, nil
}

// lines follows the standard input.
func (w *following) lines(session *follow.Session) error {
	s, _, err := w.load(w.cmd, w.models)
	if err != nil {
		return err
	}
	err = session.Lines(measure.NewMapping(s), w.app.stdin)
	if wrong, ok := errors.AsType[*follow.LineError](err); ok {
		return broken(fmt.Errorf("%s:%w", stdinName, wrong))
	}
	return err
}

// logs follows the logs of a run.
func (w *following) logs(session *follow.Session, logs follow.Logs) error {
	opts, err := w.options(w.cmd, w.models)
	if err != nil {
		return err
	}
	logs.Models = &measure.Models{Options: opts}
	problems, err := session.Logs(w.cmd.Context(), logs)
	if list := warnings(problems); len(list) > 0 && !w.jsonl {
		w.app.diagnose(list, nil)
	}
	if err == nil {
		return nil
	}
	if several, ok := errors.AsType[*follow.SeveralRunsError](err); ok {
		return usage(w.cmd, several.Error(), "name the folder of one, or its operation with --plan")
	}
	if list, ok := errors.AsType[diag.List](err); ok {
		return invalid(list, nil)
	}
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	return broken(err)
}

// tell writes an update at once.
func (w *following) tell(u follow.Update) (err error) {
	if w.jsonl {
		err = reportfollow.JSON(w.app.out, u)
	} else {
		err = reportfollow.Text(w.app.out, u, w.durations)
	}
	if err != nil {
		return err
	}
	return w.app.out.Flush()
}
