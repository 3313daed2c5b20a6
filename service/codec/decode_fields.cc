#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <limits>
#include <memory>
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
      if (cursor.Peek() != '{' && !field.message->one_of && field.message->bare == nullptr) {
        return false;
      }
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
  if (IsMap(field.kind)) return ReadMap(cursor, message, field);
  if (field.kind == Kind::kFloats) return ReadFloats(cursor, message, field);
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
  if (field.kind == Kind::kInt32 || field.kind == Kind::kInt64 || field.kind == Kind::kDouble) {
    return AddNumber(cursor, message, field);
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

// Numbers are not counted as entries: none is much larger than its text.
bool Decoder::AddNumber(JsonCursor& cursor, Message& message, const FieldPlan& field) {
  if (!IsNumber(cursor.Peek())) return false;
  const auto& reflection = *field.reflection;
  const std::string_view token = cursor.SkipValue();
  if (field.kind == Kind::kDouble) {
    const auto value = ToDouble(token);
    if (value) reflection.AddDouble(&message, field.field, *value);
    return value.has_value();
  }
  if (field.kind == Kind::kInt64) {
    const auto value = ToInt64(token);
    if (value) reflection.AddInt64(&message, field.field, *value);
    return value.has_value();
  }
  const auto value = ToInt32(token);
  if (value) reflection.AddInt32(&message, field.field, *value);
  return value.has_value();
}

// Numbers are read as float, whatever digits they have: what models compute in. As the wire has
// them, which is also what the base64 is of, they are put into the message as a whole.
bool Decoder::ReadFloats(JsonCursor& cursor, Message& message, const FieldPlan& field) {
  static_assert(std::endian::native == std::endian::little);
  std::string floats;
  if (cursor.Peek() == '"') {
    const JsonString text = cursor.ReadString();
    auto bytes = text.escaped ? DecodeBase64(text.Text()) : DecodeBase64(text.raw);
    if (!bytes || bytes->size() % sizeof(float) != 0) return false;
    floats = *std::move(bytes);
  } else if (cursor.Peek() == '[') {
    cursor.Enter();
    while (cursor.NextElement()) {
      float value = 0;
      const bool is_number = IsNumber(cursor.Peek());
      const std::string_view token = cursor.SkipValue();
      if (!is_number) return false;
      const auto read = std::from_chars(token.data(), token.data() + token.size(), value);
      if (read.ec == std::errc::result_out_of_range) {
        value =
            static_cast<float>(ToDouble(token).value_or(0));  // too small for a float, or too large
      }
      floats.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
  } else {
    return false;
  }
  std::string wire;
  AppendPacked(wire, field.field->number(), floats);
  return message.MergeFromString(wire);
}

bool Decoder::ReadMap(JsonCursor& cursor, Message& message, const FieldPlan& field) {
  if (cursor.Peek() != '{') return false;
  // In a closed vocabulary null is as good as absent; in a caller's own map it is not.
  const bool null_is_absent = field.kind >= Kind::kBoolMap;
  std::string entries;
  JsonString name;
  cursor.Enter();
  while (cursor.NextMember(name)) {
    if (!TakeEntry()) return false;
    if (null_is_absent && cursor.Peek() == 'n') {
      cursor.SkipValue();
    } else if (!ReadMapValue(cursor, field, name.Text(), entries)) {
      return false;
    }
  }
  message.MergeFromString(entries);
  return true;
}

bool Decoder::ReadMapValue(JsonCursor& cursor, const FieldPlan& field, std::string_view key,
                           std::string& entries) {
  const int number = field.field->number();
  const char first = cursor.Peek();
  switch (field.kind) {
    case Kind::kStringMap:
      if (first != '"') return false;
      AppendMapEntry(entries, number, key, cursor.ReadString().Text());
      return true;
    case Kind::kBoolMap:
      if (first != 't' && first != 'f') return false;
      cursor.SkipValue();
      AppendMapEntry(entries, number, key, int32_t{first == 't'});
      return true;
    case Kind::kDoubleMap: {
      if (!IsNumber(first)) return false;
      const auto value = ToDouble(cursor.SkipValue());
      if (value) AppendMapEntry(entries, number, key, *value);
      return value.has_value();
    }
    case Kind::kMessageMap: {
      if (list_messages_left_ == 0) return false;
      --list_messages_left_;
      const std::unique_ptr<Message> value(google::protobuf::MessageFactory::generated_factory()
                                               ->GetPrototype(field.message->type)
                                               ->New());
      if (!ReadMessage(cursor, *value, *field.message)) return false;
      AppendMapEntry(entries, number, key, value->SerializeAsString());
      return true;
    }
    default: {
      if (!IsNumber(first)) return false;
      const auto value = ToInt32(cursor.SkipValue());
      if (value) AppendMapEntry(entries, number, key, *value);
      return value.has_value();
    }
  }
}

}  // namespace inferwire::codec
