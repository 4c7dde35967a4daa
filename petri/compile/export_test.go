package compile

// Kept is how many nets of components are kept.
func Kept(l *Cache) (n int) {
	for _, b := range l.models {
		for _, same := range b.known {
			n += len(same)
		}
	}
	return n
}
