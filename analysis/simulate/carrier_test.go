package simulate

import (
	"testing"

	"adagio/dsl/model"
	"adagio/proofs/gen"

	"pgregory.net/rapid"
)

// The scenarios of this file are computed by hand: request 3 ms, latency 10 ms,
// step 2 ms, overhead 7 ms.

// sent is a user on n2 whose first transition waits for a provider on n1. With a
// new connection for each, a message takes 3 + 20 + 10 ms.
func sent(start1, start2 int, provider string) *scene {
	s := scenePU(ballet, "u1").node("n1", start1, "p: P "+provider).node("n2", start2, "u: U off").link("p.svc u.svc", "both").
		on("n2", "push u deploy; wait u")
	s.Network.Profile = model.Profile{
		Kind: model.Pushing, Request: model.Constant(3 * ms), Setup: 1, Step: model.Constant(2 * ms), Overhead: model.Constant(7 * ms),
	}
	return s
}

// stored is the same with a broker that is asked every 100 ms, over connections
// that are kept: 13 ms there, 10 ms back.
func stored(start1, start2 int, provider string) *scene {
	s := sent(start1, start2, provider)
	p := &s.Network.Profile
	p.Kind, p.Setup, p.Poll = model.Brokered, 0, model.Constant(100*ms)
	for range s.Nodes {
		s.Network.ToBroker = append(s.Network.ToBroker, model.Constant(10*ms))
		s.Network.FromBroker = append(s.Network.FromBroker, model.Constant(10*ms))
	}
	return s
}

func TestPushAnswersAHello(t *testing.T) {
	// The hello leaves at 20 and is there at 53; the answer is home at 86.
	sent(0, 20, "run").becomes(t, "u.u1 86-143, u.u2 145-252, n1 0, n2 254")
}

func TestPushAnswersWhenItHasStarted(t *testing.T) {
	// The hello is there at 33, the node at 50.
	sent(50, 0, "run").becomes(t, "u.u1 83-140, u.u2 142-249, n1 50, n2 251")
}

func TestPushTellsAChange(t *testing.T) {
	// The port is active at 218 and known to be at 251.
	sent(0, 0, "off").on("n1", "push p deploy; wait p").
		becomes(t, "p.t1 0-107, p.t2 109-216, u.u1 251-308, u.u2 310-417, n1 218, n2 419")
}

func TestBrokerIsReadFromTheStart(t *testing.T) {
	// Stored at 13, read at 18, home at 28.
	stored(0, 5, "run").becomes(t, "u.u1 28-85, u.u2 87-194, n1 0, n2 196")
}

func TestBrokerIsReadFromTimeToTime(t *testing.T) {
	// Stored at 231; read at 13, 136 and 259, home at 269.
	stored(0, 0, "off").on("n1", "push p deploy; wait p").
		becomes(t, "p.t1 0-107, p.t2 109-216, u.u1 269-326, u.u2 328-435, n1 218, n2 437")
}

func TestBrokerIsNotReadForEver(t *testing.T) {
	s := stored(0, 0, "off")
	s.waits(t, s.becomes(t, "n1 0, n2 …"), `node n2, at "wait u", waits for u to be idle`, "u, to start u1, waits for p to provide svc")
}

// TestTraffic compares the messages of an execution with their static bound.
func TestTraffic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Scenario(gen.Options{Profiles: []model.ProfileKind{model.Pushing}}).Draw(t, "scenario")
		m, err := prepare(s)
		if err != nil {
			t.Fatal(err)
		}
		d := newIdeal(newWorld(m, Options{}))
		c := &counting{d.facts, d, map[[2]int]int{}}
		d.facts = c
		d.run()
		limit := s.Traffic().Between
		for pair, n := range c.told {
			if n > limit[pair] {
				t.Errorf("%d messages from node %d to node %d, more than %d", n, pair[0], pair[1], limit[pair])
			}
		}
	})
}

// counting counts the changes of facts by nodes that tell and are told.
type counting struct {
	carrier
	d    *ideal
	told map[[2]int]int
}

func (c *counting) tell(from, i int, value int32) {
	c.told[[2]int{from, c.d.topics.topics[i].to}]++
	c.carrier.tell(from, i, value)
}
