package lists

// EachSubset calls visit for every subset of n elements that has size elements.
func EachSubset(n, size int, visit func(has []bool)) {
	has := make([]bool, n)
	var choose func(from, left int)
	choose = func(from, left int) {
		if left == 0 {
			visit(has)
			return
		}
		for i := from; i <= n-left; i++ {
			has[i] = true
			choose(i+1, left-1)
			has[i] = false
		}
	}
	choose(0, size)
}

// MaxSets bounds the transitions of one limit.
const MaxSets = 500

// Sets counts the sets of so many out of n; with more than MaxSets it stops to count.
func Sets(n, size int) int {
	count := 1
	for i := range min(size, n-size) {
		if count = count * (n - i) / (i + 1); count > MaxSets {
			break
		}
	}
	return count
}
