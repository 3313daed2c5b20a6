#include "simulator/threads.h"

#include <algorithm>

#include "simulator/assistants.h"
#include "simulator/metadata.h"
#include "simulator/paging.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kUsualPage = 20, kMaxPage = 100;

std::optional<ApiError> ReadContent(const Json& content, const std::string& path, Json& parts) {
  if (content.is_string()) {
    parts = TextContent(content.get<std::string>());
    return std::nullopt;
  }
  if (!content.is_array()) {
    return InvalidType(path, "one of a string or array of objects", KindOf(content));
  }
  parts = Json::array();
  std::optional<ApiError> fault;
  for (size_t i = 0; i < content.size() && !fault; ++i) {
    const std::string at = path + "[" + std::to_string(i) + "]";
    if (!content[i].is_object()) return InvalidType(at, "an object", KindOf(content[i]));
    Fields fields(content[i], at, fault);
    const std::string type = fields.RequiredString("type");
    if (type == "text") {
      parts.push_back(TextContent(fields.RequiredString("text")).front());
    } else if (type == "image_url" || type == "image_file") {
      fields.RequiredObject(type.c_str());
      parts.push_back(content[i]);
    } else {
      fields.Fail(BadRequest("Invalid value: '" + type +
                                 "'. Supported values are: 'text', "
                                 "'image_url', and 'image_file'.",
                             at + ".type", "invalid_value"));
    }
  }
  return fault;
}

}  // namespace

Threads::Threads(Backend& backend)
    : backend_(backend),
      ids_(Hash("threads", backend.options.seed)),
      kept_(backend.options.max_kept, backend.options.max_kept_bytes) {}

void Threads::AddRoutes(Routes& routes) {
  using enum BodyKind;
  const auto add = [&](std::string_view method, std::string_view path, BodyKind body,
                       std::function<void(Call&)> serve) {
    routes.Add({method, path, body, [serve = std::move(serve)](Call& call) {
                  if (HasBetaHeader(call)) serve(call);
                }});
  };
  add("POST", "/v1/threads", kMaybeObject, [this](Call& call) {
    std::shared_ptr<StoredThread> thread;
    if (auto error = Make(call.body, thread)) return call.Fail(std::move(*error));
    call.Give(thread->json);
  });
  add("GET", "/v1/threads/*", kNone, [this](Call& call) {
    if (const auto thread = Find(call)) call.Give(thread->json);
  });
  add("POST", "/v1/threads/*", kObject, [this](Call& call) { Update(call); });
  add("DELETE", "/v1/threads/*", kNone, [this](Call& call) { Delete(call); });
  add("POST", "/v1/threads/*/messages", kObject, [this](Call& call) { CreateMessage(call); });
  add("GET", "/v1/threads/*/messages", kNone, [this](Call& call) { ListMessages(call); });
  add("GET", "/v1/threads/*/messages/*", kNone, [this](Call& call) {
    const auto thread = Find(call);
    const Json* message = thread ? FindMessage(call, *thread) : nullptr;
    if (message != nullptr) call.Give(*message);
  });
  add("POST", "/v1/threads/*/messages/*", kObject, [this](Call& call) { UpdateMessage(call); });
  add("DELETE", "/v1/threads/*/messages/*", kNone, [this](Call& call) { DeleteMessage(call); });
}

std::shared_ptr<StoredThread> Threads::Find(Call& call) {
  auto thread = kept_.Find(call.id());
  if (thread == nullptr) {
    call.Fail(NotFound("No thread found with id '" + std::string(call.id()) + "'."));
  } else {
    AdvanceRuns(backend_, *thread);
    Resize(*thread);
  }
  return thread;
}

void Threads::Resize(StoredThread& thread) {
  auto& messages = thread.messages;
  const auto max = static_cast<std::ptrdiff_t>(backend_.options.max_kept);
  if (std::ssize(messages) > max) messages.erase(messages.begin(), messages.end() - max);
  auto& runs = thread.runs;
  if (std::ssize(runs) > max) runs.erase(runs.begin(), runs.end() - max);
  int64_t bytes = 0;
  for (const Json& message : messages) bytes += SizeOf(message);
  for (const auto& run : runs) bytes += SizeOf(run->chat);
  kept_.Resize(thread.id, bytes);
}

std::optional<ApiError> Threads::Make(const Json& body, std::shared_ptr<StoredThread>& thread) {
  thread = std::make_shared<StoredThread>();
  std::optional<ApiError> fault;
  Fields fields(body, "", fault);
  const Json metadata = ReadMetadata(fields);
  const Json* resources = fields.Object("tool_resources");
  const Json* messages = fields.Array("messages");
  if (fault) return fault;
  thread->id = "thread_" + Letters(ids_, 24);
  thread->ids = Random(Hash(thread->id, backend_.options.seed));
  thread->json = {{"id", thread->id},
                  {"object", "thread"},
                  {"created_at", backend_.Created()},
                  {"metadata", metadata.is_null() ? Json::object() : metadata},
                  {"tool_resources", resources != nullptr ? *resources : Json::object()}};
  if (messages != nullptr) fault = AddMessages(*messages, "messages", *thread);
  if (fault) return fault;
  kept_.Add(thread, 0);
  Resize(*thread);
  return std::nullopt;
}

