package follow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"adagio/analysis/measure"
)

// Update is something worth telling of an execution.
type Update struct {
	*Follower // as it is by now
	// Outside are events that are not within their bounds. Each is told once, when it is seen
	// or missed first.
	Outside []Outside
	// Progress is whether a program has ended, another tenth of the plan was seen, or it is
	// all over.
	Progress bool
}

// Session tells what is new of one execution. Its events may be taken in again, when a log
// has appeared that begins earlier than all others: what was told is not told again.
type Session struct {
	// Begin makes a follower of a scenario.
	Begin func(*measure.Mapping) (*Follower, error)
	// Tell is called with each update; its error ends the session.
	Tell func(Update) error
	// All makes every date an update.
	All bool

	follower *Follower
	told     map[key]bool // what was outside of its bounds
	taken    map[taken]bool
	tenths   int  // of the plan
	ended    bool // which was told
}

// taken identifies an event of a log.
type taken struct {
	node, item string
	ends       bool
	nr         int // of those that are called the same
}

// Outside counts the events that were told to be outside of their bounds.
func (s *Session) Outside() int { return len(s.told) }

// begin begins an execution, or begins it again.
func (s *Session) begin(names *measure.Mapping) (err error) {
	if f := s.follower; f != nil && f.names == names {
		s.follower, err = New(f.r, names)
		return err
	}
	s.told, s.taken, s.tenths, s.ended = map[key]bool{}, map[taken]bool{}, 0, false
	s.follower, err = s.Begin(names)
	return err
}

// teller returns what is to be called with each event of an execution in turn.
func (s *Session) teller() func(Event, []Outside) error {
	number := map[taken]int{}
	return func(e Event, outside []Outside) error {
		u := Update{Follower: s.follower}
		for _, o := range outside {
			if !s.told[o.key] {
				s.told[o.key] = true
				u.Outside = append(u.Outside, o)
			}
		}
		k := taken{node: e.Node, item: e.Item, ends: e.End != nil}
		number[k]++
		k.nr = number[k]
		seen, of := s.follower.Progress()
		tenth := 10 * seen / max(of, 1)
		ended := s.follower.Ended()
		u.Progress = !s.taken[k] && (s.All || e.Item == "program" && e.End != nil || tenth > s.tenths) || ended && !s.ended
		s.taken[k], s.tenths, s.ended = true, max(s.tenths, tenth), s.ended || ended
		if len(u.Outside) == 0 && !u.Progress {
			return nil
		}
		return s.Tell(u)
	}
}

// Lines follows an execution whose events are lines of JSON, as [Follower.Lines] reads them.
func (s *Session) Lines(names *measure.Mapping, r io.Reader) error {
	if err := s.begin(names); err != nil {
		return err
	}
	return s.follower.Lines(r, s.teller())
}

// Logs are the logs of one run.
type Logs struct {
	Paths     []string // files and folders
	Models    *measure.Models
	Operation string        // of the run to follow; empty if there is only one
	Every     time.Duration // between two looks at the logs
	Once      bool          // look once
}

// ErrNoLogs is that there was no run to follow.
var ErrNoLogs = errors.New("there are no logs to follow")

// SeveralRunsError is that there are logs of several runs.
type SeveralRunsError struct {
	Runs []string
}

func (e *SeveralRunsError) Error() string {
	return fmt.Sprintf("there are logs of %d runs: %s", len(e.Runs), strings.Join(e.Runs[:min(len(e.Runs), 4)], "; "))
}

// Logs follows a run by its logs, until all programs have ended or the context does. It
// returns what could not be read of them in the end.
func (s *Session) Logs(ctx context.Context, logs Logs) ([]measure.Problem, error) {
	fed := 0
	for {
		runs, problems, err := measure.Read(logs.Paths, measure.Options{})
		if err != nil {
			return nil, err
		}
		run, err := logs.only(runs)
		if err != nil {
			return problems, err
		}
		if run != nil {
			if events, _ := Replay(run); len(events) != fed {
				fed = len(events)
				if err := s.replay(logs.Models, run, events); err != nil {
					return problems, err
				}
			}
			if s.follower.Ended() {
				return problems, nil
			}
		}
		if logs.Once {
			if run == nil {
				err = ErrNoLogs
			}
			return problems, err
		}
		select {
		case <-ctx.Done():
			return problems, nil
		case <-time.After(logs.Every):
		}
	}
}

// only is the run to follow; nil if there is none yet.
func (l *Logs) only(runs []measure.Run) (only *measure.Run, err error) {
	var found []string
	for i := range runs {
		if l.Operation == "" || runs[i].Operation == l.Operation {
			only = &runs[i]
			found = append(found, only.String())
		}
	}
	if len(found) > 1 {
		return nil, &SeveralRunsError{found}
	}
	return only, nil
}

// replay takes in all events of a run, those that were there before, too: an earlier start
// of a node moves all dates.
func (s *Session) replay(models *measure.Models, run *measure.Run, events []Event) error {
	names, err := models.For(run)
	if err != nil {
		return err
	}
	if err := s.begin(names); err != nil {
		return err
	}
	whole := len(run.Nodes) == len(names.Scenario().Nodes) && len(run.Missing) == 0
	tell := s.teller()
	for _, e := range events {
		outside, err := s.follower.Take(e, whole)
		if err != nil {
			return fmt.Errorf("%s: %w", run.Path, err)
		}
		if err := tell(e, outside); err != nil {
			return err
		}
	}
	return nil
}
