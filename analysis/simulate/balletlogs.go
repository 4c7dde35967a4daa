package simulate

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"adagio/dsl/model"

	"gopkg.in/yaml.v3"
)

// Operation is one reconfiguration of an experiment and its trace: the name is
// what Ballet's files call it, "deploy" or "update".
type Operation struct {
	Name     string
	Scenario *model.Scenario
	Trace    *Trace
}

// WriteBallet writes an experiment in the layout of Ballet's own results:
//
//	dir/results_adagio.yaml
//	dir/execution_metadata.yaml
//	dir/logs_files_assemblies/<operation>/<node>.yaml
//
// A log maps each instruction, behaviour, transition and event to its start and
// end in seconds from the common origin; what never ended is not in it. Pauses
// are not instructions of Ballet and not counted among them. The final wait all,
// which is not simulated, and what is derived from it, are left out. A transition
// is called by its name, preceded by its component's where the node has several;
// the k-th of a name ends in -#k.
func WriteBallet(dir string, ops ...Operation) error {
	results := newResults()
	for _, op := range ops {
		logs := filepath.Join(dir, "logs_files_assemblies", op.Name)
		if err := os.MkdirAll(logs, 0o777); err != nil {
			return err
		}
		for n, node := range op.Scenario.Nodes {
			log := balletLog(op, n)
			if err := writeYAML(filepath.Join(logs, node.Name+".yaml"), log); err != nil {
				return err
			}
			results.add(op, n, log)
		}
	}
	if err := writeYAML(filepath.Join(dir, "execution_metadata.yaml"), map[string]any{"expe_details": results.Details}); err != nil {
		return err
	}
	return writeYAML(filepath.Join(dir, "results_adagio.yaml"), results)
}

func writeYAML(path string, value any) error {
	text, err := yaml.Marshal(value)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o666)
}

// timed is an entry of a log.
type timed struct {
	End   float64 `yaml:"end"`
	Start float64 `yaml:"start"`
}

type nodeLog map[string]timed

func (l nodeLog) add(key string, start, end time.Duration) {
	if start == model.Never || end == model.Never {
		return
	}
	name := key
	for k := 2; ; k++ {
		if _, taken := l[name]; !taken {
			break
		}
		name = fmt.Sprintf("%s-#%d", key, k)
	}
	l[name] = timed{Start: start.Seconds(), End: end.Seconds()}
}

// balletLog is the log of a node.
func balletLog(op Operation, n int) nodeLog {
	s, log := op.Scenario, nodeLog{}
	t := &op.Trace.Nodes[n]
	log.add("event_uptime", t.Start, t.End)
	log.add("event_"+op.Name, t.Start, t.End)
	position := 0
	for i, in := range s.Nodes[n].Program {
		if !in.Op.Numbered() {
			continue
		}
		log.add(instructionKey(s, n, position, in), t.Instructions[i].Start, t.Instructions[i].End)
		position++
	}
	components := 0
	for _, c := range s.Components {
		if c.Node == n {
			components++
		}
	}
	for c := range s.Components {
		if s.Components[c].Node != n {
			continue
		}
		name, ty := s.Components[c].Name, s.TypeOf(c)
		for _, b := range op.Trace.Components[c].Behaviours {
			log.add("behavior_"+ty.Behaviours[b.Behaviour].Name+"-"+name, b.Begin, b.End)
		}
		prefix := "transition_"
		if components > 1 {
			prefix += name + "."
		}
		for _, f := range op.Trace.Components[c].Firings {
			log.add(prefix+ty.Transitions[f.Transition].Name, f.Start, f.End)
		}
	}
	return log
}

// instructionKey is what Ballet's logs call an instruction.
func instructionKey(s *model.Scenario, n, position int, in model.Instruction) string {
	c := &s.Components[in.Component]
	switch in.Op {
	case model.Add:
		return fmt.Sprintf("instruction_add_%d-%s-%s", position, c.Name, s.TypeOf(in.Component).Name)
	case model.Delete:
		return fmt.Sprintf("instruction_del_%d-%s", position, c.Name)
	case model.Push:
		return fmt.Sprintf("instruction_push_b_%d-%s-%s", position, c.Name, s.TypeOf(in.Component).Behaviours[in.Behaviour].Name)
	case model.Wait:
		holding := ""
		if in.Holding {
			holding = "_True"
		}
		return fmt.Sprintf("instruction_wait_%d-%s%s", position, c.Name, holding)
	case model.WaitAll:
		return fmt.Sprintf("instruction_waitall_%d", position)
	}
	word := "conn"
	if in.Op == model.Disconnect {
		word = "dcon"
	}
	l := s.Links[in.Link]
	user := s.Components[l.User].Name + "-" + s.TypeOf(l.User).Ports[l.UsePort].Name
	provider := s.Components[l.Provider].Name + "-" + s.TypeOf(l.Provider).Ports[l.ProvidePort].Name
	if s.Components[l.User].Node == n {
		return fmt.Sprintf("instruction_%s_%d-%s-%s", word, position, user, provider)
	}
	return fmt.Sprintf("instruction_%s_%d-%s-%s", word, position, provider, user)
}

// results is Ballet's results file: maxima over the nodes, the duration of
// everything, and what finished.
type results struct {
	Global  map[string]float64                       `yaml:"global_results"`
	Nodes   map[string]map[string]map[string]float64 `yaml:"details_assemblies_results"`
	Details details                                  `yaml:"expe_details"`
}

type details struct {
	Finished bool                           `yaml:"global_finished_reconf"`
	Details  map[string]map[string]finished `yaml:"details"`
}

type finished struct {
	Finished bool `yaml:"finished_reconfiguration"`
	Rounds   int  `yaml:"rounds_reconf"`
}

func newResults() *results {
	return &results{
		Global:  map[string]float64{"max_sleeping_time": 0},
		Nodes:   map[string]map[string]map[string]float64{},
		Details: details{Finished: true, Details: map[string]map[string]finished{}},
	}
}

func (r *results) add(op Operation, n int, log nodeLog) {
	name := op.Scenario.Nodes[n].Name
	if r.Nodes[name] == nil {
		r.Nodes[name] = map[string]map[string]float64{}
	}
	durations := map[string]float64{}
	for key, x := range log {
		durations["total_"+key+"_duration"] = x.End - x.Start
	}
	r.Nodes[name][op.Name] = durations

	_, ended := log["event_"+op.Name]
	if r.Details.Details[op.Name] == nil {
		r.Details.Details[op.Name] = map[string]finished{}
	}
	r.Details.Details[op.Name][name] = finished{ended, 1}
	r.Details.Finished = r.Details.Finished && ended

	most := func(key string, x float64) { r.Global[key] = max(r.Global[key], x) }
	took := durations["total_event_"+op.Name+"_duration"]
	most("max_"+op.Name+"_time", took)
	most("max_execution_time_"+op.Name, took)
	whole := 0.0
	for operation, d := range r.Nodes[name] {
		whole += d["total_event_"+operation+"_duration"]
	}
	most("max_reconf_time", whole)
	most("max_execution_time", whole)
}
