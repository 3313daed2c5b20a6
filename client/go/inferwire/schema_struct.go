package inferwire

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A field as encoding/json sees it.
type jsonField struct {
	reflect.StructField
	name   string
	tagged bool
	depth  int
	rest   []string // of the tag
}

func structSchema(t reflect.Type, within []reflect.Type) (*schema, error) {
	if slices.Contains(within, t) {
		return nil, fmt.Errorf("%s contains itself: recursive types cannot be described", t)
	}
	within = append(within[:len(within):len(within)], t)
	fields, err := jsonFields(t, 0, within)
	if err != nil {
		return nil, err
	}
	object := &schema{kind: "object"}
	for i, field := range fields {
		if !isDominant(i, fields) {
			continue
		}
		described, err := fieldSchema(field, within)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t, field.Name, err)
		}
		object.properties = append(object.properties, property{field.name, described})
	}
	return object, nil
}

// All fields of a struct and of those embedded in it.
func jsonFields(t reflect.Type, depth int, within []reflect.Type) ([]jsonField, error) {
	var fields []jsonField
	for i := range t.NumField() {
		field := t.Field(i)
		tag := field.Tag.Get("json")
		if tag == "-" {
			continue
		}
		parts := strings.Split(tag, ",")
		inner := field.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if field.Anonymous && parts[0] == "" && inner.Kind() == reflect.Struct && inner != timeType {
			if field.Type.Kind() == reflect.Pointer && !field.IsExported() {
				return nil, fmt.Errorf("%s.%s: JSON cannot fill what is embedded by a pointer to an unexported type", t, field.Name)
			}
			if slices.Contains(within, inner) {
				return nil, fmt.Errorf("%s contains itself: recursive types cannot be described", inner)
			}
			embedded, err := jsonFields(inner, depth+1, append(within[:len(within):len(within)], inner))
			if err != nil {
				return nil, err
			}
			fields = append(fields, embedded...)
		} else if field.IsExported() {
			fields = append(fields, jsonField{field, or(parts[0], field.Name), parts[0] != "", depth, parts[1:]})
		}
	}
	return fields, nil
}

// Of several fields with one name the least deep counts, then the one with a tag; else none.
func isDominant(i int, all []jsonField) bool {
	field := all[i]
	for j, other := range all {
		if j != i && other.name == field.name &&
			(other.depth < field.depth || other.depth == field.depth && (other.tagged || !field.tagged)) {
			return false
		}
	}
	return true
}

func fieldSchema(field jsonField, within []reflect.Type) (*schema, error) {
	described, err := schemaOf(field.Type, within)
	if err != nil {
		return nil, err
	}
	if slices.Contains(field.rest, "string") && described.kind != "object" && described.kind != "array" {
		described = &schema{kind: "string", nullable: described.nullable}
	}
	if slices.Contains(field.rest, "omitempty") || slices.Contains(field.rest, "omitzero") {
		described.nullable = true
	}
	// The names that a widespread library has for the same.
	if text := field.Tag.Get("jsonschema_description"); text != "" {
		described.description = text
	}
	if text := field.Tag.Get("description"); text != "" {
		described.description = text
	}
	if values := field.Tag.Get("enum"); values != "" {
		for _, value := range strings.Split(values, ",") {
			if err := addEnum(described, strings.TrimSpace(value)); err != nil {
				return nil, err
			}
		}
	}
	return described, readTag(described, field.Tag.Get("jsonschema"))
}

// jsonschema:"enum=a,enum=b,minimum=1,description=..."
func readTag(described *schema, tag string) error {
	if tag == "" {
		return nil
	}
	for part := range strings.SplitSeq(tag, ",") {
		keyword, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch keyword {
		case "enum":
			if err := addEnum(described, value); err != nil {
				return err
			}
		case "description":
			described.description = value
		case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "minLength", "maxLength":
			if !json.Valid([]byte(value)) {
				return fmt.Errorf("the tag jsonschema: %s must be a number", keyword)
			}
			described.bounds = slices.DeleteFunc(described.bounds, func(b bound) bool { return b.keyword == keyword })
			described.bounds = append(described.bounds, bound{keyword, json.Number(value)})
		case "required", "nullable", "title", "example", "default":
			// They change nothing of what may come.
		default:
			return fmt.Errorf("the tag jsonschema: %q is not known", keyword)
		}
	}
	return nil
}

// A value of a slice's enum is one of its elements'.
func addEnum(described *schema, value string) error {
	for described.kind == "array" {
		described = described.items
	}
	switch described.kind {
	case "string":
		described.enum = append(described.enum, value)
	case "integer", "number":
		number := json.Number(value)
		if _, err := number.Float64(); err != nil {
			return fmt.Errorf("enum: %q must be a number", value)
		}
		described.enum = append(described.enum, number)
	default:
		return fmt.Errorf("enum: a %s has none", described.kind)
	}
	return nil
}
