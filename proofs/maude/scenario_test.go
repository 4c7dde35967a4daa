package maude

import (
	"fmt"
	"strings"

	"adagio/dsl/model"
)

// module is a scenario as a Maude module: equations for what does not change, and the
// initial state.
func module(name string, s *model.Scenario) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, "  "+format+" .\n", args...) }
	fmt.Fprintf(&b, "mod %s is\n  including EXECUTOR .\n", name)
	for c := range s.Components {
		t := s.TypeOf(c)
		transitions, ports := []string{"none"}, []string{"none"}
		for i, tr := range t.Transitions {
			transitions = append(transitions, fmt.Sprintf("transition(%d, %d, %d, %d, %d)", i, tr.Behaviour, tr.Src, tr.Dst, tr.DockSet))
		}
		for i, p := range t.Ports {
			ports = append(ports, port(t, i, &p))
		}
		line("eq transitions(%d) = %s", c, strings.Join(transitions, " "))
		line("eq ports(%d) = %s", c, strings.Join(ports, " "))
		line("eq initial(%d) = %d", c, t.Initial)
		line("eq home(%d) = %d", c, s.Components[c].Node)
	}
	links := []string{"none"}
	for i, l := range s.Links {
		links = append(links, fmt.Sprintf("link(%d, %d, %d, %d, %d)", i, l.User, l.UsePort, l.Provider, l.ProvidePort))
	}
	line("eq links = %s", strings.Join(links, " "))
	line("op start : -> State")
	line("eq start = {%s}", strings.Join(state(s), " "))
	line("eq outcome(CF:Things) = outcome(%d, %d, %d, CF:Things)", len(s.Nodes), len(s.Components), len(s.Links))
	b.WriteString("endm\n")
	return strings.Replace(b.String(), "  eq outcome(", "  op outcome : Things -> String .\n  eq outcome(", 1)
}

func port(t *model.Type, number int, p *model.Port) string {
	var places, transitions []int
	for _, bound := range p.Bound {
		switch bound.Kind {
		case model.ToPlace:
			places = append(places, bound.Index)
		case model.ToGroup:
			places = append(places, t.Groups[bound.Index].Places...)
		case model.ToTransition:
			transitions = append(transitions, bound.Index)
		}
	}
	kind := [...]string{model.Use: "use", model.Provide: "provide", model.DataUse: "data-use", model.DataProvide: "data-provide"}[p.Kind]
	return fmt.Sprintf("port(%d, %s, %s, %s)", number, kind, set(places), set(transitions))
}

func set(numbers []int) string {
	if len(numbers) == 0 {
		return "empty"
	}
	return "(" + strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ", "), "[]") + ")"
}

// state lists the things of the initial state.
func state(s *model.Scenario) (things []string) {
	add := func(format string, args ...any) { things = append(things, fmt.Sprintf(format, args...)) }
	for c := range s.Components {
		if active := s.Components[c].Active; len(active) > 0 {
			add("component(%d, %s, empty, empty, empty, empty, nothing, nil)", c, set(active))
		}
	}
	told := map[string]bool{} // what a node is told about another, each once
	knows := func(fact string, about, which, to, known int) {
		if thing := fmt.Sprintf("knows(%s, %d, %d, %d, %d, nil)", fact, about, which, to, known); !told[thing] {
			told[thing] = true
			add("%s", thing)
		}
	}
	for i, l := range s.Links {
		if l.UserSide {
			add("userSide(%d)", i)
		}
		if l.ProviderSide {
			add("providerSide(%d)", i)
		}
		user, provider := s.Components[l.User].Node, s.Components[l.Provider].Node
		if user == provider {
			continue
		}
		locks := s.TypeOf(l.User).Ports[l.UsePort].Kind == model.Use
		if l.UserSide || connects(s, user, i) {
			knows("active", l.Provider, l.ProvidePort, user, 0)
			if locks {
				knows("refusing", l.Provider, l.ProvidePort, user, 1)
			}
		}
		if l.ProviderSide || connects(s, provider, i) {
			knows("used", l.User, l.UsePort, provider, 1)
		}
	}
	counted := map[[2]int]bool{}
	for n := range s.Nodes {
		program := []string{}
		pushed, waited := map[[2]int]int{}, map[[2]int]int{}
		for _, in := range s.Nodes[n].Program {
			behaviour, remote := [2]int{in.Component, in.Behaviour}, false
			switch in.Op {
			case model.Push:
				pushed[behaviour]++
			case model.WaitAll:
				for _, m := range s.Nodes[n].Neighbours {
					knows("quiet", m, 0, n, 0)
				}
			case model.Wait:
				remote = s.Components[in.Component].Node != n
				switch {
				case in.Behaviour >= 0:
					waited[behaviour]++
					if !counted[behaviour] {
						counted[behaviour] = true
						add("ended(%d, %d, 0)", in.Component, in.Behaviour)
					}
					if remote {
						knows("ends", in.Component, in.Behaviour, n, 0)
					}
				case remote:
					knows("idle", in.Component, 0, n, 0)
				}
			}
			end := pushed[behaviour] // a wait of one's own is for the last push before it
			if remote {
				end = waited[behaviour] // another's for the next end
			}
			program = append(program, instruction(s, n, &in, end))
		}
		add("node(%d, false, %s)", n, strings.Join(append(program, "done"), " ; "))
	}
	return things
}

func connects(s *model.Scenario, node, link int) bool {
	for _, in := range s.Nodes[node].Program {
		if in.Op == model.Connect && in.Link == link {
			return true
		}
	}
	return false
}

func instruction(s *model.Scenario, node int, in *model.Instruction, end int) string {
	switch in.Op {
	case model.Connect, model.Disconnect:
		return fmt.Sprintf("%s(%d)", in.Op, in.Link)
	case model.Push:
		return fmt.Sprintf("push(%d, %d)", in.Component, in.Behaviour)
	case model.WaitAll:
		return fmt.Sprintf("waitAll(%s)", set(s.Nodes[node].Neighbours))
	case model.Pause:
		return "pause"
	case model.Limit:
		return fmt.Sprintf("limit(%d, %s)", in.Most, set(in.Of))
	case model.Wait:
		word := "wait"
		if in.Behaviour >= 0 {
			word += "End"
		}
		if in.Holding {
			word += "Holding"
		}
		if in.Behaviour >= 0 {
			return fmt.Sprintf("%s(%d, %d, %d)", word, in.Component, in.Behaviour, end)
		}
		return fmt.Sprintf("%s(%d)", word, in.Component)
	}
	return fmt.Sprintf("%s(%d)", in.Op, in.Component)
}
