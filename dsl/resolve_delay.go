package dsl

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"adagio/dsl/model"
)

// delayValue is a delay that may be unknown: not given (no pos), or given with a
// mistake that has been reported (pos set).
type delayValue struct {
	delay model.Delay
	ok    bool
	pos   model.Pos
}

// given says whether the source gives the delay, rightly or not.
func (d delayValue) given() bool { return d.pos != model.Pos{} }

// delay computes a delay once; later calls return the same.
func (r *resolver) delay(d *Delay) delayValue {
	if v, ok := r.delays[d]; ok {
		return v
	}
	v := delayValue{pos: d.Span().Pos}
	v.delay, v.ok = r.compute(d)
	r.delays[d] = v
	return v
}

func (r *resolver) compute(d *Delay) (model.Delay, bool) {
	args := make([]time.Duration, len(d.Args))
	ok := true
	for i, q := range d.Args {
		var valid bool
		args[i], valid = r.quantity(q)
		ok = ok && valid
	}
	out := model.Delay{}
	if d.In != nil {
		var okLo, okHi bool
		out.Lo, okLo = r.quantity(d.In.Lo)
		out.Hi, okHi = r.quantity(d.In.Hi)
		if okLo && okHi && out.Hi < out.Lo {
			r.upsideDown(d.In.Lo, d.In.Hi)
			return out, false
		}
		ok = ok && okLo && okHi
	}
	if d.Family == nil {
		return r.plain(d)
	}
	family := d.Family.Text
	if want := families[family]; ok && want >= 0 && len(args) != want {
		r.fail(d.Family.Span, fmt.Sprintf("%s needs %d durations, not %d", family, want, len(args)), forms[family])
		return out, false
	}
	if !ok {
		return out, false
	}
	switch family {
	case "empirical":
		if d.In != nil {
			r.fail(d.Family.Span, "an empirical delay has its support in itself", "remove in …")
			return out, false
		}
		if d.File != nil {
			return r.sample(d.File.Name)
		}
		return model.EmpiricalOf(args), true
	case "uniform", "triangular":
		return r.bounded(d, args)
	}
	return r.unbounded(d, args, out)
}

// plain computes a constant or an interval.
func (r *resolver) plain(d *Delay) (model.Delay, bool) {
	lo, ok := r.quantity(*d.Lo)
	if d.Hi == nil {
		return model.Constant(lo), ok
	}
	hi, okHi := r.quantity(*d.Hi)
	if ok && okHi && hi < lo {
		r.upsideDown(*d.Lo, *d.Hi)
		return model.Delay{}, false
	}
	return model.Interval(lo, hi), ok && okHi
}

// forms says how each distribution is written.
var forms = map[string]string{
	"uniform":     "write uniform(lo, hi)",
	"triangular":  "write triangular(lo, mode, hi)",
	"normal":      "write normal(mean, sd) in lo .. hi",
	"lognormal":   "write lognormal(mean, sd) in lo .. hi",
	"gamma":       "write gamma(mean, sd) in lo .. hi",
	"exponential": "write exponential(mean) in lo .. hi",
}

// bounded computes the distributions that have their support in their
// parameters.
func (r *resolver) bounded(d *Delay, args []time.Duration) (model.Delay, bool) {
	family := d.Family.Text
	if d.In != nil {
		r.fail(d.Family.Span, "a "+family+" delay has its support in itself", "remove in …: "+forms[family])
		return model.Delay{}, false
	}
	for i := 1; i < len(args); i++ {
		if args[i] < args[i-1] {
			r.upsideDown(d.Args[i-1], d.Args[i])
			return model.Delay{}, false
		}
	}
	lo, hi := args[0], args[len(args)-1]
	switch {
	case lo == hi:
		return model.Constant(lo), true
	case family == "uniform":
		return model.Delay{Kind: model.Uniform, Lo: lo, Hi: hi}, true
	}
	return model.Delay{Kind: model.Triangular, Lo: lo, Hi: hi, A: args[1]}, true
}

// unbounded computes the distributions that are cut to a support.
func (r *resolver) unbounded(d *Delay, args []time.Duration, out model.Delay) (model.Delay, bool) {
	family := d.Family.Text
	out.Kind = map[string]model.DelayKind{"normal": model.Normal, "lognormal": model.LogNormal, "gamma": model.Gamma, "exponential": model.Exponential}[family]
	out.A = args[0]
	if len(args) > 1 {
		if out.B = args[1]; out.B <= 0 {
			r.fail(d.Args[1].Span, "the standard deviation must be greater than 0", "for a delay that is always the same write just the duration")
			return out, false
		}
	}
	if out.A <= 0 && family != "normal" {
		r.fail(d.Args[0].Span, "the mean must be greater than 0", "")
		return out, false
	}
	if d.In == nil {
		r.fail(d.Span(), "a "+family+" delay needs a support", "bounds stand on the least and the greatest value: "+forms[family])
		return out, false
	}
	if out.Lo == out.Hi {
		return model.Constant(out.Lo), true
	}
	// How far the support may lie from the mean: beyond that floating point sees
	// no probability in it, and it certainly is a mistake.
	spread := out.B
	if family == "exponential" {
		spread = out.A
	}
	const most = 30
	if float64(out.Hi) < float64(out.A)-most*float64(spread) || float64(out.Lo) > float64(out.A)+most*float64(spread) {
		r.fail(d.Span(), "the support excludes everything that the distribution gives", fmt.Sprintf("it should be around the mean, %s", model.FormatDuration(out.A)))
		return out, false
	}
	return out, true
}