std::optional<ApiError> Threads::AddMessages(const Json& list, const std::string& path,
                                             StoredThread& thread) {
  std::vector<Json> added;
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string at = path.empty() ? "" : path + "[" + std::to_string(i) + "]";
    if (!list[i].is_object()) return InvalidType(at, "an object", KindOf(list[i]));
    std::optional<ApiError> fault;
    Fields fields(list[i], at, fault);
    const std::string role = fields.RequiredString("role");
    if (fields.ok() && role != "user" && role != "assistant") {
      fields.Fail(
          BadRequest("Invalid value: '" + role + "'. Supported values are: 'user' and 'assistant'.",
                     fields.PathOf("role"), "invalid_value"));
    }
    const Json* content = fields.Find("content");
    if (content == nullptr) fields.Fail(MissingParameter(fields.PathOf("content")));
    const Json metadata = ReadMetadata(fields);
    if (fault) return fault;
    Json parts;
    if (auto error = ReadContent(*content, fields.PathOf("content"), parts)) return error;
    Json message = MessageJson("msg_" + Letters(thread.ids, 24), thread.id, backend_.Created(),
                               role, std::move(parts));
    if (!metadata.is_null()) message["metadata"] = metadata;
    if (const Json* files = fields.Array("attachments")) message["attachments"] = *files;
    added.push_back(std::move(message));
  }
  std::move(added.begin(), added.end(), std::back_inserter(thread.messages));
  return std::nullopt;
}

void Threads::Update(Call& call) {
  const auto thread = Find(call);
  if (!thread) return;
  std::optional<ApiError> fault;
  Fields fields(call.body, "", fault);
  const Json metadata = ReadMetadata(fields);
  const Json* resources = fields.Object("tool_resources");
  if (fault) return call.Fail(std::move(*fault));
  if (!metadata.is_null()) thread->json["metadata"] = metadata;
  if (resources != nullptr) thread->json["tool_resources"] = *resources;
  call.Give(thread->json);
}

void Threads::Delete(Call& call) {
  if (!Find(call)) return;
  kept_.Remove(call.id());
  call.Give({{"id", call.id()}, {"object", "thread.deleted"}, {"deleted", true}});
}

void Threads::CreateMessage(Call& call) {
  const auto thread = Find(call);
  if (!thread) return;
  if (const auto run = ActiveRun(*thread)) {
    return call.Fail(BadRequest(
        "Can't add messages to " + thread->id + " while a run " + run->id + " is active.", {}, {}));
  }
  if (auto error = AddMessages(Json::array({call.body}), "", *thread)) {
    return call.Fail(std::move(*error));
  }
  call.Give(thread->messages.back());
  Resize(*thread);
}

void Threads::ListMessages(Call& call) {
  const auto thread = Find(call);
  if (!thread) return;
  Page page;
  const std::string_view target = call.request.path;
  if (auto error = ReadPage(target, kUsualPage, kMaxPage, page))
    return call.Fail(std::move(*error));
  const auto run = QueryValue(target, "run_id");
  std::vector<Json> shown;
  for (const Json& message : thread->messages) {
    if (!run || message["run_id"] == *run) shown.push_back(message);
  }
  call.answer.body = JsonListBody(shown, page);
  call.Settle(std::nullopt);
}

Json* Threads::FindMessage(Call& call, StoredThread& thread) {
  for (Json& message : thread.messages) {
    if (StringMember(message, "id") == call.id(1)) return &message;
  }
  call.Fail(NotFound("No message found with id '" + std::string(call.id(1)) + "'."));
  return nullptr;
}

void Threads::UpdateMessage(Call& call) {
  const auto thread = Find(call);
  Json* message = thread ? FindMessage(call, *thread) : nullptr;
  if (message == nullptr) return;
  std::optional<ApiError> fault;
  Fields fields(call.body, "", fault);
  const Json metadata = ReadMetadata(fields);
  if (fault) return call.Fail(std::move(*fault));
  if (!metadata.is_null()) (*message)["metadata"] = metadata;
  call.Give(*message);
}

void Threads::DeleteMessage(Call& call) {
  const auto thread = Find(call);
  if (!thread || FindMessage(call, *thread) == nullptr) return;
  std::erase_if(thread->messages,
                [&](const Json& message) { return StringMember(message, "id") == call.id(1); });
  Resize(*thread);
  call.Give({{"id", call.id(1)}, {"object", "thread.message.deleted"}, {"deleted", true}});
}

}  // namespace inferwire::simulator
