// POST /v1/chat/completions, read and checked as the real API checks it: what the answer depends
// on.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "simulator/errors.h"
#include "simulator/fields.h"
#include "simulator/json.h"
#include "simulator/models.h"
#include "simulator/tuned_models.h"

namespace inferwire::simulator {

struct ChatTool {
  std::string name{};
  bool custom = false;  // free text instead of JSON arguments
  Json parameters{};    // null: takes no arguments
};

enum class ToolMode { kNone, kAuto, kRequired, kNamed };
enum class Format { kText, kJsonObject, kJsonSchema };

struct ChatRequest {
  const Model* model = nullptr;
  std::string asked_model{};   // without suffix
  std::string answer_model{};  // the snapshot
  uint64_t hash = 0;           // of what the answer depends on; the same for unary and stream

  int64_t prompt_tokens = 0;
  std::string last_role{}, last_user_text{};
  bool mentions_json = false;

  std::vector<ChatTool> tools{};
  ToolMode tool_mode = ToolMode::kAuto;
  std::string named_tool{};
  std::set<std::string> allowed_tools;  // empty: all
  std::optional<bool> parallel_tool_calls{};

  Format format = Format::kText;
  Json schema{};

  std::optional<int64_t> max_tokens{};
  int64_t reasoning_tokens = 0;
  std::vector<std::string> stop{};
  int64_t choices = 1;
  bool logprobs = false;
  int64_t top_logprobs = 0;
  std::string service_tier = "default";
  bool stream = false, include_usage = false, obfuscation = true;
};

struct ChatOptions {
  bool any_model = false;                 // unknown names are answered like gpt-4.1-mini
  bool refuse_unknown_arguments = false;  // as the real API does
  uint64_t seed = 1;
  const TunedModels* tuned = nullptr;  // null: there are none
};

// body is an object whose model has lost its suffix. The error, or nothing and a full request.
std::optional<ApiError> ReadChat(const Json& body, const ChatOptions& options,
                                 ChatRequest& request);

// The parts of it.
void ReadMessages(Fields& body, const Json& messages, ChatRequest& request);
void ReadTools(Fields& body, ChatRequest& request, std::optional<ApiError>& fault);
void ReadFormat(Fields& body, ChatRequest& request, std::optional<ApiError>& fault);
void ReadStop(Fields& body, ChatRequest& request);
// stream and stream_options.
void ReadStream(Fields& body, ChatRequest& request, std::optional<ApiError>& fault);
// A function of tools, wherever its members stand; path names that place.
void ReadFunctionTool(Fields& function, const std::string& path, ChatTool& tool);
// "none", "auto" or "required".
void ReadToolMode(Fields& body, const std::string& mode, ChatRequest& request);
// Fails if named_tool is none of the tools.
void RequireTool(Fields& body, const ChatRequest& request);
// name, strict and schema; param and code are those of the error.
void ReadSchemaFormat(Fields& format, const char* param, std::optional<std::string> code,
                      ChatRequest& request);
// A chat model of this name; null if there is none.
const Model* FindChatModel(const std::string& asked, const ChatOptions& options);
// What answers call it: the snapshot.
std::string AnswerModel(const Model& model, const std::string& asked);
int64_t ReasoningTokens(std::string_view effort);
bool MentionsJson(std::string_view text);
// MissingParameter, unknown model, wrong kind of model; null after an error.
const Model* ReadModel(Fields& body, ModelKind kind, const ChatOptions& options,
                       std::string& asked);

}  // namespace inferwire::simulator
