package dsl

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/network"
)

// sleep sets when the nodes of a scenario are awake: as the network says, and
// before that as the file of the options does.
func (r *resolver) sleep(s *model.Scenario, block *Network, x *instance) {
	if block != nil {
		for _, a := range block.Awake {
			u := r.uptime(a)
			if u == nil || r.otherAssembly(x.nodes, a.Node.Ref) {
				continue
			}
			r.match(x.nodes, a.Node.Ref, 1, x.scope, func(n int, _ scope) { s.Nodes[n].Uptime = u })
		}
	}
	if r.opts.Uptimes != "" {
		r.uptimesFile(s)
	}
	r.cannotSleep(s)
	if block != nil {
		r.boots(s, block, x)
	}
}

// cannotSleep reports the nodes that sleep and cannot.
func (r *resolver) cannotSleep(s *model.Scenario) {
	for n := range s.Nodes {
		if why, advice := s.CannotSleep(n); why != "" {
			r.fail(Span{s.Nodes[n].Pos, 1}, why, advice)
		}
	}
}

// boots sets what waking up costs.
func (r *resolver) boots(s *model.Scenario, block *Network, x *instance) {
	for _, b := range block.Boot {
		later := r.delay(b.Delay).delay
		first := later
		if b.First != nil {
			first = r.delay(b.First).delay
		}
		if r.otherAssembly(x.nodes, b.Node.Ref) {
			continue
		}
		if kind := s.Network.Profile.Kind; kind != model.Concertod && kind != model.Polling {
			r.fail(b.Span(), fmt.Sprintf("waking up takes no time in executor %v", kind), "remove this, or use executor ballet or \"concertod-async\"")
			continue
		}
		r.match(x.nodes, b.Node.Ref, 1, x.scope, func(n int, _ scope) { s.Nodes[n].Boot = model.Boot{First: first, Later: later} })
	}
}

// uptime computes one statement, or reports what is wrong with it.
func (r *resolver) uptime(a *Awake) *model.Uptime {
	failures := r.failures
	value := func(q *Quantity) (d time.Duration) {
		if q != nil {
			d, _ = r.quantity(*q)
		}
		return d
	}
	u := &model.Uptime{}
	if a.Every != nil {
		u = model.Periodic(value(&a.First), value(a.Every), value(a.Offset))
	} else {
		u.Windows = []model.Window{{Start: value(&a.First), End: value(a.End)}}
		for i := range a.More {
			u.Windows = append(u.Windows, model.Window{Start: value(&a.More[i].Lo), End: value(&a.More[i].Hi)})
		}
	}
	if r.failures > failures {
		return nil
	}
	if a.Every != nil && u.Period == 0 {
		r.fail(a.Every.Span, "a period cannot be 0s", "")
		return nil
	}
	if err := u.Validate(); err != nil {
		r.refuse(a.Span(), err, "write windows in order, with time between them, such as 0s .. 60s, 1h .. 2h; or 60s every 1h")
		return nil
	}
	return u
}

// powers sets what the nodes draw: as the network says, or else as the properties
// of their hosts do.
func (r *resolver) powers(s *model.Scenario, block *Network, x *instance) {
	if site, ok := s.Network.Platform.(*network.Site); ok {
		for n := range s.Nodes {
			s.Nodes[n].Power = r.hostPower(&site.Platform.Hosts[site.HostIndex(n)], s.CountsMessages())
		}
	}
	if block == nil {
		return
	}
	for _, d := range block.Power {
		if kind := s.Network.Profile.Kind; kind == model.Concertod || kind == model.Polling && s.Sleeps() {
			r.fail(d.Span(), fmt.Sprintf("what nodes that sleep draw is not known with executor %v, where waking up takes time", s.Network.Profile.Kind), "remove this, or use executor broker, push or ideal")
			continue
		}
		p := r.power(d, s)
		if p == nil || r.otherAssembly(x.nodes, d.Node.Ref) {
			continue
		}
		r.match(x.nodes, d.Node.Ref, 1, x.scope, func(n int, _ scope) { s.Nodes[n].Power = p })
	}
}

