// inferwire chats
#include <cctype>
#include <string>
#include <vector>

#include "answer_text.h"
#include "chat_store.h"
#include "folders.h"
#include "output.h"
#include "request.h"
#include "session.h"
#include "table.h"

namespace inferwire::cli {
namespace {

constexpr std::size_t kShownText = 50;  // characters of the first question in the list

std::string FirstQuestion(const v1::ChatCompletionParams& request) {
  for (const auto& message : request.messages()) {
    if (message.role() == v1::ROLE_USER) return ShortText(client::TextOf(message), kShownText);
  }
  return "";
}

ExitCode List(const GlobalArgs& global, const ChatStore& store, int limit) {
  Table table({"name", "begun", "model", "messages", "first question"});
  ExitCode code = kOk;
  std::vector<std::string> names = store.Names();
  if (limit > 0 && names.size() > static_cast<std::size_t>(limit)) {
    names.resize(static_cast<std::size_t>(limit));
  }
  for (const std::string& name : names) {
    const auto chat = store.Load(name);
    if (!chat) {
      code = ReportOf(global, name, chat.error());
      continue;
    }
    google::protobuf::Timestamp begun;
    begun.set_seconds(chat->created);
    const std::string count = std::to_string(chat->request.messages_size());
    if (global.json) {
      Print("{\"name\":" + Quoted(name) + ",\"created\":" + std::to_string(chat->created) +
            ",\"model\":" + Quoted(chat->request.model()) + ",\"messages\":" + count + "}\n");
    } else {
      table.Add({name, TimeText(true, begun), chat->request.model(), count,
                 FirstQuestion(chat->request)});
    }
  }
  if (!global.json) Print(table.Text());
  return code;
}

ExitCode Show(const GlobalArgs& global, const ChatStore& store, const std::string& name) {
  const auto chat = store.Load(name);
  if (!chat) return Report(global, chat.error());
  if (global.json) return Print(OpenAiJson(chat->request) + "\n") ? kOk : kCallFailed;
  bool first = true;
  for (const auto& message : chat->request.messages()) {
    std::string role = v1::Role_Name(message.role());
    role.erase(0, std::string_view("ROLE_").size());
    for (char& c : role) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (!Print((first ? "[" : "\n[") + role + "]\n")) return kCallFailed;
    first = false;
    if (!AnswerText(global).Print(client::TextOf(message)) || !Print(ToolCallLines(message))) {
      return kCallFailed;
    }
  }
  return kOk;
}

ExitCode Delete(const GlobalArgs& global, const ChatStore& store,
                const std::vector<std::string>& names) {
  ExitCode code = kOk;
  for (const std::string& name : names) {
    if (const auto deleted = store.Delete(name); !deleted) {
      code = ReportOf(global, name, deleted.error());
    } else {
      PrintDeleted(global, name);
    }
  }
  return code;
}

}  // namespace

ExitCode Run(const GlobalArgs& global, const ChatsArgs& args) {
  const std::string data = DataFolder();
  if (data.empty()) return Report(global, UsageError("there is no place for chats: set HOME"));
  const ChatStore store(data + "/chats");
  switch (args.verb) {
    case ChatsArgs::Verb::kList:
      return List(global, store, args.limit);
    case ChatsArgs::Verb::kShow:
      return Show(global, store, args.names.front());
    case ChatsArgs::Verb::kDelete:
      break;
  }
  return Delete(global, store, args.names);
}

}  // namespace inferwire::cli
