#include "tokens/schema_type.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "codec/json_text.h"

namespace inferwire::tokens {
namespace {

using codec::JsonCursor;
using codec::JsonString;

// What is read of a schema; each stands where its value begins.
struct Schema {
  using Place = std::optional<JsonCursor>;
  Place type, values, constant, any_of, one_of, all_of, ref, properties, required, items,
      description, fallback;
};

constexpr std::pair<std::string_view, Schema::Place Schema::*> kMembers[] = {
    {"type", &Schema::type},
    {"enum", &Schema::values},
    {"const", &Schema::constant},
    {"anyOf", &Schema::any_of},
    {"oneOf", &Schema::one_of},
    {"allOf", &Schema::all_of},
    {"$ref", &Schema::ref},
    {"properties", &Schema::properties},
    {"required", &Schema::required},
    {"items", &Schema::items},
    {"description", &Schema::description},
    {"default", &Schema::fallback},
};

bool IsListAt(const Schema::Place& place) { return place && JsonCursor(*place).Peek() == '['; }

// read: takes the bytes that were read.
Schema Read(JsonCursor at, size_t& read) {
  Schema schema;
  if (at.Peek() != '{') return schema;
  at.Enter();
  JsonString name;
  while (at.NextMember(name)) {
    for (const auto& [known, member] : kMembers) {
      if (name.raw == known) schema.*member = at;
    }
    read += name.raw.size() + at.SkipValue().size();
  }
  return schema;
}

// The texts of a list, in order.
std::vector<std::string_view> Sorted(const Schema::Place& list) {
  std::vector<std::string_view> texts;
  if (!IsListAt(list)) return texts;
  JsonCursor at = *list;
  at.Enter();
  for (; at.NextElement(); at.SkipValue()) {
    JsonCursor each = at;
    if (each.Peek() == '"') texts.push_back(each.ReadString().raw);
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

std::string TextAt(const Schema::Place& place) {
  if (!place) return "";
  JsonCursor at = *place;
  return at.Peek() == '"' ? at.ReadString().Text() : "";
}

bool HasMember(JsonCursor at) {
  JsonString name;
  if (at.Peek() != '{') return false;
  at.Enter();
  return at.NextMember(name);
}

class Writer {
 public:
  explicit Writer(std::string_view root)
      : root_(root),
        root_bytes_(root.size()),
        most_read_(std::min(kMostTimes * root.size() + kSmall, kMostBytes)) {}

  std::string Parameters() {
    const Schema schema = Read(root_, read_);
    if (!schema.properties || !HasMember(*schema.properties)) return "";
    Object(schema);
    return std::move(text_);
  }

 private:
  // References may repeat a part of the schema again and again.
  static constexpr size_t kMostTimes = 32, kSmall = 64u << 10, kMostBytes = 1u << 20;
  static constexpr int kMostReferences = 8;

  void Type(JsonCursor at) {
    if (read_ > most_read_) return Say("any");
    const Schema schema = Read(at, read_);
    if (IsListAt(schema.values)) return Values(*schema.values);
    if (schema.constant) return Say(JsonCursor(*schema.constant).SkipValue());
    for (const auto& choice : {schema.any_of, schema.one_of, schema.all_of}) {
      if (IsListAt(choice)) return Choices(*choice);
    }
    if (schema.ref) return Reference(TextAt(schema.ref));
    if (IsListAt(schema.type)) return Types(schema);
    Named(TextAt(schema.type), schema);
  }

  void Named(std::string_view type, const Schema& schema) {
    if (schema.properties && HasMember(*schema.properties)) return Object(schema);
    if (type == "array") {
      if (schema.items) {
        Type(*schema.items);
      } else {
        Say("any");
      }
      return Say("[]");
    }
    Say(type.empty() ? "any" : type);
  }

  void Values(JsonCursor at) {
    Separated(at, [&](JsonCursor value) { Say(value.SkipValue()); });
  }
  void Choices(JsonCursor at) {
    Separated(at, [&](JsonCursor choice) { Type(choice); });
  }
  void Types(const Schema& schema) {
    Separated(*schema.type, [&](JsonCursor type) {
      Named(type.Peek() == '"' ? type.ReadString().Text() : "any", schema);
    });
  }

  template <class Each>
  void Separated(JsonCursor at, const Each& each) {
    at.Enter();
    for (bool first = true; at.NextElement(); at.SkipValue(), first = false) {
      if (!first) Say(" | ");
      each(at);
    }
  }

  // #/$defs/NAME or any other way through objects.
  void Reference(std::string_view pointer) {
    if (references_ >= kMostReferences || !pointer.starts_with("#/")) return Say("any");
    JsonCursor at = root_;
    for (pointer.remove_prefix(2); !pointer.empty();) {
      const size_t end = std::min(pointer.find('/'), pointer.size());
      const std::string_view step = pointer.substr(0, end);
      pointer.remove_prefix(std::min(end + 1, pointer.size()));
      if (at.Peek() != '{') return Say("any");
      at.Enter();
      JsonString name;
      bool found = false;
      while (!found && at.NextMember(name)) {
        found = name.raw == step;
        if (!found) at.SkipValue();
      }
      if (!found) return Say("any");
    }
    ++references_;
    read_ += root_bytes_;
    Type(at);
    --references_;
  }

  void Object(const Schema& schema) {
    Say("{\n");
    const std::vector<std::string_view> required = Sorted(schema.required);
    JsonCursor at = *schema.properties;
    at.Enter();
    JsonString name;
    for (; at.NextMember(name); at.SkipValue()) {
      const Schema property = Read(at, read_);
      Comment(TextAt(property.description));
      Say(name.raw);
      const bool is_required = std::binary_search(required.begin(), required.end(), name.raw);
      Say(is_required ? ": " : "?: ");
      Type(at);
      Say(",");
      if (property.fallback) {
        Say(" // default: ");
        Say(JsonCursor(*property.fallback).SkipValue());
      }
      Say("\n");
    }
    Say("}");
  }

  void Comment(std::string_view text) {
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      Say("// ");
      Say(text.substr(0, end));
      Say("\n");
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  void Say(std::string_view text) { text_ += text; }

  const JsonCursor root_;
  const size_t root_bytes_, most_read_;
  size_t read_ = 0;
  std::string text_;
  int references_ = 0;
};

}  // namespace

std::string ParametersType(std::string_view schema) { return Writer(schema).Parameters(); }

}  // namespace inferwire::tokens
