package simulate

import (
	"testing"
	"time"

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
