//go:build mutant

// Package mutant switches deliberate mistakes on, in test builds only: see proofs/mutants.
package mutant

import "os"

var name = os.Getenv("ADAGIO_MUTANT")

// On says whether the deliberate mistake of that name is switched on, by the
// environment variable ADAGIO_MUTANT. It exists only in test builds with the tag
// "mutant": see proofs/mutants.
func On(mistake string) bool { return name == mistake }
