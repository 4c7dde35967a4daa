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
