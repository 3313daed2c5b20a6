// inferwire continue
#include <iostream>

#include "answer_text.h"
#include "output.h"
#include "request.h"
#include "session.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

using client::Result;

Result<v1::TextCompletionParams> ParamsOf(const ContinueArgs& args) {
  auto prompt = NeedPrompt(args.prompt);
  if (!prompt) return prompt.error();
  v1::TextCompletionParams params;
  params.set_model(args.model);
  params.add_prompt(*std::move(prompt));
  for (const std::string* const text : {&args.suffix, &args.model}) {
    if (auto good = CheckText(*text, "an option"); !good) return good.error();
  }
  if (!args.suffix.empty()) params.set_suffix(args.suffix);
  if (args.max_tokens) params.set_max_tokens(*args.max_tokens);
  if (args.temperature) params.set_temperature(*args.temperature);
  if (args.seed) params.set_seed(*args.seed);
  if (args.n) params.set_n(*args.n);
  if (args.echo) params.set_echo(true);
  for (const auto& stop : args.stop) {
    if (auto good = CheckText(stop, "--stop"); !good) return good.error();
    params.add_stop(stop);
  }
  for (const auto& param : args.params) {
    if (auto added = AddParam(*params.mutable_extra(), param); !added) return added.error();
  }
  return params;
}

std::string NoteOf(const std::string& finish_reason) {
  return finish_reason == "length" ? "cut at the token limit" : "";
}

ExitCode Stream(Session& session, const v1::TextCompletionParams& params) {
  v1::StreamCompleteTextRequest request;
  *request.mutable_params() = params;
  auto stream = session.client.StreamCompleteText(request, session.Arm());
  v1::StreamCompleteTextCompleted completed;
  std::string model, finish_reason;
  AnswerText text(session.global, AnswerText::Form::kPlain);
  bool written = true;
  for (const client::TextEvent& event : stream) {
    if (event.message.has_completed()) completed = event.message.completed();
    const v1::TextCompletion& chunk = event.message.chunk();
    if (chunk.has_model()) model = chunk.model();
    for (const auto& choice : chunk.choices()) {
      if (choice.has_finish_reason()) finish_reason = choice.finish_reason();
    }
    if (!session.global.json) {
      written = text.Add(event.text());
    } else if (event.message.has_chunk()) {
      written = Print(OpenAiJson(chunk) + "\n");
    }
    if (!written) break;  // letting the stream go cancels the call
  }
  session.interrupts.Disarm();
  (void)text.End();
  if (!written) {
    std::cerr << "inferwire: standard output cannot be written; the call was cancelled\n";
    return kCallFailed;
  }
  if (auto status = stream.status(); !status) return Report(session.global, status.error());
  PrintUsage(session.global, model, completed.usage(), completed.gateway(), NoteOf(finish_reason));
  return kOk;
}

ExitCode PrintAnswer(Session& session, const v1::CompleteTextResponse& response) {
  const v1::TextCompletion& completion = response.completion();
  if (session.global.json) {
    return Print(OpenAiJson(completion, &response.gateway()) + "\n") ? kOk : kCallFailed;
  }
  std::string note;
  for (const auto& choice : completion.choices()) {
    if (completion.choices_size() > 1) {
      Print("--- answer " + std::to_string(choice.index() + 1) + "\n");
    }
    if (!AnswerText(session.global, AnswerText::Form::kPlain).Print(choice.text())) {
      return kCallFailed;
    }
    note = NoteOf(choice.finish_reason());
  }
  PrintUsage(session.global, completion.model(), completion.usage(), response.gateway(), note);
  return kOk;
}

}  // namespace

ExitCode Run(Session& session, const ContinueArgs& args) {
  auto params = ParamsOf(args);
  if (!params) return Report(session.global, params.error());
  // Several answers at once would arrive mixed up.
  const bool one_answer = args.n.value_or(1) == 1;
  if (args.stream.value_or(!session.global.json && one_answer)) return Stream(session, *params);
  v1::CompleteTextRequest request;
  *request.mutable_params() = *std::move(params);
  const auto response = session.client.CompleteText(request, session.Arm());
  session.interrupts.Disarm();
  return response ? PrintAnswer(session, *response) : Report(session.global, response.error());
}

}  // namespace inferwire::cli
