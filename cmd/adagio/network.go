package main

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"

	"adagio/analysis/report/platform"
	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/network"

	"github.com/spf13/cobra"
)

// network is the command "adagio network".
func (a *app) network() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "network",
		Short: "Show the platform that a plan runs on",
		Long:  "Network is about platforms: hosts, links and routes, and how long messages take.",
		Example: `  adagio network show platform.xml
  adagio network show model.ballet`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	show := a.networkShow()
	show.ValidArgsFunction = pathCompletion("ballet", "xml")
	complete(show)
	cmd.AddCommand(show)
	return cmd
}

// showing is one call of "adagio network show".
type showing struct {
	input
	cmd      *cobra.Command
	from, to []string
	size     string
	all      bool
	bytes    float64
}

// networkShow is the command "adagio network show".
func (a *app) networkShow() *cobra.Command {
	s := &showing{input: input{app: a}}
	s.cmd = &cobra.Command{
		Use:   "show FILE...",
		Short: "Print hosts, links and routes of a platform",
		Long: `Show reads a SimGrid platform file, or the platform of a model's network, and
prints its hosts, its links, and the route between each two hosts: latency and
bandwidth as the platform has them, and how long one message takes alone. For a
model it also tells which nodes are on which host, and the delays that the bounds
use between nodes that communicate: from the smallest message alone to the
greatest one beside all messages that the plan can have under way at once.

Formats: text; dot, for Graphviz; json.`,
		Example: `  adagio network show platform.xml
  adagio network show platform.xml --from edge --to cloud --size 1MB
  adagio network show model.ballet --network edge --format dot | dot -Tsvg > edge.svg
  adagio network show model.ballet --platform g5k.xml --inventory inventory.yaml`,
		RunE: func(_ *cobra.Command, args []string) error { return s.run(args) },
	}
	s.addFlags(s.cmd)
	f := s.cmd.Flags()
	f.Lookup("format").Usage = "text, dot or json"
	f.StringArrayVar(&s.from, "from", nil, "only routes from this `host`; repeatable")
	f.StringArrayVar(&s.to, "to", nil, "only routes to this `host`; repeatable")
	f.StringVar(&s.size, "size", "1500B", "the `size` of the message whose time is shown")
	f.BoolVar(&s.all, "all", false, "show every row of every table")
	return s.cmd
}

func (s *showing) run(args []string) error {
	format := s.format
	if err := oneOf(s.cmd, "--format", format, "text", "dot", "json"); err != nil {
		return err
	}
	if format == "dot" {
		s.format = "text"
	}
	var err error
	if s.bytes, err = network.ParseSize(s.size); err != nil || s.bytes < 0 {
		return usage(s.cmd, fmt.Sprintf("--size cannot be %q", s.size), "write for example --size 1500B or --size 1MB")
	}
	view, err := s.read(args)
	if err != nil {
		return err
	}
	if format == "dot" {
		return view.Platform.Picture().Write(s.app.out)
	}
	limit := fewRows
	if format == "json" || s.all {
		limit = 0
	}
	err = view.Connect(s.from, s.to, limit)
	if wrong, ok := errors.AsType[diag.List](err); ok {
		return usageOf(s.cmd, wrong)
	} else if err != nil {
		return broken(err)
	}
	if format == "json" {
		return s.app.json(view.Document())
	}
	return view.Text(s.app.out, s.rows())
}

// read reads a platform file, or a model with its platform.
func (s *showing) read(args []string) (*platform.View, error) {
	if len(args) == 1 && filepath.Ext(args[0]) == ".xml" {
		text, list := dsl.ReadFile(args[0])
		if list != nil {
			return nil, invalid(list, nil)
		}
		p, list := network.ReadXML(args[0], text)
		sources := diag.Sources{args[0]: network.SourceText(text)}
		if p == nil {
			return nil, invalid(list, sources)
		}
		if len(list) > 0 && s.format != "json" {
			s.app.diagnose(list, sources)
		}
		return &platform.View{Platform: p, Bytes: s.bytes}, nil
	}
	scenario, _, err := s.load(s.cmd, args)
	if err != nil {
		return nil, err
	}
	site, ok := scenario.Network.Platform.(*network.Site)
	if !ok {
		return nil, usage(s.cmd, fmt.Sprintf("network %s has no platform", scenario.Network.Name), "give --platform FILE.xml, or declare hosts, links and routes in the network")
	}
	return &platform.View{Platform: site.Platform, Site: site, Scenario: scenario, Bytes: s.bytes}, nil
}

// fewRows is how many rows of a table are shown unless all are asked for.
const fewRows = 40

// rows is how many rows of each table are shown.
func (s *showing) rows() int {
	if s.all {
		return math.MaxInt
	}
	return fewRows
}
