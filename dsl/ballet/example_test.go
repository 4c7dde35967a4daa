package ballet_test

import (
	"fmt"

	"adagio/dsl/ballet"
)

func ExampleImport() {
	text, problems := ballet.Import(
		ballet.Input{Path: "assembly.yaml", Data: []byte(`
sites: 2
components:
  store: {type: Store, active: running}
  ${{ each s in range(0, sites) }}:
    shop${{ s }}: {type: Shop, active: running}
connections:
  ${{ each s in range(0, sites) }}:
    - store,data,shop${{ s }},store
`)},
		ballet.Input{Path: "types.json", Data: []byte(`{
  "Store": {"places": ["off", "running"], "initial": "off",
    "transitions": {"start": ["off", "running", "deploy", 2.5]},
    "ports": {"data": ["provide", ["running"]]}},
  "Shop": {"places": ["off", "running"], "initial": "off",
    "transitions": {"start": ["off", "running", "deploy", 1]},
    "ports": {"store": ["use", ["running"]]}}
}`)},
	)
	fmt.Printf("%s%d problems\n", text, len(problems))
	// Output:
	// // Imported by adagio from assembly.yaml, types.json.
	//
	// component Store {
	//   places off, running
	//   initial off
	//   running running
	//
	//   behavior deploy {
	//     start: off -> running for 2.5s
	//   }
	//
	//   provide data at running
	// }
	//
	// component Shop {
	//   places off, running
	//   initial off
	//   running running
	//
	//   behavior deploy {
	//     start: off -> running for 1s
	//   }
	//
	//   use store at running
	// }
	//
	// assembly imported(sites = 2) {
	//   node store { store: Store }
	//
	//   for s in 0 ..< sites {
	//     node shop[s] { shop[s]: Shop }
	//
	//     connect store.data -> shop[s].store
	//   }
	// }
	// 0 problems
}
