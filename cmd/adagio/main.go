// Adagio predicts how long a reconfiguration takes: it reads a model of
// components, nodes and programs, and answers with bounds that hold for every
// execution, the path that makes them, and what would deadlock.
//
//	adagio check   testdata/openstack.ballet
//	adagio bound   testdata/openstack.ballet --plan deploy --set sites=5
//	adagio explain testdata/openstack.ballet
//
// Each command is a file of this package: it parses flags, calls the packages
// that know, and renders what they say. [Run] is the whole program.
package main

import "os"

func main() {
	collectLate()
	os.Exit(Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
