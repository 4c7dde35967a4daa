package page

// items are a list of which the first are in sight.
type items struct{ First, More []item }

// mostInSight is how many items of a list are in sight until it is unfolded.
const mostInSight = 5

// Next is the number of the first item that is not in sight.
func (l items) Next() int { return len(l.First) + 1 }

func (l *items) add(i item) {
	if len(l.First) < mostInSight {
		l.First = append(l.First, i)
		return
	}
	l.More = append(l.More, i)
}
