package main

import (
	"fmt"
	"slices"
	"time"

	"adagio/analysis/report/netbound"
	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri/interchange"
	"adagio/petri/tpn"

	"github.com/spf13/cobra"
)

// netFlags are those of "adagio bound" for a net of another tool.
type netFlags struct {
	unit  string
	until []string
}

func (f *netFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.unit, "unit", "1s", "of a net (.pnml, .net): the `duration` that 1 stands for where the file does not say")
	cmd.Flags().StringArrayVar(&f.until, "until", nil, "of a net: a `place` whose first marking is dated, too; repeatable")
}

// refuse says that a flag of nets stands without one.
func (f *netFlags) refuse(cmd *cobra.Command) error {
	for _, name := range []string{"unit", "until"} {
		if cmd.Flags().Changed(name) {
			return usage(cmd, fmt.Sprintf("--%s is for nets of other tools", name), "name a file .pnml or .net")
		}
	}
	return nil
}

// boundNet bounds a net in a format of other tools.
func (a *app) boundNet(cmd *cobra.Command, in *input, f *netFlags, args []string, deadline time.Duration) error {
	for _, flag := range []string{"plan", "set", "timings", "network", "executor", "platform", "inventory", "uptimes", "uptimes-form", "uptimes-length", "quantile", "distribution", "grid-error", "certificate", "strict"} {
		if x := cmd.Flags().Lookup(flag); x != nil && x.Changed {
			return usage(cmd, fmt.Sprintf("--%s is for models, and %s is a net", flag, args[0]), "")
		}
	}
	if len(args) > 1 {
		return usage(cmd, "a net is one file", "")
	}
	if err := oneOf(cmd, "--format", in.format, "text", "json"); err != nil {
		return err
	}
	unit, err := durationOption(cmd, "unit", f.unit, "1ms")
	if err != nil {
		return err
	}
	if unit == 0 {
		return usage(cmd, "--unit is 0", "write a duration such as 1ms")
	}
	text, list := dsl.ReadFile(args[0])
	if list != nil {
		return invalid(list, nil)
	}
	sources := diag.Sources{args[0]: string(text)}
	net, list := interchange.Read(args[0], text, unit)
	if net == nil {
		return invalid(list, sources)
	}
	for _, place := range f.until {
		var known []string
		for _, p := range net.Places {
			known = append(known, p.Name)
		}
		if !slices.Contains(known, place) {
			return usage(cmd, fmt.Sprintf("the net has no place %s", model.Quote(place)), diag.DidYouMean(place, known))
		}
	}
	answer, err := tpn.Bound(net)
	if err != nil {
		at := model.Pos{File: args[0]}
		return &failure{code: exitBad, outcome: "refused", list: append(list, diag.Diagnostic{Summary: err.Error(), Subject: at}), sources: sources, cause: err}
	}
	doc := netbound.New(answer)
	if deadline >= 0 {
		doc.Judge(deadline)
	}
	if in.format == "json" {
		err = a.json(doc)
	} else {
		err = netbound.Text(a.out, doc, f.until)
		if notes := append(list, doc.Notes()...); len(notes) > 0 {
			a.diagnose(notes, sources)
		}
	}
	if err == nil && (doc.Outcome != "bounded" || doc.Deadline != nil && doc.Deadline.Verdict != "met") {
		return errNegative
	}
	return err
}