// powerStates are the states in which a node draws power; computing is the least.
func powerStates(p *model.Power) map[string]*float64 {
	return map[string]*float64{"sleeping": &p.Sleeping, "awake": &p.Awake, "sending": &p.Sending, "computing": &p.ComputingLo}
}

// power computes one statement, or reports what is wrong with it.
func (r *resolver) power(d *PowerDecl, s *model.Scenario) *model.Power {
	failures := r.failures
	p := &model.Power{}
	targets := powerStates(p)
	seen := map[string]model.Pos{}
	for _, part := range d.Parts {
		target := keyword(r, part.State.Name, "state of a node", targets)
		if target == nil || !define(r, seen, part.State.Name, part.State.Pos, "state", func(p model.Pos) model.Pos { return p }) {
			continue
		}
		*target = r.amount(part.Values[0].Name, network.ParsePower)
		if part.State.Text == "computing" {
			p.ComputingHi = r.amount(part.Values[len(part.Values)-1].Name, network.ParsePower)
		} else if len(part.Values) > 1 {
			r.fail(part.Values[1].Span, "an interval of the power "+part.State.Text, "only computing may be an interval, from one busy core to all")
		}
	}
	if _, ok := seen["awake"]; !ok {
		r.fail(d.Span(), "the power of a node that is awake is missing", "write power NODE awake 2W …")
	}
	if _, ok := seen["computing"]; !ok {
		p.ComputingLo, p.ComputingHi = p.Awake, p.Awake
	}
	if pos, ok := seen["sending"]; ok && !s.CountsMessages() {
		r.fail(Span{pos, len("sending")}, fmt.Sprintf("the messages of executor %v with semantics %v cannot be counted", s.Network.Profile.Kind, s.Semantics),
			"remove this, or use executor ideal, which sends nothing but facts, with semantics ballet")
	}
	if r.failures > failures {
		return nil
	}
	if err := p.Validate(); err != nil {
		r.refuse(d.Span(), err, "")
		return nil
	}
	return p
}

// hostPower reads the properties that SimGrid's plugin for host energy knows:
// wattage_per_state, in watts "idle:one core:all cores" for each power state, or
// "idle:all cores"; wattage_off, here asleep; and wattage_sending, which is ours and
// counts where messages can be counted.
func (r *resolver) hostPower(h *network.Host, sending bool) *model.Power {
	perState := h.Prop("wattage_per_state")
	if perState == "" {
		return nil
	}
	fail := func(key, value string) *model.Power {
		r.add(diag.Diagnostic{Subject: h.Pos, Length: len(h.Name), Summary: fmt.Sprintf("host %s: %s cannot be %s", h.Name, key, shorten(value)),
			Detail: `write watts: wattage_per_state "2.1:3.4:6.4" (idle, one core, all cores), wattage_off "0.1"`})
		return nil
	}
	number := func(text string) (float64, bool) {
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		return v, err == nil
	}
	p := &model.Power{}
	targets := []*float64{&p.Sleeping, &p.Sending}
	for i, key := range []string{"wattage_off", "wattage_sending"} {
		text, target := h.Prop(key), targets[i]
		if v, ok := number(text); ok {
			*target = v
		} else if text != "" {
			return fail(key, text)
		}
	}
	if !sending {
		p.Sending = 0
	}
	states := strings.Split(perState, ",")
	values := strings.Split(states[min(h.PState, len(states)-1)], ":")
	watts := make([]float64, len(values))
	for i, text := range values {
		v, ok := number(text)
		if !ok || len(values) > 3 {
			return fail("wattage_per_state", perState)
		}
		watts[i] = v
	}
	p.Awake, p.ComputingLo, p.ComputingHi = watts[0], watts[min(1, len(watts)-1)], watts[len(watts)-1]
	if len(watts) == 2 {
		p.ComputingLo = p.Awake
	}
	if p.Validate() != nil {
		return fail("wattage_per_state", perState)
	}
	return p
}
