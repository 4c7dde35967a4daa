package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"adagio/analysis/simulate"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// errRandomUptimes is why a simulation with random uptimes has no bounds.
var errRandomUptimes = errors.New("no bounds: each replication draws when nodes are awake")

// uptimeFlags are the flags that draw when nodes are awake.
type uptimeFlags struct{ duty, period, overlap string }

func (u *uptimeFlags) add(f *pflag.FlagSet) {
	f.StringVar(&u.duty, "duty", "", "draw when nodes are awake: this `share` of the time, such as 1%")
	f.StringVar(&u.period, "period", "1h", "with --duty: the `duration` in which each node wakes up once")
	f.StringVar(&u.overlap, "overlap", "", "with --duty: the `share` of each node's window that is in a window common to all; independent windows if not given")
}

// read is nil without --duty.
func (u *uptimeFlags) read(cmd *cobra.Command) (*simulate.RandomUptimes, error) {
	if u.duty == "" {
		for _, flag := range []string{"period", "overlap", "duty"} {
			if cmd.Flags().Changed(flag) {
				return nil, usage(cmd, fmt.Sprintf("--%s without a share of the time that nodes are awake", flag), "write --duty 1%")
			}
		}
		return nil, nil
	}
	r := &simulate.RandomUptimes{}
	var err error
	if r.Duty, err = parseShare(u.duty); err != nil {
		return nil, usage(cmd, fmt.Sprintf("--duty %s is not a share", u.duty), "write --duty 1% or --duty 0.01")
	}
	if u.overlap != "" {
		if r.Overlap, err = parseShare(u.overlap); err != nil {
			return nil, usage(cmd, fmt.Sprintf("--overlap %s is not a share", u.overlap), "write --overlap 80% or --overlap 0.8")
		}
	}
	if r.Period, err = durationOption(cmd, "period", u.period, "1h"); err != nil {
		return nil, err
	}
	if err := r.Validate(); err != nil {
		return nil, usageOf(cmd, err)
	}
	return r, nil
}

// parseShare reads 0.01 or 1%.
func parseShare(text string) (float64, error) {
	number, percent := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		v /= 100
	}
	return v, err
}
