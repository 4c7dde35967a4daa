package model

import (
	"fmt"
	"slices"
	"time"
)

// Window is a stretch of time from Start to just before End.
type Window struct{ Start, End time.Duration }

// Uptime says when a node is awake by itself: in each of Windows, which are
// sorted and do not touch one another; with a Period in the only one of Windows
// and in all its repetitions after it. A running transition keeps a node awake
// beyond its windows; what else happens on the node, the start of its program, a
// fact that it learns, the end of a pause, waits for the next instant in which it
// is awake.
type Uptime struct {
	Windows []Window
	Period  time.Duration // 0: no repetition
}

// Periodic is an uptime of the given length every period, for the first time at
// offset.
func Periodic(length, period, offset time.Duration) *Uptime {
	return &Uptime{Windows: []Window{{offset, offset + length}}, Period: period}
}

// UptimeOf is an uptime of windows in any order; those that touch become one.
func UptimeOf(windows []Window) *Uptime {
	sorted := slices.Clone(windows)
	slices.SortFunc(sorted, func(a, b Window) int { return int(max(-1, min(1, a.Start-b.Start))) })
	u := &Uptime{}
	for _, w := range sorted {
		if n := len(u.Windows); n > 0 && w.Start <= u.Windows[n-1].End {
			u.Windows[n-1].End = max(u.Windows[n-1].End, w.End)
		} else {
			u.Windows = append(u.Windows, w)
		}
	}
	return u
}

// window is the i-th window.
func (u *Uptime) window(i int) Window {
	if u.Period == 0 {
		return u.Windows[i]
	}
	shift := time.Duration(i) * u.Period
	return Window{u.Windows[0].Start + shift, u.Windows[0].End + shift}
}

// Nth is the n-th window, counted from 0; ok is false if there are not so many.
func (u *Uptime) Nth(n int) (w Window, ok bool) {
	if u.Period == 0 && n >= len(u.Windows) || u.Period > 0 && time.Duration(n) > (Never-u.Windows[0].End)/u.Period {
		return Window{}, false
	}
	return u.window(n), true
}

// Begun counts the windows that have begun by a date: how often the node has
// woken up.
func (u *Uptime) Begun(t time.Duration) int {
	if u.Period > 0 {
		if t < u.Windows[0].Start {
			return 0
		}
		return int((t-u.Windows[0].Start)/u.Period) + 1
	}
	n, found := slices.BinarySearchFunc(u.Windows, t, func(w Window, t time.Duration) int { return int(max(-1, min(1, w.Start-t))) })
	if found {
		n++
	}
	return n
}

// Last returns the window that has begun last by a date; ok is false before the
// first.
func (u *Uptime) Last(t time.Duration) (w Window, ok bool) {
	n := u.Begun(t)
	if n == 0 {
		return Window{}, false
	}
	return u.window(n - 1), true
}

// Awake says whether a date is in a window.
func (u *Uptime) Awake(t time.Duration) bool {
	w, ok := u.Last(t)
	return ok && t < w.End
}

// Next is the first instant in a window from a date on, or the greatest
// [time.Duration] where there is none.
func (u *Uptime) Next(t time.Duration) time.Duration {
	n := u.Begun(t)
	if n > 0 && t < u.window(n-1).End {
		return t
	}
	if u.Period == 0 && n == len(u.Windows) || t > Never-2*u.Period-u.Windows[0].Start {
		return Never
	}
	return u.window(n).Start
}

// Length is how much of the time from 0 to a date is in windows.
func (u *Uptime) Length(t time.Duration) time.Duration {
	n := u.Begun(t)
	if n == 0 {
		return 0
	}
	last := u.window(n - 1)
	sum := min(t, last.End) - last.Start
	if u.Period > 0 {
		return sum + time.Duration(n-1)*(last.End-last.Start)
	}
	for _, w := range u.Windows[:n-1] {
		sum += w.End - w.Start
	}
	return sum
}

// MaxWindows is the greatest number of windows that a list may have.
const MaxWindows = 1_000_000

