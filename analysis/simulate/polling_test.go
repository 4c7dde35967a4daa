package simulate

import (
	"testing"
	"time"

	"adagio/dsl/model"
)

// The scenarios of this file are computed by hand in the ballet profile: poll
// 300 ms, request 5 ms, step 3 ms, overhead 7 ms, no latency, unless said.

func polled() *scene {
	s := ideally(ballet, 0)
	s.Network.Profile = model.Profile{
		Kind: model.Polling, Exchanges: 2, Poll: model.Constant(300 * ms), Request: model.Constant(5 * ms), Busy: model.Constant(5 * ms),
		Step: model.Constant(3 * ms), Overhead: model.Constant(7 * ms),
	}
	return s
}

func TestPassesOfOneNode(t *testing.T) {
	// Each transition lasts 107 and is followed by a step; a behaviour that does
	// nothing costs a poll.
	polled().kind("P", "off inst run", append(kindP, "behaviour noop")...).node("n", 0, "p: P off").
		on("n", "push p deploy; wait p; push p stop; wait p; push p noop; wait p; wait p").
		becomes(t, "p.t1 0-107, p.t2 110-217, p.stop 220-327, n 630")
}

func TestBehaviourThatDoesNothingIsFreeOnABusyNode(t *testing.T) {
	polled().kind("S", "off on", append(kindS, "behaviour noop")...).node("n", 0, "l: S off", "p: S off").
		on("n", "push l long; push p noop; push p noop; push p noop; push p go; wait p; push p noop; wait p").
		becomes(t, "l.l 0-307, p.s 0-107, n 110")
}

func TestComponentsMoveInWaitsOnly(t *testing.T) {
	polled().kind("S", "off on", kindS...).node("n", 0, "p: S off").
		on("n", "push p go; pause 50; wait p").
		becomes(t, "p.s 50-157, n 160")
	polled().kind("S", "off on", kindS...).node("n", 0, "p: S off", "q: S off").
		on("n", "push p go; push q long; wait p; pause 1000; wait q").
		becomes(t, "p.s 0-107, q.l 0-307, n 1113") // the end of q.l is noticed after the pause
}

func TestRemoteWaitPolls(t *testing.T) {
	// Looks begin at 0, 305, … and end 5 later; p is idle at 220.
	polled().kind("P", "off inst run", kindP...).node("n1", 0, "p: P off").node("n2", 0).
		on("n1", "push p deploy; wait p").on("n2", "wait p").
		becomes(t, "p.t1 0-107, p.t2 110-217, n1 220, n2 310")
}

func TestUserPolls(t *testing.T) {
	// u asks whether conf is served when u1 has ended, at 57 + 3: looks end at 65
	// and 370; the second finds it served and the next, at 375, allowed. The wait
	// itself is local. Then p, after its own wait, has nothing left to do.
	polled().kind("P", "off inst run", kindP...).
		kind("U", "off conf run", "u1: off > conf deploy 50", "u2: conf > run deploy 100", "use svc: conf").
		node("n1", 0, "p: P off").node("n2", 0, "u: U off").link("p.svc u.svc", "both").
		on("n1", "push p deploy; wait p").on("n2", "push u deploy; wait u").
		becomes(t, "p.t1 0-107, u.u1 0-57, p.t2 110-217, u.u2 375-482, n1 220, n2 485")
}

func TestUnservedGroupIsLookedAtThreeTimes(t *testing.T) {
	// Looks end at 65, 70, 75, then at 380 and 385.
	polled().kind("P", "off inst run", kindP...).
		kind("U", "off conf run", "group g: conf run", "u1: off > conf deploy 50", "u2: conf > run deploy 100", "use svc: g").
		node("n1", 0, "p: P off").node("n2", 0, "u: U off").link("p.svc u.svc", "both").
		on("n1", "push p deploy; wait p").on("n2", "push u deploy; wait u").
		becomes(t, "p.t1 0-107, u.u1 0-57, p.t2 110-217, u.u2 385-492, n1 220, n2 495")
}

func TestBusyNodeLooksAtOnce(t *testing.T) {
	// While l runs, n2 looks every 5 ms: at 225 it finds svc served, at 230
	// allowed. Looks begin at 60.
	polled().kind("P", "off inst run", kindP...).kind("S", "off on", kindS...).
		kind("U", "off conf run", "u1: off > conf deploy 50", "u2: conf > run deploy 100", "use svc: conf").
		node("n1", 0, "p: P off").node("n2", 0, "u: U off", "l: S off").link("p.svc u.svc", "both").
		on("n1", "push p deploy; wait p").on("n2", "push u deploy; push l long; wait u; wait l").
		becomes(t, "p.t1 0-107, u.u1 0-57, l.l 0-307, p.t2 110-217, u.u2 230-337, n1 220, n2 340")
}