func (r *resolver) upsideDown(lo, hi Quantity) {
	at := lo.Span
	if lo.Line == hi.Line {
		at.Length = hi.Column + hi.Length - lo.Column
	}
	r.fail(at, fmt.Sprintf("in the wrong order: %s is greater than %s", lo.Text, hi.Text), "the smaller one comes first")
}

// quantity computes one duration.
func (r *resolver) quantity(q Quantity) (time.Duration, bool) {
	v, err := model.ParseDuration(q.Text)
	units := "the units are " + model.DurationUnits
	switch {
	case errors.Is(err, model.ErrUnit):
		r.fail(q.Span, "a duration needs a unit: "+shorten(q.Text), "write "+shorten(q.Text)+"s for seconds; "+units)
	case errors.Is(err, model.ErrDuration):
		r.fail(q.Span, "not a duration: "+shorten(q.Text), units)
	case errors.Is(err, model.ErrUnitOrder):
		r.fail(q.Span, "the units of a duration are out of order: "+shorten(q.Text), "write the greatest first and each once, such as 1h2min30s")
	case err != nil:
		r.fail(q.Span, "a duration that is too long: "+shorten(q.Text), "the greatest is "+model.FormatDuration(model.MaxDelay))
	case q.Negative && v > 0:
		r.fail(q.Span, "a negative duration: -"+shorten(q.Text), "nothing ends before it begins")
	default:
		return v, true
	}
	return 0, false
}

// maxSample is the greatest number of observations in one file.
const maxSample = 1_000_000

// sample reads a file of durations, one in a line, in seconds or with a unit.
// The path is relative to the file that names it.
func (r *resolver) sample(n Name) (model.Delay, bool) {
	path := n.Text
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(n.File), path)
	}
	if v, ok := r.samples[path]; ok {
		return v.delay, v.ok
	}
	d, ok := r.readSample(n, path)
	r.samples[path] = delayValue{delay: d, ok: ok}
	return d, ok
}

func (r *resolver) readSample(n Name, path string) (model.Delay, bool) {
	from := related(n.Pos, "named here")
	if strings.ContainsRune(path, 0) {
		r.fail(n.Span, "the path of a file has a NUL character in it", "")
		return model.Delay{}, false
	}
	text, list := r.read(path)
	if list == nil {
		list = checkText(path, text)
	}
	if list != nil {
		for _, d := range list {
			r.fail(n.Span, "the durations in "+path+": "+d.Summary, "the path is relative to the file that names it")
		}
		return model.Delay{}, false
	}
	r.extra[path] = string(text)
	var values []time.Duration
	line, good := 0, true
	for content := range strings.Lines(string(text)) {
		line++
		content = strings.TrimSpace(content)
		if content == "" || strings.HasPrefix(content, "#") {
			continue
		}
		if len(values) == maxSample {
			r.fail(n.Span, fmt.Sprintf("%s has more than %d durations", path, maxSample), "take a part of them")
			return model.Delay{}, false
		}
		v, err := parseObservation(content)
		if err != nil {
			at := Span{model.Pos{File: path, Line: line, Column: 1}, len([]rune(shorten(content)))}
			r.fail(at, "not a duration: "+shorten(content), "each line has one duration that is not negative, in seconds or with a unit", from)
			good = false
			continue
		}
		values = append(values, v)
	}
	if len(values) == 0 && good {
		r.fail(n.Span, path+" has no durations in it", "each line has one, in seconds or with a unit")
	}
	if len(values) == 0 || !good {
		return model.Delay{}, false
	}
	return model.EmpiricalOf(values), true
}

// parseObservation reads a duration, in seconds if it has no unit. Measured
// values may be written with an exponent.
func parseObservation(text string) (time.Duration, error) {
	if d, err := model.ParseDuration(text); err == nil {
		return d, nil
	}
	return model.ParseSeconds(text)
}

// isFile says whether a path leads to something that can be read.
func (r *resolver) isFile(path string) bool {
	if r.opts.Read != nil {
		_, list := r.opts.Read(path)
		return list == nil
	}
	_, err := os.Stat(path)
	return err == nil
}
