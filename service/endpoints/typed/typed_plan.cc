#include "endpoints/typed/typed_plan.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "endpoints/shared/caller_access.h"
#include "endpoints/shared/route_wishes.h"
#include "endpoints/shared/served_at.h"
#include "endpoints/typed/typed_request.h"
#include "openai/assistants_version.h"
#include "upstream/no_place.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::Message;

constexpr int64_t kBytesPerToken = 4;  // roughly

// In what form the answer is asked for. Embeddings come in one piece only, which the gateway takes
// apart; images in events where there are previews to be had.
enum class Events { kNever, kIfTheModelStreams, kAlways };

bool MakesImages(const TypedMethod& method) {
  return method.operation() == "image_generation" || method.operation() == "image_edit";
}

Events EventsOf(const TypedMethod& method, const Message& request) {
  if (!method.streams() || method.operation() == "embeddings") return Events::kNever;
  if (!MakesImages(method)) return Events::kAlways;
  const Message& params = request.GetReflection()->GetMessage(request, method.body());
  const auto* const previews = params.GetDescriptor()->FindFieldByName("partial_images");
  return params.GetReflection()->HasField(params, previews) ? Events::kAlways
                                                            : Events::kIfTheModelStreams;
}

bool AsksFor(Events events, const catalogue::Model* model) {
  if (events != Events::kIfTheModelStreams) return events == Events::kAlways;
  if (model == nullptr) return false;
  const auto streams = model->features.find("image_streaming");
  return streams != model->features.end() && streams->second;
}

bool HasLargeAnswers(const TypedMethod& method) {
  return method.operation() == "embeddings" || MakesImages(method);
}

// In pieces as large as they come; those who cut them up bound what is held of them.
void TakeLargeAnswer(ModelPlan& plan, const upstream::Runtime& runtime) {
  plan.request.receive_bytes = http::kReceiveBytes;
  plan.request.max_bytes = runtime.limits.large_answer_bytes;
}

struct Place {
  upstream::Destination first;
  std::unique_ptr<upstream::Targets> targets;  // null: nowhere else
  upstream::Targets::Picked picked{};
  std::optional<routing::Resend> resend;
  int max_retries = 0;
};

std::optional<Error> Lacks(const TypedMethod& method, const upstream::Destination& destination) {
  return NotServedAt(destination.model_info.get(), method.endpoint(), method.body()->name());
}

// Leaves those targets out that lack the endpoint; why, if none is left.
std::optional<Error> LeaveOutLacking(const TypedMethod& method, upstream::Targets& targets) {
  std::optional<Error> first;
  bool any = false;
  for (size_t i = 0; i < targets.route().targets.size(); ++i) {
    if (auto lacks = Lacks(method, targets.destination(i))) {
      targets.SetTried(i);
      if (!first) first = std::move(lacks);
    } else {
      any = true;
    }
  }
  return any ? std::nullopt : std::move(first);
}

// The targets of a route take a call in turns; of a model without one there is one upstream.
Result<Place> PlaceOfModel(const TypedMethod& method, const std::string& model,
                           const v1::RoutePreferences& wish, const gateway::CheckedOptions& options,
                           const upstream::Runtime& runtime) {
  Place place;
  const upstream::Route* const route = runtime.router.RouteOf(model);
  if (!route) {
    auto destination = runtime.router.ForModel(model);
    if (!destination) return destination.error();
    if (auto fits = CheckWishes(*destination, wish); !fits) return fits.error();
    if (auto lacks = Lacks(method, *destination)) return *std::move(lacks);
    place.resend = Least(destination->upstream->options().resend, wish.resend());
    place.max_retries = options.max_retries.value_or(destination->upstream->options().max_retries);
    place.first = std::move(*destination);
    return place;
  }
  if (auto allowed = CheckAllowed(*route, wish); !allowed) return allowed.error();
  auto destinations = upstream::DestinationsOf(runtime.router, *route, model);
  if (!destinations) return destinations.error();
  auto targets = std::make_unique<upstream::Targets>(
      *route, std::move(*destinations), WishesOf(wish), routing::Traits{}, runtime.endpoint_views);
  if (auto lacks = LeaveOutLacking(method, *targets)) return *std::move(lacks);
  const SteadyTime now = runtime.timers.Now();
  auto picked = targets->Next(now, runtime.random);
  if (!picked) picked = targets->Alone(now);
  if (!picked) return targets->NoTarget(now);
  place.picked = *picked;
  place.first = targets->destination(picked->index);
  place.targets = std::move(targets);
  place.resend = Least(route->resend, wish.resend());
  place.max_retries = route->max_attempts - 1;
  if (options.max_retries) place.max_retries = std::min(*options.max_retries, place.max_retries);
  return place;
}

