package petri

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/diag"
)

func TestScratch(t *testing.T) {
	for _, n := range []string{"openstack", "cps"} {
		for _, plan := range []string{"deploy", "update"} {
			for _, sites := range []int{1, 5, 15} {
				for _, nw := range []string{"ideal", "ballet"} {
					t0 := time.Now()
					s, src, l := dsl.Load(dsl.Options{Files: []string{"../testdata/" + n + ".ballet"}, Plan: plan, Set: map[string]int{"sites": sites}, Network: nw})
					if s == nil {
						diag.Render(os.Stdout, l, src, diag.Options{})
						t.Fatal()
					}
					t1 := time.Now()
					net, err := Compile(s)
					if err != nil {
						t.Fatal(err)
					}
					if err := net.Validate(); err != nil {
						t.Fatal(err)
					}
					t2 := time.Now()
					x, err := Explore(net, DefaultLimit)
					t3 := time.Now()
					fmt.Println(n, plan, sites, nw, "places", len(net.Places), "trans", len(net.Transitions), t1.Sub(t0), t2.Sub(t1), t3.Sub(t2))
					if err != nil {
						fmt.Println(err)
						if le, ok := err.(*LimitError); ok {
							for _, r := range le.Races[:min(5, len(le.Races))] {
								fmt.Println(net.Transitions[r.A].Name, "|", net.Transitions[r.B].Name, "|", net.Places[r.Place].Name, r.AFirst, r.ALast, r.BFirst, r.BLast)
							}
						}
						continue
					}
					report(net, x)
				}
			}
		}
	}
}

func report(net *Net, x *Exploration) {
	for _, r := range x.Runs {
		lo, _ := r.Graph.Dates(r.Graph.Delays(Earliest))
		hi, _ := r.Graph.Dates(r.Graph.Delays(Latest))
		var a, b time.Duration
		for _, e := range r.Graph.Ends {
			if e >= 0 {
				a, b = max(a, lo[e]), max(b, hi[e])
			}
		}
		fmt.Println("   run", r.Graph.Len(), r.Graph.Complete, a, b, "races", len(x.Races), "hazards", len(x.Hazards))
	}
	for _, r := range x.Races {
		fmt.Println("   race", net.Transitions[r.A].Name, "|", net.Transitions[r.B].Name, "|", net.Places[r.Place].Name, r.AFirst, r.ALast, r.BFirst, r.BLast)
	}
	for _, h := range x.Hazards[:min(3, len(x.Hazards))] {
		fmt.Println("   hazard", net.Transitions[h.Begins].Name, "|", net.Transitions[h.Ends].Name, "|", net.Transitions[h.Wait].Name, h.Earliest, h.Latest, h.Returns)
	}
}

func TestScratchGallery(t *testing.T) {
	files, _ := filepath.Glob("../testdata/gallery/*.ballet")
	for _, f := range files {
		text, _ := os.ReadFile(f)
		for _, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "// expect") {
				fmt.Println(filepath.Base(f), line)
			}
		}
		s, src, l := dsl.Load(dsl.Options{Files: []string{f}, Network: ""})
		if s == nil {
			diag.Render(os.Stdout, l, src, diag.Options{})
			continue
		}
		net, err := Compile(s)
		if err != nil {
			t.Error(err)
			continue
		}
		if err := net.Validate(); err != nil {
			t.Error(err)
		}
		x, err := Explore(net, DefaultLimit)
		if err != nil {
			fmt.Println(err)
			continue
		}
		report(net, x)
	}
}
