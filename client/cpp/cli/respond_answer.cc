#include "respond_answer.h"

#include <cctype>
#include <iostream>

#include "answer_text.h"
#include "output.h"

namespace inferwire::cli {
namespace {

bool IsIn(const v1::Response& response, std::initializer_list<v1::ResponseStatus> some) {
  for (const v1::ResponseStatus status : some) {
    if (response.status() == status) return true;
  }
  return false;
}

std::string ToolCalls(const v1::Response& response) {
  std::string lines;
  for (const v1::ResponseItem& item : response.output()) {
    if (item.type() == "function_call") {
      lines += "tool call " + item.name() + "(" + item.arguments() + ")";
    } else if (item.type() == "custom_tool_call") {
      lines += "tool call " + item.name() + ": " + item.input();
    } else {
      continue;
    }
    lines += item.call_id().empty() ? "\n" : "  [" + item.call_id() + "]\n";
  }
  return lines;
}

// Its id, for --previous; and what kept it from being complete.
std::string NoteOf(const v1::Response& response) {
  std::string note = response.id();
  if (IsIn(response, {v1::RESPONSE_STATUS_COMPLETED, v1::RESPONSE_STATUS_UNSPECIFIED})) return note;
  note += (note.empty() ? "" : ", ") + StatusText(response);
  const std::string& reason = response.incomplete_details().reason();
  if (!reason.empty()) note += ": " + reason;
  return note;
}

// Of a failed response: it is a value to those who only read it.
void PrintFailure(const v1::Response& response) {
  if (response.status() != v1::RESPONSE_STATUS_FAILED) return;
  const v1::ResponseError& error = response.error();
  std::cerr << "inferwire: " << response.id() << " failed: " << error.code()
            << (error.message().empty() ? "" : ": ") << error.message() << '\n';
}

// What can still be done about a response in the background.
void PrintHint(const client::ResponseStream& stream) {
  const auto from = stream.resumption();
  if (from.response_id().empty() || !stream.response().background()) return;
  std::cerr << "inferwire: it goes on: inferwire respond resume " << from.response_id();
  if (from.has_starting_after()) std::cerr << " --after " << from.starting_after();
  std::cerr << '\n';
}

}  // namespace

std::string StatusText(const v1::Response& response) {
  if (const auto other = response.extra().find("status"); other != response.extra().end()) {
    const std::string& json = other->second;
    return json.starts_with('"') ? json.substr(1, json.size() - 2) : json;
  }
  std::string name = v1::ResponseStatus_Name(response.status());
  name.erase(0, std::string_view("RESPONSE_STATUS_").size());
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

ExitCode PrintResponse(Session& session, const v1::Response& response,
                       const v1::GatewayInfo& gateway) {
  const ExitCode code = response.status() == v1::RESPONSE_STATUS_FAILED ? kCallFailed : kOk;
  if (session.global.json) {
    return Print(OpenAiJson(response, &gateway) + "\n") ? code : kCallFailed;
  }
  if (!AnswerText(session.global).Print(client::TextOf(response)) || !Print(ToolCalls(response))) {
    return kCallFailed;
  }
  PrintUsage(session.global, response.model(), response.usage(), gateway, NoteOf(response));
  PrintFailure(response);
  return code;
}

ExitCode PrintStream(Session& session, client::ResponseStream stream) {
  v1::ResponseStreamCompleted completed;
  AnswerText text(session.global);
  bool written = true;
  for (const client::ResponseStreamEvent& event : stream) {
    if (event.message.has_completed()) completed = event.message.completed();
    if (!session.global.json) {
      written = text.Add(event.text());
    } else if (event.message.has_response_event()) {
      written = Print(OpenAiJson(event.message.response_event()) + "\n");
    }
    if (!written) break;  // letting the stream go cancels the call
  }
  session.interrupts.Disarm();
  const bool said = !text.empty();
  (void)text.End();
  if (!written) {
    std::cerr << "inferwire: standard output cannot be written; the call was cancelled\n";
    return kCallFailed;
  }
  if (auto status = stream.status(); !status) {
    PrintHint(stream);
    return Report(session.global, status.error());
  }
  const v1::Response& response = stream.response();
  if (!session.global.json) {
    // Without deltas it came whole, or is a refusal.
    if (!said) (void)text.Print(client::TextOf(response));
    Print(ToolCalls(response));
  }
  PrintUsage(session.global, response.model(), completed.usage(), completed.gateway(),
             NoteOf(response));
  PrintFailure(response);
  return completed.status() == v1::RESPONSE_STATUS_FAILED ? kCallFailed : kOk;
}

}  // namespace inferwire::cli
