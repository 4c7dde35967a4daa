package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/analysis/verify"
	"adagio/dsl"
	"adagio/dsl/ballet"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri/unfold"

	"github.com/spf13/cobra"
)

// input is what the flags and arguments of a command say to read.
type input struct {
	app      *app
	plan     string
	set      []string
	timings  []string
	network  string
	executor string
	// platform, inventory and uptimes are files.
	platform, inventory, uptimes string
	uptimesForm, uptimesLength   string
	format                       string
	strict                       bool
	durations                    report.Durations // of text

	loaded  dsl.Options // what load has read
	watched watched     // nil where nobody waits for changes
}

// addFlags gives a command the flags that choose the model.
func (in *input) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&in.plan, "plan", "", "the `name` of the plan; the last one of the model if not given")
	f.StringArrayVar(&in.set, "set", nil, "give a parameter of the assembly a value, as `name=value`; repeatable")
	f.StringArrayVar(&in.timings, "timings", nil, "durations to use: the `name` of a block of the model, or of a file; repeatable, the last wins")
	f.StringVar(&in.network, "network", "", "network to use: the `name` of a block of the model, of a file, or an executor")
	f.StringVar(&in.executor, "executor", "", "executor in place of that of the network, with its defaults: ballet, push, broker, concertod-async or ideal")
	f.StringVar(&in.platform, "platform", "", "run on the platform in a SimGrid XML `file`, whatever platform or latencies the network has")
	f.StringVar(&in.inventory, "inventory", "", "Ballet's inventory.yaml: a `file` that tells which host of the platform each component is on")
	f.StringVar(&in.uptimes, "uptimes", "", "when nodes are awake: a JSON `file`, {\"node\": [[start, duration], …], …} in seconds")
	f.StringVar(&in.uptimesForm, "uptimes-form", "windows", "windows, or slots: of each pair only the start counts, and -1 is a round without one")
	f.StringVar(&in.uptimesLength, "uptimes-length", "", "with slots: the `duration` for which a node stays awake, such as 50s")
	f.StringVar(&in.format, "format", "text", "text or json")
	f.BoolVar(&in.durations.Precise, "precise", false, "write durations to the nanosecond, in text")
}

// addStrict gives a command the flag that has its bounds cover hazards.
func (in *input) addStrict(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&in.strict, "strict", false, "cover hazards, too: waits that see what lasts no time in the model and under a millisecond in reality")
}

