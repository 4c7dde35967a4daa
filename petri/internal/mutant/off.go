//go:build !mutant

// Package mutant switches deliberate mistakes on, in test builds only: see proofs/mutants.
package mutant

// On says whether a deliberate mistake is switched on: never, in a program
// that is built without the tag "mutant". See proofs/mutants.
func On(string) bool { return false }