// spinning is polled with a look of 50 ms at a peer that computes.
func spinning() *scene {
	s := polled()
	s.Network.Profile.Busy = model.Constant(50 * ms)
	return s
}

func TestLookAtNodeThatComputes(t *testing.T) {
	// The look of 120 ends at 170, while t2 runs; the next one begins at 470.
	spinning().kind("P", "off inst run", kindP...).node("n1", 0, "p: P off").node("n2", 0).
		on("n1", "push p deploy; wait p").on("n2", "pause 120; wait p").
		becomes(t, "p.t1 0-107, p.t2 110-217, n1 220, n2 475")
}

func TestLookIsAnsweredWhenTheNodePauses(t *testing.T) {
	// The look of 200 would end at 250, but n1 is done at 220: the second request arrives at
	// 222.5 and is answered at 225.
	spinning().kind("P", "off inst run", kindP...).node("n1", 0, "p: P off").node("n2", 0).
		on("n1", "push p deploy; wait p").on("n2", "pause 200; wait p").
		becomes(t, "p.t1 0-107, p.t2 110-217, n1 220, n2 225")
	// The second request of the look of 190 arrives at 215, before n1 is done: the answer of
	// 222.5 is old, and the next look begins at 522.5.
	spinning().kind("P", "off inst run", kindP...).node("n1", 0, "p: P off").node("n2", 0).
		on("n1", "push p deploy; wait p").on("n2", "pause 190; wait p").
		becomes(t, "p.t1 0-107, p.t2 110-217, n1 220, n2 527.5")
	// The look of 160 ends at 210 all the same.
	spinning().kind("P", "off inst run", kindP...).node("n1", 0, "p: P off").node("n2", 0).
		on("n1", "push p deploy; wait p").on("n2", "pause 160; wait p").
		becomes(t, "p.t1 0-107, p.t2 110-217, n1 220, n2 515")
}

func TestNodeThatLooksAnswersAtOnce(t *testing.T) {
	// From 0 on n1 looks at n3, from 5 on for 50 ms each. The look of n2 lasts from 50 to 55,
	// the next one from 355 to 360.
	spinning().kind("S", "off on", kindS...).node("n1", 0, "p: S off").node("n2", 0).node("n3", 0, "q: S off").
		on("n1", "push p go; wait q").on("n2", "pause 50; wait p").on("n3", "push q long; wait q").
		becomes(t, "q.l 0-307, p.s 5-112, n1 560, n2 360, n3 310")
}

func TestStepThatEndsInTheCourseOfAPass(t *testing.T) {
	// The place end is asked for only once b and c have both come there: nothing
	// looks before, and steps end on their dates.
	polled().kind("P", "run", "provide svc: run").
		kind("U", "off mid end", "a: off > mid go 50", "b: off > end go 20", "c: mid > end go 10", "use svc: end").
		node("n1", 0, "p: P run").node("n2", 0, "u: U off").link("p.svc u.svc", "both").
		on("n2", "push u go; wait u").
		becomes(t, "u.a 0-57, u.b 0-27, u.c 60-77, n1 0, n2 90")
	// From 30 on every pass looks for b at the place end, in vain. At 60 it notices a,
	// which may enter mid at 63, in the course of a look: the pass after it does.
	polled().kind("P", "off run", "s: off > run go 100", "provide svc: run").
		kind("U", "off mid end", "a: off > mid go 50", "b: off > end go 20", "use svc: end").
		node("n1", 0, "p: P off").node("n2", 0, "u: U off").link("p.svc u.svc", "both").
		on("n1", "push p go; wait p").on("n2", "push u go; wait u").
		becomes(t, "p.s 0-107, u.a 0-57, u.b 0-27, n1 110, n2 385")
}

func TestProviderLooksAtItsUsers(t *testing.T) {
	// n2 starts at 400: until then u counts as using. p looks until 5, 310, 615.
	polled().kind("P", "off inst run", kindP...).kind("W", "x y", kindW...).
		node("n1", 0, "p: P run").node("n2", 400, "w: W x").link("p.svc w.svc", "both").
		on("n1", "push p stop; wait p").on("n2", "push w go; wait w").
		becomes(t, "w.w 400-457, p.stop 615-722, n1 725, n2 460")
}

