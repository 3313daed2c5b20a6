#include "codec/field_fault.h"

#include <google/protobuf/unknown_field_set.h>

#include <algorithm>

#include "codec/json_write.h"
#include "codec/utf8.h"

namespace inferwire::codec {
namespace {
constexpr size_t kMaxKeyBytes = 64;
constexpr int kMaxNumbers = 8;
}  // namespace

void FieldFault::Under(std::string_view field, int index) {
  std::string outer(field);
  if (index >= 0) outer += '[' + std::to_string(index) + ']';
  if (!path.empty()) outer += '.';
  path.insert(0, outer);
}

Error FieldFault::ToError() const {
  Error error = InvalidField(path, description, reason);
  if (path.empty()) error.message = description;
  return error;
}

std::string MapPath(std::string_view field, std::string_view key) {
  std::string shown(key);
  if (key.size() > kMaxKeyBytes) {
    size_t cut = kMaxKeyBytes;
    while (cut > 0 && (key[cut] & 0xC0) == 0x80) --cut;
    shown = std::string(key.substr(0, cut)) + "...";
  }
  std::string quoted;
  AppendQuoted(quoted, shown);
  std::string path = std::string(field) + '[';
  for (const char c : quoted) {
    // JSON lets it stand as it is, a terminal may not.
    if (c == '\x7f') {
      path += "\\u007f";
    } else {
      path += c;
    }
  }
  return path += ']';
}

bool HasUnknownFields(const google::protobuf::Message& message, FieldFault& fault) {
  const auto& unknown = message.GetReflection()->GetUnknownFields(message);
  if (unknown.empty()) return false;
  fault.path = std::to_string(unknown.field(0).number());
  fault.reason = v1::ERROR_REASON_UNKNOWN_PROTO_FIELD;
  fault.description = "this server does not know the field numbers";
  const int shown = std::min(unknown.field_count(), kMaxNumbers);
  for (int i = 0; i < shown; ++i) {
    fault.description += (i == 0 ? " " : ", ") + std::to_string(unknown.field(i).number());
  }
  if (shown < unknown.field_count()) fault.description += ", ...";
  return true;
}

}  // namespace inferwire::codec