// Validate says what is wrong with an uptime, or nil.
func (u *Uptime) Validate() error {
	if len(u.Windows) == 0 {
		return fmt.Errorf("a node must be awake at some time")
	}
	if len(u.Windows) > MaxWindows {
		return fmt.Errorf("a node cannot have more than %d windows", MaxWindows)
	}
	for i, w := range u.Windows {
		switch {
		case w.Start < 0:
			return fmt.Errorf("a window cannot begin before 0: %v", FormatDuration(w.Start))
		case w.End <= w.Start:
			return fmt.Errorf("a window must last for some time: %v .. %v", FormatDuration(w.Start), FormatDuration(w.End))
		case w.End > 2*MaxDelay:
			return fmt.Errorf("a window at %v is absurd", FormatDuration(w.Start))
		case i > 0 && w.Start <= u.Windows[i-1].End:
			return fmt.Errorf("windows must be in order and apart: %v begins before the one ahead of it has ended", FormatDuration(w.Start))
		}
	}
	switch length := u.Windows[0].End - u.Windows[0].Start; {
	case u.Period == 0:
		return nil
	case len(u.Windows) > 1:
		return fmt.Errorf("a list of windows cannot have a period")
	case u.Period < 0 || u.Period > MaxDelay:
		return fmt.Errorf("a period cannot be %v", FormatDuration(u.Period))
	case length > u.Period:
		return fmt.Errorf("a node cannot be awake for %v every %v", FormatDuration(length), FormatDuration(u.Period))
	}
	return nil
}

// String renders the uptime as the language writes it.
func (u *Uptime) String() string {
	if u.Period > 0 {
		w := u.Windows[0]
		return fmt.Sprintf("%s every %s offset %s", FormatDuration(w.End-w.Start), FormatDuration(u.Period), FormatDuration(w.Start))
	}
	text := ""
	for i, w := range u.Windows {
		if i > 0 {
			text += ", "
		}
		text += FormatDuration(w.Start) + " .. " + FormatDuration(w.End)
	}
	return text
}

// Boot is what it takes from the begin of a window, as it is planned, until a node's
// process is there: the first time and later. The window then lasts from that moment on.
type Boot struct{ First, Later Delay }

// Nth is the boot for the n-th window, counted from 0.
func (b Boot) Nth(n int) Delay {
	if n == 0 {
		return b.First
	}
	return b.Later
}

// CannotSleep says why a node cannot sleep in the scenario, and what to do about it, or
// nothing.
func (s *Scenario) CannotSleep(node int) (why, advice string) {
	n, p := &s.Nodes[node], &s.Network.Profile
	if n.Uptime == nil {
		return "", ""
	}
	short := func(w Window) bool { return w.End-w.Start <= p.Session.Hi }
	pauses := func(in Instruction) bool { return in.Op == Pause }
	switch {
	case p.Kind == Concertod && slices.ContainsFunc(n.Uptime.Windows, short):
		return fmt.Sprintf("a window of node %s is not longer than the session, %v, that is opened in it", n.Name, FormatDuration(p.Session.Hi)), "let it be awake for longer"
	case p.Kind != Polling:
		return "", ""
	case s.Semantics != Ballet:
		return fmt.Sprintf("executor %v cannot have nodes that sleep under semantics %v", p, s.Semantics), "what its loop does then is known of the runtime only: write semantics ballet, or use another executor"
	case p.Step.Hi == 0:
		return fmt.Sprintf("executor %v cannot have nodes that sleep where a step takes no time", p), "a node falls asleep between the end of a transition and what follows: give it a step"
	case slices.ContainsFunc(n.Program, pauses):
		return fmt.Sprintf("node %s sleeps and pauses", n.Name), "whether a pause keeps a node awake is not known of the runtime: remove it, or use another executor"
	}
	return "", ""
}

// TimesUsage says whether it is known how long nodes are awake and what they draw: some
// sleep or have a power, and waking up takes no time.
func (s *Scenario) TimesUsage() bool {
	kind := s.Network.Profile.Kind
	return (s.Sleeps() || s.Measured()) && kind != Concertod && (kind != Polling || !s.Sleeps())
}

// Sleeps says whether some node of the scenario is not always awake.
func (s *Scenario) Sleeps() bool {
	return slices.ContainsFunc(s.Nodes, func(n Node) bool { return n.Uptime != nil })
}
