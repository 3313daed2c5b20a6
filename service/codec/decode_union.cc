#include <array>
#include <string>

#include "codec/decoder.h"

namespace inferwire::codec {
namespace {

// The first character of each case's payload, in the order of UnionPlan::cases; 0: absent or null.
using Payloads = std::array<char, kMaxUnionCases>;

struct Look {
  Payloads payloads{};
  bool has_type = false;
  bool type_is_text = false;
  std::string type;
};

bool IsPayload(const Member& member) {
  return !member.fields.empty() && member.fields.front()->union_case;
}

void Note(const MessagePlan& plan, const Member& member, JsonCursor& cursor, Look& look) {
  const char first = cursor.Peek();
  if (member.union_type) {
    look.has_type = first != 'n';
    look.type_is_text = first == '"';
    look.type = look.type_is_text ? cursor.ReadString().Text() : (cursor.SkipValue(), "");
    return;
  }
  cursor.SkipValue();
  const auto& cases = plan.one_of->cases;
  for (size_t i = 0; i < cases.size(); ++i) {
    if (cases[i] == member.fields.front()) look.payloads[i] = first == 'n' ? '\0' : first;
  }
}

Look LookAt(JsonCursor cursor, const MessagePlan& plan) {
  Look look;
  JsonString name;
  cursor.Enter();
  while (cursor.NextMember(name)) {
    const Member* member = name.escaped ? plan.Find(name.Text()) : plan.Find(name.raw);
    if (member != nullptr && (member->union_type || IsPayload(*member))) {
      Note(plan, *member, cursor, look);
    } else {
      cursor.SkipValue();
    }
  }
  return look;
}

bool Fits(const FieldPlan& union_case, char payload) {
  if (!HasPayload(union_case)) return true;
  return payload == (union_case.kind == Kind::kMessage ? '{' : '"');
}

}  // namespace

void Decoder::ReadUnion(JsonCursor& cursor, Message& message, const MessagePlan& plan) {
  const JsonCursor value = cursor;
  const char first = cursor.Peek();
  if (first == '{') {
    if (const FieldPlan* union_case = ChooseCase(cursor, plan)) {
      ReadObject(cursor, message, plan, union_case);
      if (!HasPayload(*union_case)) {
        plan.reflection->MutableMessage(&message, union_case->field);
      }
      return;
    }
  } else if (first == '"' && plan.one_of->bare_case != nullptr) {
    if (ReadBareCase(cursor.ReadString(), message, plan)) return;
    cursor = value;
  }
  plan.reflection->SetString(&message, plan.one_of->raw_json, std::string(cursor.SkipValue()));
}

bool Decoder::ReadBareCase(const JsonString& text, Message& message, const MessagePlan& plan) {
  const FieldPlan& field = *plan.one_of->bare_case;
  const auto number = EnumNumber(field.enumeration, text);
  if (!number && (!field.enumeration.other || plan.extra == nullptr)) return false;
  plan.reflection->SetEnumValue(&message, field.field, number ? *number : *field.enumeration.other);
  if (!number) {
    const std::string_view quoted(text.raw.data() - 1, text.raw.size() + 2);
    MergeExtra(message, plan, {{TagOf(field), quoted}});
  }
  return true;
}

// The case that "type" names or, without a type, the only one whose payload is there. Null if there
// is none or its payload is missing or of the wrong type: then the value stays whole.
const FieldPlan* Decoder::ChooseCase(JsonCursor cursor, const MessagePlan& plan) {
  const Look look = LookAt(cursor, plan);
  const auto& cases = plan.one_of->cases;
  const FieldPlan* chosen = nullptr;
  for (size_t i = 0; i < cases.size(); ++i) {
    const bool present = look.payloads[i] != '\0' && HasPayload(*cases[i]);
    const bool named = look.type_is_text && look.type == TagOf(*cases[i]);
    if (!(look.has_type ? named : present)) continue;
    if (chosen != nullptr || !Fits(*cases[i], look.payloads[i])) return nullptr;
    chosen = cases[i];
  }
  return chosen;
}

}  // namespace inferwire::codec
