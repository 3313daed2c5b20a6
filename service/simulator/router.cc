#include "simulator/router.h"

#include "simulator/chat_answer.h"
#include "simulator/chat_request.h"
#include "simulator/chat_stream.h"
#include "simulator/random.h"
#include "simulator/resources.h"
#include "simulator/router_call.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

std::chrono::nanoseconds Generation(const Timing& timing, int64_t tokens) {
  std::chrono::nanoseconds time = timing.first_token;
  if (timing.tokens_per_second > 0) {
    time += std::chrono::nanoseconds(
        static_cast<int64_t>(1e9 * static_cast<double>(tokens) / timing.tokens_per_second));
  }
  return time;
}

// The part of the path that the pattern's star stands for, if the path is one of the pattern's.
std::optional<std::string_view> Match(std::string_view pattern, std::string_view path) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) {
    return pattern == path ? std::optional(std::string_view()) : std::nullopt;
  }
  const std::string_view before = pattern.substr(0, star), after = pattern.substr(star + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) ||
      !path.ends_with(after)) {
    return std::nullopt;
  }
  path = path.substr(star, path.size() - before.size() - after.size());
  return path.find('/') == std::string_view::npos ? std::optional(path) : std::nullopt;
}

std::string StringMember(const Json& body, const char* name) {
  if (!body.is_object()) return "";
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? found->get<std::string>() : "";
}

// A 200 that is no answer.
void SpoilUnary(const Behavior& behavior, Answer& answer) {
  if (behavior.garbage == Garbage::kJson) answer.body.resize(answer.body.size() / 2);
}

}  // namespace

std::string_view HeaderOf(const HeaderList& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

std::string_view KeyOf(const HeaderList& headers) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view authorization = HeaderOf(headers, "authorization");
  if (authorization.starts_with(kScheme)) return authorization.substr(kScheme.size());
  return HeaderOf(headers, "api-key");
}

Router::Router(const Options& options, const Clock& clock, VirtualClock& virtual_clock,
               Rulebook& rules, StatsBoard& stats)
    : options_(options),
      clock_(clock),
      virtual_clock_(virtual_clock),
      rules_(rules),
      stats_(stats),
      limits_(options.tier, options.limits, options.enforce_limits, clock),
      files_(options, virtual_clock, stats),
      batches_(options, virtual_clock, rules, stats, files_) {}

Answer Router::Route(const Recorded& request, Upload* upload) {
  ++requests_;
  Call call{.request = request, .path = request.path, .upload = upload};
  call.path = call.path.substr(0, call.path.find('?'));
  if (call.path.starts_with("/simulator/")) {
    Control(call);
  } else {
    Dispatch(call);
  }
  Finish(call);
  return std::move(call.answer);
}

Answer Router::Refuse(ApiError error) {
  ++requests_;
  const Recorded none;
  Call call{.request = none};
  Fail(call, std::move(error));
  Finish(call);
  return std::move(call.answer);
}

// What is asked of the simulator itself.
void Router::Control(Call& call) {
  const std::string_view method = call.request.method;
  if (call.path == "/simulator/health" && method == "GET") {
    call.answer.body = R"({"status":"ok"})";
  } else if (call.path == "/simulator/stats" && method == "GET") {
    call.answer.body = StatsJson(stats_.Snapshot(), clock_.Now());
  } else if (call.path == "/simulator/advance" && method == "POST") {
    const auto by = ParseDuration(QueryValue(call.request.path, "by").value_or(""));
    if (!by) return Fail(call, BadRequest("by: expected a duration such as 24h", "by", {}));
    virtual_clock_.Advance(*by);
    batches_.Update();
    call.answer.body = Dump({{"now", UnixSeconds(virtual_clock_.Now())}});
  } else if (call.path == "/simulator/rules" && method == "PUT") {
    auto rules = ParseScript(call.request.body);
    const auto set = rules ? rules_.Replace(std::move(*rules)) : rules.error();
    if (!set) return Fail(call, BadRequest(set.error().message, {}, {}));
    call.answer.body = "{}";
  } else {
    Fail(call, UnknownUrl(method, call.path));
  }
}

