package inferwire

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// faultOf says where a value is not what the schema says, and how; empty: it is. The value comes from
// a decoder that keeps numbers as json.Number. What is wrong is named, but never quoted.
func (s *schema) faultOf(value any, path string) string {
	if value == nil {
		if s.nullable {
			return ""
		}
		return path + ": must not be null"
	}
	switch value := value.(type) {
	case string:
		return s.faultOfText(value, path)
	case bool:
		return s.faultOfKind("boolean", path)
	case json.Number:
		return s.faultOfNumber(value, path)
	case []any:
		if fault := s.faultOfKind("array", path); fault != "" {
			return fault
		}
		if fault := s.outOfBounds(float64(len(value)), path, "Items"); fault != "" {
			return fault
		}
		for i, item := range value {
			if fault := s.items.faultOf(item, fmt.Sprintf("%s[%d]", path, i)); fault != "" {
				return fault
			}
		}
		return ""
	case map[string]any:
		return s.faultOfObject(value, path)
	default:
		return path + ": is no JSON"
	}
}

func (s *schema) faultOfKind(kind, path string) string {
	if s.kind == kind || s.kind == "number" && kind == "integer" {
		return ""
	}
	return fmt.Sprintf("%s: must be of type %s, and is of type %s", path, s.kind, kind)
}

func (s *schema) faultOfText(value, path string) string {
	if fault := s.faultOfKind("string", path); fault != "" {
		return fault
	}
	if len(s.enum) > 0 && !slices.Contains(s.enum, any(value)) {
		return path + ": is none of the values it may have"
	}
	return s.outOfBounds(float64(utf8.RuneCountInString(value)), path, "Length")
}

func (s *schema) faultOfNumber(value json.Number, path string) string {
	kind := "integer"
	number, err := value.Float64()
	if err != nil {
		return path + ": is too large"
	}
	if strings.ContainsAny(value.String(), ".eE") {
		kind = "number"
	}
	if fault := s.faultOfKind(kind, path); fault != "" {
		return fault
	}
	equal := func(other any) bool {
		known, err := other.(json.Number).Float64()
		return err == nil && known == number
	}
	if len(s.enum) > 0 && !slices.ContainsFunc(s.enum, equal) {
		return path + ": is none of the values it may have"
	}
	return s.outOfBounds(number, path, "imum")
}

// of: how the keywords end that bound this.
func (s *schema) outOfBounds(value float64, path, of string) string {
	for _, bound := range s.bounds {
		limit, err := bound.value.Float64()
		kind, is := strings.CutSuffix(bound.keyword, of)
		if err != nil || !is {
			continue
		}
		if kind == "min" && value < limit || kind == "max" && value > limit ||
			kind == "exclusiveMin" && value <= limit || kind == "exclusiveMax" && value >= limit {
			return fmt.Sprintf("%s: %s is %s", path, bound.keyword, bound.value)
		}
	}
	return ""
}

func (s *schema) faultOfObject(value map[string]any, path string) string {
	if fault := s.faultOfKind("object", path); fault != "" {
		return fault
	}
	if s.values != nil {
		for _, inner := range value {
			if fault := s.values.faultOf(inner, path+"[...]"); fault != "" {
				return fault
			}
		}
		return ""
	}
	for _, property := range s.properties {
		inner, has := value[property.name]
		switch {
		case has:
			if fault := property.faultOf(inner, path+"."+property.name); fault != "" {
				return fault
			}
		case !property.nullable:
			return path + "." + property.name + ": is missing"
		}
	}
	return ""
}
