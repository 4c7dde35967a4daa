// Package conformance reads the small scenarios that the real runtime has run, with
// what it did with each: the folders conformance* of the measured executions. Only
// tests import it.
//
//	for _, c := range conformance.Read(t) {
//		for k := range c.Phases {
//			s := c.Begin(k, state)        // programs, links and places of the phase
//			for _, run := range c.Runs {
//				m := run.Phases[k]        // what was measured, if the run came so far
//				m.SetStarts(s, …)         // nodes start as they did, within a log's precision
//			}
//		}
//	}
//
// Dates count from the earliest start of a program of the phase. The logs do not
// name pauses, and close every program with a wait all that is not part of it.
package conformance
