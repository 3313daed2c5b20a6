// What the command prints: answers on standard output, all else on standard error.
#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <streambuf>
#include <string>
#include <string_view>

#include "arguments.h"
#include "exit_code.h"
#include "inferwire/client.h"
#include "usage_error.h"

namespace inferwire::cli {

// Writes to standard output; false if that fails (a full disk). When its reader has gone, as head
// does after its last line, the process ends at once without a word; its calls end with it. On a
// terminal control characters are made visible (visible_text.h).
bool Print(std::string_view text);
// What Print kept because a piece ended within a character. For the end of the process.
bool FinishPrint();
// The same as Print for what has been made visible and may have colours.
bool PrintAsIs(std::string_view text);

// While it lives, std::cerr makes control characters visible if standard error is a terminal:
// errors quote what servers said.
class GuardedErrors {
 public:
  GuardedErrors();
  ~GuardedErrors();
  GuardedErrors(const GuardedErrors&) = delete;
  GuardedErrors& operator=(const GuardedErrors&) = delete;

 private:
  class Buffer;
  std::unique_ptr<Buffer> buffer_;
  std::streambuf* before_ = nullptr;
};

// A text as a JSON string, with its quotes. Invalid UTF-8 is replaced.
std::string Quoted(std::string_view text);
// The upstream's own JSON of a message, with the gateway's report as its last member if there is
// one.
std::string OpenAiJson(const google::protobuf::Message& message,
                       const v1::GatewayInfo* gateway = nullptr);
// Protobuf's JSON, for messages that the upstream has no form of.
std::string GatewayJson(const google::protobuf::Message& message);
// The same as a line of standard output.
ExitCode PrintJson(const google::protobuf::Message& message);
std::string ErrorJson(const client::Error& error);

ExitCode CodeOf(const client::Error& error);
// One line for people, and with --json an {"error": ...} for programs.
ExitCode Report(const GlobalArgs& global, const client::Error& error);
// The same for what was done to one of several things.
ExitCode ReportOf(const GlobalArgs& global, const std::string& id, const client::Error& error);
// What was deleted: its id, with --json {"id", "deleted"}.
void PrintDeleted(const GlobalArgs& global, const std::string& id);

// An answer's tool calls as readable lines.
std::string ToolCallLines(const v1::ChatMessage& message);
// Model, tokens, cost and time, on standard error. note: what else is to be said of the answer.
void PrintUsage(const GlobalArgs& global, const std::string& model, const v1::Usage& usage,
                const v1::GatewayInfo& gateway, std::string_view note = {});
void PrintUsage(const GlobalArgs& global, const v1::ChatCompletion& completion,
                const v1::GatewayInfo& gateway);

}  // namespace inferwire::cli
