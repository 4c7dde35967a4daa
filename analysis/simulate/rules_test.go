package simulate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/dsl/model"
)

// The scenarios of this file are computed by hand: one for each rule of
// SEMANTICS.md, in the ideal profile, with a latency of 10 ms.

const (
	ballet    = model.Ballet
	concertoD = model.ConcertoD
)

// P provides svc in its last place.
var kindP = []string{"t1: off > inst deploy 100", "t2: inst > run deploy 100", "stop: run > inst stop 100", "provide svc: run"}

// scenePU has a provider p on n1 and a user u on n2; what u's port is bound to
// is the question.
func scenePU(sem model.Semantics, bound string) *scene {
	return ideally(sem, 10).
		kind("P", "off inst run", kindP...).
		kind("U", "off conf run",
			"group g: conf run",
			"u1: off > conf deploy 50", "u2: conf > run deploy 100", "ustop: run > off stop 100",
			"use svc: "+bound)
}

// bothOff is scenePU before the deployment of both.
func bothOff(sem model.Semantics, bound string) *scene {
	return scenePU(sem, bound).node("n1", 0, "p: P off").node("n2", 0, "u: U off").link("p.svc u.svc", "both")
}

// bothRun is scenePU after the deployment of both.
func bothRun(sem model.Semantics, bound string) *scene {
	return scenePU(sem, bound).node("n1", 0, "p: P run").node("n2", 0, "u: U run").link("p.svc u.svc", "both")
}

// kindS moves once; kindW gives up the port that it holds where it is.
var (
	kindS = []string{"s: off > on go 100", "l: off > on long 300"}
	kindW = []string{"w: x > y go 50", "use svc: x"}
)

