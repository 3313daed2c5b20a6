#include "simulator/router.h"

#include "simulator/batch_item.h"
#include "simulator/paging.h"
#include "simulator/random.h"

namespace inferwire::simulator {
Router::Router(const Options& options, const Clock& clock, VirtualClock& virtual_clock,
               Rulebook& rules, StatsBoard& stats)
    : options_(options),
      clock_(clock),
      virtual_clock_(virtual_clock),
      rules_(rules),
      stats_(stats),
      limits_(options.tier, options.limits, options.enforce_limits, clock),
      files_(options, virtual_clock, stats),
      batches_(options, virtual_clock, rules, stats, files_),
      backend_{options, virtual_clock, stats, limits_, files_, tuned_},
      fine_tuning_(backend_),
      realtime_secrets_(backend_),
      stored_chats_(backend_),
      images_(backend_),
      audio_(backend_),
      conversations_(backend_),
      responses_(backend_, conversations_),
      assistants_(backend_),
      threads_(backend_),
      runs_(backend_, assistants_, threads_) {
  AddRoutes();
}

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
  call.Fail(std::move(error));
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
    if (!by) return call.Fail(BadRequest("by: expected a duration such as 24h", "by", {}));
    virtual_clock_.Advance(*by);
    batches_.Update();
    call.answer.body = Dump({{"now", UnixSeconds(virtual_clock_.Now())}});
  } else if (call.path == "/simulator/rules" && method == "PUT") {
    auto rules = ParseScript(call.request.body);
    const auto set = rules ? rules_.Replace(std::move(*rules)) : rules.error();
    if (!set) return call.Fail(BadRequest(set.error().message, {}, {}));
    call.answer.body = "{}";
  } else if (call.path.starts_with(Images::kDownloads) && method == "GET") {
    images_.Download(call);
  } else {
    call.Fail(UnknownUrl(method, call.path));
  }
}

void Router::AddRoutes() {
  using enum BodyKind;
  const auto add = [this](std::string_view method, std::string_view path, BodyKind body,
                          void (Router::*serve)(Call&)) {
    routes_.Add({method, path, body, [this, serve](Call& call) { (this->*serve)(call); }});
  };
  add("POST", "/v1/chat/completions", kObject, &Router::Chat);
  add("POST", "/v1/completions", kObject, &Router::CompleteText);
  add("POST", "/v1/embeddings", kObject, &Router::Embeddings);
  add("POST", "/v1/moderations", kObject, &Router::Moderations);
  add("GET", "/v1/models", kNone, &Router::Model);
  add("GET", "/v1/models/*", kNone, &Router::Model);
  AddFileRoutes();
  responses_.AddRoutes(routes_);
  images_.AddRoutes(routes_);
  audio_.AddRoutes(routes_);
  conversations_.AddRoutes(routes_);
  fine_tuning_.AddRoutes(routes_);
  realtime_secrets_.AddRoutes(routes_);
  stored_chats_.AddRoutes(routes_);
  assistants_.AddRoutes(routes_);
  // Before threads: /v1/threads/runs is no thread.
  runs_.AddRoutes(routes_);
  threads_.AddRoutes(routes_);
}

void Router::Dispatch(Call& call) {
  const std::string authorization(HeaderOf(call.request.headers, "authorization"));
  if (!rules_.Welcomes(authorization)) return call.Fail(WrongKey(authorization));
  fine_tuning_.Update();  // their models answer every path
  bool path_known = false;
  const Operation* operation = routes_.Find(call.request.method, call.path, call.ids, path_known);
  if (operation != nullptr) {
    if (ReadBody(call, operation->body) && ReadBehavior(call)) Act(call, *operation);
  } else if (path_known) {
    call.Fail(WrongMethod(call.request.method));
  } else if (ReadBehavior(call) && !Scripted(call)) {
    call.Fail(UnknownUrl(call.request.method, call.path));
  }
}

// A request may take effect although the answer denies it, or the other way round.
void Router::Act(Call& call, const Operation& operation) {
  const Effect effect = call.answer.behavior.effect;
  if (effect == Effect::kDone) {
    Call done{.request = call.request, .path = call.path, .ids = call.ids, .upload = call.upload};
    done.body = call.body;
    done.answer.behavior = call.answer.behavior;
    operation.serve(done);
    if (!Scripted(call)) {
      call.answer = std::move(done.answer);
      call.content_type = std::move(done.content_type);
    }
  } else if (!Scripted(call) && effect == Effect::kAsAnswered) {
    operation.serve(call);
  }
}

bool Router::ReadBody(Call& call, BodyKind kind) {
  if (kind == BodyKind::kNone) return true;
  if (call.upload != nullptr) {  // whatever is wrong with it is the resource's to say
    call.body = call.upload->ToJson();
    return true;
  }
  call.body = Json::object();
  if (kind == BodyKind::kMaybeObject && call.request.body.empty()) return true;
  call.body = Json::parse(call.request.body, nullptr, /*allow_exceptions=*/false);
  if (call.body.is_object()) return true;
  call.Fail(
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
  auto which = Rulebook::Which::kAll;
  if (call.upload != nullptr) {  // most was read when the upload began
    behavior = call.upload->behavior();
    which = Rulebook::Which::kOneModel;
  } else {
    behavior.timing = options_.timing;
    behavior.batch = options_.batch;
  }
  const bool creates_batch = call.path == "/v1/batches" && call.body.is_object();
  std::string suffix, metadata;
  std::string model = PlainModel(
      creates_batch ? batches_.FirstModel(call.body) : StringMember(call.body, "model"), suffix);
  if (!suffix.empty() && !creates_batch) call.body["model"] = model;
  if (creates_batch && call.body.contains("metadata")) {
    metadata = StringMember(call.body["metadata"], "simulator");
  }
  rules_.Apply({call.request.method, model, call.path, KeyOf(call.request.headers)}, behavior,
               which);
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
  call.Fail(BadRequest(set.error().message, "x-simulator", "invalid_value"));
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
  call.Fail(std::move(error));
  if (behavior.error_in_200) call.answer.status = 200;
  return true;
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

}  // namespace inferwire::simulator
