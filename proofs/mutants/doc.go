// Package mutants checks the checks: it puts deliberate mistakes into the code, one at a
// time, and demands that a test fails for each. README.md says how, mutants.txt lists them.
package mutants
