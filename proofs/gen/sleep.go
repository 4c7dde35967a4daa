package gen

import (
	"time"

	"adagio/dsl/model"
)

// sleep draws powers, and windows for most nodes: short ones with long gaps and the other way
// round, so that transitions end inside and outside of them; or a list, the last
// window of which outlasts every plan.
func (b *builder) sleep() {
	if !b.Sleep {
		return
	}
	for n := range b.s.Nodes {
		if b.chance(25) {
			continue
		}
		if b.chance(30) {
			b.s.Nodes[n].Uptime = b.windows()
			continue
		}
		period := b.between(20, 1500)
		length := 1 + b.between(0, period-1)
		if b.chance(60) {
			length = 1 + length/10
		}
		switch p := &b.s.Network.Profile; p.Kind {
		case model.Concertod: // longer than a session
			least := int(p.Session.Hi/ms) + 1
			length, period = length+least, period+least
		case model.Polling: // mostly long enough for a turn of the loop
			least := 2 * int((p.Poll.Hi+p.Request.Hi*time.Duration(b.between(2, 20)))/ms)
			length, period = length+least, period+least
		}
		b.s.Nodes[n].Uptime = model.Periodic(time.Duration(length)*ms, time.Duration(period)*ms, time.Duration(b.between(0, period))*ms)
	}
	if kind := b.s.Network.Profile.Kind; kind == model.Concertod || kind == model.Polling {
		b.boots()
		return // what nodes draw is not known there
	}
	for n := range b.s.Nodes {
		if !b.chance(20) {
			idle := float64(b.between(1, 5))
			sending := float64(b.between(0, 2))
			if !b.s.CountsMessages() {
				sending = 0
			}
			b.s.Nodes[n].Power = &model.Power{Sleeping: float64(b.between(0, 1)), Awake: idle, ComputingLo: idle + float64(b.between(0, 2)) - 1, ComputingHi: idle + 2, Sending: sending}
		}
	}
}

// pauses says whether programs may pause: not where a node that sleeps cannot.
func (b *builder) pauses() bool { return !b.Sleep || b.s.Network.Profile.Kind != model.Polling }

// boots draws what waking up costs.
func (b *builder) boots() {
	for n := range b.s.Nodes {
		if why, _ := b.s.CannotSleep(n); why != "" {
			b.s.Nodes[n].Uptime = nil
		}
		if b.s.Nodes[n].Uptime != nil && b.chance(75) {
			later := b.upTo(time.Duration(b.between(0, 9)) * ms)
			b.s.Nodes[n].Boot = model.Boot{First: later, Later: later}
			if b.chance(30) {
				b.s.Nodes[n].Boot.First = b.upTo(time.Duration(b.between(0, 15)) * ms)
			}
		}
	}
}

func (b *builder) windows() *model.Uptime {
	var list []model.Window
	at := time.Duration(0)
	for range b.between(0, 6) {
		at += time.Duration(b.between(0, 900)) * ms
		w := model.Window{Start: at, End: at + time.Duration(b.between(1, 200))*ms}
		w.End += b.s.Network.Profile.Session.Hi + 2*b.s.Network.Profile.Poll.Hi
		list, at = append(list, w), w.End
	}
	return model.UptimeOf(append(list, model.Window{Start: at + ms, End: at + time.Hour}))
}
