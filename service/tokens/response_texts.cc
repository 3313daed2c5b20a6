#include "tokens/response_texts.h"

#include <google/protobuf/repeated_ptr_field.h>

#include "tokens/text_collector.h"

namespace inferwire::tokens {
namespace {

// As a chat is framed, which recorded usage says.
constexpr int64_t kPerMessage = 4, kAnswerStart = 3, kReasonedAnswerStart = 2;

constexpr char kStoredNote[] = "What is stored at the provider is not counted.";

void TakeContent(v1::ResponseContent& content, TextCollector& to) {
  if (content.has_text()) to.Text(content.mutable_text());
  if (content.has_refusal()) to.Text(content.mutable_refusal());
  if (content.has_image_url() || content.has_image_data() || content.type() == "input_image") {
    to.Assume(kPerImage, kImageNote);
  } else if (content.has_file_id() || content.has_file_url() || content.has_file_data()) {
    to.Assume(0, kFileNote);
  }
  if (content.has_input_audio() || content.has_audio()) to.Assume(0, kAudioNote);
  if (!content.extra().empty()) to.Assume(0, kExtraNote);
}

bool IsMessage(const v1::ResponseItem& item) {
  return !item.has_type() || item.type() == "message";
}

void TakeItem(v1::ResponseItem& item, TextCollector& to) {
  to.Frame(kPerMessage);
  if (item.has_content()) to.Text(item.mutable_content());
  for (v1::ResponseContent& content : *item.mutable_content_parts()) TakeContent(content, to);
  if (!item.extra().empty()) to.Assume(0, kExtraNote);
  if (IsMessage(item)) return;
  if (item.type() == "item_reference") return to.Assume(0, kStoredNote);
  to.Assume(kPerTool, kToolCallNote);
  for (std::string* const text : {item.mutable_name(), item.mutable_arguments(),
                                  item.mutable_output(), item.mutable_input()}) {
    to.Text(text);
  }
  for (v1::ResponseContent& content : *item.mutable_output_parts()) TakeContent(content, to);
}

void TakeTool(v1::ResponseTool& tool, TextCollector& to) {
  to.Assume(kPerTool, kToolNote);
  for (std::string* const text : {tool.mutable_name(), tool.mutable_description(),
                                  tool.mutable_parameters_json(), tool.mutable_format_json()}) {
    to.Text(text);
  }
  for (v1::ResponseTool& inner : *tool.mutable_tools()) {
    to.Text(inner.mutable_description());
    to.Text(inner.mutable_parameters_json());
  }
}

void TakeTokens(const google::protobuf::RepeatedPtrField<v1::TokenList>& lists, TextCollector& to) {
  for (const v1::TokenList& list : lists) to.Frame(list.tokens_size());
}

void TakeAll(google::protobuf::RepeatedPtrField<std::string>& texts, TextCollector& to) {
  for (std::string& text : texts) to.Text(&text);
}

}  // namespace

InputTexts TakeResponseTexts(v1::ResponseParams& params, bool reasoning) {
  InputTexts taken;
  TextCollector to(taken);
  to.Frame(reasoning ? kReasonedAnswerStart : kAnswerStart);
  for (std::string* const text : {params.mutable_instructions(), params.mutable_input()}) {
    if (text->empty()) continue;
    to.Frame(kPerMessage);
    to.Text(text);
  }
  for (v1::ResponseItem& item : *params.mutable_input_items()) TakeItem(item, to);
  for (v1::ResponseTool& tool : *params.mutable_tools()) TakeTool(tool, to);
  if (params.text().format().has_schema_json()) {
    to.Assume(kPerTool, kSchemaNote);
    to.Text(params.mutable_text()->mutable_format()->mutable_schema_json());
  }
  if (params.has_previous_response_id() || params.has_conversation() || params.has_prompt()) {
    to.Assume(0, kStoredNote);
  }
  if (!params.extra().empty()) to.Assume(0, kExtraNote);
  return taken;
}

InputTexts TakeEmbeddingTexts(v1::EmbeddingParams& params) {
  InputTexts taken;
  TextCollector to(taken);
  TakeAll(*params.mutable_input(), to);
  TakeTokens(params.token_input(), to);
  if (!params.extra().empty()) to.Assume(0, kExtraNote);
  return taken;
}

InputTexts TakeCompletionTexts(v1::TextCompletionParams& params) {
  InputTexts taken;
  TextCollector to(taken);
  TakeAll(*params.mutable_prompt(), to);
  TakeTokens(params.token_prompt(), to);
  if (params.has_suffix()) to.Text(params.mutable_suffix());
  if (!params.extra().empty()) to.Assume(0, kExtraNote);
  return taken;
}

}  // namespace inferwire::tokens
