package ballet

import (
	"adagio/dsl/diag"
)

// Hosts reads Ballet's inventory.yaml: the address of each component.
func Hosts(in Input) (map[string]string, diag.List) {
	j := &job{}
	if root := readYAML(&j.problems, in); root != nil {
		j.readInventory(root)
	}
	if len(j.inventory) == 0 && !j.HasErrors() {
		j.errorf(startOf(in), "an inventory holds the address of each component", "there is no component in this inventory")
	}
	if j.HasErrors() {
		return nil, j.list
	}
	hosts := map[string]string{}
	for _, h := range j.inventory {
		hosts[h.component] = h.address
	}
	return hosts, j.list
}
