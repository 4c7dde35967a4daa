package analysis_test

import (
	"fmt"
	"log"
	"os"

	"adagio/analysis"
	"adagio/analysis/rank"
	"adagio/analysis/report"
	"adagio/analysis/whatif"
	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/model"
)

// load reads a plan of OpenStack, with an executor that adds nothing; what is wrong with a model is shown with its
// place in the source.
func load(sites int) *model.Scenario {
	scenario, sources, problems := dsl.Load(dsl.Options{
		Files: []string{"../testdata/openstack.ballet"}, Plan: "update", Set: map[string]int{"sites": sites}, Network: "ideal",
	})
	if scenario == nil {
		diag.Render(os.Stderr, problems, sources, diag.Options{})
		log.Fatal("the model cannot be read")
	}
	return scenario
}

// Bounds that every execution keeps.
func ExampleAnalyse() {
	result, err := analysis.Analyse(load(5), analysis.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("makespan", result.Makespan)
	fmt.Println("races", len(result.Races), "deadlock", result.Deadlock != nil)
	// Output:
	// makespan 414.65s
	// races 0 deadlock false
}

// The three steps of the critical path that take longest, with where they are
// written.
func ExampleResult_explain() {
	result, err := analysis.Analyse(load(1), analysis.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, step := range result.Upper.Steps {
		if step.Duration.Seconds() > 60 {
			fmt.Printf("%s %.1f s, %s of line %d\n", step.Text, step.Duration.Seconds(), step.Category, step.Position.Line)
		}
	}
	if err := report.Short(os.Stdout, result, report.Durations{}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// keystone[0].deploy 77.6 s, work of line 72
	// nova[0].ready1 79.4 s, work of line 116
	// nova[0].deploy 124.8 s, work of line 118
	// done 6m54.7s
	// longest program 6m54.7s
	// not covered: 14 hazards (--strict covers them)
}

// Which of two plans is faster: the update as it is, or without the wait of Nova
// for Keystone.
func Example_rank() {
	update := load(5)
	change, err := whatif.Parse("remove wait nova keystone")
	if err != nil {
		log.Fatal(err)
	}
	bold, err := whatif.Apply(update, change)
	if err != nil {
		log.Fatal(err)
	}
	table, err := rank.Rank([]*rank.Plan{rank.NewPlan("as it is", update), rank.NewPlan("bold", bold)}, rank.Options{})
	if err != nil {
		log.Fatal(err)
	}
	best := table.Plans[table.Order[0]]
	fmt.Println(best.Name, best.Result.Makespan, table.Pairs[0].Verdict)
	// Output:
	// bold 358.72s certainly faster
}