// What is stored at an upstream is asked for where its caller says, or at the default one.
Result<Place> PlaceOfUpstream(const TypedMethod& method, const Message& request,
                              const std::string& model, const gateway::CheckedOptions& options,
                              const upstream::Runtime& runtime,
                              const gateway::CallContext& context) {
  std::string name;
  if (method.upstream()) name = request.GetReflection()->GetString(request, method.upstream());
  auto upstream = runtime.router.ByName(name);
  if (!upstream) return upstream.error();
  Place place;
  place.first.upstream = *upstream;
  if (!model.empty()) {
    auto sent = runtime.router.ForSent(**upstream, model);
    if (!sent) return sent.error();
    if (auto may = MayUse(*sent, runtime, context); !may) return may.error();
    if (auto lacks = Lacks(method, *sent)) return *std::move(lacks);
    place.first = std::move(*sent);
  }
  // To read and to remove once more costs nothing and changes nothing.
  if (method.http_method() != "POST") place.resend = routing::Resend::kFailed;
  place.max_retries = options.max_retries.value_or((*upstream)->options().max_retries);
  return place;
}

Result<Place> FindPlace(const TypedMethod& method, const Message& request,
                        const v1::CallOptions& options, const gateway::CheckedOptions& checked,
                        const upstream::Runtime& runtime, const gateway::CallContext& context) {
  const std::string model(ModelOf(method, request));
  if (!method.goes_by_model()) {
    return PlaceOfUpstream(method, request, model, checked, runtime, context);
  }
  if (!model.empty()) return PlaceOfModel(method, model, options.route(), checked, runtime);
  if (!method.model()->has_presence()) {
    return InvalidField(method.body()->name() + ".model", "is required");
  }
  // The upstream's default, whichever that is.
  if (auto may = MayUseUnseen(runtime, context); !may) return may.error();
  return PlaceOfUpstream(method, request, model, checked, runtime, context);
}

// The caller says that the upstream is to keep nothing of it.
bool KeepsNothing(const TypedMethod& method, const Message& request) {
  const auto* const store =
      method.body() ? method.body()->message_type()->FindFieldByName("store") : nullptr;
  if (store == nullptr) return false;
  const Message& params = request.GetReflection()->GetMessage(request, method.body());
  return params.GetReflection()->HasField(params, store) &&
         !params.GetReflection()->GetBool(params, store);
}

// What may be answered instead of JSON.
ModelPlan::TextAnswer TextAnswerOf(const TypedMethod& method, const Message& request) {
  using enum ModelPlan::TextAnswer;
  if (!method.formatted()) return kNone;
  const Message& params = request.GetReflection()->GetMessage(request, method.body());
  const auto* const field = params.GetDescriptor()->FindFieldByName("response_format");
  const std::string format = params.GetReflection()->GetString(params, field);
  if (format.empty() || format.ends_with("json")) return kNone;
  return format == "text" ? kPlain : kFormatted;
}

// What of the request is somebody's: by its path, and by what its body names.
Result<openai::OwnedCall> OwnedBy(const TypedMethod& method, std::string_view path,
                                  std::string_view body, const std::string& upstream) {
  path = path.substr(0, path.find('?'));
  openai::OwnedCall owned = openai::OwnedInPath(method.http_method(), path, upstream);
  if (body.empty()) return owned;
  auto named = openai::OwnedInJson(body, upstream);
  if (!named) return named.error();
  for (gateway::OwnedThing& thing : *named) owned.uses.push_back(std::move(thing));
  return owned;
}

}  // namespace

void TakeOptions(const gateway::CheckedOptions& options, const gateway::CallContext& context,
                 ModelPlan& plan) {
  plan.request.attempt_timeout = options.attempt_timeout;
  if (options.max_retries) plan.request.max_retries = RetriesOf(*options.max_retries, context);
  plan.validate_only = options.validate_only;
  if (options.validate_only) plan.owned.creates.reset();
  plan.client_request_id = options.client_request_id;
}

void AskForEvents(ModelPlan& plan, const upstream::Runtime& runtime) {
  plan.request.accept = "text/event-stream";
  plan.request.receive_bytes = http::kStreamReceiveBytes;
  plan.request.long_answer = true;
  plan.request.max_bytes = runtime.limits.stream_bytes;
  plan.request.keeps_answer = false;
  plan.owned.streams = true;
}

std::string_view ModelOf(const TypedMethod& method, const Message& request) {
  if (!method.model()) return {};
  const Message& params = request.GetReflection()->GetMessage(request, method.body());
  std::string scratch;
  return params.GetReflection()->GetStringReference(params, method.model(), &scratch);
}

