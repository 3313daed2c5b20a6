#include "simulator/stored_chats.h"

#include "simulator/metadata.h"
#include "simulator/paging.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kUsualPage = 20, kMaxPage = 100;
// What a stored completion repeats of its request.
constexpr const char* kRepeated[] = {"temperature",       "top_p",          "presence_penalty",
                                     "frequency_penalty", "seed",           "tools",
                                     "tool_choice",       "response_format"};

}  // namespace

StoredChats::StoredChats(Backend& backend)
    : backend_(backend), kept_(backend.options.max_kept, backend.options.max_kept_bytes) {}

void StoredChats::AddRoutes(Routes& routes) {
  using enum BodyKind;
  const auto add = [&](std::string_view method, std::string_view path, BodyKind body,
                       std::function<void(Call&)> serve) {
    routes.Add({method, path, body, std::move(serve)});
  };
  add("GET", "/v1/chat/completions", kNone, [this](Call& call) { List(call); });
  add("GET", "/v1/chat/completions/*", kNone, [this](Call& call) {
    if (const auto chat = Find(call)) call.Give(chat->completion);
  });
  add("POST", "/v1/chat/completions/*", kObject, [this](Call& call) { Update(call); });
  add("DELETE", "/v1/chat/completions/*", kNone, [this](Call& call) { Delete(call); });
  add("GET", "/v1/chat/completions/*/messages", kNone, [this](Call& call) { Messages(call); });
}

void StoredChats::Keep(const Json& request, const std::string& answer) {
  auto chat = std::make_shared<StoredChat>();
  chat->completion = Json::parse(answer, nullptr, /*allow_exceptions=*/false);
  if (!chat->completion.is_object()) return;
  chat->id = StringMember(chat->completion, "id");
  for (const char* name : kRepeated) {
    if (request.contains(name)) chat->completion[name] = request[name];
  }
  const bool labelled = request.contains("metadata") && request["metadata"].is_object();
  chat->completion["metadata"] = labelled ? request["metadata"] : Json::object();
  for (const Json& message : request["messages"]) {
    Json stored = {{"id", chat->id + "-" + std::to_string(chat->messages.size())}};
    stored.update(message);
    // Parts stand apart from the text.
    if (stored["content"].is_array()) {
      stored["content_parts"] = std::move(stored["content"]);
      stored["content"] = nullptr;
    }
    chat->messages.push_back(std::move(stored));
  }
  const int64_t bytes = SizeOf(request) + static_cast<int64_t>(answer.size());
  kept_.Add(std::move(chat), bytes);
}

std::shared_ptr<StoredChats::StoredChat> StoredChats::Find(Call& call) {
  auto chat = kept_.Find(call.id());
  if (chat == nullptr) {
    call.Fail(NotFound("Chat completion with id '" + std::string(call.id()) + "' not found."));
  }
  return chat;
}

void StoredChats::List(Call& call) {
  Page page{.ascending = true};
  const std::string_view target = call.request.path;
  if (auto error = ReadPage(target, kUsualPage, kMaxPage, page))
    return call.Fail(std::move(*error));
  const Json wanted = QueryMetadata(target);
  const auto model = QueryValue(target, "model");
  call.answer.body = ListBody(
      kept_.items(), page,
      [&](const StoredChat& chat) {
        return MatchesMetadata(chat.completion["metadata"], wanted) &&
               (!model || chat.completion["model"] == *model);
      },
      [](const StoredChat& chat) { return chat.completion; });
  call.Settle(std::nullopt);
}

void StoredChats::Update(Call& call) {
  const auto chat = Find(call);
  if (!chat) return;
  std::optional<ApiError> fault;
  Fields fields(call.body, "", fault);
  if (fields.Find("metadata") == nullptr) fields.Fail(MissingParameter("metadata"));
  Json metadata = ReadMetadata(fields);
  if (fault) return call.Fail(std::move(*fault));
  chat->completion["metadata"] = std::move(metadata);
  call.Give(chat->completion);
}

void StoredChats::Delete(Call& call) {
  if (!Find(call)) return;
  kept_.Remove(call.id());
  call.Give({{"object", "chat.completion.deleted"}, {"id", call.id()}, {"deleted", true}});
}

void StoredChats::Messages(Call& call) {
  const auto chat = Find(call);
  if (!chat) return;
  Page page{.ascending = true};
  if (auto error = ReadPage(call.request.path, kUsualPage, kMaxPage, page)) {
    return call.Fail(std::move(*error));
  }
  call.answer.body = JsonListBody(chat->messages, page);
  call.Settle(std::nullopt);
}

}  // namespace inferwire::simulator
