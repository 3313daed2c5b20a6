#include "tokens/chat_texts.h"

#include <algorithm>
#include <string_view>

#include "tokens/text_collector.h"

namespace inferwire::tokens {
namespace {

// The published practice for chat models since gpt-3.5: each message is framed by three tokens and
// its role, a name takes one more, and the answer is begun with three, by models that reason with
// two (as recorded usage says without an exception).
constexpr int64_t kPerMessage = 3, kPerRole = 1, kPerName = 1, kAnswerStart = 3,
                  kReasonedAnswerStart = 2;
// What the provider takes away or adds in ways that are not published: measured, never exact. It
// was 12 at most, and less than counted.
constexpr int64_t kMostAdded = 16;
constexpr char kRefusalNote[] = "A refusal in the history is not counted exactly.";
constexpr char kNameNote[] = "A name that is the role's own word is not counted exactly.";
constexpr char kReasonedTurnNote[] = "The turns of a model that reasons are not counted exactly.";

bool IsRoleName(v1::Role role, std::string_view name) {
  switch (role) {
    case v1::ROLE_DEVELOPER:
      return name == "developer";
    case v1::ROLE_SYSTEM:
      return name == "system";
    case v1::ROLE_USER:
      return name == "user";
    case v1::ROLE_ASSISTANT:
      return name == "assistant";
    case v1::ROLE_TOOL:
      return name == "tool";
    case v1::ROLE_FUNCTION:
      return name == "function";
    default:
      return false;
  }
}

void TakeImage(const v1::ImageUrl& image, TextCollector& to) {
  to.Image(image.detail(),
           image.data().empty() ? ImageSizeOfDataUrl(image.url()) : ImageSizeOf(image.data()));
  if (!image.extra().empty()) to.LeaveOut(kExtraNote);
}

void TakePart(v1::ContentPart& part, TextCollector& to) {
  switch (part.part_case()) {
    case v1::ContentPart::kText:
      return to.Text(part.mutable_text());
    case v1::ContentPart::kRefusal:
      to.Assume(0, kMostAdded, kRefusalNote);
      return to.Text(part.mutable_refusal());
    case v1::ContentPart::kImageUrl:
      return TakeImage(part.image_url(), to);
    case v1::ContentPart::kInputAudio:
      return to.LeaveOut(kAudioNote);
    case v1::ContentPart::kFile:
      return to.LeaveOut(kFileNote);
    case v1::ContentPart::kRawJson:
      return to.LeaveOut("Parts of unknown types are not counted.");
    case v1::ContentPart::PART_NOT_SET:
      return;
  }
}

void TakeToolCall(v1::ToolCall& call, TextCollector& to) {
  if (call.has_function()) {
    to.Call(call.mutable_function()->mutable_name(), call.mutable_function()->mutable_arguments());
  } else if (call.has_custom()) {
    to.Call(call.mutable_custom()->mutable_name(), call.mutable_custom()->mutable_input());
  } else {
    to.Text(call.mutable_raw_json());
    to.LeaveOut(kToolCallNote);
  }
}

void TakeMessage(v1::ChatMessage& message, TextCollector& to) {
  to.Frame(kPerMessage + kPerRole);
  if (to.rules().reasoning && message.role() == v1::ROLE_ASSISTANT) {
    to.Assume(0, kMostAdded, kReasonedTurnNote);
  }
  if (message.has_name()) {
    to.Frame(kPerName);
    if (IsRoleName(message.role(), message.name())) to.Assume(0, kMostAdded, kNameNote);
    to.Text(message.mutable_name());
  }
  if (message.has_content()) to.Text(message.mutable_content());
  for (v1::ContentPart& part : *message.mutable_content_parts()) TakePart(part, to);
  if (message.has_refusal()) {
    to.Assume(0, kMostAdded, kRefusalNote);
    to.Text(message.mutable_refusal());
  }
  if (message.has_reasoning_content()) to.LeaveOut("Reasoning in the history is not counted.");
  if (message.has_audio()) to.LeaveOut(kAudioNote);
  if (!message.extra().empty()) to.LeaveOut(kExtraNote);
  for (v1::ToolCall& call : *message.mutable_tool_calls()) TakeToolCall(call, to);
  if (message.role() == v1::ROLE_TOOL) to.Assume(0, kMostAdded, kToolCallNote);
}

void AddTool(const v1::Tool& tool, ToolNotation& tools, TextCollector& to) {
  if (tool.has_function()) {
    const v1::FunctionTool& function = tool.function();
    tools.AddFunction(function.name(), function.description(), function.parameters_json());
    if (!function.extra().empty()) to.LeaveOut(kExtraNote);
  } else if (tool.has_custom()) {
    const v1::CustomTool& custom = tool.custom();
    tools.AddCustom(custom.name(), custom.description(), custom.format_json());
    if (!custom.extra().empty()) to.LeaveOut(kExtraNote);
  } else {
    to.LeaveOut("Tools of unknown types are not counted.");
  }
  if (!tool.extra().empty()) to.LeaveOut(kExtraNote);
}

bool IsInstruction(const v1::ChatMessage& message) {
  return message.role() == v1::ROLE_SYSTEM || message.role() == v1::ROLE_DEVELOPER;
}

void TakeTools(const v1::ChatCompletionParams& params, TextCollector& to) {
  ToolNotation tools;
  int64_t bytes = 0;
  for (const v1::Tool& tool : params.tools()) {
    AddTool(tool, tools, to);
    bytes += static_cast<int64_t>(tool.ByteSizeLong());
  }
  const bool instructed =
      std::any_of(params.messages().begin(), params.messages().end(), IsInstruction);
  const bool forced = params.tool_choice().has_function() || params.tool_choice().has_custom();
  to.Tools(tools, bytes, instructed, forced, /*chat=*/true);
}

}  // namespace

InputTexts TakeChatTexts(v1::ChatCompletionParams& params, const Model& model) {
  InputTexts taken;
  TextCollector to(model, taken);
  to.Frame(model.reasoning ? kReasonedAnswerStart : kAnswerStart);
  for (v1::ChatMessage& message : *params.mutable_messages()) TakeMessage(message, to);
  TakeTools(params, to);
  if (params.response_format().has_json_schema()) {
    const v1::JsonSchemaFormat& format = params.response_format().json_schema();
    to.Schema(format.name(), format.schema_json());
    if (!format.extra().empty()) to.LeaveOut(kExtraNote);
  }
  if (params.has_web_search_options_json()) to.LeaveOut("What a search finds is not counted.");
  if (HasMoreText(params.extra())) to.LeaveOut(kExtraNote);
  return taken;
}

}  // namespace inferwire::tokens
