// inferwire thread run
#include <cctype>
#include <iostream>
#include <string>

#include "answer_text.h"
#include "inferwire/v1/assistants_service.pb.h"
#include "output.h"
#include "request.h"
#include "session.h"

namespace inferwire::cli {
namespace {

std::string StatusText(const v1::AssistantRun& run) {
  std::string name = v1::RunStatus_Name(run.status());
  name.erase(0, std::string_view("RUN_STATUS_").size());
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

// In a thread that is there already the question is one more message, else the first.
client::Result<v1::StreamRunRequest> RequestOf(const ThreadRunArgs& args) {
  auto prompt = NeedPrompt(args.words);
  if (!prompt) return prompt.error();
  v1::StreamRunRequest request;
  request.set_thread_id(args.thread);
  request.set_upstream(args.upstream);
  v1::RunParams& params = *request.mutable_params();
  params.set_assistant_id(args.assistant);
  v1::ThreadMessageParams& message = args.thread.empty() ? *params.mutable_thread()->add_messages()
                                                         : *params.add_additional_messages();
  message.set_role("user");
  message.set_content(*prompt);
  return request;
}

std::string ToolCalls(const v1::AssistantRun& run) {
  std::string lines;
  for (const v1::ToolCall& call : run.required_action().submit_tool_outputs().tool_calls()) {
    lines += "tool call " + call.function().name() + "(" + call.function().arguments() + ")  [" +
             call.id() + "]\n";
  }
  return lines;
}

}  // namespace

ExitCode Run(Session& session, const ThreadRunArgs& args) {
  const auto request = RequestOf(args);
  if (!request) return Report(session.global, request.error());
  v1::AssistantRun run;
  AnswerText answer(session.global);
  const auto streamed = session.client.StreamRpc<v1::StreamRunResponse>(
      "ThreadsService/StreamRun", *request,
      [&](const v1::StreamRunResponse& message) {
        if (message.has_completed()) run = message.completed().run();
        if (!message.has_run_event()) return true;
        if (session.global.json) return Print(GatewayJson(message.run_event()) + "\n");
        for (const auto& part : message.run_event().message_delta().delta().content()) {
          if (!answer.Add(part.text().value())) return false;
        }
        return true;
      },
      session.Arm());
  session.interrupts.Disarm();
  (void)answer.End();
  if (!streamed) return Report(session.global, streamed.error());
  if (!session.global.json && !Print(ToolCalls(run))) return kCallFailed;
  std::cerr << "inferwire: " << run.run_id() << " of " << run.thread_id() << ' ' << StatusText(run)
            << '\n';
  return kOk;
}

}  // namespace inferwire::cli
