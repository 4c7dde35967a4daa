package ballet

import "adagio/dsl/model"

// kind tells the kinds of value apart.
type kind uint8

const (
	nullKind kind = iota
	textKind
	numberKind
	boolKind
	arrayKind
	objectKind
)

func (k kind) String() string {
	return [...]string{"nothing", "a text", "a number", "true or false", "a list", "an object"}[k]
}

// value is a node of a JSON or YAML file. The keys of an object keep their order.
type value struct {
	kind  kind
	text  string // of a text, number or boolean
	items []member
	pos   model.Pos
	index map[string]*value // of a large object, made when it is first asked for
}

// member is an element of an array, or of an object with its key.
type member struct {
	key   string
	pos   model.Pos // of the key
	value *value
}

// get returns the member of an object with the given key, or nil.
func (v *value) get(key string) *value {
	const small = 16
	if v.kind != objectKind {
		return nil
	}
	if len(v.items) > small && v.index == nil {
		v.index = map[string]*value{}
		for _, m := range v.items {
			v.index[m.key] = m.value
		}
	}
	if v.index != nil {
		return v.index[key]
	}
	for _, m := range v.items {
		if m.key == key {
			return m.value
		}
	}
	return nil
}
