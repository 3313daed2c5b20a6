#include "codec/encode.h"
#include "codec/field_fault.h"

namespace inferwire::codec {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Recursion as deep as the message, which protobuf's parser has limited to 100.
bool Search(const Message& message, FieldFault& fault) {
  if (HasUnknownFields(message, fault)) return true;
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_map()) continue;
    if (!field->is_repeated()) {
      if (!Search(reflection.GetMessage(message, field), fault)) continue;
      fault.Under(field->name());
      return true;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      if (!Search(reflection.GetRepeatedMessage(message, field, i), fault)) continue;
      fault.Under(field->name(), i);
      return true;
    }
  }
  return false;
}

}  // namespace

Result<void> RefuseUnknownFields(const Message& message) {
  FieldFault fault;
  if (Search(message, fault)) return fault.ToError();
  return {};
}

}  // namespace inferwire::codec
