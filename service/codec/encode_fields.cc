#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "codec/base64.h"
#include "codec/data_url.h"
#include "codec/encoder.h"
#include "codec/json_fault.h"
#include "codec/json_write.h"

namespace inferwire::codec {

bool Encoder::WriteValue(const Message& message, const FieldPlan& field) {
  const auto& reflection = *field.reflection;
  std::string scratch;
  if (field.repeated) return WriteRepeated(message, field);
  switch (field.kind) {
    case Kind::kString:
      AppendQuoted(*out_, reflection.GetStringReference(message, field.field, &scratch));
      return true;
    case Kind::kRawJson:
      if (WriteRaw(reflection.GetStringReference(message, field.field, &scratch))) return true;
      fault_.path = field.field->name();
      return false;
    case Kind::kBool:
      out_->append(reflection.GetBool(message, field.field) ? "true" : "false");
      return true;
    case Kind::kInt32:
      AppendInteger(*out_, reflection.GetInt32(message, field.field));
      return true;
    case Kind::kInt64:
      AppendInteger(*out_, reflection.GetInt64(message, field.field));
      return true;
    case Kind::kDouble: {
      const double value = reflection.GetDouble(message, field.field);
      if (!std::isfinite(value)) return Fail(field.field->name(), "JSON has no such number");
      AppendDouble(*out_, value);
      return true;
    }
    case Kind::kEnum:
      return WriteEnum(reflection.GetEnumValue(message, field.field), field);
    case Kind::kMessage:
      if (WriteMessage(reflection.GetMessage(message, field.field), *field.message)) return true;
      fault_.Under(field.field->name());
      return false;
    case Kind::kUnixSeconds:
      return WriteUnixSeconds(message, field);
    default:
      return WriteBytes(message, field);
  }
}

bool Encoder::WriteNothing(const Message& message, const FieldPlan& field) {
  const Message& payload = field.reflection->GetMessage(message, field.field);
  if (!options_.refuse_unknown_fields || !HasUnknownFields(payload, fault_)) return true;
  fault_.Under(field.field->name());
  return false;
}

// On failure the path is still to be set.
bool Encoder::WriteRaw(std::string_view text) {
  const JsonFault fault = FindJsonFault(text, options_.limits);
  if (fault) return Fail("", Describe(fault), v1::ERROR_REASON_INVALID_JSON_FIELD);
  out_->append(text);
  return true;
}

bool Encoder::WriteEnum(int number, const FieldPlan& field) {
  for (const EnumPlan::Value& value : field.enumeration.values) {
    if (value.number != number) continue;
    out_->append(1, '"').append(value.text).push_back('"');
    return true;
  }
  return Fail(field.field->name(), "no such value: " + std::to_string(number));
}

bool Encoder::WriteUnixSeconds(const Message& message, const FieldPlan& field) {
  constexpr int64_t kFirstSecond = -62135596800, kLastSecond = 253402300799;
  const auto& time = static_cast<const google::protobuf::Timestamp&>(
      field.reflection->GetMessage(message, field.field));
  if (time.seconds() < kFirstSecond || time.seconds() > kLastSecond || time.nanos() != 0) {
    return Fail(field.field->name(), "not a whole second of the years 1 to 9999");
  }
  if (options_.refuse_unknown_fields && HasUnknownFields(time, fault_)) {
    fault_.Under(field.field->name());
    return false;
  }
  AppendInteger(*out_, time.seconds());
  return true;
}

bool Encoder::WriteBytes(const Message& message, const FieldPlan& field) {
  const auto& reflection = *field.reflection;
  std::string scratch;
  const std::string& bytes = reflection.GetStringReference(message, field.field, &scratch);
  if (field.kind == Kind::kNumberList) {
    out_->push_back('[');
    for (size_t i = 0; i < bytes.size(); ++i) {
      if (i != 0) out_->push_back(',');
      AppendInteger(*out_, static_cast<unsigned char>(bytes[i]));
    }
    out_->push_back(']');
    return true;
  }
  out_->push_back('"');
  if (field.kind == Kind::kBase64) {
    AppendBase64(*out_, bytes);
  } else {
    const std::string media_type = reflection.GetString(message, field.media_type);
    if (media_type.empty()) {
      return Fail(field.media_type->name(), "needed with " + field.field->name());
    }
    if (!IsMediaType(media_type)) return Fail(field.media_type->name(), "not a media type");
    AppendDataUrl(*out_, media_type, bytes);
  }
  out_->push_back('"');
  return true;
}

bool Encoder::WriteRepeated(const Message& message, const FieldPlan& field) {
  if (IsMap(field.kind)) return WriteMap(message, field);
  const int count = field.reflection->FieldSize(message, field.field);
  out_->push_back('[');
  for (int i = 0; i < count; ++i) {
    if (i != 0) out_->push_back(',');
    if (WriteElement(message, field, i)) continue;
    fault_.Under(field.field->name(), i);
    return false;
  }
  out_->push_back(']');
  return true;
}

bool Encoder::WriteElement(const Message& message, const FieldPlan& field, int index) {
  const auto& reflection = *field.reflection;
  std::string scratch;
  switch (field.kind) {
    case Kind::kMessage:
      return WriteMessage(reflection.GetRepeatedMessage(message, field.field, index),
                          *field.message);
    case Kind::kInt32:
      AppendInteger(*out_, reflection.GetRepeatedInt32(message, field.field, index));
      return true;
    case Kind::kInt64:
      AppendInteger(*out_, reflection.GetRepeatedInt64(message, field.field, index));
      return true;
    case Kind::kDouble: {
      const double value = reflection.GetRepeatedDouble(message, field.field, index);
      if (!std::isfinite(value)) return Fail("", "JSON has no such number");
      AppendDouble(*out_, value);
      return true;
    }
    case Kind::kFloats: {
      const float value = reflection.GetRepeatedFloat(message, field.field, index);
      if (!std::isfinite(value)) return Fail("", "JSON has no such number");
      char buffer[24];
      out_->append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
      return true;
    }
    case Kind::kRawJson:
      return WriteRaw(reflection.GetRepeatedStringReference(message, field.field, index, &scratch));
    default:
      AppendQuoted(*out_,
                   reflection.GetRepeatedStringReference(message, field.field, index, &scratch));
      return true;
  }
}

// Sorted by key: a map has no order of its own, and equal requests shall be equal bytes.
bool Encoder::WriteMap(const Message& message, const FieldPlan& field) {
  const auto& reflection = *field.reflection;
  const auto* const key_field = field.field->message_type()->map_key();
  std::string scratch;
  std::vector<std::pair<std::string_view, const Message*>> entries;
  for (int i = 0; i < reflection.FieldSize(message, field.field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, field.field, i);
    entries.emplace_back(entry.GetReflection()->GetStringReference(entry, key_field, &scratch),
                         &entry);
  }
  std::sort(entries.begin(), entries.end());
  out_->push_back('{');
  for (const auto& [key, entry] : entries) {
    if (out_->back() != '{') out_->push_back(',');
    AppendQuoted(*out_, key);
    out_->push_back(':');
    if (!WriteMapValue(*entry, field)) return false;
  }
  out_->push_back('}');
  return true;
}

bool Encoder::WriteMapValue(const Message& entry, const FieldPlan& field) {
  const auto& reflection = *entry.GetReflection();
  const auto* const value = field.field->message_type()->map_value();
  std::string scratch;
  switch (field.kind) {
    case Kind::kInt32Map:
      AppendInteger(*out_, reflection.GetInt32(entry, value));
      return true;
    case Kind::kBoolMap:
      out_->append(reflection.GetBool(entry, value) ? "true" : "false");
      return true;
    case Kind::kDoubleMap:
      if (!std::isfinite(reflection.GetDouble(entry, value))) {
        return Fail(field.field->name(), "JSON has no such number");
      }
      AppendDouble(*out_, reflection.GetDouble(entry, value));
      return true;
    case Kind::kMessageMap:
      return WriteMessage(reflection.GetMessage(entry, value), *field.message);
    default:
      AppendQuoted(*out_, reflection.GetStringReference(entry, value, &scratch));
      return true;
  }
}

}  // namespace inferwire::codec
