#include "simulator/responses.h"

#include "base/text.h"
#include "simulator/paging.h"
#include "simulator/response_stream.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kUsualPage = 20, kMaxPage = 100;

ApiError ResponseNotFound(std::string_view id) {
  return NotFound("Response with id '" + std::string(id) + "' not found.");
}

}  // namespace

Responses::Responses(Backend& backend, Conversations& conversations)
    : backend_(backend),
      conversations_(conversations),
      ids_(Hash("responses", backend.options.seed)),
      kept_(backend.options.max_kept, backend.options.max_kept_bytes) {}

void Responses::AddRoutes(Routes& routes) {
  using enum BodyKind;
  const auto add = [&](std::string_view method, std::string_view path, BodyKind body,
                       void (Responses::*serve)(Call&)) {
    routes.Add({method, path, body, [this, serve](Call& call) { (this->*serve)(call); }});
  };
  add("POST", "/v1/responses", kObject, &Responses::Create);
  add("POST", "/v1/responses/input_tokens", kObject, &Responses::CountInput);
  add("POST", "/v1/responses/compact", kObject, &Responses::Compact);
  add("GET", "/v1/responses/*", kNone, &Responses::Get);
  add("DELETE", "/v1/responses/*", kNone, &Responses::Delete);
  add("POST", "/v1/responses/*/cancel", kNone, &Responses::Cancel);
  add("GET", "/v1/responses/*/input_items", kNone, &Responses::InputItems);
}

std::optional<ApiError> Responses::ReadBefore(const Json& body, ItemContext& before) const {
  const std::string previous = StringMember(body, "previous_response_id");
  const std::string conversation = ConversationId(body);
  if (!previous.empty() && !conversation.empty()) {
    return BadRequest("Mutually exclusive parameters: 'previous_response_id' and 'conversation'.",
                      "conversation", "mutually_exclusive_parameters");
  }
  if (!conversation.empty()) {
    if (!conversations_.Contains(conversation)) return Conversations::NotFound(conversation);
    before = conversations_.ContextOf(conversation);
  }
  if (!previous.empty()) {
    const auto found = kept_.Find(previous);
    if (found == nullptr) {
      return BadRequest("Previous response with id '" + previous + "' not found.",
                        "previous_response_id", "previous_response_not_found");
    }
    before = found->context;
  }
  return std::nullopt;
}

void Responses::Create(Call& call) {
  const Behavior& behavior = call.answer.behavior;
  ItemContext before;
  ResponseRequest request;
  auto error = ReadBefore(call.body, before);
  if (!error) {
    error = ReadResponse(call.body, backend_.chat_options(), std::move(before), ids_, request);
  }
  if (error) return call.Fail(std::move(*error));
  const ChatRequest& chat = request.chat;
  if (!backend_.Limit(call, chat.asked_model, chat.prompt_tokens + chat.max_tokens.value_or(0))) {
    return;
  }
  auto response = std::make_shared<StoredResponse>();
  error = AnswerResponse(request, behavior, backend_.Created(), ids_, *response);
  if (error) return call.Fail(std::move(*error));
  response->began = backend_.clock.Now();
  const ChatAnswer& answer = response->answer;
  backend_.stats.Count(chat.asked_model,
                       {1, chat.stream ? 1u : 0u, static_cast<uint64_t>(answer.prompt_tokens),
                        static_cast<uint64_t>(answer.completion_tokens)});
  Keep(response, request);
  if (chat.stream) {
    return call.Stream(std::make_unique<ResponseStream>(
        response, ResponseStream::Options{.obfuscation = chat.obfuscation}, behavior,
        backend_.clock));
  }
  if (!request.background) {
    call.answer.delay = GenerationTime(behavior.timing, answer.completion_tokens);
  }
  const bool queued = request.background && behavior.response.time.count() > 0;
  call.Give(ToJson(*response, queued ? ResponseState::kQueued : response->last));
}

