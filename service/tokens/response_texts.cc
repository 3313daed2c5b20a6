#include "tokens/response_texts.h"

#include <google/protobuf/repeated_ptr_field.h>

#include <algorithm>
#include <optional>
#include <string>

#include "tokens/text_collector.h"

namespace inferwire::tokens {
namespace {

// As a chat is framed, which recorded usage says.
constexpr int64_t kPerMessage = 4, kAnswerStart = 3, kReasonedAnswerStart = 2;

constexpr char kStoredNote[] = "What is stored at the provider is not counted.";
constexpr char kReasoningNote[] = "Reasoning in the history is estimated by its length.";
constexpr char kHostedNote[] = "What the provider's own tools add is not counted.";
// As in chats: what the provider adds to turns of the history.
constexpr int64_t kMostAdded = 16;

std::optional<ImageSize> SizeOfImage(const v1::ResponseContent& content) {
  return content.has_image_data() ? ImageSizeOf(content.image_data())
                                  : ImageSizeOfDataUrl(content.image_url());
}

void TakeContent(v1::ResponseContent& content, TextCollector& to) {
  if (content.has_text()) to.Text(content.mutable_text());
  if (content.has_refusal()) {
    to.Assume(0, kMostAdded, "A refusal in the history is not counted exactly.");
    to.Text(content.mutable_refusal());
  }
  if (content.has_image_url() || content.has_image_data() || content.type() == "input_image") {
    to.Image(content.detail(), SizeOfImage(content));
  } else if (content.has_file_id() || content.has_file_url() || content.has_file_data()) {
    to.LeaveOut(kFileNote);
  }
  if (content.has_input_audio() || content.has_audio()) to.LeaveOut(kAudioNote);
  if (!content.extra().empty()) to.LeaveOut(kExtraNote);
}

bool IsMessage(const v1::ResponseItem& item) {
  return !item.has_type() || item.type() == "message";
}

// Sealed by the provider: what recorded usage has for its reasoning lies within 40 tokens of this.
// What came before the last question is not shown to most models again.
void TakeReasoning(const v1::ResponseItem& item, bool answered, TextCollector& to) {
  constexpr int64_t kSealBytes = 900, kTenthsPerToken = 65;
  const auto bytes = static_cast<int64_t>(item.encrypted_content().size());
  const int64_t tokens = std::max<int64_t>((bytes - kSealBytes) * 10 / kTenthsPerToken, 0);
  to.Assume(answered ? 0 : tokens, bytes, kReasoningNote);
}

bool IsCall(const v1::ResponseItem& item) {
  return item.type() == "function_call" || item.type() == "custom_tool_call";
}

bool IsResult(const v1::ResponseItem& item) {
  return item.type() == "function_call_output" || item.type() == "custom_tool_call_output";
}

// answered: a question of the user's follows.
void TakeItem(v1::ResponseItem& item, bool answered, TextCollector& to) {
  to.Frame(kPerMessage);
  if (item.has_content()) to.Text(item.mutable_content());
  for (v1::ResponseContent& content : *item.mutable_content_parts()) TakeContent(content, to);
  if (!item.extra().empty()) to.LeaveOut(kExtraNote);
  if (IsMessage(item)) {
    if (to.rules().reasoning && item.role() == "assistant") {
      to.Assume(0, kMostAdded, "The turns of a model that reasons are not counted exactly.");
    }
    return;
  }
  if (item.type() == "reasoning") return TakeReasoning(item, answered, to);
  if (IsCall(item)) {
    return to.Call(item.mutable_name(),
                   item.has_input() ? item.mutable_input() : item.mutable_arguments());
  }
  to.Text(item.mutable_output());
  for (v1::ResponseContent& content : *item.mutable_output_parts()) TakeContent(content, to);
  if (IsResult(item)) return to.Assume(0, kMostAdded, kToolCallNote);
  to.LeaveOut(item.type() == "item_reference" ? kStoredNote : kHostedNote);
}

void TakeItems(v1::ResponseParams& params, TextCollector& to) {
  int last_question = params.input_items_size() - 1;
  while (last_question >= 0 && params.input_items(last_question).role() != "user") --last_question;
  for (int i = 0; i < params.input_items_size(); ++i) {
    TakeItem(*params.mutable_input_items(i), i < last_question, to);
  }
}

void AddTool(const v1::ResponseTool& tool, ToolNotation& tools, TextCollector& to) {
  if (tool.type() == "function") {
    tools.AddFunction(tool.name(), tool.description(), tool.parameters_json());
  } else if (tool.type() == "custom") {
    tools.AddCustom(tool.name(), tool.description(), tool.format_json());
  } else if (tool.type() == "namespace") {
    for (const v1::ResponseTool& inner : tool.tools()) AddTool(inner, tools, to);
  } else {
    to.LeaveOut(kHostedNote);
  }
  if (!tool.extra().empty()) to.LeaveOut(kExtraNote);
}

bool IsInstruction(const v1::ResponseItem& item) {
  return item.role() == "system" || item.role() == "developer";
}

void TakeTools(const v1::ResponseParams& params, TextCollector& to) {
  ToolNotation tools;
  int64_t bytes = 0;
  for (const v1::ResponseTool& tool : params.tools()) {
    AddTool(tool, tools, to);
    bytes += static_cast<int64_t>(tool.ByteSizeLong());
  }
  const bool instructed =
      !params.instructions().empty() ||
      std::any_of(params.input_items().begin(), params.input_items().end(), IsInstruction);
  const std::string& choice = params.tool_choice_object().type();
  to.Tools(tools, bytes, instructed, choice == "function" || choice == "custom", /*chat=*/false);
}

void TakeTokens(const google::protobuf::RepeatedPtrField<v1::TokenList>& lists, TextCollector& to) {
  for (const v1::TokenList& list : lists) to.Frame(list.tokens_size());
}

void TakeAll(google::protobuf::RepeatedPtrField<std::string>& texts, TextCollector& to) {
  for (std::string& text : texts) to.Text(&text);
}

}  // namespace

InputTexts TakeResponseTexts(v1::ResponseParams& params, const Model& model) {
  InputTexts taken;
  TextCollector to(model, taken);
  to.Frame(model.reasoning ? kReasonedAnswerStart : kAnswerStart);
  TakeTools(params, to);
  for (std::string* const text : {params.mutable_instructions(), params.mutable_input()}) {
    if (text->empty()) continue;
    to.Frame(kPerMessage);
    to.Text(text);
  }
  TakeItems(params, to);
  if (params.text().format().has_schema_json()) {
    const v1::ResponseFormatConfig& format = params.text().format();
    to.Schema(format.name(), format.schema_json());
    if (!format.extra().empty()) to.LeaveOut(kExtraNote);
  }
  if (params.has_previous_response_id() || params.has_conversation() || params.has_prompt()) {
    to.LeaveOut(kStoredNote);
  }
  if (!params.context_management_json().empty()) to.LeaveOut("The history may be made shorter.");
  if (params.reasoning().has_mode()) to.LeaveOut("What a mode of reasoning adds is not counted.");
  if (HasMoreText(params.extra())) to.LeaveOut(kExtraNote);
  return taken;
}

InputTexts TakeEmbeddingTexts(v1::EmbeddingParams& params) {
  InputTexts taken;
  TextCollector to({}, taken);
  TakeAll(*params.mutable_input(), to);
  TakeTokens(params.token_input(), to);
  if (!params.extra().empty()) to.LeaveOut(kExtraNote);
  return taken;
}

InputTexts TakeCompletionTexts(v1::TextCompletionParams& params) {
  InputTexts taken;
  TextCollector to({}, taken);
  TakeAll(*params.mutable_prompt(), to);
  TakeTokens(params.token_prompt(), to);
  if (params.has_suffix()) to.Text(params.mutable_suffix());
  if (!params.extra().empty()) to.LeaveOut(kExtraNote);
  return taken;
}

}  // namespace inferwire::tokens
