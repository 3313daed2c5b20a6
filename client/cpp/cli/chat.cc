// inferwire chat
#include <unistd.h>

#include <ctime>
#include <iostream>
#include <optional>
#include <string>

#include "answer.h"
#include "chat_store.h"
#include "folders.h"
#include "history_file.h"
#include "line_editor.h"
#include "message_lines.h"
#include "output.h"
#include "request.h"
#include "session.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

using client::Result;

constexpr char kCommands[] =
    "/reset forgets the conversation; /model NAME; /system TEXT; /exit or Ctrl-D leaves; Ctrl-C "
    "cancels an answer\n";
constexpr char kLines[] =
    "\\ at a line's end, \"\"\" and Alt-Enter make messages of several lines\n";

// The conversation: the system message, if any, is always the first one.
class Conversation {
 public:
  explicit Conversation(v1::ChatCompletionParams params) : params_(std::move(params)) {}

  const v1::ChatCompletionParams& params() const { return params_; }
  void SetModel(const std::string& model) { params_.set_model(model); }

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

  // Goes on with what was said in another one; the system message of this one counts.
  void GoOnFrom(const v1::ChatCompletionParams& saved) {
    const std::string system = HasSystem() ? client::TextOf(params_.messages(0)) : "";
    *params_.mutable_messages() = saved.messages();
    if (!system.empty()) SetSystem(system);
  }

  Result<void> Ask(Session& session, const std::string& text) {
    (void)AddUserMessage(params_, text);
    const auto answer = StreamAnswer(session, params_);
    if (!answer) {
      // Unanswered questions would confuse the model's next answer.
      params_.mutable_messages()->RemoveLast();
      return answer.error();
    }
    if (!answer->choices().empty()) *params_.add_messages() = answer->choices(0).message();
    return {};
  }

 private:
  bool HasSystem() const {
    return params_.messages_size() > 0 && params_.messages(0).role() == v1::ROLE_SYSTEM;
  }

  v1::ChatCompletionParams params_;
};

// Where the chat is kept, if it is.
class Keeper {
 public:
  // keep: also without a name.
  Keeper(std::string folder, bool keep) : store_(std::move(folder)), keep_(keep) {}

  // The chat to go on with; nothing for a new one.
  Result<std::optional<SavedChat>> Open(const ChatArgs& args) {
    std::string name = args.name;
    if (args.go_on) {
      const auto names = store_.Names();
      if (names.empty()) return UsageError("there is no chat to go on with");
      name = names.front();
    }
    if (name.empty()) return std::optional<SavedChat>();
    if (auto good = ChatStore::CheckName(name); !good) return good.error();
    auto lock = store_.Lock(name);
    if (!lock) return lock.error();
    lock_ = std::move(*lock);
    keep_ = true;
    chat_.name = name;
    chat_.created = std::time(nullptr);
    if (!store_.Has(name)) return std::optional<SavedChat>();
    auto saved = store_.Load(name);
    if (!saved) return saved.error();
    chat_.created = saved->created;
    return std::optional(*std::move(saved));
  }

  // Its model and its messages. Complains once.
  void Save(const v1::ChatCompletionParams& params) {
    if (!keep_) return;
    if (chat_.name.empty()) TakeName();
    chat_.request.set_model(params.model());
    *chat_.request.mutable_messages() = params.messages();
    if (const auto saved = store_.Save(chat_); !saved && !complained_) {
      complained_ = true;
      std::cerr << "inferwire: not saved: " << saved.error().message << '\n';
    }
  }

 private:
  void TakeName() {
    chat_.created = std::time(nullptr);
    chat_.name = store_.FreshName(chat_.created);
    if (auto lock = store_.Lock(chat_.name); lock) lock_ = std::move(*lock);
  }

  const ChatStore store_;
  bool keep_, complained_ = false;
  ChatLock lock_;
  SavedChat chat_;
};

class Chat {
 public:
  Chat(Session& session, v1::ChatCompletionParams params, Keeper keeper)
      : session_(session), conversation_(std::move(params)), keeper_(std::move(keeper)) {}

  Result<void> Open(const ChatArgs& args) {
    const auto saved = keeper_.Open(args);
    if (!saved) return saved.error();
    if (!*saved) return {};
    conversation_.GoOnFrom((*saved)->request);
    if (!args.model_given) conversation_.SetModel((*saved)->request.model());
    std::cerr << "inferwire: goes on with " << (*saved)->name << ": "
              << (*saved)->request.messages_size() << " messages\n";
    return {};
  }