// One in the background can always be asked about.
void Responses::Keep(const std::shared_ptr<StoredResponse>& response,
                     const ResponseRequest& request) {
  int64_t bytes = SizeOf(response->echo);
  for (const Json& item : response->input) bytes += SizeOf(item);
  for (const OutputItem& item : response->output) {
    bytes += static_cast<int64_t>(item.text.size() + item.encrypted.size());
  }
  if (request.store || request.background) kept_.Add(response, bytes);
  if (request.conversation.empty() || response->last == ResponseState::kFailed) return;
  std::vector<Json> items = request.input;
  for (const OutputItem& item : response->output) {
    items.push_back(ToJson(item, *response, true));
  }
  conversations_.Append(request.conversation, items);
}

std::shared_ptr<StoredResponse> Responses::Find(Call& call) {
  auto found = kept_.Find(call.id());
  if (found == nullptr) call.Fail(ResponseNotFound(call.id()));
  return found;
}

void Responses::Get(Call& call) {
  const auto response = Find(call);
  if (!response) return;
  const std::string_view target = call.request.path;
  if (QueryValue(target, "stream").value_or("") != "true") {
    return call.Give(ToJson(*response, response->StateAt(backend_.clock.Now())));
  }
  ResponseStream::Options options{.replay = true, .obfuscation = response->obfuscation};
  if (QueryValue(target, "include_obfuscation").value_or("") == "false") {
    options.obfuscation = false;
  }
  if (const auto after = QueryValue(target, "starting_after")) {
    options.starting_after = ParseInteger(*after);
    if (!options.starting_after) {
      return call.Fail(InvalidType("starting_after", "an integer", "a string"));
    }
  }
  call.Stream(
      std::make_unique<ResponseStream>(response, options, call.answer.behavior, backend_.clock));
}

void Responses::Delete(Call& call) {
  if (!Find(call)) return;
  kept_.Remove(call.id());
  call.Give({{"id", call.id()}, {"object", "response.deleted"}, {"deleted", true}});
}

void Responses::Cancel(Call& call) {
  const auto response = Find(call);
  if (!response) return;
  const WallTime now = backend_.clock.Now();
  if (!response->background) {
    return call.Fail(
        BadRequest("Only responses created with background=true can be cancelled.", {}, {}));
  }
  // A second time, or too late, it is only told.
  if (!IsFinal(response->StateAt(now))) response->cancelled = now;
  call.Give(ToJson(*response, response->StateAt(now)));
}

void Responses::InputItems(Call& call) {
  const auto response = Find(call);
  if (!response) return;
  Page page;
  if (auto error = ReadPage(call.request.path, kUsualPage, kMaxPage, page)) {
    return call.Fail(std::move(*error));
  }
  call.answer.body = JsonListBody(response->input, page);
  call.Settle(std::nullopt);
}

void Responses::CountInput(Call& call) {
  ItemContext before;
  ResponseRequest request;
  auto error = ReadBefore(call.body, before);
  if (!error) {
    error = ReadPrompt(call.body, backend_.chat_options(), std::move(before), ids_, request);
  }
  if (error) return call.Fail(std::move(*error));
  call.Give({{"object", "response.input_tokens"}, {"input_tokens", request.chat.prompt_tokens}});
}

// The user's messages stay, and one item stands for everything else.
void Responses::Compact(Call& call) {
  ItemContext before;
  ResponseRequest request;
  auto error = ReadBefore(call.body, before);
  if (!error) {
    error = ReadPrompt(call.body, backend_.chat_options(), std::move(before), ids_, request);
  }
  if (error) return call.Fail(std::move(*error));
  Json output = Json::array();
  for (const Json& item : request.input) {
    if (StringMember(item, "role") == "user") output.push_back(item);
  }
  Random random(request.context.hash);
  output.push_back({{"id", NewItemId("compaction", ids_)},
                    {"type", "compaction"},
                    {"encrypted_content", "gAAAAA" + Letters(random, 250)}});
  ChatAnswer answer;
  answer.prompt_tokens = request.chat.prompt_tokens;
  answer.completion_tokens = 64;
  call.answer.delay = GenerationTime(call.answer.behavior.timing, answer.completion_tokens);
  call.Give({{"id", "resp_" + Letters(ids_, 50)},
             {"object", "response.compaction"},
             {"created_at", backend_.Created()},
             {"output", std::move(output)},
             {"usage", ResponseUsage(answer)}});
}

}  // namespace inferwire::simulator
