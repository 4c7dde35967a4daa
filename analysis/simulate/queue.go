package simulate

// queue has messages noted in the order in which they were sent, whatever the order
// in which they arrive.
type queue[T any] struct {
	first int32 // number of the first one that is not noted
	under []underWay[T]
}

type underWay[T any] struct {
	what    T
	arrived bool
}

// send adds a message, and returns its number.
func (q *queue[T]) send(what T) int32 {
	q.under = append(q.under, underWay[T]{what: what})
	return q.first + int32(len(q.under)) - 1
}

// arrive says that a message is there.
func (q *queue[T]) arrive(number int32) { q.under[number-q.first].arrived = true }

// next takes the next message to be noted, if it is there.
func (q *queue[T]) next() (what T, ok bool) {
	if len(q.under) == 0 || !q.under[0].arrived {
		return what, false
	}
	what = q.under[0].what
	q.first++
	q.under = append(q.under[:0], q.under[1:]...)
	return what, true
}
