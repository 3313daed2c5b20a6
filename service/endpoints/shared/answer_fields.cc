#include "endpoints/shared/answer_fields.h"

#include <string>
#include <utility>

#include "openai/usage_reader.h"

namespace inferwire::endpoints {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void FillUsage(Message& answer) {
  const FieldDescriptor* const field = answer.GetDescriptor()->FindFieldByName("usage");
  if (field == nullptr || field->message_type() != v1::Usage::descriptor()) return;
  if (!answer.GetReflection()->HasField(answer, field)) return;
  openai::TakeOwnWords(
      static_cast<v1::Usage&>(*answer.GetReflection()->MutableMessage(&answer, field)));
}

void FillOutputText(v1::Response& response) {
  if (response.has_output_text()) return;
  std::string text;
  bool any = false;
  for (const v1::ResponseItem& item : response.output()) {
    if (item.type() != "message") continue;
    for (const v1::ResponseContent& content : item.content_parts()) {
      if (content.type() != "output_text") continue;
      text += content.text();
      any = true;
    }
  }
  if (any) response.set_output_text(std::move(text));
}

}  // namespace inferwire::endpoints
