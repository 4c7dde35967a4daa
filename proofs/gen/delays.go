package gen

import (
	"time"

	"adagio/dsl/model"
)

const ms = time.Millisecond

// duration is a delay of tens to hundreds of milliseconds.
func (b *builder) duration() model.Delay {
	if b.Ties {
		return b.upTo(time.Duration(b.choose(0, 10, 20, 50)) * ms)
	}
	return b.upTo(b.prime(10, 997))
}

func (b *builder) choose(values ...int) int { return values[b.chooser(len(values))] }

// upTo is the delay d, or an interval that begins there.
func (b *builder) upTo(d time.Duration) model.Delay {
	if !b.intervals || b.chance(30) {
		return model.Constant(d)
	}
	if b.Ties {
		return model.Interval(d, d+10*ms)
	}
	return model.Interval(d, d+time.Duration(b.between(1, 199))*ms)
}

// prime returns a prime number of milliseconds in a range that was not used
// before, or the next one above where all have been.
func (b *builder) prime(lo, hi int) time.Duration {
	p := b.between(lo, hi)
	wrapped := false
	for !isPrime(p) || b.primes[p] {
		if p++; p > hi && !wrapped {
			p, wrapped = lo, true
		}
	}
	b.primes[p] = true
	return time.Duration(p) * ms
}

func isPrime(n int) bool {
	for d := 2; d*d <= n; d++ {
		if n%d == 0 {
			return false
		}
	}
	return n > 1
}

// network chooses the profile and how facts travel.
func (b *builder) network() {
	net := &b.s.Network
	net.Profile.Kind = b.Profiles[b.chooser(len(b.Profiles))]
	nodes := b.between(1, b.Nodes)
	for n := range nodes {
		b.s.Nodes = append(b.s.Nodes, model.Node{Name: "node" + letter(n)})
	}
	switch net.Profile.Kind {
	case model.Polling:
		b.polling()
	case model.Ideal:
		b.latencies()
	default:
		b.latencies()
		b.messages()
	}
}

// latencies chooses how long messages take between nodes that mostly start
// together.
func (b *builder) latencies() {
	net, nodes := &b.s.Network, len(b.s.Nodes)
	if !b.chance(15) {
		net.Latency = b.latency(37)
	}
	for i := range nodes {
		for j := range nodes {
			if i != j && b.chance(15) {
				if net.Routes == nil {
					net.Routes = map[[2]int]model.Delay{}
				}
				net.Routes[[2]int{i, j}] = b.latency(89)
			}
		}
		if b.chance(15) {
			b.s.Nodes[i].Start = b.duration()
		}
	}
}

// messages chooses what an executor that acts at once adds to messages, and its
// own time.
func (b *builder) messages() {
	net := &b.s.Network
	p := &net.Profile
	p.Request = b.upTo(time.Duration(b.choose(7, 2, 0)) * ms)
	p.Setup = b.choose(0, 1, 2)
	p.Step = b.upTo(time.Duration(b.choose(0, 0, 3)) * ms)
	p.Overhead = b.upTo(time.Duration(b.choose(0, 0, 11)) * ms)
	p.Drift = b.upTo(time.Duration(b.choose(0, 0, 1)) * ms)
	if !p.Kind.Brokers() {
		return
	}
	if p.Kind == model.Concertod {
		p.Pass = b.upTo(time.Duration(b.choose(0, 5, 20)) * ms)
		p.Session = b.upTo(time.Duration(b.choose(0, 3, 11)) * ms)
	}
	p.Poll = b.upTo(time.Duration(b.choose(300, 100, 31)) * ms)
	beside := b.chooser(len(b.s.Nodes))
	for n := range b.s.Nodes {
		net.ToBroker = append(net.ToBroker, net.Between(n, beside))
		net.FromBroker = append(net.FromBroker, net.Between(beside, n))
	}
	net.Beside = beside
}

func (b *builder) polling() {
	net := &b.s.Network
	if b.chance(30) {
		net.Latency = b.latency(3)
	}
	net.Profile.Poll = b.upTo(time.Duration(b.choose(300, 100, 31)) * ms)
	net.Profile.Request = b.upTo(time.Duration(b.choose(7, 2, 0)) * ms)
	net.Profile.Busy = net.Profile.Request
	if b.chance(30) {
		net.Profile.Busy = b.upTo(time.Duration(b.choose(11, 5, 0)) * ms)
	}
	net.Profile.Exchanges, net.Profile.Setup = 2, 1
	net.Profile.Step = b.upTo(time.Duration(b.choose(0, 1, 3)) * ms)
	if b.Sleep {
		net.Profile.Step = model.Interval(net.Profile.Step.Lo, net.Profile.Step.Hi+ms)
	}
	net.Profile.Pass = b.upTo(time.Duration(b.choose(0, 0, 2)) * ms)
	net.Profile.Drift = b.upTo(time.Duration(b.choose(0, 0, 1)) * ms)
	net.Profile.Overhead = b.upTo(time.Duration(b.choose(0, 5, 11)) * ms)
	for i := range b.s.Nodes {
		if b.chance(60) {
			b.s.Nodes[i].Start = b.duration()
		}
	}
}

func (b *builder) latency(hi int) model.Delay {
	if b.Ties {
		return b.upTo(time.Duration(b.choose(10, 20, 0)) * ms)
	}
	lo := b.prime(2, hi)
	if !b.intervals || b.chance(50) {
		return model.Constant(lo)
	}
	return model.Interval(lo, lo+time.Duration(b.between(1, hi))*ms)
}

func letter(n int) string { return string(rune('A' + n)) }

// AnyTime has everything that has a delay last any time, which is 1 ms .. 1000 s.
func AnyTime(s *model.Scenario) {
	long := model.Interval(time.Millisecond, 1000*time.Second)
	for c := range s.Components {
		for i := range s.Components[c].Durations {
			s.Components[c].Durations[i] = long
		}
	}
	for n := range s.Nodes {
		s.Nodes[n].Start = long
		for i := range s.Nodes[n].Program {
			if s.Nodes[n].Program[i].Op == model.Pause {
				s.Nodes[n].Program[i].Duration = long
			}
		}
	}
	s.Network.Latency, s.Network.Routes, s.Network.Platform = long, nil, nil
}
