//go:build mutant

package petri

import "os"

var mutant = os.Getenv("ADAGIO_MUTANT")

// mutated says whether the deliberate mistake of that name is switched on, by the
// environment variable ADAGIO_MUTANT. It exists only in test builds with the tag
// "mutant": see proofs/mutants.
func mutated(name string) bool { return mutant == name }
