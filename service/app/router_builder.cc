#include "app/router_builder.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/key_limits_builder.h"
#include "config/raw.h"
#include "config/values.h"
#include "telemetry/hedge_metrics.h"
#include "telemetry/route_metrics.h"
#include "telemetry/shadow_metrics.h"

namespace inferwire::app {
namespace {

// A server that starts, or takes a new configuration, knows the addresses before the first call;
// what is not known by then is not there yet.
constexpr Duration kFirstLookUps = std::chrono::seconds(3);

// What is known of the only key goes by this name, which no key of a pool can have.
constexpr char kOnlyKey[] = "api_key";

// The one key or the pool. What is known of a key is on the board, and is void once its secret
// changes. has_others: a route with this upstream has further targets.
Result<upstream::KeyPool> KeysOf(const config::UpstreamConfig& config, const config::Config& all,
                                 const RouterParts& parts, bool has_others) {
  CredentialStore& keys = parts.keys;
  routing::Board& board = parts.board;
  const auto on_load = [&](const std::string& name, const config::KeySource& source) {
    return [&board, upstream = config.name, name, digest = source.name] {
      board.RestoreKey(upstream, name, digest);
    };
  };
  if (config.keys.empty()) {
    auto key = keys.KeyOf(config.name, config.api_key, on_load(kOnlyKey, config.api_key));
    if (!key) return std::move(key.error());
    auto state = has_others && *key
                     ? board.Key(config.name, kOnlyKey, config.api_key.name, /*weight=*/100)
                     : nullptr;
    auto limits = MakeKeyLimits(config, {}, all, parts);
    if (!limits) return std::move(limits.error());
    if (!*key) return upstream::KeyPool::WithoutKey(std::move(*limits));
    return upstream::KeyPool(std::move(*key), std::move(state), std::move(*limits));
  }
  std::vector<upstream::PoolKey> pool;
  for (const config::KeyEntry& entry : config.keys) {
    auto state = board.Key(config.name, entry.name, entry.source().name, entry.weight);
    auto key = keys.KeyOf(config.name + '/' + entry.name, entry.source(),
                          on_load(entry.name, entry.source()));
    if (!key) return std::move(key.error());
    auto limits = MakeKeyLimits(config, entry.name, all, parts);
    if (!limits) return std::move(limits.error());
    pool.push_back({entry.name, std::move(*key), std::move(state), std::move(*limits)});
  }
  return upstream::KeyPool(std::move(pool));
}

// Those of routes that have more than one target.
std::set<std::string> UpstreamsWithOthers(const config::Config& config) {
  std::set<std::string> names;
  for (const config::RouteConfig& route : config.routes) {
    if (route.targets.size() < 2) continue;
    for (const config::RouteTargetConfig& target : route.targets) names.insert(target.upstream);
  }
  return names;
}

routing::Resend ResendOf(config::Resend resend) {
  switch (resend) {
    case config::Resend::kRefused:
      return routing::Resend::kRefused;
    case config::Resend::kFailed:
      return routing::Resend::kFailed;
    case config::Resend::kAnything:
      return routing::Resend::kAnything;
  }
  return routing::Resend::kRefused;
}

routing::Strategy StrategyOf(config::RouteStrategy strategy) {
  switch (strategy) {
    case config::RouteStrategy::kWeighted:
      return routing::Strategy::kWeighted;
    case config::RouteStrategy::kLeastInFlight:
      return routing::Strategy::kLeastInFlight;
    case config::RouteStrategy::kLatency:
      return routing::Strategy::kLatency;
    case config::RouteStrategy::kCheapest:
      return routing::Strategy::kCheapest;
    case config::RouteStrategy::kAffinity:
      return routing::Strategy::kAffinity;
  }
  return routing::Strategy::kWeighted;
}

routing::Sticky StickyOf(config::RouteSticky sticky) {
  switch (sticky) {
    case config::RouteSticky::kNone:
      return routing::Sticky::kNone;
    case config::RouteSticky::kAffinity:
      return routing::Sticky::kAffinity;
    case config::RouteSticky::kCaller:
      return routing::Sticky::kCaller;
  }
  return routing::Sticky::kNone;
}

upstream::OnShutdown ActionOf(config::OnShutdown action) {
  switch (action) {
    case config::OnShutdown::kWarn:
      return upstream::OnShutdown::kWarn;
    case config::OnShutdown::kMove:
      return upstream::OnShutdown::kMove;
    case config::OnShutdown::kRefuse:
      return upstream::OnShutdown::kRefuse;
  }
  return upstream::OnShutdown::kWarn;
}

upstream::Shutdowns ShutdownsOf(const config::CatalogueConfig& config) {
  upstream::Shutdowns shutdowns;
  shutdowns.others = ActionOf(config.on_shutdown);
  for (const config::ShutdownConfig& each : config.shutdowns) {
    shutdowns.by_name[each.model] = {ActionOf(each.action), each.replacement,
                                     catalogue::BeginningOf(each.from)};
  }
  return shutdowns;
}

template <class Value>
bool Has(const std::vector<Value>& values, Value value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

upstream::Route RouteOf(const config::RouteConfig& config, const upstream::Router& router,
                        telemetry::Metrics& metrics) {
  using Override = config::RouteOverride;
  upstream::Route route;
  route.name = config.name;
  route.also = config.also;
  route.strategy = StrategyOf(config.strategy);
  route.sticky = StickyOf(config.sticky);
  route.affinity_bound = config.affinity.bound;
  route.affinity_slack = config.affinity.slack;
  route.resend = ResendOf(config.resend);
  route.max_attempts = config.max_attempts;
  route.also_on_content_filter = Has(config.also_on, config::AlsoOn::kContentFilter);
  route.also_on_unsupported_parameter = Has(config.also_on, config::AlsoOn::kUnsupportedParameter);
  route.require_tags = config.require_tags;
  route.overrides = {.upstream = Has(config.overrides, Override::kUpstream),
                     .tags = Has(config.overrides, Override::kTags),
                     .fallback = Has(config.overrides, Override::kFallback),
                     .exclude = Has(config.overrides, Override::kExclude),
                     .affinity = Has(config.overrides, Override::kAffinity)};
  auto& route_metrics = metrics.Of<telemetry::RouteMetrics>();
  for (const config::RouteTargetConfig& target : config.targets) {
    route.targets.push_back({.upstream = router.Find(target.upstream),
                             .model = target.model,
                             .group = target.group,
                             .weight = target.weight,
                             .tags = target.tags,
                             .metrics = &route_metrics.Target(config.name, target.upstream)});
    // What `also` asks for is the route's model, too.
    if (target.model.empty() && !config.is_prefix()) route.targets.back().model = config.name;
  }
  if (config.shadow) {
    upstream::Shadow& shadow = route.shadow.emplace();
    shadow.target.upstream = router.Find(config.shadow->upstream);
    shadow.target.model = config.shadow->model;
    if (shadow.target.model.empty() && !config.is_prefix()) shadow.target.model = config.name;
    shadow.percent = config.shadow->percent;
    shadow.most_in_flight = config.shadow->in_flight;
    shadow.metrics = &metrics.Of<telemetry::ShadowFamilies>().Route(config.name);
  }
  if (config.hedge) {
    upstream::Hedge& hedge = route.hedge.emplace();
    if (config.hedge->after != config::kHedgeAfterP95) {
      hedge.after = config::ParseDuration(config.hedge->after);
    }
    hedge.most = config.hedge->most;
    hedge.metrics = &metrics.Of<telemetry::HedgeFamilies>().Route(config.name);
  }
  return route;
}

routing::LimitOptions LimitsOf(const config::UpstreamLimitsConfig& limits) {
  return {.in_flight = limits.in_flight, .first_byte_target = limits.first_byte_target};
}

// Found by name, they are those of the version before if that has the same.
std::shared_ptr<upstream::Endpoints> EndpointsOf(const config::UpstreamConfig& config,
                                                 const routing::BreakerOptions& breaker,
                                                 const RouterParts& parts) {
  const routing::LimitOptions limits = LimitsOf(config.limits);
  if (!config.endpoints) {  // its place at the base URL has a limit
    auto only = std::make_shared<upstream::Endpoints>(config.name, breaker, &parts.board, limits);
    only->Replace({std::string()}, SteadyTime());
    return only;
  }
  const config::EndpointsConfig& endpoints = *config.endpoints;
  if (!endpoints.dns.empty()) {
    const int of_url = config::ParseBaseUrl(config.base_url).value_or(config::BaseUrl()).port;
    return parts.resolver.Watch({.upstream = config.name,
                                 .host = endpoints.dns,
                                 .port = endpoints.port > 0 ? endpoints.port : of_url,
                                 .every = endpoints.every},
                                breaker, limits);
  }
  auto listed = std::make_shared<upstream::Endpoints>(config.name, breaker, &parts.board, limits);
  listed->Replace(endpoints.list, parts.clock.Now());
  return listed;
}

upstream::UpstreamOptions Options(const config::UpstreamConfig& config,
                                  const std::string& simulator_url, const RouterParts& parts) {
  upstream::UpstreamOptions options;
  options.name = config.name;
  options.base_url = config.simulator ? simulator_url : config.base_url;
  options.api_version = config.api_version;
  options.dialect = openai::FindDialect(config.dialect);
  options.organization = config.organization;
  options.project = config.project;
  options.headers = config.headers;
  options.connect_options.connect_timeout = config.timeouts.connect;
  options.connect_options.proxy = config.proxy;
  options.connect_options.ca_bundle = config.ca_bundle;
  options.connect_options.allow_plain_http = config.simulator || config.allow_plain_http;
  options.first_byte = config.timeouts.first_byte;
  options.between_events = config.timeouts.between_events;
  options.after_finish = config.timeouts.after_finish;
  options.max_retries = config.max_retries;
  options.resend = ResendOf(config.resend);
  options.billed = config.billed;
  options.tags = config.tags;
  options.breaker = {.failures = config.breaker.failures,
                     .ratio = config.breaker.ratio,
                     .of = config.breaker.of,
                     .out = config.breaker.out,
                     .out_most = config.breaker.out_most,
                     .warm_up = config.breaker.warm_up};
  if (config.health) {
    options.health = {.path = config.health->path,
                      .every = config.health->every,
                      .timeout = config.health->timeout,
                      .all = config.health->check == config::HealthOf::kAll};
  }
  if (config.discovery) {
    options.discovery = {.path = config.discovery->path,
                         .every = config.discovery->every,
                         .timeout = config.discovery->timeout};
    options.listing = parts.listings.Of(config.name, options.base_url);
  }
  if (config.limits.any()) {
    options.queue = std::make_shared<upstream::PlaceQueue>();
    options.queue_most = config.limits.queue;
    options.queue_wait = config.limits.queue_wait;
  }
  if (config.endpoints || config.limits.any()) {
    options.endpoints = EndpointsOf(config, options.breaker, parts);
    options.endpoints_change = config.endpoints && !config.endpoints->dns.empty();
    options.balance.strategy = StrategyOf(config.balance);
    options.most_out = config.breaker.most_out;
    options.balance.affinity_bound = config.affinity.bound;
    options.balance.affinity_slack = config.affinity.slack;
  }
  options.retry_budget = {.ratio = config.retry_budget.ratio, .least = config.retry_budget.least};
  return options;
}

}  // namespace

Result<upstream::Router> BuildRouter(const config::Config& config, const std::string& simulator_url,
                                     const RouterParts& parts) {
  upstream::Router router;
  router.KeepStatesOn(parts.board);
  router.TakeModelInfoFrom(parts.catalogue);
  router.Use(ShutdownsOf(config.catalogue));
  router.AllowRouteAdmin(config.server.route_admin);
  const std::set<std::string> with_others = UpstreamsWithOthers(config);
  bool resolves = false;
  for (const config::UpstreamConfig& upstream : config.upstreams) {
    resolves |= upstream.endpoints && !upstream.endpoints->dns.empty();
    auto keys = KeysOf(upstream, config, parts, with_others.contains(upstream.name));
    if (!keys) return std::move(keys.error());
    router.Add(
        std::make_unique<const upstream::Upstream>(Options(upstream, simulator_url, parts),
                                                   std::move(*keys), parts.metrics, &parts.board),
        upstream.models, upstream.aliases, upstream.is_default);
  }
  if (resolves && !parts.resolver.started()) parts.resolver.Start();
  if (resolves) parts.resolver.WaitForFirst(kFirstLookUps);
  for (const config::RouteConfig& route : config.routes) {
    router.AddRoute(RouteOf(route, router, parts.metrics));
  }
  router.AllowRaw([allowed = config::RawAllowList(config.raw.allow)](std::string_view method,
                                                                     std::string_view path) {
    return allowed.Allowed(method, path);
  });
  return router;
}

}  // namespace inferwire::app