void Router::Dispatch(Call& call) {
  const std::string authorization(HeaderOf(call.request.headers, "authorization"));
  if (!rules_.Welcomes(authorization)) return Fail(call, WrongKey(authorization));
  struct Route {
    std::string_view path, method;
    Serve serve;
    bool body = false;
  };
  static constexpr Route kRoutes[] = {{"/v1/chat/completions", "POST", &Router::Chat, true},
                                      {"/v1/embeddings", "POST", &Router::Embeddings, true},
                                      {"/v1/moderations", "POST", &Router::Moderations, true},
                                      {"/v1/models", "GET", &Router::Model},
                                      {"/v1/models/*", "GET", &Router::Model},
                                      {"/v1/files", "POST", &Router::UploadFile},
                                      {"/v1/files", "GET", &Router::ListFiles},
                                      {"/v1/files/*", "GET", &Router::GetFile},
                                      {"/v1/files/*", "DELETE", &Router::DeleteFile},
                                      {"/v1/files/*/content", "GET", &Router::FileContent},
                                      {"/v1/batches", "POST", &Router::CreateBatch, true},
                                      {"/v1/batches", "GET", &Router::ListBatches},
                                      {"/v1/batches/*", "GET", &Router::GetBatch},
                                      {"/v1/batches/*/cancel", "POST", &Router::CancelBatch}};
  bool path_known = false;
  for (const Route& route : kRoutes) {
    const auto id = Match(route.path, call.path);
    path_known = path_known || id;
    if (!id || call.request.method != route.method) continue;
    call.id = *id;
    if (route.body && !ReadBody(call)) return;
    if (ReadBehavior(call)) Act(call, route.serve);
    return;
  }
  if (path_known) return Fail(call, WrongMethod(call.request.method));
  if (ReadBehavior(call) && !Scripted(call)) Fail(call, UnknownUrl(call.request.method, call.path));
}

// A request may take effect although the answer denies it, or the other way round.
void Router::Act(Call& call, Serve serve) {
  const Effect effect = call.answer.behavior.effect;
  if (effect == Effect::kDone) {
    Call done{.request = call.request, .path = call.path, .id = call.id, .upload = call.upload};
    done.body = call.body;
    done.answer.behavior = call.answer.behavior;
    (this->*serve)(done);
    if (!Scripted(call)) {
      call.answer = std::move(done.answer);
      call.content_type = std::move(done.content_type);
    }
  } else if (!Scripted(call) && effect == Effect::kAsAnswered) {
    (this->*serve)(call);
  }
}

bool Router::ReadBody(Call& call) {
  call.body = Json::parse(call.request.body, nullptr, /*allow_exceptions=*/false);
  if (call.body.is_object()) return true;
  Fail(call,
       BadRequest("We could not parse the JSON body of your request. (HINT: This likely means you "
                  "aren't using your HTTP library correctly. The OpenAI API expects a JSON "
                  "payload, but what was sent was not valid JSON.)",
                  {}, {}));
  return false;
}

// Options, then rules, then the model's suffix, then metadata, then the header: the closest word
// wins. A batch is scripted by its first item's model.
bool Router::ReadBehavior(Call& call) {
  Behavior& behavior = call.answer.behavior;
  if (call.upload != nullptr) {  // read when the upload began
    behavior = call.upload->behavior();
    return true;
  }
  behavior.timing = options_.timing;
  behavior.batch = options_.batch;
  const bool creates_batch = call.path == "/v1/batches" && call.body.is_object();
  std::string suffix, metadata;
  std::string model = PlainModel(
      creates_batch ? batches_.FirstModel(call.body) : StringMember(call.body, "model"), suffix);
  if (!suffix.empty() && !creates_batch) call.body["model"] = model;
  if (creates_batch && call.body.contains("metadata")) {
    metadata = StringMember(call.body["metadata"], "simulator");
  }
  rules_.Apply({call.request.method, model, call.path, KeyOf(call.request.headers)}, behavior);
  Behavior suffixed = behavior;
  auto set = SetAll(suffix, '+', suffixed);
  if (creates_batch) {
    // What else an item's suffix says is about the item.
    if (set) behavior.batch = std::move(suffixed.batch);
    set = SetAll(metadata, ';', behavior);
  } else {
    behavior = std::move(suffixed);
  }
  if (set) set = SetAll(HeaderOf(call.request.headers, "x-simulator"), ';', behavior);
  if (set) return true;
  call.answer.behavior = Behavior{};
  Fail(call, BadRequest(set.error().message, "x-simulator", "invalid_value"));
  return false;
}

// Answers that do not depend on the request.
bool Router::Scripted(Call& call) {
  const Behavior& behavior = call.answer.behavior;
  call.answer.delay = behavior.timing.first_token;
  std::string model = StringMember(call.body, "model");
  if (model.empty()) model = "gpt-4.1-mini";
  const bool fails = behavior.status && *behavior.status != 200 && !behavior.error_in_stream;
  if (behavior.garbage == Garbage::kHtml) {
    call.answer.status = behavior.status.value_or(200);
    call.content_type = "text/html";
    call.answer.body = "<html><head><title>" + std::to_string(call.answer.status) +
                       "</title></head><body><h1>Something went wrong</h1></body></html>\n";
    return true;
  }
  if (!fails && !behavior.error_in_200) return false;
  ApiError error = ErrorOfStatus(behavior.status.value_or(500), behavior.code, model);
  if (behavior.retry_after) error.headers.emplace_back("retry-after", *behavior.retry_after);
  if (behavior.should_retry) {
    error.headers.emplace_back("x-should-retry", *behavior.should_retry ? "true" : "false");
  }
  Fail(call, std::move(error));
  if (behavior.error_in_200) call.answer.status = 200;
  return true;
}

