#include "endpoints/typed/answer_hooks.h"

#include <string>
#include <utility>

#include "codec/member_scan.h"
#include "openai/error_table.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The field that is the member "id" of an element.
std::string IdOf(const Message& element) {
  for (int i = 0; i < element.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *element.GetDescriptor()->field(i);
    const bool is_id =
        field.name() == "id" || field.options().GetExtension(v1::json).name() == "id";
    if (is_id && field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      return element.GetReflection()->GetString(element, &field);
    }
  }
  // A message type without a field for it has it among what it does not know.
  return {};
}

}  // namespace

Error ResponseFailed(const v1::Response& response, std::optional<Error> from_body) {
  Error error = from_body
                    ? *std::move(from_body)
                    : openai::ErrorOf(v1::ERROR_REASON_RESPONSE_FAILED, "the response failed");
  // What only says that something went wrong there, be it after output, says less than this.
  if (error.reason == v1::ERROR_REASON_UPSTREAM_ERROR ||
      error.reason == v1::ERROR_REASON_STREAM_TRUNCATED) {
    error.reason = v1::ERROR_REASON_RESPONSE_FAILED;
    error.code = openai::CodeOf(error.reason);
  }
  if (!response.id().empty()) error.metadata["response_id"] = response.id();
  return error;
}

void FillNextPage(const TypedMethod& method, std::string_view json, Message& response) {
  if (!method.next_page_token()) return;
  bool has_more = false;
  codec::ScanMembers(json, [&](const std::string& name, std::string_view value) {
    if (name == "has_more") has_more = value == "true";
    return true;
  });
  if (!has_more) return;
  const auto& reflection = *response.GetReflection();
  for (int i = 0; i < response.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *response.GetDescriptor()->field(i);
    if (!field.is_repeated() || field.is_map() || field.message_type() == nullptr) continue;
    const int count = reflection.FieldSize(response, &field);
    if (count == 0) return;
    reflection.SetString(&response, method.next_page_token(),
                         IdOf(reflection.GetRepeatedMessage(response, &field, count - 1)));
    return;
  }
}

}  // namespace inferwire::endpoints
