// Package proofs states the theorems that Adagio stands on (petri/README.md,
// section 2), one in each test file, and tries to break them on random scenarios
// (package gen). A theorem's comment gives the statement, its hypotheses and the
// reference; its test is the property.
//
//	go test ./proofs                                  # quick
//	go test ./proofs -rapid.checks=100000 -timeout 0  # long
//
// README.md tells what the long runs have found.
package proofs
