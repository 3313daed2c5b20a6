#include "routed_call_fixture.h"

namespace inferwire::upstream {
namespace {

std::vector<catalogue::Model> ModelsOf(const std::vector<PlayedTarget>& targets) {
  std::vector<catalogue::Model> models;
  for (const PlayedTarget& target : targets) {
    if (!target.window) continue;
    models.emplace_back().id = "model-" + target.upstream;
    models.back().context_window = target.window;
  }
  return models;
}

}  // namespace

PlayedCall::PlayedCall() = default;

PlayedCall::~PlayedCall() = default;

RoutedWorld::RoutedWorld(const std::vector<PlayedTarget>& targets, Route rules, uint64_t seed,
                         telemetry::Metrics* shared)
    : random(seed),
      own_metrics(shared ? nullptr : std::make_unique<telemetry::Metrics>()),
      metrics(shared ? *shared : *own_metrics),
      models(std::make_shared<const catalogue::Catalogue>("r1", ModelsOf(targets))),
      targets_(targets.size()) {
  runtime.hedging = &hedging;
  if (rules.hedge) rules.hedge->metrics = &metrics.Of<telemetry::HedgeFamilies>().Route("r");
  router.KeepStatesOn(board);
  router.TakeModelInfoFrom(models);
  rules.name = "r";
  for (const PlayedTarget& target : targets) {
    const std::string model = "model-" + target.upstream;
    router.Add(NewUpstream(target), {model}, {}, false);
    rules.targets.push_back({.upstream = router.Find(target.upstream),
                             .model = model,
                             .group = target.group,
                             .weight = 100,
                             .tags = target.tags});
  }
  router.AddRoute(std::move(rules));
}

RoutedWorld::~RoutedWorld() = default;

std::unique_ptr<PlayedCall> RoutedWorld::Begin(routing::Resend resend, bool routed, Duration time) {
  auto played = std::make_unique<PlayedCall>();
  UpstreamCall::Request request;
  const Route& route = *router.RouteOf("r");
  Destination first = *router.At(route.targets[0], "r");
  if (routed) {
    std::vector<Destination> destinations;
    for (const Target& target : route.targets) destinations.push_back(*router.At(target, "r"));
    request.targets =
        std::make_unique<Targets>(route, destinations, preferences, routing::Traits{});
    auto picked = request.targets->Next(timers.Now(), random);
    if (!picked) picked = request.targets->Alone(timers.Now());
    if (!picked) {
      played->reader.OnEnd(request.targets->NoTarget(timers.Now()));
      return played;
    }
    request.first_target = *picked;
    first = destinations[picked->index];
    request.new_head = HeadOf;
    request.new_path = PathOf;
  }
  request.body = '{' + HeadOf(first);
  request.head_bytes = request.body.size();
  request.body += rest;
  request.upstream = first.upstream;
  request.model = first.model;
  request.model_state = first.state;
  request.affinity = affinity;
  request.tokens = tokens;
  request.path = PathOf(first);
  request.deadline = timers.Now() + time;
  request.resend = resend;
  request.max_retries = route.max_attempts - 1;
  request.hedge = hedge;
  request.previous_attempts = previous_attempts;
  played->call =
      std::make_unique<UpstreamCall>(runtime, std::move(request), played->stats, played->reader);
  played->reader.call = played->call.get();
  played->call->Start();
  return played;
}

std::unique_ptr<const Upstream> RoutedWorld::NewUpstream(const PlayedTarget& target) {
  UpstreamOptions options;
  options.name = target.upstream;
  options.base_url = "http://" + target.upstream + "/v1";
  options.first_byte = options.between_events = std::chrono::seconds(20);
  options.billed = target.billed;
  if (!target.endpoints.empty()) {
    options.endpoints = std::make_shared<Endpoints>(target.upstream, options.breaker, &board,
                                                    routing::LimitOptions{target.limit, {}});
    options.endpoints->Replace(target.endpoints, clock.Now());
    if (target.limit > 0) options.queue = std::make_shared<PlaceQueue>();
    options.queue_most = target.queue;
    options.endpoints_change = true;
    options.balance.strategy = target.balance;
  }
  std::vector<PoolKey> keys;
  for (size_t i = 0; i < target.keys; ++i) {
    const std::string name = target.upstream + std::to_string(i);
    auto key = UpstreamKey::Read(
        [name]() -> Result<Secret> { return Secret::FromText("secret-" + name, "test"); });
    // The only key's state is followed where there are further targets.
    const bool followed = target.keys > 1 || targets_ > 1;
    auto state = followed ? board.Key(target.upstream, name, name, 100) : nullptr;
    keys.push_back(
        {target.keys > 1 ? name : std::string(), *key, std::move(state), LimitsOf(target, name)});
  }
  if (target.keys == 0) {
    return std::make_unique<const Upstream>(std::move(options),
                                            KeyPool::WithoutKey(LimitsOf(target, target.upstream)),
                                            metrics, &board);
  }
  return std::make_unique<const Upstream>(std::move(options), KeyPool(std::move(keys)), metrics,
                                          &board);
}

std::shared_ptr<const KeyLimits> RoutedWorld::LimitsOf(const PlayedTarget& target,
                                                       const std::string& key) {
  if (!target.rpm && !target.tpm) return nullptr;
  limits::LimitMaker maker(meters, {}, limits::Moment::Of(clock));
  maker.Add(limits::LimitKind::kRequestsPerMinute, key, "", target.rpm);
  maker.Add(limits::LimitKind::kTokensPerMinute, key, "", target.tpm);
  const KeyLimits::Sets sets{
      {"model-" + target.upstream, std::make_shared<const limits::MeterSet>(*maker.Take())}};
  return std::make_shared<const KeyLimits>(sets, clock, metrics.Of<telemetry::QuotaMetrics>());
}

}  // namespace inferwire::upstream
