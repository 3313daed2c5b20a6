#include "codec/proto_check.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "codec/field_fault.h"
#include "codec/utf8.h"

namespace inferwire::codec {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

constexpr int kMaxDepth = 100;  // protobuf's own

// The wire format, field by field. Groups do not exist in proto3 and end the reading.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : bytes_(bytes) {}

  struct Field {
    int number = 0;
    std::optional<std::string_view> content;  // of a length-delimited field
  };

  std::optional<Field> Next() {
    uint64_t tag = 0, length = 0;
    if (!Varint(tag)) return std::nullopt;
    Field field{static_cast<int>(tag >> 3), {}};
    switch (tag & 7) {
      case 0:
        if (!Varint(length)) return std::nullopt;
        return field;
      case 1:
        length = 8;
        break;
      case 2:
        if (!Varint(length)) return std::nullopt;
        break;
      case 5:
        length = 4;
        break;
      default:
        return std::nullopt;
    }
    if (length > bytes_.size()) return std::nullopt;
    if ((tag & 7) == 2) field.content = bytes_.substr(0, length);
    bytes_.remove_prefix(length);
    return field;
  }

 private:
  bool Varint(uint64_t& value) {
    value = 0;
    for (int shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  std::string_view bytes_;
};

bool IsProto3String(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_STRING &&
         field.file()->syntax() == FileDescriptor::SYNTAX_PROTO3;
}

// The path of the first proto3 string below this message that is not UTF-8; empty if all are.
std::string FindBadString(std::string_view bytes, const Descriptor& type, int depth);

// The same for a map's entry, whose path names the key.
std::string FindBadEntry(std::string_view bytes, const FieldDescriptor& map, int depth) {
  const std::string bad = FindBadString(bytes, *map.message_type(), depth);
  if (bad.empty() || bad == "key") return bad.empty() ? bad : map.name();
  const bool has_text_key = map.message_type()->map_key()->type() == FieldDescriptor::TYPE_STRING;
  std::string_view key;
  WireReader reader(bytes);
  while (const auto field = reader.Next()) {
    if (has_text_key && field->number == 1 && field->content) key = *field->content;
  }
  return IsUtf8(key) ? MapPath(map.name(), key) : map.name();
}

std::string FindBadString(std::string_view bytes, const Descriptor& type, int depth) {
  if (depth == 0) return {};
  std::map<int, int> counts;
  WireReader reader(bytes);
  while (const auto field = reader.Next()) {
    const FieldDescriptor* known = type.FindFieldByNumber(field->number);
    if (known == nullptr || !field->content) continue;
    const int index = known->is_repeated() ? counts[field->number]++ : -1;
    FieldFault fault;
    if (known->type() == FieldDescriptor::TYPE_MESSAGE) {
      if (known->is_map()) {
        std::string path = FindBadEntry(*field->content, *known, depth - 1);
        if (!path.empty()) return path;
        continue;
      }
      fault.path = FindBadString(*field->content, *known->message_type(), depth - 1);
      if (fault.path.empty()) continue;
    } else if (!IsProto3String(*known) || IsUtf8(*field->content)) {
      continue;
    }
    fault.Under(known->name(), index);
    return fault.path;
  }
  return {};
}

}  // namespace

Error ExplainParseFailure(std::string_view bytes, const Descriptor& type) {
  const std::string path = FindBadString(bytes, type, kMaxDepth);
  if (!path.empty()) return InvalidField(path, "not valid UTF-8", v1::ERROR_REASON_INVALID_PROTO);
  Error error;
  error.code = Code::kInvalidArgument;
  error.reason = v1::ERROR_REASON_INVALID_PROTO;
  error.origin = Origin::kCaller;
  error.message = "not a valid protobuf message of type " + type.full_name();
  return error;
}

}  // namespace inferwire::codec
