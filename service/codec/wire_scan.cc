#include "codec/wire_scan.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstdint>

namespace inferwire::codec {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr int kMaxDepth = 100;  // protobuf's own: deeper, the parser refuses

class FieldCounter {
 public:
  FieldCounter(size_t most, google::protobuf::io::ZeroCopyInputStream& bytes)
      : left_(most), in_(&bytes) {}

  bool Exceeds(const Descriptor& type) {
    Fields(&type, 0);
    return exceeded_;
  }

 private:
  // All functions: false when there is no reason to read on.

  bool Count() {
    if (left_ > 0) {
      --left_;
      return true;
    }
    exceeded_ = true;
    return false;
  }

  // To the end of the message or group. type: null if it is not known.
  bool Fields(const Descriptor* type, int depth) {
    if (depth > kMaxDepth) return false;
    while (const uint32_t tag = in_.ReadTagNoLastTag()) {
      if (WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_END_GROUP) return true;
      if (!Count() || !Field(tag, type, depth)) return false;
    }
    return in_.ConsumedEntireMessage() || in_.BytesUntilLimit() == 0;
  }

  bool Field(uint32_t tag, const Descriptor* type, int depth) {
    uint64_t value = 0;
    switch (WireFormatLite::GetTagWireType(tag)) {
      case WireFormatLite::WIRETYPE_VARINT:
        return in_.ReadVarint64(&value);
      case WireFormatLite::WIRETYPE_FIXED64:
        return in_.Skip(8);
      case WireFormatLite::WIRETYPE_FIXED32:
        return in_.Skip(4);
      case WireFormatLite::WIRETYPE_START_GROUP:
        return Fields(nullptr, depth + 1);
      case WireFormatLite::WIRETYPE_LENGTH_DELIMITED:
        return Delimited(type, WireFormatLite::GetTagFieldNumber(tag), depth);
      default:
        return false;
    }
  }

  bool Delimited(const Descriptor* type, int number, int depth) {
    int length = 0;
    if (!in_.ReadVarintSizeAsInt(&length)) return false;
    const FieldDescriptor* field = type ? type->FindFieldByNumber(number) : nullptr;
    const bool message = field && field->message_type();
    if (!message && !(field && field->is_packable())) return in_.Skip(length);
    const auto limit = in_.PushLimit(length);
    const bool good = message ? Fields(field->message_type(), depth + 1) : Elements(*field);
    in_.PopLimit(limit);
    return good;
  }

  bool Elements(const FieldDescriptor& field) {
    const auto wire_type =
        WireFormatLite::WireTypeForFieldType(static_cast<WireFormatLite::FieldType>(field.type()));
    while (in_.BytesUntilLimit() > 0) {
      if (!Count()) return false;
      uint64_t value = 0;
      const bool read = wire_type == WireFormatLite::WIRETYPE_FIXED64   ? in_.Skip(8)
                        : wire_type == WireFormatLite::WIRETYPE_FIXED32 ? in_.Skip(4)
                                                                        : in_.ReadVarint64(&value);
      if (!read) return false;
    }
    return true;
  }

  size_t left_;
  bool exceeded_ = false;
  CodedInputStream in_;
};

}  // namespace

bool HasMoreFieldsThan(size_t most, google::protobuf::io::ZeroCopyInputStream& bytes,
                       const Descriptor& type) {
  return FieldCounter(most, bytes).Exceeds(type);
}

}  // namespace inferwire::codec
