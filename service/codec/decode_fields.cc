#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "codec/base64.h"
#include "codec/data_url.h"
#include "codec/decoder.h"
#include "codec/json_number.h"
#include "codec/wire_write.h"

namespace inferwire::codec {
namespace {

// What google.protobuf.Timestamp can hold: the years 1 to 9999.
constexpr int64_t kFirstSecond = -62135596800, kLastSecond = 253402300799;

bool IsNumber(char first) { return first == '-' || (first >= '0' && first <= '9'); }

std::optional<int32_t> ToInt32(std::string_view token) {
  const auto value = ToInt64(token);
  using Limits = std::numeric_limits<int32_t>;
  if (!value || *value < Limits::min() || *value > Limits::max()) return std::nullopt;
  return static_cast<int32_t>(*value);
}

std::optional<std::string> ReadNumberList(JsonCursor& cursor) {
  if (cursor.Peek() != '[') return std::nullopt;
  std::string bytes;
  cursor.Enter();
  while (cursor.NextElement()) {
    if (!IsNumber(cursor.Peek())) return std::nullopt;
    const auto value = ToInt64(cursor.SkipValue());
    if (!value || *value < 0 || *value > 255) return std::nullopt;
    bytes.push_back(static_cast<char>(*value));
  }
  return bytes;
}

}  // namespace

bool Decoder::ReadField(JsonCursor& cursor, Message& message, const FieldPlan& field) {
  const auto& reflection = *field.reflection;
  if (field.repeated) return ReadRepeated(cursor, message, field);
  switch (field.kind) {
    case Kind::kString:
      if (cursor.Peek() != '"') return false;
      reflection.SetString(&message, field.field, ReadText(cursor, field));
      return true;
    case Kind::kRawJson:
      reflection.SetString(&message, field.field, std::string(cursor.SkipValue()));
      return true;
    case Kind::kBool: {
      const char first = cursor.Peek();
      if (first != 't' && first != 'f') return false;
      reflection.SetBool(&message, field.field, first == 't');
      cursor.SkipValue();
      return true;
    }
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kDouble:
      return ReadNumber(cursor, message, field);
    case Kind::kEnum:
      return ReadEnum(cursor, message, field);
    case Kind::kMessage:
      if (cursor.Peek() != '{' && !field.message->one_of) return false;
      return ReadMessage(cursor, *reflection.MutableMessage(&message, field.field), *field.message);
    case Kind::kUnixSeconds:
      return ReadUnixSeconds(cursor, message, field);
    default:
      return ReadBytes(cursor, message, field);
  }
}

std::string Decoder::ReadText(JsonCursor& cursor, const FieldPlan& field) const {
  const JsonString text = cursor.ReadString();
  const bool in_pieces =
      text.escaped && std::find(pieces_.begin(), pieces_.end(), field.field) != pieces_.end();
  return in_pieces ? text.TextWithHalves() : text.Text();
}

bool Decoder::ReadNumber(JsonCursor& cursor, Message& message, const FieldPlan& field) {
  if (!IsNumber(cursor.Peek())) return false;
  const auto& reflection = *field.reflection;
  const std::string_view token = cursor.SkipValue();
  if (field.kind == Kind::kDouble) {
    const auto value = ToDouble(token);
    if (value) reflection.SetDouble(&message, field.field, *value);
    return value.has_value();
  }
  if (field.kind == Kind::kInt64) {
    const auto value = ToInt64(token);
    if (value) reflection.SetInt64(&message, field.field, *value);
    return value.has_value();
  }
  const auto value = ToInt32(token);
  if (value) reflection.SetInt32(&message, field.field, *value);
  return value.has_value();
}

std::optional<int> EnumNumber(const EnumPlan& plan, const JsonString& text) {
  const std::string unescaped = text.escaped ? text.Text() : std::string();
  const std::string_view wanted = text.escaped ? std::string_view(unescaped) : text.raw;
  for (const EnumPlan::Value& value : plan.values) {
    if (value.text == wanted) return value.number;
  }
  return std::nullopt;
}

bool Decoder::ReadEnum(JsonCursor& cursor, Message& message, const FieldPlan& field) {
  const auto& reflection = *field.reflection;
  if (cursor.Peek() == '"') {
    const auto number = EnumNumber(field.enumeration, cursor.ReadString());
    if (number) {
      reflection.SetEnumValue(&message, field.field, *number);
      return true;
    }
  }
  // OTHER says that there was something; its text goes to extra like all that does not fit.
  if (field.enumeration.other) {
    reflection.SetEnumValue(&message, field.field, *field.enumeration.other);
  }
  return false;
}

bool Decoder::ReadUnixSeconds(JsonCursor& cursor, Message& message, const FieldPlan& field) {
  if (!IsNumber(cursor.Peek())) return false;
  const auto seconds = ToInt64(cursor.SkipValue());
  if (!seconds || *seconds < kFirstSecond || *seconds > kLastSecond) return false;
  auto* const time = field.reflection->MutableMessage(&message, field.field);
  static_cast<google::protobuf::Timestamp*>(time)->set_seconds(*seconds);
  return true;
}

bool Decoder::ReadBytes(JsonCursor& cursor, Message& message, const FieldPlan& field) {
  const auto& reflection = *field.reflection;
  std::optional<std::string> bytes;
  if (field.kind == Kind::kNumberList) {
    bytes = ReadNumberList(cursor);
  } else if (cursor.Peek() == '"') {
    const JsonString text = cursor.ReadString();
    const std::string unescaped = text.escaped ? text.Text() : std::string();
    const std::string_view plain = text.escaped ? std::string_view(unescaped) : text.raw;
    if (field.kind == Kind::kBase64) {
      bytes = DecodeBase64(plain);
    } else if (auto url = ParseDataUrl(plain)) {
      reflection.SetString(&message, field.media_type, std::move(url->media_type));
      bytes = std::move(url->data);
    }
  }
  if (!bytes) return false;
  reflection.SetString(&message, field.field, std::move(*bytes));
  return true;
}

bool Decoder::ReadRepeated(JsonCursor& cursor, Message& message, const FieldPlan& field) {
  if (field.kind == Kind::kStringMap || field.kind == Kind::kInt32Map) {
    return ReadMap(cursor, message, field);
  }
  const int unknown_before = unknown_members_;
  if (cursor.Peek() != '[') {
    if (field.accepts_bare_value && AddElement(cursor, message, field)) return true;
    field.reflection->ClearField(&message, field.field);
    return false;
  }
  cursor.Enter();
  while (cursor.NextElement()) {
    if (AddElement(cursor, message, field)) continue;
    field.reflection->ClearField(&message, field.field);
    unknown_members_ = unknown_before;
    return false;
  }
  return true;
}

bool Decoder::AddElement(JsonCursor& cursor, Message& message, const FieldPlan& field) {
  const auto& reflection = *field.reflection;
  if (field.kind == Kind::kMessage) {
    if (list_messages_left_ == 0) return false;
    --list_messages_left_;
    return ReadMessage(cursor, *reflection.AddMessage(&message, field.field), *field.message);
  }
  if (!TakeEntry()) return false;
  if (field.kind == Kind::kRawJson) {
    reflection.AddString(&message, field.field, std::string(cursor.SkipValue()));
    return true;
  }
  if (cursor.Peek() != '"') return false;
  reflection.AddString(&message, field.field, cursor.ReadString().Text());
  return true;
}

bool Decoder::ReadMap(JsonCursor& cursor, Message& message, const FieldPlan& field) {
  if (cursor.Peek() != '{') return false;
  wire_.clear();
  JsonString name;
  cursor.Enter();
  while (cursor.NextMember(name)) {
    if (!TakeEntry()) return false;
    const int number = field.field->number();
    if (field.kind == Kind::kStringMap) {
      if (cursor.Peek() != '"') return false;
      AppendMapEntry(wire_, number, name.Text(), cursor.ReadString().Text());
    } else {
      if (!IsNumber(cursor.Peek())) return false;
      const auto value = ToInt32(cursor.SkipValue());
      if (!value) return false;
      AppendMapEntry(wire_, number, name.Text(), *value);
    }
  }
  message.MergeFromString(wire_);
  return true;
}

}  // namespace inferwire::codec
