// Whatever JSON an upstream streams, one chunk per line: each becomes a ChatCompletionChunk that
// holds all of it, and the chunks together an answer that can be sent.
#include <string>

#include "codec/decode.h"
#include "codec/encode.h"
#include "fuzz/error_check.h"
#include "fuzz/input.h"
#include "fuzz/json_judge.h"
#include "fuzz/message_check.h"
#include "fuzz/require.h"
#include "inferwire/v1/chat.pb.h"
#include "openai/answer_usage.h"
#include "openai/chunk_merger.h"

namespace inferwire::fuzz {
namespace {

constexpr size_t kMaxAnswerBytes = 2000;

// False if the stream ends here.
bool Merge(std::string_view json, openai::ChunkMerger& merger, openai::AnswerUsage& usage) {
  v1::ChatCompletionChunk chunk;
  if (!codec::FromJson(json, chunk).ok()) return false;
  const auto added = merger.Add(chunk);
  usage.See(chunk);
  if (added.ok()) CheckMessage(chunk);
  if (!added.ok()) CheckError(added.error());
  return added.ok();
}

}  // namespace

void Run(Input input) {
  openai::ChunkMerger merger({.accumulate = true, .max_bytes = kMaxAnswerBytes});
  openai::AnswerUsage usage, of_json;
  bool more = true;
  while (!input.Rest().empty()) {
    const std::string_view json = input.Line();
    CheckDecoding(v1::ChatCompletionChunk::default_instance(), json);
    if (codec::CheckJson(json).ok()) of_json.SeeJson(json);
    more = more && Merge(json, merger, usage);
  }
  const v1::ChatCompletion answer = merger.TakeCompletion(usage.usage());
  CheckMessage(answer);
  std::string json;
  const auto written = codec::AppendJson(answer, json);
  Require(written.ok() && IsJson(json), "the merged answer is JSON", json);
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run({data, size});
  return 0;
}
