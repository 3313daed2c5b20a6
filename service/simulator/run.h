// One run of an assistant in a thread. It answers as chat would answer the thread's messages; where
// that is a call of functions, it waits for their outputs and answers again.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulator/backend.h"
#include "simulator/chat_answer.h"

namespace inferwire::simulator {

inline constexpr std::chrono::minutes kRunLife{10};  // then it expires

enum class RunState {
  kQueued,
  kInProgress,
  kRequiresAction,
  kCancelled,
  kFailed,
  kCompleted,
  kIncomplete,
  kExpired
};

struct RunStep {
  std::string id{};
  int64_t created_at = 0, completed_at = 0;  // 0: not yet
  std::string message_id{};                  // of a message that was made
  std::vector<AnswerCall> calls{};           // or what was called
  std::vector<std::string> outputs{};
  int64_t prompt_tokens = 0, completion_tokens = 0;
};

struct Run {
  std::string id{}, thread_id{}, assistant_id{};
  Json echo{};  // what the run repeats of its request and its assistant
  Json chat{};  // the same as a request of chat, which grows by calls and outputs
  Behavior behavior{};
  std::chrono::milliseconds time{};  // of each answer
  WallTime created{}, began{};       // began: of the answer that is being made

  RunState state = RunState::kQueued;
  ChatAnswer answer{};
  std::optional<ApiError> error{};
  std::vector<RunStep> steps{};
  int64_t prompt_tokens = 0, completion_tokens = 0;
  std::optional<WallTime> ended{};

  const AnswerChoice& choice() const { return answer.choices.front(); }
};

std::string_view NameOf(RunState state);
// Nothing changes any more.
bool IsFinal(RunState state);

// The request, with what the assistant says where it says nothing, and the thread's messages.
std::optional<ApiError> ReadRun(const Json& body, const Json& assistant,
                                const std::vector<Json>& messages, const ChatOptions& options,
                                Run& run);
// The answer to what chat is now.
std::optional<ApiError> AnswerRun(const ChatOptions& options, int64_t created, Run& run);
// The outputs of the calls that the run waits for go into chat and its last step.
std::optional<ApiError> TakeOutputs(const Json& body, Run& run);

Json ToJson(const Run& run);
Json ToJson(const RunStep& step, const Run& run);
Json MessageJson(std::string_view id, std::string_view thread, int64_t created_at,
                 std::string_view role, Json content);
Json TextContent(std::string_view text);

}  // namespace inferwire::simulator
