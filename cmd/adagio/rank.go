package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"adagio/analysis/rank"
	"adagio/dsl/diag"

	"github.com/spf13/cobra"
)

// ranking is one call of the command "adagio rank".
type ranking struct {
	*input
	cmd      *cobra.Command
	models   []string
	opts     rank.Options
	text     string // of the deadline
	deadline time.Duration
	width    int
	// certificate is a file for it; "" for none.
	certificate string
	shardFlags
}

// rank is the command "adagio rank".
func (a *app) rank() *cobra.Command {
	k := &ranking{input: &input{app: a}}
	k.cmd = &cobra.Command{
		Use:   "rank PLAN...",
		Short: "Compare plans: which is faster, and is that certain?",
		Long: `Rank compares plans and puts them in order of the upper bound of their longest
program, the makespan; explain tells when everything is done.
Of two plans one is certainly faster, whatever the durations; or faster, or never
slower, if both have the same durations, which is proved on their event graphs; or
it is faster in a share of executions that are simulated with common durations.

Each PLAN is a .ballet file with a model of its own. With --model the model is
read once, and each PLAN is a file of candidates, - the standard input, with a
JSON document on each line that says what a candidate changes:

  {"name": "a", "programs": {"nova[0]": ["push nova[0] interrupt", "wait nova[0]"]}}
  {"name": "b", "what_if": ["remove wait nova keystone"]}
  {"name": "c", "plan": "deploy"}

--format jsonl answers each candidate as soon as it is read, on a line of its own
and in the same order.

With --shard i/n it analyses its share of the plans, and writes a part; adagio merge
compares the plans of all parts.

It exits with 2 if a candidate cannot be read: the others are answered all the same.
With --deadline it exits with 1 unless some plan is certainly in time, else with 1
only if no plan is sure to end.`,
		Example: `  adagio rank cautious.ballet bold.ballet --deadline 5min
  adagio rank --model testdata/openstack.ballet --set sites=5 candidates.jsonl
  planner | adagio rank --model model.ballet - --format jsonl`,
		ValidArgsFunction: pathCompletion("ballet", "jsonl", "json"),
		RunE:              func(_ *cobra.Command, args []string) error { return k.run(args) },
	}
	k.addFlags(k.cmd)
	k.addStrict(k.cmd)
	f := k.cmd.Flags()
	f.Lookup("format").Usage = "text, json or jsonl"
	f.StringArrayVar(&k.models, "model", nil, "a `file` of the model that all candidates share; repeatable")
	f.StringVar(&k.text, "deadline", "", "a `duration` such as 5min: is each plan certainly, possibly or never done by then")
	f.IntVarP(&k.opts.Replications, "replications", "n", 100, "`number` of executions to simulate of plans that cannot be told apart; 0 for none")
	f.Uint64Var(&k.opts.Seed, "seed", 1, "seed of the simulation")
	f.IntVar(&k.opts.Closely, "closely", rank.DefaultClosely, "how many of the best plans are compared pair by pair")
	f.StringVar(&k.certificate, "certificate", "", "write to a `file` what proves that the first plan is certainly faster than the next that it is (proofs/check/README.md)")
	k.shardFlags.add(f)
	f.IntVar(&k.width, "width", 0, "width of the table in characters; that of the terminal if 0")
	return k.cmd
}

func (k *ranking) run(args []string) (err error) {
	lines := k.format == "jsonl"
	if lines {
		k.format = "json"
	}
	if k.deadline, err = deadlineOf(k.cmd, k.text); err != nil {
		return err
	}
	if k.opts.Replications < 0 || k.opts.Closely < 1 || k.width < 0 {
		return usage(k.cmd, "a number of executions, of plans or a width is too small", "")
	}
	if len(args) == 0 {
		return usage(k.cmd, "no plan is named", "name two or more .ballet files, or with --model a file of candidates, or - for the standard input")
	}
	model := args
	if len(k.models) > 0 {
		model = k.models
	}
	opts, err := k.options(k.cmd, model)
	if err != nil {
		return err
	}
	if err := k.shardFlags.read(k.cmd); err != nil {
		return err
	}
	if k.certificate != "" && (lines || k.shard.Of > 0 || len(k.models) > 0) {
		return usage(k.cmd, "--certificate with candidates or a part of the plans", "the checker reads each plan from a file of its own: name the .ballet files")
	}
	if k.shard.Of > 0 && lines {
		return usage(k.cmd, "--shard with --format jsonl: each line compares with the best plan before it", "use text or json")
	}
	if k.shard.Of > 0 {
		return k.writePart(opts, args)
	}
	emit := func(*rank.Plan) error { return nil }
	if lines {
		emit = k.emitter()
	}
	var plans []*rank.Plan
	if k.app.parts != nil {
		plans, err = k.gather(opts, args)
	} else {
		plans, err = k.read(opts, args, emit)
	}
	if err != nil {
		return err
	}
	if len(plans) == 0 {
		return usage(k.cmd, "there is no plan to rank", "")
	}
	if !lines {
		if err := k.write(plans); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(plans, (*rank.Plan).IsError) {
		return errUnread
	}
	if !k.positive(plans) {
		return errNegative
	}
	return nil
}

// positive says whether the answer is yes: some plan is certainly in time, or
// without a deadline, some plan always ends.
func (k *ranking) positive(plans []*rank.Plan) bool {
	for _, p := range plans {
		if k.deadline >= 0 && p.Within(k.deadline) == rank.Certainly || k.deadline < 0 && p.Ends() {
			return true
		}
	}
	return false
}

func (k *ranking) write(plans []*rank.Plan) error {
	k.opts.Progress = k.app.progress("simulating")
	t, err := rank.Rank(plans, k.opts)
	if err != nil {
		return broken(err)
	}
	if k.format == "json" {
		err = k.app.json(k.document(t))
	} else {
		k.writeText(t)
	}
	if err == nil && k.certificate != "" {
		err = k.certifyFaster(t)
	}
	return err
}

// unreadable is what is wrong with a model, in a line.
func unreadable(list diag.List) error {
	for _, d := range list {
		if d.Severity == diag.Error && d.Subject.File == "" {
			return errors.New(d.Summary)
		} else if d.Severity == diag.Error {
			return fmt.Errorf("%v: %s", d.Subject, d.Summary)
		}
	}
	return errors.New("the model cannot be read")
}
