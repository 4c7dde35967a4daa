package dsl

import (
	"fmt"
	"slices"
	"strconv"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/network"
)

// executorKinds are the standard executors, and factsKinds how the facts of an
// executor of the user's own may travel.
var (
	executorKinds = map[string]model.ProfileKind{"ideal": model.Ideal, "ballet": model.Polling, "push": model.Pushing, "broker": model.Brokered, "concertod-async": model.Concertod}
	factsKinds    = map[string]model.ProfileKind{"poll": model.Polling, "push": model.Pushing, "broker": model.Brokered}
)

// switches are the words that switch a rule on or off.
var switches = map[string]bool{"on": true, "off": false}

// Executors lists the names of the standard executors, in alphabetical order.
func Executors() []string { return sortedKeys(executorKinds) }

// chooseExecutor is the executor that the options name, with the starts and the
// broker's host of the network's own; else that of the network, or the given one.
func (r *resolver) chooseExecutor(block *Network, executor string) Executor {
	e := Executor{Kind: executorName{Name{Text: executor}}}
	if block != nil {
		e.Kind.Text = "ballet"
		if len(block.Executor) > 0 {
			e = *block.Executor[0]
		}
	}
	if r.opts.Executor == "" {
		return e
	}
	kept := slices.DeleteFunc(slices.Clone(e.Settings), func(s Setting) bool {
		return s.Name.Text != "start" && (s.Name.Text != "host" || !executorKinds[r.opts.Executor].Brokers())
	})
	return Executor{Kind: executorName{Name{Text: r.opts.Executor}}, Settings: kept}
}

// profile finds the profile of an executor, without its settings: a standard one,
// or one of the user's own that says how facts travel.
func (r *resolver) profile(e Executor, nodes int) (model.Network, model.Delay, bool) {
	n, start, ok := standardNetwork(e.Kind.Text, nodes)
	for _, s := range e.Settings {
		if s.Name.Text != "facts" {
			continue
		}
		kind, known := factsKinds[s.Word.Text]
		if !known {
			unknown(r, s.Word, "way of facts", "", factsKinds, false)
			return n, start, false
		}
		if ok && kind != n.Profile.Kind {
			r.fail(s.Word.Span, fmt.Sprintf("facts do not travel by %s in executor %s", s.Word.Text, e.Kind.Text), "give the executor a name of its own")
			return n, start, false
		}
		n, start = model.Network{Profile: model.DefaultProfile(kind)}, model.DefaultStart(nodes)
		if !ok {
			n.Profile.Name = e.Kind.Text
		}
		return n, start, true
	}
	if !ok {
		detail := suggestion(e.Kind.Text, executorKinds)
		if detail == "" {
			detail = "one of your own says how facts travel: facts poll, facts push or facts broker"
		}
		r.fail(e.Kind.Span, "there is no executor "+shorten(e.Kind.Text), detail)
	}
	return n, start, ok
}

// delaySettings are the settings that are delays.
func delaySettings(p *model.Profile) map[string]*model.Delay {
	return map[string]*model.Delay{
		"poll": &p.Poll, "request": &p.Request, "busy": &p.Busy, "step": &p.Step, "pass": &p.Pass, "session": &p.Session,
		"overhead": &p.Overhead, "drift": &p.Drift,
	}
}

func (r *resolver) settings(n *model.Network, rules *model.Rules, e Executor, x *instance, starts []model.Delay) {
	p := &n.Profile
	delays := delaySettings(p)
	counts := map[string]*int{"setup": &p.Setup, "exchanges": &p.Exchanges}
	seen := map[string]model.Pos{}
	single := map[int]model.Pos{}
	for _, s := range e.Settings {
		name := s.Name.Text
		var d delayValue
		if s.Delay != nil {
			d = r.delay(s.Delay)
		}
		if (s.Node == nil || name == "host") && !define(r, seen, s.Name, s.Name.Pos, "setting", func(p model.Pos) model.Pos { return p }) {
			continue
		}
		switch {
		case name == "start":
			r.start(s, d, x, starts, single)
		case !r.has(e, p.Kind, s):
		case isRule(name):
			r.rule(rules, s)
		case s.Sizes != nil:
			r.sizes(s)
		case counts[name] != nil:
			*counts[name] = r.count(s)
		case delays[name] != nil && s.Delay == nil:
			r.fail(s.Word.Span, name+" cannot be "+s.Word.Text, "it is a duration: write "+name+" 300ms")
		case delays[name] != nil:
			*delays[name] = d.delay
			if name == "poll" && p.Kind.Brokers() && d.delay.Lo == 0 {
				r.fail(s.Name.Span, "a broker cannot be read all the time", "poll is the time between two readings: longer than 0s")
			}
		}
	}
	_, request := seen["request"]
	if _, busy := seen["busy"]; request && !busy && p.Kind == model.Polling {
		p.Busy = p.Request
	}
}

