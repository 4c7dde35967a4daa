package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"adagio/analysis/montecarlo"
	reportsimulate "adagio/analysis/report/simulate"
	"adagio/analysis/simulate"
	"adagio/dsl/model"

	"github.com/schollz/progressbar/v3"
)

// sinks are where replications go while they are simulated.
type sinks struct {
	scenario *model.Scenario
	csv      []io.Writer // where samples go
	file     *os.File    // of the samples, or nil
	buffer   *bufio.Writer
	logs     string // a folder, or ""
	kept     int    // replications whose logs are written
}

// open makes the files that the flags name.
func (s *simulation) open(scenario *model.Scenario, stdout bool) (*sinks, error) {
	k := &sinks{scenario: scenario, logs: s.logs, kept: s.kept}
	if stdout {
		k.csv = append(k.csv, s.app.out)
	}
	if s.samples != "" {
		f, err := os.Create(s.samples)
		if err != nil {
			return nil, err
		}
		k.file, k.buffer = f, bufio.NewWriter(f)
		k.csv = append(k.csv, k.buffer)
	}
	for _, w := range k.csv {
		io.WriteString(w, reportsimulate.CSVHeader)
	}
	return k, nil
}

// visit writes a replication wherever it is asked for.
func (k *sinks) visit(r montecarlo.Replication) error {
	for _, w := range k.csv {
		if err := reportsimulate.WriteCSV(w, r); err != nil {
			return err
		}
	}
	if k.logs == "" || r.Index >= k.kept {
		return nil
	}
	return simulate.WriteBallet(filepath.Join(k.logs, fmt.Sprintf("run%d", r.Index)), simulate.Operation{Name: k.scenario.Name, Scenario: k.scenario, Trace: r.Trace})
}

func (k *sinks) close() error {
	if k.file == nil {
		return nil
	}
	return errors.Join(k.buffer.Flush(), k.file.Close())
}

// progress shows a bar on stderr where that is a terminal. With a half width the
// bar shows how near it is: the number of replications that are needed grows with
// the square of the precision.
func (s *simulation) progress() func(done int, half time.Duration) {
	width, _ := terminal(s.app.stderr)
	if width == 0 || os.Getenv("TERM") == "dumb" {
		return nil
	}
	const steps = 1000
	bar := progressbar.NewOptions(steps, progressbar.OptionSetWriter(s.app.stderr), progressbar.OptionSetDescription("simulating"),
		progressbar.OptionSetWidth(min(40, width/3)), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
	return func(done int, half time.Duration) {
		share := float64(done) / float64(s.opts.N)
		end := done == s.opts.N
		if target := s.opts.HalfWidth; target > 0 {
			ratio := float64(target) / float64(max(half, 1))
			share = max(share, ratio*ratio)
			end = end || half <= target
		}
		if end {
			bar.Finish()
		} else {
			bar.Set(min(int(share*steps), steps-1))
		}
	}
}