limits::OutputBound OutputOf(const TypedMethod& method, const Message& request) {
  limits::OutputBound bound;
  if (!method.max_output()) {
    bound.tokens = 0;  // its answer is no text
    return bound;
  }
  const Message& params = request.GetReflection()->GetMessage(request, method.body());
  const auto& reflection = *params.GetReflection();
  if (const auto* const n = params.GetDescriptor()->FindFieldByName("n")) {
    bound.choices = std::max(reflection.GetInt32(params, n), 1);
  }
  if (reflection.HasField(params, method.max_output())) {
    bound.tokens = reflection.GetInt32(params, method.max_output()) * bound.choices;
  }
  return bound;
}

const v1::CallOptions& OptionsOf(const TypedMethod& method, const Message& request) {
  if (!method.options()) return v1::CallOptions::default_instance();
  return static_cast<const v1::CallOptions&>(
      request.GetReflection()->GetMessage(request, method.options()));
}

Result<ModelPlan> PlanTyped(const TypedMethod& method, Message& request,
                            const upstream::Runtime& runtime, const gateway::CallContext& context) {
  const v1::CallOptions& options = OptionsOf(method, request);
  auto checked = gateway::CheckOptions(options);
  if (!checked) return checked.error();
  if (method.max_output()) {
    SayOutput(*request.GetReflection()->MutableMessage(&request, method.body()), context);
  }
  auto place = FindPlace(method, request, options, *checked, runtime, context);
  if (!place) return place.error();
  auto path = PathOf(method, request);
  if (!path) return path.error();
  ModelPlan plan;
  upstream::UpstreamCall::Request& to = plan.request;
  const upstream::Destination& first = place->first;
  const Events events = EventsOf(method, request);
  const auto head = [&method, events](const upstream::Destination& target) {
    return HeadOf(method, target, AsksFor(events, target.model_info.get()));
  };
  if (method.body()) {
    auto body = BodyOf(method, request, runtime.limits.json);
    if (!body) return body.error();
    if (method.goes_by_model()) {
      std::string of_first = head(first);
      to.head_bytes = of_first.size() + 1;
      to.body = JoinBody(std::move(of_first), *body);
    } else {
      to.body = std::move(*body);
    }
  }
  const bool writes = method.max_output() != nullptr && method.goes_by_model();
  if (auto within = CheckOutput(to.body, writes, "params", runtime, context); !within) {
    return within.error();
  }
  if (runtime.ownership) {
    auto owned = OwnedBy(method, *path, to.body, first.upstream->name());
    if (!owned) return owned.error();
    // It lies at one upstream.
    if (!owned->uses.empty() && place->targets) place->targets->Stay();
    plan.owned = std::move(*owned);
    if (checked->validate_only || KeepsNothing(method, request)) plan.owned.creates.reset();
  }
  if (place->targets) {
    to.new_head = head;
    to.new_path = [path = *path](const upstream::Destination& target) {
      return target.upstream->PathFor(target.model, path);
    };
  }
  plan.operation = method.operation();
  plan.model_info = first.model_info;
  plan.catalogue = first.catalogue;
  to.upstream = first.upstream;
  to.model = first.model;
  to.model_state = first.state;
  to.endings = first.endings;
  to.method = method.http_method();
  to.path = method.goes_by_model() ? first.upstream->PathFor(first.model, *path) : *path;
  to.use = method.use();
  if (method.use() == upstream::Use::kAssistants) {
    to.headers.emplace_back(openai::kAssistantsVersion);
  }
  to.fields = &method.fields();
  to.max_bytes = runtime.limits.body_bytes;
  to.deadline = context.deadline;
  to.trace = context.trace;
  to.memory = context.memory;
  to.keeps_answer = true;
  to.attempt_timeout = checked->attempt_timeout;
  to.max_retries = RetriesOf(place->max_retries, context);
  to.previous_attempts = context.previous_attempts;
  to.resend = place->resend;
  to.tokens = static_cast<int64_t>(to.body.size()) / kBytesPerToken +
              OutputOf(method, request).tokens.value_or(0);
  to.targets = std::move(place->targets);
  to.first_target = place->picked;
  plan.validate_only = checked->validate_only;
  plan.include_raw_response = checked->include_raw_response;
  plan.text_answer = TextAnswerOf(method, request);
  plan.client_request_id = std::move(checked->client_request_id);
  if (method.streams()) {
    const std::string_view one_piece = to.accept;
    AskForEvents(plan, runtime);
    if (!AsksFor(events, plan.model_info.get())) to.accept = one_piece;
  }
  if (HasLargeAnswers(method)) TakeLargeAnswer(plan, runtime);
  return plan;
}

}  // namespace inferwire::endpoints
