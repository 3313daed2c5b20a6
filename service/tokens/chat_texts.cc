#include "tokens/chat_texts.h"

#include <string_view>

#include "tokens/text_collector.h"

namespace inferwire::tokens {
namespace {

// The published practice for chat models since gpt-3.5: each message is framed by three tokens and
// its role, a name takes one more, and the answer is begun with three, by models that reason with
// two (as recorded usage says without an exception).
constexpr int64_t kPerMessage = 3, kPerRole = 1, kPerName = 1, kAnswerStart = 3,
                  kReasonedAnswerStart = 2;
// Models that reason are told how to call tools; recorded usage has 40 to 200 tokens for it.
constexpr int64_t kReasonedTools = 100;

// What the provider takes away or adds in ways that are not published: measured, never exact.
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

void TakePart(v1::ContentPart& part, TextCollector& to) {
  switch (part.part_case()) {
    case v1::ContentPart::kText:
      return to.Text(part.mutable_text());
    case v1::ContentPart::kRefusal:
      to.Assume(0, kRefusalNote);
      return to.Text(part.mutable_refusal());
    case v1::ContentPart::kImageUrl:
      return to.Assume(kPerImage, kImageNote);
    case v1::ContentPart::kInputAudio:
      return to.Assume(0, kAudioNote);
    case v1::ContentPart::kFile:
      return to.Assume(0, kFileNote);
    case v1::ContentPart::kRawJson:
      return to.Assume(0, "Parts of unknown types are not counted.");
    case v1::ContentPart::PART_NOT_SET:
      return;
  }
}

void TakeToolCall(v1::ToolCall& call, TextCollector& to) {
  to.Assume(kPerTool, kToolCallNote);
  if (call.has_function()) {
    to.Text(call.mutable_function()->mutable_name());
    to.Text(call.mutable_function()->mutable_arguments());
  } else if (call.has_custom()) {
    to.Text(call.mutable_custom()->mutable_name());
    to.Text(call.mutable_custom()->mutable_input());
  } else {
    to.Text(call.mutable_raw_json());
  }
}

void TakeMessage(v1::ChatMessage& message, bool reasoning, TextCollector& to) {
  to.Frame(kPerMessage + kPerRole);
  if (reasoning && message.role() == v1::ROLE_ASSISTANT) to.Assume(0, kReasonedTurnNote);
  if (message.has_name()) {
    to.Frame(kPerName);
    if (IsRoleName(message.role(), message.name())) to.Assume(0, kNameNote);
    to.Text(message.mutable_name());
  }
  if (message.has_content()) to.Text(message.mutable_content());
  for (v1::ContentPart& part : *message.mutable_content_parts()) TakePart(part, to);
  if (message.has_refusal()) {
    to.Assume(0, kRefusalNote);
    to.Text(message.mutable_refusal());
  }
  if (message.has_reasoning_content()) to.Assume(0, "Reasoning in the history is not counted.");
  if (message.has_audio()) to.Assume(0, kAudioNote);
  if (!message.extra().empty()) to.Assume(0, kExtraNote);
  for (v1::ToolCall& call : *message.mutable_tool_calls()) TakeToolCall(call, to);
  if (message.role() == v1::ROLE_TOOL) to.Assume(0, kToolCallNote);
}

void TakeTool(v1::Tool& tool, TextCollector& to) {
  to.Assume(kPerTool, kToolNote);
  if (tool.has_function()) {
    to.Text(tool.mutable_function()->mutable_name());
    to.Text(tool.mutable_function()->mutable_description());
    to.Text(tool.mutable_function()->mutable_parameters_json());
  } else if (tool.has_custom()) {
    to.Text(tool.mutable_custom()->mutable_name());
    to.Text(tool.mutable_custom()->mutable_description());
    to.Text(tool.mutable_custom()->mutable_format_json());
  } else {
    to.Text(tool.mutable_raw_json());
  }
}

// How the answer comes is no part of the prompt.
bool HasMoreText(const v1::ChatCompletionParams& params) {
  const auto& extra = params.extra();
  return extra.size() > extra.count("stream") + extra.count("stream_options");
}

}  // namespace

InputTexts TakeChatTexts(v1::ChatCompletionParams& params, bool reasoning) {
  InputTexts taken;
  TextCollector to(taken);
  to.Frame(reasoning ? kReasonedAnswerStart : kAnswerStart);
  if (reasoning && params.tools_size() > 0) {
    to.Assume(kReasonedTools, kToolNote);
  }
  for (v1::ChatMessage& message : *params.mutable_messages()) {
    TakeMessage(message, reasoning, to);
  }
  for (v1::Tool& tool : *params.mutable_tools()) TakeTool(tool, to);
  if (params.response_format().has_json_schema()) {
    to.Assume(kPerTool, kSchemaNote);
    to.Text(params.mutable_response_format()->mutable_json_schema()->mutable_schema_json());
  }
  if (params.has_web_search_options_json()) to.Assume(0, "What a search finds is not counted.");
  if (HasMoreText(params)) to.Assume(0, kExtraNote);
  return taken;
}

}  // namespace inferwire::tokens
