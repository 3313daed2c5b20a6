// Whatever an upstream or a caller's file has in a line: it names one item or none, and what is
// made of it is what the store and the callers can take.
#include <string>

#include "batch/answer_line.h"
#include "batch/header.h"
#include "batch/line.h"
#include "batch/upstream_batch.h"
#include "codec/utf8.h"
#include "fuzz/input.h"
#include "fuzz/require.h"
#include "gateway/rpc_status.h"

namespace inferwire::fuzz {
namespace {

bool IsText(std::string_view text) {
  return codec::IsUtf8(text) && text.find('\0') == std::string_view::npos;
}

void CheckAnswer(std::string_view line, std::string_view endpoint) {
  const auto result = batch::ReadAnswerLine(line, endpoint, {}, {}, WallTime(), {});
  if (!result) return;
  Require(batch::CheckCustomId(result->custom_id).ok(), "the id is one that an item can have");
  Require(IsText(result->upstream_request_id), "the request's id is a text");
  if (result->outcome == store::ItemOutcome::kSucceeded) {
    Require(codec::CheckJson(result->body).ok(), "an answer is JSON", result->body);
  } else {
    google::rpc::Status status;
    Require(status.ParseFromString(result->body) && status.code() != 0, "an error is one");
    Require(codec::IsUtf8(status.message()), "its message is a text");
  }
}

// What is read from a file can be written into one, and is the same again.
void CheckInput(std::string_view line, std::string_view endpoint) {
  const auto read = batch::ReadLine(line, endpoint, {});
  if (!read) return;
  std::string written;
  batch::AppendLine(read->custom_id, endpoint, read->body, written);
  Require(written.size() == batch::LineBytes(read->custom_id, endpoint, read->body),
          "a line has the bytes that were foretold");
  Require(written.find('\n') == written.size() - 1, "a line is one line", written);
  const auto again = batch::ReadLine(written, endpoint, {});
  Require(again.ok() && again->custom_id == read->custom_id, "it reads as the same item");
  const auto facts = batch::CheckBody(read->body, {});
  if (!facts) return;
  const std::string other = batch::WithModel(read->body, "other");
  const auto changed = batch::CheckBody(other, {});
  Require(changed.ok() && changed->model == "other", "the model can be replaced", other);
}

}  // namespace

void Run(std::string_view input) {
  const std::string exact(input);
  for (const std::string_view endpoint :
       {batch::kChatEndpoint, std::string_view("/v1/embeddings")}) {
    CheckAnswer(exact, endpoint);
    CheckInput(exact, endpoint);
  }
  (void)batch::ReadBatch(exact, {});
  (void)batch::ReadBatches(exact, {});
  (void)batch::ReadFile(exact, {});
  (void)batch::ReadFiles(exact, {});
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
