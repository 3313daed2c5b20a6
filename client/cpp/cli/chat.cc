// inferwire chat
#include <unistd.h>

#include <iostream>
#include <string>

#include "answer.h"
#include "output.h"
#include "request.h"
#include "session.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

constexpr char kCommands[] =
    "/reset forgets the conversation; /model NAME; /system TEXT; /exit or Ctrl-D leaves; Ctrl-C "
    "cancels an answer\n";

// The conversation: the system message, if any, is always the first one.
class Chat {
 public:
  Chat(Session& session, v1::ChatCompletionParams params, bool interactive)
      : session_(session), params_(std::move(params)), interactive_(interactive) {}

  // False: leave.
  bool Command(const std::string& line) {
    const auto space = line.find(' ');
    const std::string name = line.substr(0, space);
    const std::string rest = space == std::string::npos ? "" : line.substr(space + 1);
    if (name == "/exit" || name == "/quit") return false;
    if (name == "/reset") {
      Reset();
    } else if (name == "/model" && !rest.empty()) {
      params_.set_model(rest);
    } else if (name == "/system") {
      SetSystem(rest);
    } else {
      std::cerr << kCommands;
    }
    return true;
  }

  ExitCode Say(const std::string& text) {
    (void)AddUserMessage(params_, text);
    const auto answer = StreamAnswer(session_, params_);
    if (!answer) {
      // Unanswered questions would confuse the model's next answer.
      params_.mutable_messages()->RemoveLast();
      return Report(session_.global, answer.error());
    }
    if (!answer->choices().empty()) *params_.add_messages() = answer->choices(0).message();
    return kOk;
  }

  bool interactive() const { return interactive_; }

 private:
  bool HasSystem() const {
    return params_.messages_size() > 0 && params_.messages(0).role() == v1::ROLE_SYSTEM;
  }

  void Reset() {
    const int keep = HasSystem() ? 1 : 0;
    params_.mutable_messages()->DeleteSubrange(keep, params_.messages_size() - keep);
  }

  void SetSystem(const std::string& text) {
    if (HasSystem()) params_.mutable_messages()->DeleteSubrange(0, 1);
    if (text.empty()) return;
    v1::ChatCompletionParams with_system = params_;
    with_system.clear_messages();
    auto& message = *with_system.add_messages();
    message.set_role(v1::ROLE_SYSTEM);
    message.set_content(text);
    with_system.mutable_messages()->MergeFrom(params_.messages());
    params_ = std::move(with_system);
  }

  Session& session_;
  v1::ChatCompletionParams params_;
  const bool interactive_;
};

}  // namespace

ExitCode Run(Session& session, const ChatArgs& args) {
  auto params = BuildParams(args.model);
  if (!params) return Report(session.global, params.error());
  Chat chat(session, *std::move(params), isatty(STDIN_FILENO) == 1);
  if (chat.interactive()) {
    session.interrupts.WhenIdle([] { std::cerr << "\n(Ctrl-D or /exit leaves)\n> "; });
    std::cerr << kCommands << "> ";
  }
  TextLines lines(std::cin);
  bool said = false;
  while (true) {
    const auto line = lines.Next();
    if (line && !*line) break;
    ExitCode code = kOk;
    if (!line) {
      code = Report(session.global, UsageError("standard input: " + line.error().message));
    } else if (!IsBlank(**line)) {
      said = true;
      if (!(*line)->starts_with('/')) {
        code = chat.Say(**line);
      } else if (!chat.Command(**line)) {
        break;
      }
    }
    // A script must not go on as if it had been answered.
    if (code != kOk && !chat.interactive()) return code;
    if (chat.interactive()) std::cerr << "> ";
  }
  if (said || chat.interactive()) return kOk;
  return Report(session.global, UsageError("standard input is empty: nothing was sent"));
}

}  // namespace inferwire::cli
