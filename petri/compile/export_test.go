package compile

// Kept is how many nets of components are kept.
func Kept(l *Cache) (n int) {
	for _, b := range l.models {
		n += b.size
	}
	return n
}
