#include "unit/rpc/call_fixture.h"

#include <stdexcept>

#include "endpoints/all.h"
#include "policy/deadlines/deadlines.h"

namespace inferwire::rpc {
namespace {

std::vector<catalogue::Model> PricedModels() {
  catalogue::Model model;
  model.id = "gpt-4.1-mini";
  model.tokenizer = "o200k_base";
  model.context_window = 100'000;
  catalogue::TierPrice price;
  price.tier = catalogue::kStandardTier;
  price.input = 2'000'000;
  price.output = 8'000'000;
  model.prices.push_back(price);
  return {model};
}

policy::Chain Policies(const Clock& clock, std::shared_ptr<policy::Concurrency::Count> in_flight) {
  std::vector<std::unique_ptr<policy::Policy>> policies;
  policies.push_back(std::make_unique<policy::Concurrency>(1000, std::move(in_flight)));
  policies.push_back(std::make_unique<policy::Deadlines>(policy::Deadlines::Limits{}, clock));
  return policy::Chain(std::move(policies));
}

upstream::Router BuildRouter(telemetry::Metrics& metrics, upstream::UpstreamOptions options,
                             upstream::KeyPool key) {
  options.name = "fake";
  options.resend = routing::Resend::kRefused;  // what fails is to be seen at once
  if (options.base_url.empty()) options.base_url = "http://upstream/v1";
  upstream::Router router;
  router.Add(
      std::make_unique<const upstream::Upstream>(std::move(options), std::move(key), metrics),
      {"*"}, {{"fast", "gpt-4.1-mini"}}, true);
  router.AllowRaw([](std::string_view, std::string_view) { return true; });
  return router;
}

}  // namespace

void KeptLines::Write(std::string_view line) { lines_.emplace_back(line); }

const EndpointSpec& DescriptionOf(std::string_view method) {
  static const std::vector<EndpointSpec> all = endpoints::All(/*batches=*/nullptr);
  const auto found = std::ranges::find(all, method, &EndpointSpec::method);
  if (found == all.end()) throw std::out_of_range(std::string(method));
  return *found;
}

World::World(uint64_t seed, upstream::UpstreamOptions upstream,
             std::shared_ptr<upstream::UpstreamKey> key)
    : timers(clock),
      random(seed),
      log({telemetry::LogLevel::kOff, false}, clock, std::make_unique<KeptLines>(log_lines)),
      policies(Policies(clock, in_flight)),
      router(BuildRouter(metrics, std::move(upstream), std::move(key))),
      idempotent({}, clock, metrics.Of<telemetry::IdempotentMetrics>()),
      client_retries(metrics.Of<telemetry::ClientRetryMetrics>()),
      models(std::make_shared<const catalogue::Catalogue>("r1", PricedModels())),
      services(std::make_shared<const CallServices>(
          CallServices{{transport, timers, random, upstream::RuntimeMetrics(metrics), router,
                        answer_limits, chunk_message, mailbox},
                       policies,
                       log,
                       limits,
                       live,
                       &memory,
                       nullptr,
                       nullptr,
                       &idempotent,
                       &client_retries})),
      complete(DescriptionOf("Complete"), metrics),
      stream(DescriptionOf("StreamComplete"), metrics),
      many(DescriptionOf("CompleteMany"), metrics),
      invoke(DescriptionOf("Invoke"), metrics),
      stream_invoke(DescriptionOf("StreamInvoke"), metrics) {
  router.TakeModelInfoFrom(models);
}

World::~World() = default;

void World::Serve(const Endpoint& endpoint, FakeRpc& rpc) {
  MachineOf(endpoint)(services, endpoint, std::make_unique<FakeWire>(rpc));
}

void World::Serve(const Endpoint& endpoint, FakeRpc& rpc, const Message& request) {
  rpc.request = Serialize(request);
  Serve(endpoint, rpc);
}

void World::Advance(Duration duration) {
  clock.Advance(duration);
  timers.FireDue();
}

v1::ChatCompletionParams Hello() {
  v1::ChatCompletionParams params;
  params.set_model("gpt-4.1-mini");
  auto* message = params.add_messages();
  message->set_role(v1::ROLE_USER);
  message->set_content("Hello");
  return params;
}

std::string Chunk(std::string_view text) {
  return R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4.1-mini",)"
         R"("choices":[{"index":0,"delta":{"content":")" +
         std::string(text) +
         R"("},"finish_reason":null}]})"
         "\n\n";
}

std::string LastChunk() {
  return R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4.1-mini",)"
         R"("choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"
         "\n\n"
         R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4.1-mini",)"
         R"("choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}})"
         "\n\n"
         "data: [DONE]\n\n";
}

std::string Answer(std::string_view text) {
  return R"({"id":"c1","object":"chat.completion","created":1,"model":"gpt-4.1-mini","choices":)"
         R"([{"index":0,"message":{"role":"assistant","content":")" +
         std::string(text) +
         R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,)"
         R"("total_tokens":5}})";
}

}  // namespace inferwire::rpc
