package model

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// Names are for people. They are written as in the language, so that each can be
// read in one way only: the port c of "a.b" and the port "b.c" of a differ in
// print, too.

var indices = regexp.MustCompile(`(\[-?[0-9]+\])+$`)

// Quote writes a name as the language does: in double quotes unless it is a plain
// word that means nothing else in an instruction.
func Quote(name string) string {
	if isPlain(name) {
		return name
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
}

func isPlain(name string) bool {
	for i, c := range name {
		if c != '_' && !unicode.IsLetter(c) && (i == 0 || !unicode.IsDigit(c)) {
			return false
		}
	}
	return name != "" && name != "all" && name != "holding"
}

// Reference writes the name of a node or component, with its indices, as the language
// does.
func Reference(name string) string {
	i := len(name)
	if !strings.HasSuffix(name, "]") {
		return Quote(name)
	}
	if at := indices.FindStringIndex(name); at != nil && at[0] > 0 {
		i = at[0]
	}
	return Quote(name[:i]) + name[i:]
}

// PortName describes a port of a component as "component.port".
func (s *Scenario) PortName(component, port int) string {
	return s.member(component, s.TypeOf(component).Ports[port].Name)
}

// TransitionName describes a transition of a component as "component.transition".
func (s *Scenario) TransitionName(component, transition int) string {
	return s.member(component, s.TypeOf(component).Transitions[transition].Name)
}

func (s *Scenario) member(component int, name string) string {
	return Reference(s.Components[component].Name) + "." + Quote(name)
}

// Text renders an instruction in the language; a [Limit], which the language has as a
// block only, with the components that it waits for.
func (s *Scenario) Text(in Instruction) string {
	switch in.Op {
	case Add, Delete:
		return in.Op.String() + " " + Reference(s.Components[in.Component].Name)
	case Connect, Disconnect:
		l := s.Links[in.Link]
		return fmt.Sprintf("%s %s -> %s", in.Op, s.PortName(l.Provider, l.ProvidePort), s.PortName(l.User, l.UsePort))
	case Push, Wait:
		text := in.Op.String() + " " + Reference(s.Components[in.Component].Name)
		if in.Behaviour >= 0 {
			text += " " + Quote(s.TypeOf(in.Component).Behaviours[in.Behaviour].Name)
		}
		if in.Holding {
			text += " holding"
		}
		return text
	case Pause:
		return "pause " + in.Duration.String()
	case Limit:
		names := make([]string, len(in.Of))
		for i, c := range in.Of {
			names[i] = Reference(s.Components[c].Name)
		}
		return fmt.Sprintf("limit %d: %s", in.Most, strings.Join(names, ", "))
	case WaitAll:
		if in.Holding {
			return in.Op.String() + " holding"
		}
	}
	return in.Op.String()
}
