#include "wire/stream_check.h"

#include <google/protobuf/util/message_differencer.h>

#include <array>
#include <map>
#include <string_view>

#include "base/text.h"
#include "codec/encode.h"
#include "openai/dialect.h"
#include "wire/chunk_merge.h"
#include "wire/common_check.h"
#include "wire/difference.h"
#include "wire/expected_error.h"
#include "wire/sse_reading.h"

namespace inferwire::wire {
namespace {

constexpr std::array<std::string_view, 5> kSentOnce = {"id", "model", "created", "service_tier",
                                                       "system_fingerprint"};

// What a recording says that the caller must see.
struct ExpectedStream {
  std::vector<JsonTree> chunks;
  std::optional<ExpectedError> error;  // in the stream
  bool finished = false;               // every choice has a finish reason
  bool done = false;                   // [DONE]
  bool output = false;                 // any chunk at all
  bool generated = false;              // and something in it
};

bool HasOutput(const JsonTree& chunk) {
  bool says = false;
  for (const JsonTree& choice : chunk.At("choices").items()) {
    for (const auto& [name, value] : choice.At("delta").members()) {
      says |= name != "role" && !value.is_empty();
    }
  }
  return says;
}

ExpectedStream Read(const Recording& recording) {
  ExpectedStream expected;
  std::map<long long, bool> finished;
  for (const SseEvent& event : ReadEvents(recording.body)) {
    const std::string_view data = Trim(event.data);
    if (data == "[DONE]") {
      expected.done = true;
      break;
    }
    if (data.empty()) continue;
    const auto json = JsonTree::Parse(data);
    if (!json) {
      expected.error = ExpectedError{expected.output ? "STREAM_TRUNCATED" : "UPSTREAM_PROTOCOL",
                                     expected.output ? "UNAVAILABLE" : "INTERNAL",
                                     {},
                                     false};
      break;
    }
    const bool failed = !ErrorIn(*json).is_null();
    // A failure beside choices: what the chunk says still counts.
    if (!failed || HasOutput(*json) || json->At("usage").is_object()) {
      expected.output = true;
      expected.chunks.push_back(*json);
    }
    if (failed) {
      expected.error = ErrorOfEvent(*json, expected.output);
      break;
    }
    expected.generated |= HasOutput(*json);
    for (const JsonTree& choice : json->At("choices").items()) {
      finished[choice.At("index").Integer(0)] |= !choice.At("finish_reason").is_empty();
    }
  }
  expected.finished = !finished.empty();
  for (const auto& [index, is_finished] : finished) expected.finished &= is_finished;
  return expected;
}

// Leaves out what the gateway adds, or says only once, about tool calls; the accumulated
// completion shows that nothing of it is lost.
void StripCalls(JsonTree& chunk, bool whole) {
  for (auto& [name, choices] : chunk.members()) {
    if (name != "choices") continue;
    for (JsonTree& choice : choices.items()) {
      if (choice.At("finish_reason").is_empty()) choice.Remove("finish_reason");
      for (auto& [member, delta] : choice.members()) {
        if (member != "delta") continue;
        if (whole) delta.Remove("tool_calls");
        for (auto& [part, calls] : delta.members()) {
          if (part != "tool_calls") continue;
          for (JsonTree& call : calls.items()) {
            for (const std::string_view known : {"index", "id", "type"}) call.Remove(known);
            for (auto& [kind, body] : call.members()) body.Remove("name");
          }
        }
      }
    }
  }
}

size_t CallsIn(const JsonTree& chunk) {
  size_t count = 0;
  for (const JsonTree& choice : chunk.At("choices").items()) {
    count += choice.At("delta").At("tool_calls").items().size();
  }
  return count;
}

class ChunkComparison {
 public:
  std::optional<std::string> Compare(JsonTree recorded, const v1::ChatCompletionChunk& chunk,
                                     size_t number) {
    const std::string where = "chunk " + std::to_string(number) + ": ";
    std::string json;
    if (const auto encoded = codec::AppendJson(chunk, json); !encoded) {
      return where + "cannot be written: " + encoded.error().message;
    }
    JsonTree came = *JsonTree::Parse(json);
    for (const std::string_view name : kSentOnce) {
      const std::string value = recorded.At(name).text();
      const bool says_nothing = value.empty() || value == "0" || value == last_[name];
      if (says_nothing && !came.Has(name)) recorded.Remove(name);
      if (!value.empty()) last_[name] = value;
    }
    const bool merged = CallsIn(recorded) != CallsIn(came);
    StripCalls(recorded, merged);
    StripCalls(came, merged);
    if (const auto different = FirstDifference(recorded, came)) {
      return where + different->path + ": " + different->text;
    }
    return std::nullopt;
  }

 private:
  std::map<std::string_view, std::string> last_;
};

std::optional<std::string> CheckCompleted(const v1::StreamCompleted& completed,
                                          const std::vector<JsonTree>& chunks) {
  std::string json;
  if (const auto encoded = codec::AppendJson(completed.completion(), json); !encoded) {
    return "completion: cannot be written: " + encoded.error().message;
  }
  const JsonTree merged = MergeChunks(chunks);
  const auto different =
      FirstDifference(TypedMembers(merged), TypedMembers(*JsonTree::Parse(json)));
  if (different) return "completion: " + different->path + ": " + different->text;
  if (merged.Has("usage") != completed.has_usage()) return "usage does not reach the caller";
  if (!google::protobuf::util::MessageDifferencer::Equals(completed.usage(),
                                                          completed.completion().usage())) {
    return "completed.usage is not the completion's";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> CheckStream(const std::vector<v1::StreamCompleteResponse>& messages,
                                       const grpc::Status& status, const Recording& recording) {
  const ExpectedStream expected = Read(recording);
  ChunkComparison comparison;
  size_t chunks = 0;
  const v1::StreamCompleted* completed = nullptr;
  for (const v1::StreamCompleteResponse& message : messages) {
    if (message.has_completed()) completed = &message.completed();
    if (!message.has_chunk()) continue;
    if (chunks == expected.chunks.size()) return "more chunks than recorded";
    if (auto wrong = comparison.Compare(expected.chunks[chunks], message.chunk(), chunks)) {
      return wrong;
    }
    ++chunks;
  }
  if (chunks != expected.chunks.size()) {
    return std::to_string(chunks) + " chunks, recorded " + std::to_string(expected.chunks.size()) +
           " (" + status.error_message() + ')';
  }
  if (expected.error) return CheckStatus(status, *expected.error, recording);

  const auto* dialect = openai::FindDialect(recording.provider);
  const bool strict = dialect != nullptr && dialect->needs_finish_reason;
  // [DONE] alone ends a stream only if no output was cut, or where finish reasons are no rule.
  if (!expected.finished && !(expected.done && (!strict || !expected.generated))) {
    return CheckStatus(status, {"STREAM_TRUNCATED", "UNAVAILABLE", {}, false}, recording);
  }
  if (!status.ok()) return "failed: " + status.error_message();
  if (completed == nullptr) return "the stream does not end with completed";
  return CheckCompleted(*completed, expected.chunks);
}

}  // namespace inferwire::wire
