// Package maude states the executor once more, as a rewriting theory without time in
// executor.maude, and compares the simulator and the analysis with what Maude finds.
package maude
