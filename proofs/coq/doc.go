// Package coq has the theorem that certificates stand on, machine-checked: Derivation.v.
// Its tests compile it, and check certificates with the checker that it is about.
package coq