void Router::Chat(Call& call) {
  ChatRequest request;
  const ChatOptions chat{options_.any_model, options_.refuse_unknown_arguments, options_.seed};
  if (auto error = ReadChat(call.body, chat, request)) return Fail(call, std::move(*error));
  if (!Limit(call, request.asked_model, request.prompt_tokens + request.max_tokens.value_or(0)))
    return;
  ChatAnswer answer;
  const Behavior& behavior = call.answer.behavior;
  if (auto error = MakeAnswer(request, behavior, Created(), answer)) {
    return Fail(call, std::move(*error));
  }
  stats_.Count(request.asked_model,
               {1, request.stream ? 1u : 0u, static_cast<uint64_t>(answer.prompt_tokens),
                static_cast<uint64_t>(answer.completion_tokens)});
  if (request.stream) {
    call.content_type = "text/event-stream; charset=utf-8";
    // Comments while waiting need the headers first.
    if (behavior.keepalive) call.answer.delay = {};
    call.answer.events = std::make_unique<ChatStream>(
        std::move(answer), ChatStreamOptions{request.include_usage, request.obfuscation}, behavior);
    return;
  }
  call.answer.delay = Generation(behavior.timing, answer.completion_tokens);
  call.answer.body = UnaryBody(answer, !behavior.no_usage);
  InsertRaw(behavior, call.answer.body);
  SpoilUnary(behavior, call.answer);
}

void Router::Embeddings(Call& call) {
  int64_t tokens = 0;
  auto error = EmbeddingsBody(call.body, options_.seed, call.answer.body, tokens);
  if (error) return Fail(call, std::move(*error));
  const auto model = call.body["model"].get<std::string>();
  if (!Limit(call, model, tokens)) return;
  stats_.Count(model, {1, 0, static_cast<uint64_t>(tokens), 0});
  SpoilUnary(call.answer.behavior, call.answer);
}

void Router::Moderations(Call& call) {
  Settle(call, ModerationsBody(call.body, options_.seed, call.answer.body));
}

void Router::Model(Call& call) {
  if (call.path == "/v1/models") {
    call.answer.body = ModelListBody();
  } else if (auto error = ModelBody(std::string(call.id), call.answer.body)) {
    Fail(call, std::move(*error));
  }
}

bool Router::Limit(Call& call, const std::string& model, int64_t tokens) {
  const KeyLimits& own = call.answer.behavior.key_limits;
  const std::string key(KeyOf(call.request.headers));
  auto error = own.requests_per_minute || own.tokens_per_minute
                   ? limits_.TakeOf(key, own, model, tokens, call.answer.headers)
                   : limits_.Take(model, tokens, call.answer.headers);
  if (!error) return true;
  Fail(call, std::move(*error));
  return false;
}

void Router::Settle(Call& call, std::optional<ApiError> error) {
  if (error) return Fail(call, std::move(*error));
  SpoilUnary(call.answer.behavior, call.answer);
}

void Router::Fail(Call& call, ApiError error) {
  call.answer.status = error.status;
  call.answer.body = ErrorBody(error);
  call.content_type = "application/json";
  for (auto& header : error.headers) call.answer.headers.push_back(std::move(header));
}

void Router::Finish(Call& call) {
  Answer& answer = call.answer;
  const Behavior& behavior = answer.behavior;
  if (behavior.garbage == Garbage::kContentType) call.content_type = "application/octet-stream";
  Random random(Hash("request", options_.seed ^ requests_));
  std::string id;
  for (int i = 0; i < 32; ++i) id += "0123456789abcdef"[random.Below(16)];
  const auto processing = std::chrono::duration_cast<std::chrono::milliseconds>(answer.delay);
  HeaderList head = {{"content-type", call.content_type},
                     {"x-request-id", "req_" + id},
                     {"openai-processing-ms", std::to_string(processing.count())},
                     {"openai-version", "2020-10-01"},
                     {"openai-organization", "org-simulator"}};
  head.insert(head.end(), std::make_move_iterator(answer.headers.begin()),
              std::make_move_iterator(answer.headers.end()));
  answer.headers = std::move(head);
}

int64_t Router::Created() const {
  if (options_.fixed_created) return *options_.fixed_created;
  return std::chrono::duration_cast<std::chrono::seconds>(clock_.WallNow().time_since_epoch())
      .count();
}

}  // namespace inferwire::simulator