// has says whether executors of a kind have a setting, or reports why not.
func (r *resolver) has(e Executor, kind model.ProfileKind, s Setting) bool {
	name := s.Name.Text
	known := map[string]bool{"start": true, "message": true, "facts": true, "host": true, "setup": true, "exchanges": true}
	for k := range delaySettings(&model.Profile{}) {
		known[k] = true
	}
	for _, rule := range model.AllRules {
		known[rule.Name] = true
	}
	if !known[name] {
		unknown(r, s.Name, "setting", "executor "+e.Kind.Text, known, false)
		return false
	}
	if isRule(name) {
		return r.hasRule(e, kind, s)
	}
	if kind.Has(name) {
		return true
	}
	detail := "only executors that look at their peers in a loop have it (facts poll): remove it"
	switch {
	case kind == model.Ideal && name == "message":
		detail = "a fact travels with the latency of its route alone there: remove it, or use executor ballet"
	case kind == model.Ideal:
		detail = "everything local takes no time there: remove it, or use executor ballet"
	case name == "poll" && kind == model.Pushing:
		detail = "what changes is sent at once there, and nobody looks for it: remove it"
	case name == "session":
		detail = "only executor \"concertod-async\" has it: remove it"
	case name == "host":
		detail = "only executors with a broker have it (facts broker): remove it"
	}
	r.fail(s.Name.Span, "executor "+e.Kind.Text+" has no "+name, detail)
	return false
}

// isRule says whether a setting is one of the rules of the runtime.
func isRule(name string) bool {
	return slices.ContainsFunc(model.AllRules[:], func(rule model.Rule) bool { return rule.Name == name })
}

// hasRule says whether executors of a kind have a rule under the semantics of the
// model, or reports why not.
func (r *resolver) hasRule(e Executor, kind model.ProfileKind, s Setting) bool {
	for _, rule := range model.AllRules {
		switch {
		case rule.Name != s.Name.Text:
		case r.meaning() != model.Ballet:
			r.fail(s.Name.Span, fmt.Sprintf("semantics %v have no rule %s", r.meaning(), rule.Name), "it is a way of the Ballet runtime: remove it, or write semantics ballet")
			return false
		case !rule.IsOf(kind):
			r.fail(s.Name.Span, "executor "+e.Kind.Text+" has no rule "+rule.Name, "only executors that look at their peers in a loop have it (facts poll): remove it")
			return false
		}
	}
	return true
}

// rule switches a rule of the runtime on or off.
func (r *resolver) rule(rules *model.Rules, s Setting) {
	on, known := switches[s.Word.Text]
	if !known {
		r.fail(s.Word.Span, s.Name.Text+" cannot be "+shorten(s.Word.Text), "write "+s.Name.Text+" on or "+s.Name.Text+" off")
		return
	}
	for _, rule := range model.AllRules {
		if rule.Name == s.Name.Text {
			*rule.In(rules) = on
		}
	}
}

// maxCount is the greatest number of exchanges and of round trips of a
// connection.
const maxCount = 100

// count reads the number of a setting.
func (r *resolver) count(s Setting) int {
	least := 0
	if s.Name.Text == "exchanges" {
		least = 1
	}
	n, err := strconv.Atoi(s.Word.Text)
	if err != nil || n < least || n > maxCount {
		r.fail(s.Word.Span, s.Name.Text+" cannot be "+shorten(s.Word.Text), fmt.Sprintf("write a number from %d to %d", least, maxCount))
		return least
	}
	return n
}

// hostSetting is where an executor says that the broker is, or nil.
func hostSetting(e Executor) *Ref {
	for _, s := range e.Settings {
		if s.Name.Text == "host" {
			return s.Node
		}
	}
	return nil
}

// brokerHost is the host of the broker on a platform: the given one, or that of
// the first node.
func (r *resolver) brokerHost(p *network.Platform, hosts []int, e Executor, x *instance) (int, bool) {
	ref := hostSetting(e)
	if ref == nil {
		return hosts[0], true
	}
	name, ok := r.hostName(*ref, x.scope)
	if !ok {
		return 0, false
	}
	h := p.Host(name)
	if h < 0 {
		r.add(diag.Diagnostic{Summary: fmt.Sprintf("the broker is on host %s, but platform %s has no such host", name, p.Name),
			Detail: diag.DidYouMean(name, p.HostNames()), Subject: ref.Name.Pos, Length: ref.Span().Length})
	}
	return h, h >= 0
}

// besideNode puts the broker beside a node, where there is no platform: the given
// one, or the first.
func (r *resolver) besideNode(s *model.Scenario, e Executor, x *instance) {
	n := &s.Network
	if ref := hostSetting(e); ref != nil {
		n.Beside = -1
		r.match(x.nodes, *ref, 1, x.scope, func(node int, _ scope) {
			if n.Beside >= 0 && n.Beside != node {
				r.fail(ref.Span(), "the broker is beside several nodes", "name one")
			}
			n.Beside = node
		})
		if n.Beside < 0 {
			return
		}
	}
	for i := range s.Nodes {
		n.ToBroker = append(n.ToBroker, n.Between(i, n.Beside))
		n.FromBroker = append(n.FromBroker, n.Between(n.Beside, i))
	}
}
