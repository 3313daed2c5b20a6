package inferwire

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

type base struct {
	ID string `json:"id"`
	*Deeper
}

// Deeper is embedded twice.
type Deeper struct {
	ID   int    `json:"id"` // hidden by the outer one
	Note string `json:"note,omitempty"`
}

type everything struct {
	base
	Kind    string          `json:"kind" enum:"a, b" description:"of it"`
	Maybe   *float64        `json:"maybe"`
	Tags    []string        `json:"tags" jsonschema:"enum=x,enum=y,minItems=1"`
	Pair    [2]bool         `json:"pair"`
	When    time.Time       `json:"when"`
	Bytes   []byte          `json:"bytes,omitzero"`
	Count   uint8           `json:"count" jsonschema:"maximum=9"`
	Quoted  int             `json:"quoted,string"`
	Inner   struct{ X int } `json:"inner"`
	Skipped chan int        `json:"-"`
}

func TestSchemaIsStrictAndInTheOrderOfTheStruct(t *testing.T) {
	shape, err := shapeOf(reflect.TypeFor[everything]())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"type":"object","properties":{` +
		`"id":{"type":"string"},` +
		`"note":{"type":["string","null"]},` +
		`"kind":{"type":"string","enum":["a","b"],"description":"of it"},` +
		`"maybe":{"type":["number","null"]},` +
		`"tags":{"type":"array","minItems":1,"items":{"type":"string","enum":["x","y"]}},` +
		`"pair":{"type":"array","minItems":2,"maxItems":2,"items":{"type":"boolean"}},` +
		`"when":{"type":"string","format":"date-time"},` +
		`"bytes":{"type":["string","null"],"description":"in base64"},` +
		`"count":{"type":"integer","minimum":0,"maximum":9},` +
		`"quoted":{"type":"string"},` +
		`"inner":{"type":"object","properties":{"X":{"type":"integer"}},"required":["X"],"additionalProperties":false}},` +
		`"required":["id","note","kind","maybe","tags","pair","when","bytes","count","quoted","inner"],` +
		`"additionalProperties":false}`
	if got := string(mustMarshal(shape.schema)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !shape.schema.isStrict() || shape.name != "everything" || shape.wrapped {
		t.Errorf("strict, named everything, not wrapped: %+v", shape)
	}
}

func TestSchemaOfWhatIsNoObjectIsWrapped(t *testing.T) {
	shape, err := shapeOf(reflect.TypeFor[[]int]())
	if err != nil || !shape.wrapped {
		t.Fatal(shape, err)
	}
	var numbers []int
	if err := shape.read(`{"value":[1,2]}`, &numbers); err != nil || len(numbers) != 2 {
		t.Error(numbers, err)
	}
	maps, err := shapeOf(reflect.TypeFor[map[string]int]())
	if err != nil || maps.wrapped || maps.schema.isStrict() {
		t.Error("a map is an object, and not strict:", maps, err)
	}
	if pointer, err := shapeOf(reflect.TypeFor[*base]()); err != nil || pointer.name != "base" || pointer.schema.nullable {
		t.Error(pointer, err)
	}
}

type node struct {
	Children []node `json:"children"`
}

// EmbedsItself is no type that JSON could be of.
type EmbedsItself struct {
	*EmbedsItself
	X int
}

func TestTypesThatCannotBeDescribedAreRefused(t *testing.T) {
	for want, refused := range map[string]reflect.Type{
		"recursive":           reflect.TypeFor[node](),
		"EmbedsItself":        reflect.TypeFor[EmbedsItself](),
		"unexported":          reflect.TypeFor[struct{ *base }](),
		"cannot be seen":      reflect.TypeFor[struct{ X any }](),
		"no such values":      reflect.TypeFor[struct{ X func() }](),
		"keys must be string": reflect.TypeFor[map[int]string](),
		"enum": reflect.TypeFor[struct {
			X bool `enum:"a"`
		}](),
		"is not known": reflect.TypeFor[struct {
			X string `jsonschema:"patern=a"`
		}](),
		"must be a number": reflect.TypeFor[struct {
			X string `jsonschema:"minLength=a"`
		}](),
	} {
		_, err := shapeOf(refused)
		if failure := (*Error)(nil); !errors.As(err, &failure) || failure.Reason != InvalidRequest || !strings.Contains(failure.Message, want) {
			t.Errorf("%s: %v instead of %s", refused, err, want)
		}
	}
}

func TestAnswersThatDoNotMatchAreNamedAndNotQuoted(t *testing.T) {
	shape, err := shapeOf(reflect.TypeFor[everything]())
	if err != nil {
		t.Fatal(err)
	}
	const good = `{"id":"1","note":null,"kind":"a","maybe":null,"tags":["x"],"pair":[true,false],` +
		`"when":"2026-01-02T03:04:05Z","bytes":null,"count":1,"quoted":"7","inner":{"X":1}}`
	var value everything
	if err := shape.read(good, &value); err != nil || value.base.ID != "1" || value.Quoted != 7 {
		t.Fatal(value, err)
	}
	for _, each := range []struct{ from, to, want string }{
		{good, `secret`, "is no JSON"},
		{good, good + " secret", "behind its JSON"},
		{good, `["secret"]`, "must be of type object"},
		{`"kind":"a"`, `"kind":"secret"`, "kind: is none of the values"},
		{`"kind":"a",`, ``, "kind: is missing"},
		{`"note":null,`, ``, ""}, // it may be left out
		{`"tags":["x"]`, `"tags":["x","secret"]`, "tags[1]"},
		{`"tags":["x"]`, `"tags":[]`, "minItems is 1"},
		{`[true,false]`, `[true]`, "minItems is 2"},
		{`"count":1`, `"count":-1`, "minimum is 0"},
		{`"count":1`, `"count":10`, "maximum is 9"},
		{`"count":1`, `"count":1.5`, "must be of type integer"},
		{`"id":"1"`, `"id":null`, "must not be null"},
		{`2026-01-02T03:04:05Z`, `secret`, "not of its type"},
		{`"quoted":"7"`, `"quoted":"secret"`, "is"},
	} {
		text := strings.Replace(good, each.from, each.to, 1)
		err := shape.read(text, &everything{})
		switch {
		case each.want == "" && err != nil:
			t.Errorf("%s: %v", each.to, err)
		case each.want != "" && (err == nil || !strings.Contains(err.Error(), each.want)):
			t.Errorf("%s: %v instead of %s", each.to, err, each.want)
		case err != nil && strings.Contains(err.Error(), "secret"):
			t.Errorf("%s: the error quotes the answer: %v", each.to, err)
		}
	}
}

func TestMoneyIsExact(t *testing.T) {
	for money, want := range map[Money]string{0: "0", 1: "0.000000000001", -12_400_000: "-0.0000124", 3 * Dollar: "3",
		Dollar + Dollar/4: "1.25", 9223372036854775807: "9223372.036854775807", -9223372036854775808: "-9223372.036854775808"} {
		if money.String() != want {
			t.Errorf("%d: %s instead of %s", money, money, want)
		}
		if got := money.Rat().FloatString(12); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s as a fraction", want, got)
		}
	}
}
