// Package mutants checks the checks: it switches on deliberate mistakes in
// the packages of petri, one at a time, and demands that a test fails for each. README.md
// lists them.
package mutants
