package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri"
	"adagio/petri/compile"
	"adagio/petri/interchange"
	"adagio/petri/unfold"

	"github.com/spf13/cobra"
)

// net is the command "adagio net".
func (a *app) net() *cobra.Command {
	in := &input{app: a}
	graph, critical, shape, all, order := false, false, false, false, 1
	cmd := &cobra.Command{
		Use:   "net FILE...",
		Short: "Print the Petri net of a plan, or its event graph",
		Long: `Net prints what a plan is compiled into: the timed Petri net, one per node, joined
by network delays; with --graph the acyclic event graph that the net unfolds into.
A plan with races has an event graph for each order of them: --order chooses.

With --structure it says what holds of the net whatever its transitions last: its
class, its place invariants, what is never marked, and whether every program ends.

Formats: text; dot, for Graphviz; json; and for other tools (nets only) pnml, the
standard exchange format, tina and tina-pnml, tapaal, romeo. What such a format
cannot express is said.`,
		Example: `  adagio net testdata/gallery/fork.ballet
  adagio net testdata/gallery/fork.ballet --graph --format dot | dot -Tsvg > fork.svg
  adagio net testdata/openstack.ballet --graph --format dot --critical > critical.dot
  adagio net testdata/gallery/fork.ballet --structure
  adagio net testdata/openstack.ballet --format pnml > openstack.pnml
  adagio net testdata/gallery/fork.ballet --format tina > fork.net`,
		RunE: func(cmd *cobra.Command, args []string) error {
			format := in.format
			if err := oneOf(cmd, "--format", format, netFormats()...); err != nil {
				return err
			}
			if graph && slices.Contains(interchange.Formats(), format) {
				return usage(cmd, format+" is a format of nets, not of event graphs", "use --format dot or json with --graph")
			}
			if cmd.Flags().Changed("order") && !graph {
				return usage(cmd, "--order chooses an event graph", "give --graph as well")
			}
			if critical && (format != "dot" || cmd.Flags().Changed("order")) {
				return usage(cmd, "--critical is for --format dot, and chooses the order of the races itself", "give --format dot, and no --order")
			}
			if shape && (graph || critical || format != "text" && format != "json") {
				return usage(cmd, "--structure is of the net, as text or JSON", "give --format text or json, and neither --graph nor --critical")
			}
			if all && !shape {
				return usage(cmd, "--all is for --structure", "give --structure as well")
			}
			if format != "json" {
				in.format = "text"
			}
			s, sources, err := in.load(cmd, args)
			if err != nil {
				return err
			}
			if critical {
				return a.writeCritical(s, graph, sources)
			}
			net, err := compile.Scenario(s)
			if err != nil {
				return refused(s, err, sources)
			}
			if shape {
				return a.writeStructure(net, in.format, all)
			}
			if graph {
				return a.writeGraph(cmd, net, format, order, sources)
			}
			return a.writeNet(net, format)
		},
	}
	in.addFlags(cmd)
	f := cmd.Flags()
	f.Lookup("format").Usage = strings.Join(netFormats(), ", ")
	f.BoolVar(&graph, "graph", false, "print the event graph instead of the net")
	f.BoolVar(&critical, "critical", false, "draw the critical path to the upper bound in red (--format dot)")
	f.BoolVar(&shape, "structure", false, "say what holds of the net whatever its transitions last")
	f.BoolVar(&all, "all", false, "show all place invariants")
	f.IntVar(&order, "order", 1, "which order of the races the event graph is of, from 1")
	return cmd
}

// writeCritical draws the net or the event graph with the critical path.
func (a *app) writeCritical(s *model.Scenario, graph bool, sources diag.Sources) error {
	r, err := a.analyse(s, sources, analysis.Options{})
	if err != nil {
		return err
	}
	x, err := r.Execution(analysis.AtUpper)
	if err != nil {
		return refused(s, err, sources)
	}
	var events []petri.EventID
	var transitions []petri.TransitionID
	for _, step := range x.Path.Steps {
		events, transitions = append(events, step.Event), append(transitions, x.Graph.Transition[step.Event])
	}
	if graph {
		return x.Graph.Picture(events).Write(a.out)
	}
	return r.Net.Picture(transitions).Write(a.out)
}

func (a *app) writeStructure(net *petri.Net, format string, all bool) error {
	d := report.NewStructure(net)
	if format == "json" {
		return a.json(d)
	}
	return d.Text(a.out, all)
}

func (a *app) writeNet(net *petri.Net, format string) error {
	switch format {
	case "dot":
		return net.Picture(nil).Write(a.out)
	case "json":
		return a.json(report.NewNet(net))
	case "text":
		return net.Print(a.out)
	}
	losses, err := interchange.Write(a.out, interchange.Of(net), format)
	if err != nil {
		return broken(err)
	}
	var notes diag.List
	for _, loss := range losses {
		notes = append(notes, diag.Diagnostic{Severity: diag.Note, Summary: loss})
	}
	if len(notes) > 0 {
		a.diagnose(notes, nil)
	}
	return nil
}

// netFormats are the formats of "adagio net".
func netFormats() []string {
	return append([]string{"text", "dot", "json"}, interchange.Formats()...)
}

func (a *app) writeGraph(cmd *cobra.Command, net *petri.Net, format string, order int, sources diag.Sources) error {
	x, err := unfold.Explore(net, unfold.Limit{})
	if err != nil {
		return refused(net.Scenario, err, sources)
	}
	if order < 1 || order > len(x.Runs) {
		return usage(cmd, fmt.Sprintf("--order %d: the plan has %s of its races", order, count(len(x.Runs), "order")), "")
	}
	graph := x.Runs[order-1].Graph
	switch format {
	case "dot":
		return graph.Picture(nil).Write(a.out)
	case "json":
		return a.json(report.NewGraph(graph, order, len(x.Runs)))
	}
	return graph.Print(a.out)
}

// refused is a plan that cannot be compiled or unfolded.
func refused(s *model.Scenario, err error, sources diag.Sources) error {
	detail := ""
	if e, ok := errors.AsType[*unfold.LimitError](err); ok {
		if detail = e.Advice(); len(e.Races) > 0 {
			detail = "adagio check names some of the races"
		}
	}
	return &failure{code: exitBad, outcome: "refused", list: diag.List{{Summary: err.Error(), Detail: detail, Subject: s.Pos}}, sources: sources, cause: err}
}
