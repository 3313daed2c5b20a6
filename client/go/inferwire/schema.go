package inferwire

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// schema is what a Go type looks like in JSON, of the subset of JSON Schema that models can be held to
// (strict): every property is required, and one that may be left out may be null instead.
type schema struct {
	kind        string // object, array, string, number, integer, boolean
	nullable    bool
	description string
	format      string
	enum        []any
	bounds      []bound
	properties  []property // of an object that was a struct
	values      *schema    // of an object that was a map
	items       *schema
}

type property struct {
	name string
	*schema
}

// A keyword with a number: minItems, minimum, ...
type bound struct {
	keyword string
	value   json.Number
}

// isStrict: maps have any keys, which strict schemas cannot say.
func (s *schema) isStrict() bool {
	switch {
	case s.values != nil:
		return false
	case s.items != nil:
		return s.items.isStrict()
	}
	for _, property := range s.properties {
		if !property.isStrict() {
			return false
		}
	}
	return true
}

// MarshalJSON keeps the properties in the order of the struct: models answer in it.
func (s *schema) MarshalJSON() ([]byte, error) {
	var out strings.Builder
	add := func(keyword string, value any) {
		if out.Len() > 0 {
			out.WriteByte(',')
		}
		out.WriteString(strconv.Quote(keyword) + ":")
		out.Write(mustMarshal(value))
	}
	if enum := s.enum; s.nullable {
		add("type", []string{s.kind, "null"})
		if len(enum) > 0 {
			add("enum", append(enum[:len(enum):len(enum)], nil))
		}
	} else {
		add("type", s.kind)
		if len(enum) > 0 {
			add("enum", enum)
		}
	}
	if s.description != "" {
		add("description", s.description)
	}
	if s.format != "" {
		add("format", s.format)
	}
	for _, bound := range s.bounds {
		add(bound.keyword, bound.value)
	}
	if s.items != nil {
		add("items", s.items)
	}
	if s.values != nil {
		add("additionalProperties", s.values)
	} else if s.kind == "object" {
		names, members := []string{}, []string{}
		for _, property := range s.properties {
			names = append(names, property.name)
			members = append(members, string(mustMarshal(property.name))+":"+string(mustMarshal(property.schema)))
		}
		add("properties", json.RawMessage("{"+strings.Join(members, ",")+"}"))
		add("required", names)
		add("additionalProperties", false)
	}
	return []byte("{" + out.String() + "}"), nil
}

// Of what always can be.
func mustMarshal(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

var (
	timeType        = reflect.TypeFor[time.Time]()
	numberType      = reflect.TypeFor[json.Number]()
	unmarshalerType = reflect.TypeFor[json.Unmarshaler]()
	textType        = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// The schema of a type. within: the structs around it, since one that contains itself has no end.
func schemaOf(t reflect.Type, within []reflect.Type) (*schema, error) {
	pointer := reflect.PointerTo(t)
	switch {
	case t == timeType:
		return &schema{kind: "string", format: "date-time"}, nil
	case t == numberType:
		return &schema{kind: "number"}, nil
	case t.Kind() == reflect.Pointer:
		inner, err := schemaOf(t.Elem(), within)
		if err != nil {
			return nil, err
		}
		inner.nullable = true
		return inner, nil
	case t.Kind() == reflect.Interface || pointer.Implements(unmarshalerType):
		return nil, fmt.Errorf("%s: what it looks like in JSON cannot be seen", t)
	case pointer.Implements(textType):
		return &schema{kind: "string"}, nil
	}
	switch t.Kind() {
	case reflect.String:
		return &schema{kind: "string"}, nil
	case reflect.Bool:
		return &schema{kind: "boolean"}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &schema{kind: "integer"}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &schema{kind: "integer", bounds: []bound{{"minimum", "0"}}}, nil
	case reflect.Float32, reflect.Float64:
		return &schema{kind: "number"}, nil
	case reflect.Slice, reflect.Array:
		return arraySchema(t, within)
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			return nil, fmt.Errorf("%s: a map's keys must be strings", t)
		}
		values, err := schemaOf(t.Elem(), within)
		return &schema{kind: "object", values: values}, err
	case reflect.Struct:
		return structSchema(t, within)
	default:
		return nil, fmt.Errorf("%s: JSON has no such values", t)
	}
}

func arraySchema(t reflect.Type, within []reflect.Type) (*schema, error) {
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
		return &schema{kind: "string", description: "in base64"}, nil
	}
	items, err := schemaOf(t.Elem(), within)
	if err != nil {
		return nil, err
	}
	array := &schema{kind: "array", items: items}
	if t.Kind() == reflect.Array {
		length := json.Number(strconv.Itoa(t.Len()))
		array.bounds = []bound{{"minItems", length}, {"maxItems", length}}
	}
	return array, nil
}
