package ballet

import "adagio/dsl"

// format gives a text its canonical layout, which also checks that it is in the
// language.
func format(text []byte) ([]byte, error) {
	file, list := dsl.Parse("imported", text)
	if err := list.Err(); err != nil {
		return nil, err
	}
	return dsl.Format(file), nil
}
