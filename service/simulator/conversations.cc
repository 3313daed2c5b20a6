#include "simulator/conversations.h"

#include <algorithm>

#include "simulator/metadata.h"
#include "simulator/paging.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr size_t kMaxNewItems = 20;
constexpr int64_t kUsualPage = 20, kMaxPage = 100;

Json ConversationJson(std::string_view id, int64_t created_at, const Json& metadata) {
  return {{"id", id},
          {"object", "conversation"},
          {"created_at", created_at},
          {"metadata", metadata.is_null() ? Json::object() : metadata}};
}

ApiError ItemNotFound(std::string_view id, std::string_view conversation) {
  return NotFound("Item with id '" + std::string(id) + "' not found in conversation '" +
                  std::string(conversation) + "'.");
}

}  // namespace

Conversations::Conversations(Backend& backend)
    : backend_(backend),
      ids_(Hash("conversations", backend.options.seed)),
      kept_(backend.options.max_kept, backend.options.max_kept_bytes) {}

void Conversations::AddRoutes(Routes& routes) {
  using enum BodyKind;
  const auto add = [&](std::string_view method, std::string_view path, BodyKind body,
                       void (Conversations::*serve)(Call&)) {
    routes.Add({method, path, body, [this, serve](Call& call) { (this->*serve)(call); }});
  };
  add("POST", "/v1/conversations", kMaybeObject, &Conversations::Create);
  add("GET", "/v1/conversations/*", kNone, &Conversations::Get);
  add("POST", "/v1/conversations/*", kObject, &Conversations::Update);
  add("DELETE", "/v1/conversations/*", kNone, &Conversations::Delete);
  add("POST", "/v1/conversations/*/items", kObject, &Conversations::AddItems);
  add("GET", "/v1/conversations/*/items", kNone, &Conversations::ListItems);
  add("GET", "/v1/conversations/*/items/*", kNone, &Conversations::GetItem);
  add("DELETE", "/v1/conversations/*/items/*", kNone, &Conversations::DeleteItem);
}

ApiError Conversations::NotFound(std::string_view id) {
  return simulator::NotFound("Conversation with id '" + std::string(id) + "' not found.");
}

std::shared_ptr<Conversations::Conversation> Conversations::Find(Call& call) {
  auto found = kept_.Find(call.id());
  if (found == nullptr) call.Fail(NotFound(call.id()));
  return found;
}

ItemContext Conversations::ContextOf(std::string_view id) {
  ItemContext context;
  const auto conversation = kept_.Find(id);
  if (conversation == nullptr) return context;
  std::optional<ApiError> fault;
  const Json none = Json::object();
  Fields fields(none, "", fault);
  std::vector<Json> unused;
  ItemReader(fields, "items", context, ids_).Read(Json(conversation->items), unused);
  return context;
}

void Conversations::Append(std::string_view id, const std::vector<Json>& items) {
  if (const auto conversation = kept_.Find(id)) Add(*conversation, items);
}

void Conversations::Add(Conversation& conversation, std::vector<Json> items) {
  auto& all = conversation.items;
  std::move(items.begin(), items.end(), std::back_inserter(all));
  const auto max = static_cast<std::ptrdiff_t>(backend_.options.max_kept);
  if (std::ssize(all) > max) all.erase(all.begin(), all.end() - max);
  int64_t bytes = SizeOf(conversation.metadata);
  for (const Json& item : all) bytes += SizeOf(item);
  kept_.Resize(conversation.id, bytes);
}

std::optional<ApiError> Conversations::ReadItems(const Json& body, Conversation& conversation,
                                                 std::vector<Json>& items) {
  std::optional<ApiError> fault;
  Fields fields(body, "", fault);
  const Json* list = fields.Array("items");
  if (list == nullptr) return fault;
  if (list->size() > kMaxNewItems) {
    fields.Fail(
        BadRequest("Invalid 'items': array too long. Expected an array with maximum length "
                   "20, but got an array with length " +
                       std::to_string(list->size()) + " instead.",
                   "items", "array_above_max_length"));
  }
  ItemContext context = ContextOf(conversation.id);
  if (!fault) ItemReader(fields, "items", context, ids_).Read(*list, items);
  return fault;
}

void Conversations::Create(Call& call) {
  auto conversation = std::make_shared<Conversation>();
  std::optional<ApiError> fault;
  Fields fields(call.body, "", fault);
  conversation->metadata = ReadMetadata(fields);
  conversation->id = "conv_" + Letters(ids_, 48);
  conversation->created_at = backend_.Created();
  std::vector<Json> items;
  if (!fault) fault = ReadItems(call.body, *conversation, items);
  if (fault) return call.Fail(std::move(*fault));
  kept_.Add(conversation, 0);
  Add(*conversation, std::move(items));
  call.Give(ConversationJson(conversation->id, conversation->created_at, conversation->metadata));
}

void Conversations::Get(Call& call) {
  const auto found = Find(call);
  if (found) call.Give(ConversationJson(found->id, found->created_at, found->metadata));
}

void Conversations::Update(Call& call) {
  const auto found = Find(call);
  if (!found) return;
  std::optional<ApiError> fault;
  Fields fields(call.body, "", fault);
  if (fields.Find("metadata") == nullptr) fields.Fail(MissingParameter("metadata"));
  Json metadata = ReadMetadata(fields);
  if (fault) return call.Fail(std::move(*fault));
  found->metadata = std::move(metadata);
  Get(call);
}

void Conversations::Delete(Call& call) {
  const auto found = Find(call);
  if (!found) return;
  kept_.Remove(call.id());
  call.Give({{"id", found->id}, {"object", "conversation.deleted"}, {"deleted", true}});
}

void Conversations::AddItems(Call& call) {
  const auto found = Find(call);
  if (!found) return;
  std::vector<Json> items;
  auto fault = ReadItems(call.body, *found, items);
  if (!fault && !call.body.contains("items")) fault = MissingParameter("items");
  if (fault) return call.Fail(std::move(*fault));
  Add(*found, items);
  Page page{.after = {}, .limit = kMaxPage, .ascending = true};
  call.answer.body = JsonListBody(items, page);
  call.Settle(std::nullopt);
}

void Conversations::ListItems(Call& call) {
  const auto found = Find(call);
  if (!found) return;
  Page page;
  if (auto error = ReadPage(call.request.path, kUsualPage, kMaxPage, page)) {
    return call.Fail(std::move(*error));
  }
  call.answer.body = JsonListBody(found->items, page);
  call.Settle(std::nullopt);
}

void Conversations::GetItem(Call& call) {
  const auto found = Find(call);
  if (!found) return;
  for (const Json& item : found->items) {
    if (StringMember(item, "id") == call.id(1)) return call.Give(item);
  }
  call.Fail(ItemNotFound(call.id(1), call.id()));
}

void Conversations::DeleteItem(Call& call) {
  const auto found = Find(call);
  if (!found) return;
  const auto erased = std::erase_if(
      found->items, [&](const Json& item) { return StringMember(item, "id") == call.id(1); });
  if (erased == 0) return call.Fail(ItemNotFound(call.id(1), call.id()));
  Add(*found, {});
  Get(call);
}

}  // namespace inferwire::simulator
