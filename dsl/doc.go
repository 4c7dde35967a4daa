// Package dsl reads the language of .ballet files: component types, assemblies
// of components on nodes, plans that reconfigure them, durations and networks.
// README.md beside it describes the language.
//
// [Load] does all of it at once: it parses files, resolves one plan, and returns
// a [model.Scenario], or diagnostics that say where the mistakes are and what to
// do about them:
//
//	scenario, sources, list := dsl.Load(dsl.Options{
//		Files: []string{"openstack.ballet"},
//		Plan:  "update",
//		Set:   map[string]int{"sites": 5},
//	})
//	diag.Render(os.Stderr, list, sources, diag.Options{})
//	if list.HasErrors() {
//		os.Exit(1)
//	}
//
// The phases can be had one by one: [Parse] gives a syntax tree ([File]), and
// [Format] writes a file in the canonical layout. [File.Expect] says what the
// grammar has for a position, which package index makes completions of.
package dsl