  // A message or a command. Nothing: leave.
  std::optional<ExitCode> Take(const std::string& text) {
    if (IsBlank(text)) return kOk;
    said_ = true;
    if (!text.starts_with('/')) return Say(text);
    return Command(text) ? std::optional(kOk) : std::nullopt;
  }

  bool said() const { return said_; }

 private:
  ExitCode Say(const std::string& text) {
    if (auto answered = conversation_.Ask(session_, text); !answered) {
      return Report(session_.global, answered.error());
    }
    keeper_.Save(conversation_.params());
    return kOk;
  }

  // False: leave.
  bool Command(const std::string& line) {
    const auto space = line.find(' ');
    const std::string name = line.substr(0, space);
    const std::string rest = space == std::string::npos ? "" : line.substr(space + 1);
    if (name == "/exit" || name == "/quit") return false;
    if (name == "/reset") {
      conversation_.Reset();
    } else if (name == "/model" && !rest.empty()) {
      conversation_.SetModel(rest);
    } else if (name == "/system") {
      conversation_.SetSystem(rest);
    } else {
      std::cerr << kCommands << kLines;
    }
    return true;
  }

  Session& session_;
  Conversation conversation_;
  Keeper keeper_;
  bool said_ = false;
};

// Standard input is no terminal, or none that lines can be edited on: a message in each line.
ExitCode TakeLines(Session& session, Chat& chat) {
  const bool interactive = isatty(STDIN_FILENO) == 1;
  if (interactive) {
    session.interrupts.WhenIdle([] { std::cerr << "\n(Ctrl-D or /exit leaves)\n> "; });
    std::cerr << kCommands << "> ";
  }
  TextLines lines(std::cin);
  while (true) {
    const auto line = lines.Next();
    if (line && !*line) break;
    std::optional<ExitCode> code;
    if (line) {
      code = chat.Take(**line);
    } else {
      code = Report(session.global, UsageError("standard input: " + line.error().message));
    }
    if (session.interrupts.terminated()) return kCancelled;
    if (!code) return kOk;
    // A script must not go on as if it had been answered.
    if (*code != kOk && !interactive) return *code;
    if (interactive) std::cerr << "> ";
  }
  if (chat.said() || interactive) return kOk;
  return Report(session.global, UsageError("standard input is empty: nothing was sent"));
}

ExitCode TakeTyped(Session& session, Chat& chat, HistoryFile& history) {
  LineEditor editor(history.Read());
  session.interrupts.BeforeExit([&editor] { editor.RestoreTerminal(); });
  session.interrupts.WhenIdle([] {});  // pressed once more after an answer was cancelled
  std::cerr << kCommands << kLines;
  MessageLines message;
  std::optional<ExitCode> code = kOk;
  while (code && !session.interrupts.terminated()) {
    const TypedLine line = editor.Read(message.open() ? ". " : "> ");
    if (line.how == TypedLine::How::kInterrupted) {
      message.Clear();
      continue;
    }
    const bool ended = line.how == TypedLine::How::kEnd;
    if (ended && !message.open()) break;
    const auto text = ended ? message.Finish() : message.Add(line.text);
    if (!text || IsBlank(*text)) continue;
    editor.Remember(*text);
    history.Append(*text);
    if (auto good = CheckText(*text, "the message"); !good) {
      code = Report(session.global, good.error());
    } else {
      code = chat.Take(*text);
    }
  }
  session.interrupts.BeforeExit({});
  return session.interrupts.terminated() ? kCancelled : kOk;
}

}  // namespace

ExitCode Run(Session& session, const ChatArgs& args) {
  auto params = BuildParams(args.model);
  if (!params) return Report(session.global, params.error());
  const bool edited = LineEditor::IsPossible();
  const bool keeps = session.global.history && !args.no_history;
  const std::string data = DataFolder(), state = StateFolder();
  if (data.empty() && (args.go_on || !args.name.empty())) {
    return Report(session.global, UsageError("there is no place for chats: set HOME"));
  }
  Chat chat(session, *std::move(params), Keeper(data + "/chats", keeps && edited && !data.empty()));
  if (auto opened = chat.Open(args); !opened) return Report(session.global, opened.error());
  if (!edited) return TakeLines(session, chat);
  HistoryFile history(keeps && !state.empty() ? state + "/history" : "");
  return TakeTyped(session, chat, history);
}

}  // namespace inferwire::cli
