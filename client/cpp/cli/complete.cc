// inferwire complete
#include "answer.h"
#include "answer_text.h"
#include "output.h"
#include "request.h"
#include "session.h"

namespace inferwire::cli {
namespace {

ExitCode PrintAnswer(Session& session, const v1::CompleteResponse& response) {
  const auto& completion = response.completion();
  if (session.global.json) {
    return Print(OpenAiJson(completion, &response.gateway()) + "\n") ? kOk : kCallFailed;
  }
  for (const auto& choice : completion.choices()) {
    if (completion.choices_size() > 1) {
      Print("--- answer " + std::to_string(choice.index() + 1) + "\n");
    }
    if (!AnswerText(session.global).Print(client::TextOf(choice.message())) ||
        !Print(ToolCallLines(choice.message()))) {
      return kCallFailed;
    }
  }
  PrintUsage(session.global, completion, response.gateway());
  return kOk;
}

}  // namespace

ExitCode Run(Session& session, const CompleteArgs& args) {
  auto params = BuildRequest(args);
  if (!params) return Report(session.global, params.error());
  // Several answers at once would arrive mixed up.
  const bool one_answer = args.model.n.value_or(1) == 1;
  if (args.stream.value_or(!session.global.json && one_answer)) {
    const auto answer = StreamAnswer(session, *params);
    return answer ? kOk : Report(session.global, answer.error());
  }
  v1::CompleteRequest request;
  *request.mutable_params() = *std::move(params);
  const auto response = session.client.Complete(request, session.Arm());
  session.interrupts.Disarm();
  return response ? PrintAnswer(session, *response) : Report(session.global, response.error());
}

}  // namespace inferwire::cli
