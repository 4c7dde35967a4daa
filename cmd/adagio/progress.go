package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress returns a function that shows on stderr how far something is; nil
// where stderr is no terminal.
func (a *app) progress(what string) func(done, of int) {
	width, _ := terminal(a.stderr)
	if width == 0 {
		return nil
	}
	var bar *progressbar.ProgressBar
	return func(done, of int) {
		if bar == nil {
			bar = progressbar.NewOptions(of, progressbar.OptionSetWriter(a.stderr), progressbar.OptionSetDescription(what),
				progressbar.OptionSetWidth(min(40, width/3)), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
		}
		bar.Set(done)
	}
}

// patience is how long something may last before [app.waiting] shows it.
const patience = 300 * time.Millisecond

// waiting shows on stderr that something is under way of which nobody knows how far it
// is, where stderr is a terminal and it lasts; done takes that away.
func (a *app) waiting(what string) (done func()) {
	if width, _ := terminal(a.stderr); width == 0 {
		return func() {}
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-stop:
			return
		case <-time.After(patience):
		}
		bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(a.stderr), progressbar.OptionSetDescription(what),
			progressbar.OptionSpinnerType(14), progressbar.OptionSetElapsedTime(true), progressbar.OptionClearOnFinish())
		for {
			bar.Add(1)
			select {
			case <-stop:
				bar.Finish()
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	return func() {
		close(stop)
		<-stopped
	}
}
