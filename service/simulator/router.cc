#include "simulator/router.h"

#include "simulator/chat_answer.h"
#include "simulator/chat_request.h"
#include "simulator/chat_stream.h"
#include "simulator/random.h"
#include "simulator/resources.h"
#include "simulator/text.h"

namespace llmgate::simulator {
namespace {

constexpr std::string_view kJson = "application/json";

std::chrono::nanoseconds Generation(const Timing& timing, int64_t tokens) {
  std::chrono::nanoseconds time = timing.first_token;
  if (timing.tokens_per_second > 0) {
    time += std::chrono::nanoseconds(
        static_cast<int64_t>(1e9 * static_cast<double>(tokens) / timing.tokens_per_second));
  }
  return time;
}

// A 200 that is no answer.
void SpoilUnary(const Behavior& behavior, Answer& answer) {
  if (behavior.garbage == Garbage::kJson) answer.body.resize(answer.body.size() / 2);
}

}  // namespace

struct Router::Call {
  const Recorded& request;
  std::string_view path;
  Json body;
  Answer answer;
  std::string content_type{kJson};
};

std::string_view HeaderOf(const HeaderList& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

Router::Router(const Options& options, const Clock& clock, Rulebook& rules, StatsBoard& stats)
    : options_(options),
      clock_(clock),
      rules_(rules),
      stats_(stats),
      limits_(options.tier, options.limits, options.enforce_limits, clock) {}

Answer Router::Route(const Recorded& request) {
  ++requests_;
  Call call{.request = request, .path = request.path, .body = {}, .answer = {}};
  call.path = call.path.substr(0, call.path.find('?'));
  if (call.path == "/simulator/health" && request.method == "GET") {
    call.answer.body = R"({"status":"ok"})";
  } else if (call.path == "/simulator/stats" && request.method == "GET") {
    call.answer.body = StatsJson(stats_.Snapshot(), clock_.Now());
  } else {
    Dispatch(call);
  }
  Finish(call);
  return std::move(call.answer);
}

Answer Router::Refuse(ApiError error) {
  ++requests_;
  const Recorded none;
  Call call{.request = none, .path = {}, .body = {}, .answer = {}};
  Fail(call, std::move(error));
  Finish(call);
  return std::move(call.answer);
}

void Router::Dispatch(Call& call) {
  const std::string authorization(HeaderOf(call.request.headers, "authorization"));
  if (!rules_.Welcomes(authorization)) return Fail(call, WrongKey(authorization));
  using Serve = void (Router::*)(Call&);
  struct Route {
    std::string_view path, method;
    Serve serve;
  };
  static constexpr Route kRoutes[] = {{"/v1/chat/completions", "POST", &Router::Chat},
                                      {"/v1/embeddings", "POST", &Router::Embeddings},
                                      {"/v1/moderations", "POST", &Router::Moderations},
                                      {"/v1/models", "GET", &Router::Model}};
  for (const Route& route : kRoutes) {
    const bool below = route.path == "/v1/models" && call.path.starts_with("/v1/models/");
    if (call.path != route.path && !below) continue;
    if (call.request.method != route.method) return Fail(call, WrongMethod(call.request.method));
    if (route.method == "POST" && !ReadBody(call)) return;
    if (!ReadBehavior(call) || Scripted(call)) return;
    return (this->*route.serve)(call);
  }
  if (ReadBehavior(call) && !Scripted(call)) Fail(call, UnknownUrl(call.request.method, call.path));
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

// Options, then rules, then the model's suffix, then the header: the closest word wins.
bool Router::ReadBehavior(Call& call) {
  Behavior& behavior = call.answer.behavior;
  behavior.timing = options_.timing;
  std::string model, suffix;
  if (call.body.is_object() && call.body.contains("model") && call.body["model"].is_string()) {
    model = call.body["model"].get<std::string>();
    const size_t plus = model.find('+');
    if (plus != std::string::npos) {
      suffix = model.substr(plus + 1);
      model.resize(plus);
      call.body["model"] = model;
    }
  }
  rules_.Apply(model, call.path, behavior);
  auto set = SetAll(suffix, '+', behavior);
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
  std::string model = "gpt-4.1-mini";
  if (call.body.is_object() && call.body.contains("model") && call.body["model"].is_string()) {
    model = call.body["model"].get<std::string>();
  }
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
  auto error = ModerationsBody(call.body, options_.seed, call.answer.body);
  if (error) return Fail(call, std::move(*error));
  SpoilUnary(call.answer.behavior, call.answer);
}

void Router::Model(Call& call) {
  if (call.path == "/v1/models") {
    call.answer.body = ModelListBody();
  } else if (auto error =
                 ModelBody(std::string(call.path.substr(sizeof("/v1/models"))), call.answer.body)) {
    Fail(call, std::move(*error));
  }
}

bool Router::Limit(Call& call, const std::string& model, int64_t tokens) {
  auto error = limits_.Take(model, tokens, call.answer.headers);
  if (!error) return true;
  Fail(call, std::move(*error));
  return false;
}

void Router::Fail(Call& call, ApiError error) {
  call.answer.status = error.status;
  call.answer.body = ErrorBody(error);
  call.content_type = kJson;
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

}  // namespace llmgate::simulator
