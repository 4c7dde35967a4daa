package model

// Digest is a number for some values, the same for equal ones (FNV-1a, by number). It begins
// with [NewDigest].
type Digest uint64

// NewDigest is the digest of nothing.
const NewDigest Digest = 14695981039346656037

// Add is the digest with more values.
func (d Digest) Add(values ...int) Digest {
	for _, v := range values {
		d = (d ^ Digest(v)) * 1099511628211
	}
	return d
}

// AddProgram is the digest with the instructions of a program, wherever they are written.
func (d Digest) AddProgram(program []Instruction) Digest {
	for i := range program {
		in := &program[i]
		holding := 0
		if in.Holding {
			holding = 1
		}
		d = d.Add(int(in.Op), in.Component, in.Behaviour, in.Link, int(in.Duration.Hi), holding)
	}
	return d.Add(-1)
}
