package proofs

import (
	"fmt"
	"testing"

	"adagio/analysis"
	"adagio/analysis/simulate"
	"adagio/dsl/model"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// # Static bounds of messages that share links
//
// Statement. On a platform, where the messages of an execution share the links, the
// rates changing whenever one starts or ends, each message takes a time inside its
// static delay: from that of the smallest alone to that of the greatest beside all
// that may be under way at once. Hence every execution is inside the bounds.
//
// Hypotheses. A valid scenario on a platform with a route between any two of its
// hosts.
//
// Reference. [network.Model.Worst] has the proof for one message, [network.Settle] what
// may be under way at once.
func TestFlowsOfPushInside(t *testing.T)   { checkFlows(t, model.Pushing) }
func TestFlowsOfBrokerInside(t *testing.T) { checkFlows(t, model.Brokered) }
func TestFlowsOfBalletInside(t *testing.T) { checkFlows(t, model.Polling) }
func TestFlowsOfIdealInside(t *testing.T)  { checkFlows(t, model.Ideal) }

func checkFlows(t *testing.T, profile model.ProfileKind) {
	messages, together, bounded, scenarios := 0, 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s, _, text := gen.OnPlatform(t, profile, false)
		r, err := analysis.Analyse(s, analysis.Options{})
		for i := range 4 {
			trace, fault := simulate.Run(s, simulate.Options{Seed: 1, Index: uint64(i), Messages: true})
			if fault != nil {
				t.Fatal(fault)
			}
			for k, m := range trace.Messages {
				d, took := staticDelay(s, m), m.End-m.Start
				if m.End != model.Never && (took < d.Lo || took > d.Hi) {
					t.Fatalf("message %d, %+v, takes %v, outside of %v\n%s\n%s", k, m, took, d, text, gen.Text(s))
				}
				if k > 0 && m.Start < trace.Messages[k-1].End {
					together++
				}
			}
			messages += len(trace.Messages)
			if err == nil {
				if why := traceOutside(s, r, trace); why != "" {
					t.Fatalf("execution %d: %s\n%s\n%s", i, why, text, gen.Text(s))
				}
			}
		}
		scenarios++
		if err == nil {
			bounded++
		}
	})
	t.Logf("%d scenarios, %d of them bounded; %d messages, %d of them beside the one before", scenarios, bounded, messages, together)
}

// staticDelay is what the bounds take a message for.
func staticDelay(s *model.Scenario, m simulate.Message) model.Delay {
	switch n := &s.Network; len(s.Nodes) {
	case m.From:
		return n.FromBroker[m.To]
	case m.To:
		return n.ToBroker[m.From]
	default:
		return n.Routes[[2]int{m.From, m.To}]
	}
}

// TestMessagesTellTheRun: a message, and the end of a program, comes so long after the
// arrival of another message as the executor and its transitions take; that message is
// one of the node's own, and has arrived by then.
func TestMessagesTellTheRun(t *testing.T) {
	kinds := []model.ProfileKind{model.Ideal, model.Polling, model.Pushing, model.Brokered}
	rapid.Check(t, func(t *rapid.T) {
		s, _, _ := gen.OnPlatform(t, rapid.SampledFrom(kinds).Draw(t, "profile"), false)
		trace, err := simulate.Run(s, simulate.Options{Messages: true})
		if err != nil {
			t.Fatal(err)
		}
		check := func(what string, after, node int, at, start int64) {
			if after < 0 {
				if node < len(s.Nodes) && at < start {
					t.Fatalf("%s comes of nothing before the start of its node", what)
				}
				return
			}
			switch m := trace.Messages[after]; {
			case m.End == model.Never || int64(m.End) > at:
				t.Fatalf("%s at %d comes of %+v, which has not arrived", what, at, m)
			case m.From != node && m.To != node:
				t.Fatalf("%s of node %d comes of %+v", what, node, m)
			}
		}
		for k, m := range trace.Messages {
			start := int64(0)
			if m.From < len(s.Nodes) {
				start = int64(trace.Nodes[m.From].Start)
			}
			check(fmt.Sprintf("message %d", k), m.After, m.From, int64(m.Start), start)
		}
		for n, node := range trace.Nodes {
			if node.End != model.Never {
				check("the end of a program", trace.Processes[n].After, n, int64(node.End), int64(node.Start))
			}
		}
	})
}
