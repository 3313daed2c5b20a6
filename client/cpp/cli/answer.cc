#include "answer.h"

#include "answer_text.h"
#include "output.h"

namespace inferwire::cli {
namespace {

client::Error CannotWrite() {
  client::Error error;
  error.code = grpc::StatusCode::ABORTED;
  error.domain = client::kClientDomain;
  error.reason = "OUTPUT_FAILED";
  error.message = "standard output cannot be written; the call was cancelled";
  return error;
}

}  // namespace

client::Result<v1::ChatCompletion> StreamAnswer(Session& session,
                                                const v1::ChatCompletionParams& params) {
  v1::StreamCompleteRequest request;
  *request.mutable_params() = params;
  request.mutable_stream()->set_accumulate(true);
  auto stream = session.client.Stream(request, session.Arm());
  v1::StreamCompleted completed;
  AnswerText text(session.global);
  for (const client::Event& event : stream) {
    if (event.message.has_completed()) completed = event.message.completed();
    const bool read = session.global.json ? !event.message.has_chunk() ||
                                                Print(OpenAiJson(event.message.chunk()) + "\n")
                                          : text.Add(event.text());
    if (!read) {
      session.interrupts.Disarm();
      return CannotWrite();  // leaving the loop cancels the call
    }
  }
  session.interrupts.Disarm();
  const bool said = !text.empty();
  (void)text.End();
  if (auto status = stream.status(); !status) return status.error();
  if (!session.global.json && !completed.completion().choices().empty()) {
    const auto& message = completed.completion().choices(0).message();
    // Chunks carry content only: a refusal has its own field.
    (void)text.Print(said ? message.refusal() : client::TextOf(message));
    Print(ToolCallLines(message));
  }
  PrintUsage(session.global, completed.completion(), completed.gateway());
  return completed.completion();
}

}  // namespace inferwire::cli
