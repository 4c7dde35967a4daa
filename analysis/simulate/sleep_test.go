package simulate

import (
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// asleep gives a node windows, in pairs of begin and end in milliseconds.
func (s *scene) asleep(node string, dates ...int) *scene {
	var list []model.Window
	for i := 0; i < len(dates); i += 2 {
		list = append(list, model.Window{Start: time.Duration(dates[i]) * ms, End: time.Duration(dates[i+1]) * ms})
	}
	s.Nodes[index(node, s.Nodes, func(n model.Node) string { return n.Name })].Uptime = model.UptimeOf(list)
	return s
}

func TestPushedMessagesWait(t *testing.T) {
	// The answer is there at 86. A transition and the step after it keep n2 awake.
	sent(0, 20, "run").asleep("n2", 0, 60, 200, 210).becomes(t, "u.u1 200-257, u.u2 259-366, n1 0, n2 368")
}

func TestHellosWait(t *testing.T) {
	// The hello is there at 53, and answered at 300.
	sent(0, 20, "run").asleep("n1", 0, 10, 300, 400).becomes(t, "u.u1 333-390, u.u2 392-499, n1 0, n2 501")
}

func TestBrokerIsReadWhenAwake(t *testing.T) {
	// Stored at 231; read at 13 and 136, and a third time from 1000 on: that keeps n2
	// awake until the answer is home at 1023.
	s := stored(0, 0, "off").on("n1", "push p deploy; wait p").asleep("n2", 0, 150, 1000, 1005)
	trace := s.becomes(t, "p.t1 0-107, p.t2 109-216, u.u1 1023-1080, u.u2 1082-1189, n1 218, n2 1191")
	want := Usage{Wakeups: 2, Awake: (150 + 191) * ms, Computing: (57 + 107) * ms, Waiting: (1000 - 231) * ms}
	if got := trace.Usage(s.Scenario)[1]; got != want {
		t.Errorf("%+v, not %+v", got, want)
	}
}

func TestNobodyReadsForAPublisher(t *testing.T) {
	// n1 starts at 40, and publishes then: stored at 53, read at 136, home at 146.
	stored(0, 0, "run").asleep("n1", 40, 50).becomes(t, "u.u1 146-203, u.u2 205-312, n1 40, n2 314")
}

func TestBrokerIsNotReadForEverAsleep(t *testing.T) {
	for _, windows := range [][]int{{0, 150, 1000, 1005}, {0, 5000}} {
		s := stored(0, 0, "off").asleep("n2", windows...)
		s.waits(t, s.becomes(t, "n1 0, n2 …"), `node n2, at "wait u", waits for u to be idle`, "u, to start u1, waits for p to provide svc")
	}
	s := stored(0, 0, "off")
	s.Nodes[1].Uptime = model.Periodic(10*ms, 400*ms, 0)
	s.becomes(t, "n1 0, n2 …")
}

// inVain is a plan that gets stuck: u, on n2, waits for a port that p, on n1, never provides.
func inVain(poll, request int) *scene {
	s := polled().kind("P", "off inst run", kindP...).
		kind("U", "off conf run", "u1: off > conf deploy 50", "u2: conf > run deploy 100", "use svc: conf").
		node("n1", 0, "p: P off").node("n2", 0, "u: U off").link("p.svc u.svc", "both").
		on("n2", "push u deploy; wait u")
	s.Network.Profile.Poll = model.Constant(time.Duration(poll) * ms)
	s.Network.Profile.Request = model.Constant(time.Duration(request) * ms)
	return s
}

// TestLoopsThatSleepEnd: an execution is over when nothing but falling asleep and waking up
// can happen.
func TestLoopsThatSleepEnd(t *testing.T) {
	every := func(length, period, offset int) *model.Uptime {
		return model.Periodic(time.Duration(length)*ms, time.Duration(period)*ms, time.Duration(offset)*ms)
	}
	whole := model.UptimeOf([]model.Window{{Start: 0, End: model.MaxDelay}})
	for name, c := range map[string]struct {
		poll, request int
		n1, n2        *model.Uptime
		u1            string
	}{
		"n2 polls in each of its windows and never finds one over": {100, 0, nil, every(315, 320, 0), "0-57"},
		"one window as good as for ever":                           {100, 5, nil, whole, "0-57"},
		"two of them":                                              {100, 5, whole, whole, "0-57"},
		"one of them, and n1 sleeps":                               {100, 5, every(100, 1000, 0), whole, "0-57"},
		"never awake together":                                     {100, 5, every(10, 1000, 0), every(10, 1000, 500), "500-557"},
		"n2 asks in the moments in which n1 sleeps":                {95, 5, every(10, 100, 0), nil, "0-57"},
		"windows shorter than a turn":                              {100, 5, every(1, 1000, 0), every(1, 1000, 0), "0-57"},
		"neither looks nor sleeps take time":                       {0, 0, every(100, 1000, 0), every(100, 1000, 50), "50-107"},
		"n1 never wakes up again":                                  {100, 5, every(10, 1000, 0), model.UptimeOf([]model.Window{{Start: 0, End: 100 * ms}}), "0-57"},
	} {
		t.Run(name, func(t *testing.T) {
			guard := time.AfterFunc(time.Minute, func() { panic("the execution does not end: " + name) })
			defer guard.Stop()
			s := inVain(c.poll, c.request)
			s.Nodes[0].Uptime, s.Nodes[1].Uptime = c.n1, c.n2
			s.becomes(t, "u.u1 "+c.u1+", n1 0, n2 …")
		})
	}
}

// TestLoopsMeetLate: n1 wakes up every 1000 ms and n2 every 1007, for 10 ms each. In 68 windows
// n2 asks in vain, and that is not given up: in the next one its second pass meets n1.
func TestLoopsMeetLate(t *testing.T) {
	s := inVain(20, 5).on("n1", "push p deploy; wait p")
	s.Nodes[0].Uptime, s.Nodes[1].Uptime = model.Periodic(10*ms, 1000*ms, 0), model.Periodic(10*ms, 1007*ms, 500*ms)
	s.becomes(t, "p.t1 0-107, u.u1 500-557, p.t2 1000-1107, u.u2 69011-69118, n1 2000, n2 69983")
}

// TestAsleepWhereLooksTakeNoTime: n1, which waits for u, falls asleep when its window is over,
// though it sleeps between no two passes: at 60 it does not answer u, but in its next window.
func TestAsleepWhereLooksTakeNoTime(t *testing.T) {
	s := inVain(0, 0).on("n1", "wait u")
	s.Components[0].Active = []int{2}
	s.Nodes[0].Uptime = model.Periodic(58*ms, 1000*ms, 0)
	s.becomes(t, "u.u1 0-57, u.u2 1000-1107, n1 2000, n2 1110")
}

// TestQueueTakesAPass: where a loop that looks may sleep, a behaviour that follows another in
// the queue begins in the pass in which that ends, at 250, and its first transition starts a
// pass later; that of the first behaviour starts at once.
func TestQueueTakesAPass(t *testing.T) {
	const text = `
semantics ballet
component C {
  places off, on
  initial off
  running on
  behavior update { update: on -> off for 200ms }
  behavior deploy { deploy: off -> on for 300ms }
}
assembly a { node n { c: C } }
plan p of a {
  from running
  on n { push c update, deploy; wait c }
}
network w {
  executor ballet { start 0s; step 50ms; pass 52ms; overhead 0s; drift 0s; exits off; confirmations off }
  awake n 0s .. 10s
}
`
	s := dsltest.Load(t, dsl.Options{Sources: []dsl.Source{{Name: "m.ballet", Text: []byte(text)}}})
	trace, err := Run(s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := trace.Components[0]
	if c.Firings[0].Start != 0 || c.Behaviours[1].Begin != 250*ms || c.Firings[1].Start != 302*ms || trace.Nodes[0].End != 652*ms {
		t.Errorf("%+v, program ends at %v", c, trace.Nodes[0].End)
	}
}
