package calibrate

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/dsl/model"
)

// TestWrittenMean: what is written is simulated with the mean that was estimated,
// within its uncertainty, and its support is all that the logs allow.
func TestWrittenMean(t *testing.T) {
	for _, name := range []string{"openstack", "cps"} {
		_, r := published(t, name, 1, Options{})
		for _, setting := range []string{"poll", "request", "step"} {
			e := r.Estimate(setting)
			d := r.Written(e)
			if d.Kind != model.Normal || d.Lo > e.Lo || d.Hi < e.Hi {
				t.Errorf("%s: %s is written as %v, of %v .. %v", name, setting, d, e.Lo, e.Hi)
			}
			src, sum := rand.New(rand.NewPCG(1, 2)), time.Duration(0)
			const draws = 4000
			for range draws {
				sum += d.Draw(src)
			}
			if mean := sum / draws; (mean - e.Mean).Abs() > e.HalfWidth {
				t.Errorf("%s: %s is drawn with a mean of %v, not %v ± %v", name, setting, mean, e.Mean, e.HalfWidth)
			}
		}
	}
}

// TestWrittenForm: an interval stays one where values drawn evenly have the mean
// that was observed, and what is one value for certain is written as such.
func TestWrittenForm(t *testing.T) {
	r := &Result{}
	for _, test := range []struct {
		e    Estimate
		want string
	}{
		{Estimate{Setting: "step", Hi: 20 * ms, Mean: 11 * ms, HalfWidth: ms, Deviation: 5 * ms}, "0s .. 20ms"},
		{Estimate{Setting: "step", Hi: 20 * ms, Mean: 12 * ms, HalfWidth: ms, Deviation: 5 * ms}, "normal(12ms, 5ms) in 0s .. 20ms"},
		{Estimate{Setting: "pass", Hi: 20 * ms, Mean: 12 * ms, HalfWidth: ms, Deviation: 5 * ms}, "0s .. 20ms"},
		{Estimate{Setting: "poll", Lo: 290 * ms, Hi: 310 * ms, Mean: 300 * ms, HalfWidth: 10 * ms, Deviation: 5 * ms}, "normal(300ms, 5ms) in 290ms .. 310ms"},
		{Estimate{Setting: "poll", Lo: 300 * ms, Hi: 300 * ms, Mean: 300 * ms, Deviation: ms}, "300ms"},
		{Estimate{Setting: "request", Lo: 2 * ms, Hi: 9 * ms, Mean: 3 * ms, HalfWidth: model.Never}, "2ms .. 9ms"},
	} {
		if got := r.Written(&test.e).String(); got != test.want {
			t.Errorf("%s %v ± %v is written as %s, not %s", test.e.Setting, test.e.Mean, test.e.HalfWidth, got, test.want)
		}
	}
	_, published := published(t, "cps", 1, Options{})
	file := filepath.Join(t.TempDir(), "calibrated.ballet")
	text := published.Ballet()
	if err := os.WriteFile(file, text, 0o666); err != nil {
		t.Fatal(err)
	}
	s := dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/cps.ballet"}, Plan: "update", Network: file})
	if want := published.Written(published.Estimate("poll")); s.Network.Profile.Poll.String() != want.String() || !strings.Contains(string(text), "poll "+want.String()) {
		t.Errorf("poll is read as %v, not %v", s.Network.Profile.Poll, want)
	}
}