// waits checks that the run is a deadlock and who waits for what in it.
func (s *scene) waits(t *testing.T, tr *Trace, want ...string) {
	t.Helper()
	var got []string
	for _, w := range tr.Waits {
		got = append(got, w.Text(s.Scenario))
	}
	if tr.Outcome != Deadlock || !slices.Equal(got, want) {
		t.Errorf("%v\n got %s\nwant %s", tr.Outcome, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func TestSequence(t *testing.T) {
	ideally(ballet, 10).kind("P", "off inst run", kindP...).node("n", 0, "p: P off").
		on("n", "push p deploy; wait p").
		becomes(t, "p.t1 0-100, p.t2 100-200, n 200")
}

func TestForkAndJoin(t *testing.T) {
	ideally(ballet, 10).
		kind("J", "a b c d e",
			"x1: a > b go 50", "x2: a > b go 100", "x3: a > c go 150",
			"y1: b > d go 40", "y2: c > d go 20", "z: d > e go 30").
		node("n", 0, "k: J a").
		on("n", "push k go; wait k").
		becomes(t, "k.x1 0-50, k.x2 0-100, k.x3 0-150, k.y1 100-140, k.y2 150-170, k.z 170-200, n 200")
}

func TestDockSetsEnterAlone(t *testing.T) {
	tr := ideally(ballet, 10).
		kind("D", "a b c d", "x: a > c go 100 0", "y: a > c go 150 1", "z: c > d go 30").
		node("n", 0, "k: D a").
		on("n", "push k go; wait k").
		becomes(t, "k.x 0-100, k.y 0-150, k.z 100-130, n 150")
	last := tr.Components[0].Moves[len(tr.Components[0].Moves)-1]
	if last != (model.Move[time.Duration]{Place: 2, Entered: true, At: 150 * ms}) {
		t.Errorf("the place is entered again and, visited already, stays: %+v", last)
	}
}

func TestJoinThatCannotBeFilled(t *testing.T) {
	s := ideally(ballet, 10).
		kind("N", "pulled ready dep", "r: pulled > ready deploy 30", "cell: pulled > dep deploy 30", "d: ready > dep deploy 30").
		node("n", 0, "x: N ready").
		on("n", "push x deploy; wait x")
	s.waits(t, s.becomes(t, "x.d 0-30, n …"),
		`node n, at "wait x", waits for x to be idle`,
		`x, to enter dep, waits for transitions that will not come`)
}

func TestQueueAndBehaviourThatDoesNothing(t *testing.T) {
	ideally(ballet, 10).kind("P", "off inst run", append(kindP, "behaviour noop")...).node("n", 0, "p: P off").
		on("n", "push p deploy; push p noop; push p stop; wait p; push p noop; wait p").
		becomes(t, "p.t1 0-100, p.t2 100-200, p.stop 200-300, n 300")
}

func TestUseOnPlaceGatesTheEntry(t *testing.T) {
	tr := bothOff(ballet, "conf").on("n1", "push p deploy; wait p").on("n2", "push u deploy; wait u").
		becomes(t, "p.t1 0-100, u.u1 0-50, p.t2 100-200, u.u2 210-310, n1 200, n2 310")
	if m := tr.Components[1].Moves[1]; m != (model.Move[time.Duration]{Place: 1, Entered: true, At: 210 * ms}) {
		t.Errorf("conf is entered at 210: %+v", m)
	}
}

func TestUseOnTransitionGatesTheStart(t *testing.T) {
	tr := bothOff(ballet, "u2").on("n1", "push p deploy; wait p").on("n2", "push u deploy; wait u").
		becomes(t, "p.t1 0-100, u.u1 0-50, p.t2 100-200, u.u2 210-310, n1 200, n2 310")
	if m := tr.Components[1].Moves[1]; m != (model.Move[time.Duration]{Place: 1, Entered: true, At: 50 * ms}) {
		t.Errorf("conf is entered at 50: %+v", m)
	}
}

func TestConcertoDStartsUngated(t *testing.T) {
	bothOff(concertoD, "u2").on("n1", "push p deploy; wait p").on("n2", "push u deploy; wait u").
		becomes(t, "p.t1 0-100, u.u1 0-50, u.u2 50-150, p.t2 100-200, n1 200, n2 150")
}

const stopsAt230 = "push p deploy; wait p; pause 30; push p stop; wait p"

func TestGroupIsHeldThroughTheTransitionsInside(t *testing.T) {
	bothOff(ballet, "g").on("n1", stopsAt230).on("n2", "push u deploy; wait u; push u stop; wait u").
		becomes(t, "p.t1 0-100, u.u1 0-50, p.t2 100-200, u.u2 210-310, u.ustop 310-410, p.stop 320-420, n1 420, n2 410")
}

func TestListOfPlacesIsReleasedInBetween(t *testing.T) {
	s := bothOff(ballet, "conf run").on("n1", stopsAt230).on("n2", "push u deploy; wait u")
	s.waits(t, s.becomes(t, "p.t1 0-100, u.u1 0-50, p.t2 100-200, u.u2 210-310, p.stop 230-330, n1 330, n2 …"),
		`node n2, at "wait u", waits for u to be idle`,
		`u, to enter run, waits for p to provide svc`)
}

func TestConcertoDHoldsAListAsAGroup(t *testing.T) {
	bothOff(concertoD, "conf run").on("n1", stopsAt230).on("n2", "push u deploy; wait u; push u stop; wait u").
		becomes(t, "p.t1 0-100, u.u1 0-50, p.t2 100-200, u.u2 210-310, u.ustop 310-410, p.stop 320-420, n1 420, n2 410")
}

// refusal is a provider that is told to stop while u holds it until 200, and v
// that would use it from 100 on.
func refusal(v ...string) *scene {
	return ideally(ballet, 10).kind("P", "off inst run", kindP...).kind("W", "x y", kindW...).kind("V", "off mid on", v...).
		node("n1", 0, "p: P run").node("n2", 0, "u: W x").node("n3", 0, "v: V off").
		link("p.svc u.svc", "both").link("p.svc v.svc", "both").
		on("n1", "push p stop; push p deploy; wait p").
		on("n2", "pause 200; push u go; wait u").
		on("n3", "push v go; wait v")
}

func TestRefusingProviderAdmitsNobody(t *testing.T) {
	refusal("v: off > on go 100", "use svc: on").
		becomes(t, "v.v 0-100, u.w 200-250, p.stop 210-310, p.t2 310-410, n1 410, n2 250, n3 420")
}

func TestRefusingProviderStillServesTransitions(t *testing.T) {
	refusal("v1: off > mid go 100", "v2: mid > on go 50", "use svc: v2").
		becomes(t, "v.v1 0-100, v.v2 100-150, u.w 200-250, p.stop 210-310, p.t2 310-410, n1 410, n2 250, n3 150")
}

func TestDataPortNeverLocks(t *testing.T) {
	ideally(ballet, 10).
		kind("P", "run off", "stop: run > off stop 100", "data provide svc: run").
		kind("U", "on", "data use svc: on").
		node("n1", 0, "p: P run").node("n2", 0, "u: U on").link("p.svc u.svc", "both").
		on("n1", "push p stop; wait p").
		becomes(t, "p.stop 0-100, n1 100, n2 0")
}

func TestProviderOnTwoPlaces(t *testing.T) {
	for name, c := range map[string]struct {
		sem         model.Semantics
		bound, want string
	}{
		"is locked towards the other in Ballet": {ballet, "a b", "w.w 30-80, q.q1 40-140, n1 140, n2 80"},
		"moves inside as ConcertoD":             {concertoD, "a b", "q.q1 0-100, w.w 30-80, n1 100, n2 80"},
		"moves inside a group":                  {ballet, "g", "q.q1 0-100, w.w 30-80, n1 100, n2 80"},
	} {
		t.Run(name, func(t *testing.T) {
			ideally(c.sem, 10).
				kind("Q", "a b", "q1: a > b go 100", "group g: a b", "provide svc: "+c.bound).
				kind("W", "x y", kindW...).
				node("n1", 0, "q: Q a").node("n2", 0, "w: W x").link("q.svc w.svc", "both").
				on("n1", "push q go; wait q").on("n2", "pause 30; push w go; wait w").
				becomes(t, c.want)
		})
	}
}

func TestSeveralProviders(t *testing.T) {
	for sem, want := range map[model.Semantics]string{
		ballet:    "p.t1 0-100, u.u1 0-50, q.t1 0-400, p.t2 100-200, u.u2 210-310, n1 200, n2 310, n3 400",
		concertoD: "p.t1 0-100, u.u1 0-50, q.t1 0-400, p.t2 100-200, u.u2 410-510, n1 200, n2 510, n3 400",
	} {
		t.Run(sem.String(), func(t *testing.T) {
			scenePU(sem, "conf").
				kind("Q", "off run", "t1: off > run deploy 400", "provide svc: run").
				node("n1", 0, "p: P off").node("n2", 0, "u: U off").node("n3", 0, "q: Q off").
				link("p.svc u.svc", "both").link("q.svc u.svc", "both").
				on("n1", "push p deploy; wait p").on("n2", "push u deploy; wait u").on("n3", "push q deploy; wait q").
				becomes(t, want)
		})
	}
}

func TestOneSidedLinks(t *testing.T) {
	scenePU(ballet, "run").node("n1", 0, "p: P run").node("n2", 0, "u: U run").link("p.svc u.svc", "user").
		on("n1", "push p stop; wait p").
		becomes(t, "p.stop 0-100, n1 100, n2 0")
	s := scenePU(ballet, "conf").node("n1", 0, "p: P run").node("n2", 0, "u: U off").link("p.svc u.svc", "provider").
		on("n2", "push u deploy; wait u")
	s.waits(t, s.becomes(t, "u.u1 0-50, n1 0, n2 …"),
		`node n2, at "wait u", waits for u to be idle`,
		`u, to enter conf, waits for a provider of svc, and is connected to none`)
}

func TestProviderIsLockedForEver(t *testing.T) {
	s := bothRun(ballet, "run").on("n1", "push p stop; wait p")
	s.waits(t, s.becomes(t, "n1 …, n2 0"),
		`node n1, at "wait p", waits for p to be idle`,
		`p, to leave run, waits for u to stop using p.svc`)
}

func TestUsersAreUnknownBeforeTheirNodeStarts(t *testing.T) {
	for start, want := range map[int]string{
		0:   "p.stop 0-100, n1 100, n2 1",
		500: "p.stop 510-610, n1 610, n2 501",
	} {
		scenePU(ballet, "conf").node("n1", 0, "p: P run").node("n2", start, "u: U off").link("p.svc u.svc", "both").
			on("n1", "push p stop; wait p").on("n2", "pause 1").becomes(t, want)
	}
}

func TestProvidersAreUnknownBeforeTheirNodeStarts(t *testing.T) {
	for start, want := range map[int]string{
		0:   "u.u1 0-50, u.u2 50-150, n1 1, n2 150",
		500: "u.u1 0-50, u.u2 510-610, n1 501, n2 610",
	} {
		scenePU(ballet, "conf").node("n1", start, "p: P run").node("n2", 0, "u: U off").link("p.svc u.svc", "both").
			on("n1", "pause 1").on("n2", "push u deploy; wait u").becomes(t, want)
	}
}

func TestWaitsForRemoteComponents(t *testing.T) {
	for name, c := range map[string]struct {
		start         int
		n1, n2, wants string
	}{
		"idle from the start":              {0, "pause 1", "wait p", "n1 1, n2 10"},
		"idle once its node has started":   {500, "pause 1", "wait p", "n1 501, n2 510"},
		"never seen idle before its push":  {0, "push p deploy; wait p", "wait p", "p.t1 0-100, p.t2 100-200, n1 200, n2 210"},
		"not idle between two behaviours":  {0, "push p deploy; wait p; push p stop; wait p", "wait p", "p.t1 0-100, p.t2 100-200, p.stop 200-300, n1 300, n2 310"},
		"seen idle in a pause":             {0, "push p deploy; wait p; pause 5; push p stop; wait p", "pause 150; wait p", "p.t1 0-100, p.t2 100-200, p.stop 205-305, n1 305, n2 210"},
		"what was known goes out of date":  {0, "push p deploy; wait p; pause 5; push p stop; wait p", "pause 215; wait p", "p.t1 0-100, p.t2 100-200, p.stop 205-305, n1 305, n2 315"},
		"as the name of a behaviour means": {0, "push p deploy; push p stop; wait p", "wait p deploy", "p.t1 0-100, p.t2 100-200, p.stop 200-300, n1 300, n2 310"},
	} {
		t.Run(name, func(t *testing.T) {
			ideally(ballet, 10).kind("P", "off inst run", kindP...).node("n1", c.start, "p: P off").node("n2", 0).
				on("n1", c.n1).on("n2", c.n2).becomes(t, c.wants)
		})
	}
}

func TestWaitForABehaviour(t *testing.T) {
	for sem, want := range map[model.Semantics]string{
		ballet:    "p.t1 0-100, p.t2 100-200, p.stop 200-300, n 300",
		concertoD: "p.t1 0-100, p.t2 100-200, p.stop 200-300, n 200",
	} {
		ideally(sem, 10).kind("P", "off inst run", kindP...).node("n", 0, "p: P off").
			on("n", "push p deploy; push p stop; wait p deploy").becomes(t, want)
	}
	ideally(concertoD, 10).kind("P", "off inst run", kindP...).node("n1", 0, "p: P off").node("n2", 0).
		on("n1", "push p deploy; push p stop; push p deploy").on("n2", "wait p deploy; wait p deploy").
		becomes(t, "p.t1 0-100, p.t2 100-200, p.stop 200-300, p.t2 300-400, n1 0, n2 410")
}

func TestHolding(t *testing.T) {
	for wait, want := range map[string]string{
		"wait p":         "p.s 0-100, q.s 110-210, n1 100, n2 210, n3 10",
		"wait p holding": "p.s 0-100, q.s 110-210, n1 100, n2 210, n3 220",
	} {
		ideally(ballet, 10).kind("S", "off on", kindS...).node("n1", 0, "p: S off").node("n2", 0, "q: S off").node("n3", 0).
			on("n1", "push p go; wait p").on("n2", wait+"; push q go; wait q").on("n3", "wait q").
			becomes(t, want)
	}
}

func TestNodesHoldEachOtherUp(t *testing.T) {
	s := ideally(ballet, 10).kind("S", "off on", kindS...).node("n1", 0, "p: S off").node("n2", 0, "q: S off").
		on("n1", "push p go; wait q holding").on("n2", "push q go; wait p holding")
	s.waits(t, s.becomes(t, "p.s 0-100, q.s 0-100, n1 …, n2 …"),
		`node n1, at "wait q holding", waits for q to be idle`,
		`node n2, at "wait p holding", waits for p to be idle`)
	ideally(ballet, 10).kind("S", "off on", kindS...).node("n1", 0, "p: S off").node("n2", 0, "q: S off").
		on("n1", "push p go; wait q").on("n2", "push q go; wait p").
		becomes(t, "p.s 0-100, q.s 0-100, n1 110, n2 110")
}

func TestWaitAll(t *testing.T) {
	s := ideally(ballet, 10).kind("S", "off on", kindS...).node("n1", 0, "p: S off").node("n2", 0, "q: S off").
		on("n1", "push p go; wait all").on("n2", "push q long; wait all")
	s.Nodes[0].Neighbours, s.Nodes[1].Neighbours = []int{1}, []int{0}
	s.becomes(t, "p.s 0-100, q.l 0-300, n1 310, n2 300")
}

func TestDisconnect(t *testing.T) {
	s := bothRun(ballet, "run").on("n1", "disconnect p.svc u.svc; push p stop; wait p")
	s.waits(t, s.becomes(t, "n1 …, n2 0"),
		`node n1, at "wait p", waits for p to be idle`,
		`p, to leave run, waits for u to stop using p.svc`)
	bothRun(ballet, "run").on("n1", "pause 150; disconnect p.svc u.svc; push p stop; wait p").on("n2", "push u stop; push u deploy; wait u").
		becomes(t, "u.ustop 0-100, u.u1 100-150, p.stop 150-250, u.u2 150-250, n1 250, n2 …")
	bothRun(concertoD, "run").on("n1", "disconnect p.svc u.svc; push p stop; wait p").on("n2", "pause 100; push u stop; wait u").
		becomes(t, "u.ustop 100-200, p.stop 110-210, n1 210, n2 200")
}

func TestDisconnectInTheInstantOfAPush(t *testing.T) {
	s := scenePU(ballet, "run").node("n", 0, "p: P run", "u: U run").link("p.svc u.svc", "both").
		on("n", "push u stop; disconnect p.svc u.svc; push p stop; wait p; wait u; push u deploy; wait u")
	s.waits(t, s.becomes(t, "p.stop 0-100, u.ustop 0-100, u.u1 100-150, u.u2 150-250, n …"),
		`node n, at "wait u", waits for u to be idle`,
		`u, to enter run, waits for p to provide svc`) // still connected
}

func TestDelete(t *testing.T) {
	bothRun(ballet, "run").on("n2", "push u stop; wait u; disconnect p.svc u.svc; delete u").
		becomes(t, "u.ustop 0-100, n1 0, n2 100")
	for _, sem := range []model.Semantics{ballet, concertoD} {
		s := bothRun(sem, "run").on("n2", "push u stop; delete u")
		s.waits(t, s.becomes(t, "u.ustop 0-100, n1 0, n2 …"),
			`node n2, at "delete u", waits for u to be disconnected`)
	}
}

func TestAddAsksTheInitialPlace(t *testing.T) {
	for sem, want := range map[model.Semantics]string{
		ballet:    "p.t1 0-100, p.t2 100-200, v.g 210-260, n1 200, n2 260",
		concertoD: "p.t1 0-100, v.g 0-50, p.t2 100-200, n1 200, n2 50",
	} {
		ideally(sem, 10).kind("P", "off inst run", kindP...).kind("V", "on off", "g: on > off go 50", "use svc: on").
			node("n1", 0, "p: P off").node("n2", 0, "v: V").link("p.svc v.svc", "").
			on("n1", "connect p.svc v.svc; push p deploy; wait p").
			on("n2", "add v; connect p.svc v.svc; push v go; wait v").
			becomes(t, want)
	}
}

func TestOffComesFirstAtEqualDates(t *testing.T) {
	// p refuses at 90 or 91, which v knows 10 later; v asks at 100.
	for at, want := range map[string]string{
		"90": "v.v 0-100, u.w 150-200, p.stop 160-260, n1 260, n2 200, n3 …",
		"91": "v.v 0-100, u.w 150-200, n1 …, n2 200, n3 100",
	} {
		s := refusal("v: off > on go 100", "use svc: on")
		for n := range s.Nodes {
			s.Nodes[n].Program = nil
		}
		s.on("n1", "pause "+at+"; push p stop; wait p").on("n2", "pause 150; push u go; wait u").on("n3", "push v go; wait v").
			becomes(t, want)
	}
}

func TestOffComesFirstOnOneNode(t *testing.T) {
	ideally(ballet, 10).kind("P", "off inst run", kindP...).kind("V", "off on", "v: off > on go 100", "use svc: on").
		node("n", 0, "v: V off", "p: P run").link("p.svc v.svc", "both").
		on("n", "push v go; pause 100; push p stop; wait p; wait v").
		becomes(t, "v.v 0-100, p.stop 100-200, n …")
}

func TestWhatHoldsInsideAnInstantIsSeenByNobody(t *testing.T) {
	// p reaches run and leaves it at 200: v, on the same node, never sees it.
	ideally(ballet, 10).kind("P", "off inst run", kindP...).kind("V", "off on", "v: off > on go 100", "use svc: on").
		node("n", 0, "v: V off", "p: P off").link("p.svc v.svc", "both").
		on("n", "push v go; push p deploy; wait p; push p stop; wait p; wait v").
		becomes(t, "v.v 0-100, p.t1 0-100, p.t2 100-200, p.stop 200-300, n …")
}

func TestMessagesOfAFactKeepTheirOrder(t *testing.T) {
	s := ideally(ballet, 0).kind("P", "run inst", "stop: run > inst stop 1", "t: inst > run deploy 1", "provide svc: run").
		kind("V", "off on", "v: off > on go 100", "use svc: on").
		node("n1", 0, "p: P run").node("n2", 0, "v: V off").link("p.svc v.svc", "both").
		on("n1", "push p stop; push p deploy; wait p").on("n2", "pause 500; push v go; wait v")
	s.Network.Latency = model.Interval(0, 100*ms)
	err := Replicate(s.Scenario, 200, 0, 5, func(i int, tr *Trace) {
		if tr.Outcome != Completed {
			t.Errorf("replication %d: the last message is not the last to be known", i)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