func TestLatencyAddsTwoRoundTrips(t *testing.T) {
	s := polled().kind("S", "off on", kindS...).node("n1", 0, "p: S off").node("n2", 0).
		on("n1", "pause 1").on("n2", "wait p")
	s.Network.Latency = model.Constant(2 * ms)
	s.becomes(t, "n1 1, n2 13")
}

func TestHoldingShowsActive(t *testing.T) {
	// n3 looks at q from 0 on: held until 310, when n2 sees p idle and goes on.
	polled().kind("S", "off on", kindS...).node("n1", 0, "p: S off").node("n2", 0, "q: S off").node("n3", 0).
		on("n1", "push p go; wait p").on("n2", "wait p holding; push q go; wait q").on("n3", "wait q").
		becomes(t, "p.s 0-107, q.s 310-417, n1 110, n2 420, n3 615")
}

func TestWindowAfterHolding(t *testing.T) {
	s := polled().kind("S", "off on", kindS...).node("n1", 0, "p: S off").node("n2", 0, "q: S off").node("n3", 0).
		on("n1", "pause 1").on("n2", "wait p holding; push q go; wait q").on("n3", "pause 4; wait q")
	for window, want := range map[int]string{
		0: "q.s 5-112, n1 1, n2 115, n3 314", // looks end at 9 and 314
		4: "q.s 9-116, n1 1, n2 119, n3 9",   // the second request of the first arrives at 6.5, in 5 .. 9
	} {
		tr, err := Run(s.Scenario, Options{Sampler: Lo, Window: ms * time.Duration(window)})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.told(tr); got != want {
			t.Errorf("window %d:\n got %s\nwant %s", window, got, want)
		}
	}
}

func TestWaitAllInBallet(t *testing.T) {
	// Both are idle at 110 and 310; n1 looks until 115, 420.
	s := polled().kind("S", "off on", kindS...).node("n1", 0, "p: S off").node("n2", 0, "q: S off").
		on("n1", "push p go; wait all").on("n2", "push q long; wait all")
	s.Nodes[0].Neighbours, s.Nodes[1].Neighbours = []int{1}, []int{0}
	s.becomes(t, "p.s 0-107, q.l 0-307, n1 420, n2 315")
	// With every delay at its greatest each pays one poll more first.
	tr, err := Run(s.Scenario, Options{Sampler: Hi})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.told(tr); got != "p.s 0-107, q.l 0-307, n1 415, n2 615" {
		t.Error(got)
	}
}

func TestNoPollAndNoRequest(t *testing.T) {
	// A node then looks whenever anything changes.
	s := polled().kind("P", "off inst run", kindP...).
		kind("U", "off conf run", "u1: off > conf deploy 50", "u2: conf > run deploy 100", "use svc: conf").
		node("n1", 0, "p: P off").node("n2", 0, "u: U off").link("p.svc u.svc", "both").
		on("n1", "push p deploy; wait p").on("n2", "push u deploy; wait u")
	s.Network.Profile = model.Profile{Kind: model.Polling, Exchanges: 2}
	s.becomes(t, "p.t1 0-100, u.u1 0-50, p.t2 100-200, u.u2 200-300, n1 200, n2 300")
}

func TestNoPollAndABehaviourThatDoesNothing(t *testing.T) {
	s := polled().kind("S", "off on", append(kindS, "behaviour noop")...).node("n1", 0, "p: S off").node("n2", 0).
		on("n1", "push p noop; push p go; push p noop; wait p").on("n2", "wait p")
	s.Network.Profile = model.Profile{Kind: model.Polling, Exchanges: 2}
	s.becomes(t, "p.s 0-100, n1 100, n2 100")
}

func TestEverybodyPollsForEver(t *testing.T) {
	// The first look comes before the first pass, and while s runs a pass comes
	// every 5 ms: the end at 112 is noticed at 115.
	s := polled().kind("S", "off on", kindS...).node("n1", 0, "p: S off").node("n2", 0, "q: S off").
		on("n1", "push p go; wait q holding").on("n2", "push q go; wait p holding")
	s.waits(t, s.becomes(t, "p.s 5-112, q.s 5-112, n1 …, n2 …"),
		`node n1, at "wait q holding", waits for q to be idle`,
		`node n2, at "wait p holding", waits for p to be idle`)
}

func TestLookAtABusyPeer(t *testing.T) {
	// The first look finds p running and lasts 40; the second, at 340, lasts 5.
	s := polled().kind("P", "off inst run", kindP...).node("n1", 0, "p: P off").node("n2", 0)
	s.Network.Profile.Busy = model.Constant(40 * ms)
	s.on("n1", "push p deploy; wait p").on("n2", "wait p").
		becomes(t, "p.t1 0-107, p.t2 110-217, n1 220, n2 345")
}
