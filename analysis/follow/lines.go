package follow

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// maxFollowed bounds the dates of a run that is followed.
const maxFollowed = 1000 * 24 * time.Hour

// Lines takes in what is seen of a run from lines of JSON, in the order of their dates:
//
//	{"node": "nova0", "item": "program", "start_s": 12.1}
//	{"node": "nova0", "item": "transition_start", "start_s": 13.0, "end_s": 14.2}
//	{"now_s": 20}
//
// Dates are by any clock; the first is the start of the first program. The last line says
// that everything up to then was seen. Tell is called after each event, with what is outside
// of its bounds. What is wrong with a line is a [LineError].
func (f *Follower) Lines(r io.Reader, tell func(Event, []Outside) error) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	c := clock(math.NaN())
	n := 1
	for ; in.Scan(); n++ {
		text := bytes.TrimSpace(in.Bytes())
		if len(text) == 0 {
			continue
		}
		e, err := c.event(text)
		var outside []Outside
		if err == nil {
			outside, err = f.Take(e, true)
		}
		if err != nil {
			return &LineError{n, err}
		}
		if err := tell(e, outside); err != nil {
			return err
		}
	}
	if err := in.Err(); err != nil {
		return &LineError{n, err}
	}
	return nil
}

// clock is the first date of the lines, by their clock; not a number before the first.
type clock float64

// line is a line as it is written.
type line struct {
	Node  string   `json:"node"`
	Item  string   `json:"item"`
	Start *float64 `json:"start_s"`
	End   *float64 `json:"end_s"`
	Now   *float64 `json:"now_s"`
}

// LineError says what is wrong with a line.
type LineError struct {
	Line int
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("%d: %v", e.Line, e.Err) }

// Unwrap is what is wrong.
func (e *LineError) Unwrap() error { return e.Err }

// event reads a line; one that says up to when everything was seen is an event without an
// item that ends then.
func (c *clock) event(text []byte) (e Event, err error) {
	var x line
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	first := math.IsNaN(float64(*c))
	switch err := d.Decode(&x); {
	case err != nil:
		return e, err
	case x.Now != nil && (x.Node != "" || x.Item != ""), x.Now == nil && (x.Node == "" || x.Item == "" || x.Start == nil && x.End == nil):
		return e, errors.New("it has neither node, item and start_s or end_s, nor now_s alone")
	case first && (x.Item != "program" || x.Start == nil):
		return e, errors.New("the first line must be the start of a program: {\"node\": …, \"item\": \"program\", \"start_s\": …}")
	case first:
		*c = clock(*x.Start)
	case x.Now != nil:
		x.End = x.Now
	}
	if e = (Event{Node: x.Node, Item: x.Item}); x.Start != nil {
		e.Start, err = c.date(*x.Start)
	}
	if x.End != nil && err == nil {
		e.End, err = c.date(*x.End)
	}
	return e, err
}

// date is a date by the clock of the lines, since the first one.
func (c *clock) date(seconds float64) (*time.Duration, error) {
	at := (seconds - float64(*c)) * float64(time.Second)
	if math.IsNaN(at) || math.Abs(at) > float64(maxFollowed) {
		return nil, fmt.Errorf("%v s is not a date of this run", seconds)
	}
	d := time.Duration(math.Round(at))
	return &d, nil
}