// options turns flags and arguments into what is to be loaded.
func (in *input) options(cmd *cobra.Command, args []string) (dsl.Options, error) {
	opts := dsl.Options{Plan: in.plan, Set: map[string]int{}, Timings: in.timings, Network: in.network, Executor: in.executor, Platform: in.platform, Uptimes: in.uptimes}
	if err := oneOf(cmd, "--format", in.format, "text", "json"); err != nil {
		return opts, err
	}
	if in.executor != "" {
		if err := oneOf(cmd, "--executor", in.executor, dsl.Executors()...); err != nil {
			return opts, err
		}
	}
	for _, flag := range []string{"plan", "network", "executor", "platform", "inventory", "uptimes"} {
		if f := cmd.Flags().Lookup(flag); f.Changed && f.Value.String() == "" {
			return opts, usage(cmd, fmt.Sprintf("--%s is empty", flag), "give a name, or leave the flag out")
		}
	}
	for _, s := range in.set {
		name, value, ok := strings.Cut(s, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		n, err := strconv.Atoi(value)
		if errors.Is(err, strconv.ErrRange) {
			return opts, usage(cmd, fmt.Sprintf("--set %s is too large or too small", s), "give an integer of 64 bits")
		}
		if !ok || name == "" || err != nil {
			return opts, usage(cmd, fmt.Sprintf("--set %s is not a parameter with a value", s), "write --set name=value with an integer, such as --set sites=5")
		}
		opts.Set[name] = n
	}
	if in.watched != nil {
		opts.Read = in.watched.read
	}
	var err error
	if opts.UptimesSlot, err = in.slot(cmd); err != nil {
		return opts, err
	}
	if opts.Hosts, err = in.hosts(); err != nil {
		return opts, err
	}
	opts.Files, opts.Sources, err = in.app.sources(cmd, args)
	return opts, err
}

// slot is how long the slots of the file of uptimes last; 0 if it has windows.
func (in *input) slot(cmd *cobra.Command) (time.Duration, error) {
	if err := oneOf(cmd, "--uptimes-form", in.uptimesForm, "windows", "slots"); err != nil {
		return 0, err
	}
	switch slots := in.uptimesForm == "slots"; {
	case slots && in.uptimes == "":
		return 0, usage(cmd, "--uptimes-form without a file", "name it with --uptimes FILE")
	case slots && in.uptimesLength == "":
		return 0, usage(cmd, "slots do not tell how long a node stays awake", "write --uptimes-length 50s")
	case !slots && in.uptimesLength != "":
		return 0, usage(cmd, "--uptimes-length without slots", "windows have their own lengths; for slots add --uptimes-form slots")
	case !slots:
		return 0, nil
	}
	d, err := durationOption(cmd, "uptimes-length", in.uptimesLength, "50s")
	if err == nil && d == 0 {
		err = usage(cmd, "--uptimes-length is 0", "a node must stay awake for some time")
	}
	return d, err
}

// hosts reads the inventory.
func (in *input) hosts() (map[string]string, error) {
	if in.inventory == "" {
		return nil, nil
	}
	read := dsl.ReadFile
	if in.watched != nil {
		read = in.watched.read
	}
	text, list := read(in.inventory)
	if list != nil {
		return nil, invalid(list, nil)
	}
	hosts, list := ballet.Hosts(ballet.Input{Path: in.inventory, Data: text})
	if hosts == nil {
		return nil, invalid(list, diag.Sources{in.inventory: string(text)})
	}
	return hosts, nil
}

// stdinName is what messages call the standard input.
const stdinName = "<stdin>"

// sources turns the arguments into files, and the standard input for "-".
func (a *app) sources(cmd *cobra.Command, args []string) (files []string, sources []dsl.Source, err error) {
	if len(args) == 0 {
		return nil, nil, usage(cmd, "no file is named", "name one or more .ballet files that make up one model, or - for the standard input")
	}
	for _, arg := range args {
		if arg == "" {
			return nil, nil, usage(cmd, "the name of a file is empty", "")
		}
		if arg != "-" {
			files = append(files, arg)
			continue
		}
		if len(sources) > 0 {
			return nil, nil, usage(cmd, "the standard input can be read once only", "")
		}
		text, err := io.ReadAll(io.LimitReader(a.stdin, dsl.MaxSource+1))
		if err != nil {
			return nil, nil, broken(fmt.Errorf("the standard input cannot be read: %w", err))
		}
		sources = append(sources, dsl.Source{Name: stdinName, Text: text})
	}
	return files, sources, nil
}

// load reads the model and resolves the plan. Warnings are written to stderr.
func (in *input) load(cmd *cobra.Command, args []string) (*model.Scenario, diag.Sources, error) {
	opts, err := in.options(cmd, args)
	if err != nil {
		return nil, nil, err
	}
	in.loaded = opts
	done := in.app.waiting("reading")
	s, sources, list := dsl.Load(opts)
	done()
	if s == nil {
		return nil, sources, invalid(list, sources)
	}
	if len(list) > 0 && in.format != "json" {
		in.app.diagnose(list, sources)
	}
	return s, sources, nil
}

// with is the scenario that load has read, with other values of parameters.
func (in *input) with(set map[string]int) (*model.Scenario, error) {
	s, sources, list := dsl.Load(in.loaded.With(set))
	if s == nil {
		return nil, invalid(list, sources)
	}
	return s, nil
}

// analyse loads and analyses the plan.
func (in *input) analyse(cmd *cobra.Command, args []string, opts analysis.Options) (*analysis.Result, diag.Sources, error) {
	s, sources, err := in.load(cmd, args)
	if err != nil {
		return nil, sources, err
	}
	opts.Strict = in.strict
	r, err := in.app.analyse(s, sources, opts)
	if err == nil && in.format != "json" {
		if list := (&analysis.Result{Scenario: s, Premature: r.Premature}).Diagnostics(); len(list) > 0 {
			in.app.diagnose(list, sources)
		}
	}
	return r, sources, err
}

// analyse bounds a plan, and shows that it does where it lasts.
func (a *app) analyse(s *model.Scenario, sources diag.Sources, opts analysis.Options) (*analysis.Result, error) {
	defer a.waiting("analysing")()
	return analyse(s, sources, opts)
}

// analyse bounds a plan; a refusal says why, and which races are in the way.
func analyse(s *model.Scenario, sources diag.Sources, opts analysis.Options) (*analysis.Result, error) {
	r, err := analysis.Analyse(s, opts)
	if err == nil {
		if err := verify.Show(r); err != nil {
			return nil, broken(err)
		}
		return r, nil
	}
	return nil, &failure{code: exitBad, outcome: "refused", list: diag.List{report.Refusal(s, err)}, sources: sources, cause: err}
}

// limitOf is the limit that gave out, if that is why no bound can be proved.
func limitOf(err error) *report.Limit {
	e, ok := errors.AsType[*unfold.LimitError](err)
	if !ok {
		return nil
	}
	return &report.Limit{Of: e.Limited.String(), Value: e.Limit, OrdersFound: e.Found, OrdersOpen: e.Open, RacesFound: len(e.Races)}
}

// planNames lists the plans of a model in the order of declaration.
func planNames(opts dsl.Options) []string {
	var names []string
	for _, f := range parseAll(opts) {
		names = append(names, dsl.Plans(f)...)
	}
	return names
}

// parseAll parses the files of a model, as far as they can be read.
func parseAll(opts dsl.Options) []*dsl.File {
	var files []*dsl.File
	for _, path := range opts.Files {
		if text, list := dsl.ReadFile(path); list == nil {
			f, _ := dsl.Parse(path, text)
			files = append(files, f)
		}
	}
	for _, s := range opts.Sources {
		f, _ := dsl.Parse(s.Name, s.Text)
		files = append(files, f)
	}
	return files
}

// oneOf checks the value of a flag that knows a few words only.
func oneOf(cmd *cobra.Command, flag, value string, known ...string) error {
	for _, k := range known {
		if value == k {
			return nil
		}
	}
	return usage(cmd, fmt.Sprintf("%s does not know %q", flag, value), diag.DidYouMean(value, known))
}
