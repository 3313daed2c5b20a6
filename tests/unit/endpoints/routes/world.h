// A router with a route of two upstreams, one of them with a pool of two keys, for the tests of
// RoutesService and RouteAdminService.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/timers.h"
#include "inferwire/v1/routes_service.pb.h"
#include "support/manual_clock.h"
#include "telemetry/metrics.h"
#include "unit/rpc/fake_transport.h"
#include "upstream/router.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

struct RoutesWorld {
  RoutesWorld() {
    router.KeepStatesOn(board);
    router.AllowRouteAdmin(true);
    Add("openai", {"gpt-4.1"}, {}, {"us"});
    Add("azure", {}, {"a", "b"}, {"eu"});
    upstream::Route route;
    route.name = "gpt-5";
    route.also = {"best"};
    route.targets.push_back({.upstream = router.Find("openai"), .model = "gpt-5", .tags = {}});
    route.targets.push_back(
        {.upstream = router.Find("azure"), .model = "deployment", .group = 2, .tags = {"zdr"}});
    router.AddRoute(std::move(route));
    upstream::Route prefix;
    prefix.name = "claude-*";
    prefix.targets.push_back({.upstream = router.Find("openai"), .model = {}, .tags = {}});
    router.AddRoute(std::move(prefix));
  }

  void Add(const std::string& name, const std::vector<std::string>& models,
           const std::vector<std::string>& keys, std::vector<std::string> tags,
           const std::vector<std::string>& endpoints = {}, bool is_default = false) {
    upstream::UpstreamOptions options;
    options.name = name;
    options.base_url = "http://upstream/v1";
    options.tags = std::move(tags);
    if (!endpoints.empty()) {
      options.endpoints = std::make_shared<upstream::Endpoints>(name, options.breaker, &board);
      options.endpoints->Replace(endpoints, clock.Now());
    }
    std::vector<upstream::PoolKey> pool;
    for (const std::string& key : keys) {
      pool.push_back({.name = key, .key = nullptr, .state = board.Key(name, key, "digest", 100)});
    }
    router.Add(std::make_unique<const upstream::Upstream>(
                   std::move(options), upstream::KeyPool(std::move(pool)), metrics, &board),
               models, {}, is_default);
  }

  SteadyTime now() const { return clock.Now(); }
  routing::PlaceState& Endpoint(const std::string& name) { return router.Find(name)->endpoint(); }
  // Failures until it is out.
  void Break(routing::PlaceState& place) {
    for (int i = 0; i < 5; ++i) {
      place.TryBegin(now(), false);
      clock.Advance(std::chrono::seconds(1));
      place.End(routing::PlaceState::Ended::kFailed, now(), {}, v1::ERROR_REASON_UPSTREAM_TIMEOUT);
    }
  }

  ManualClock clock;
  Timers timers{clock};
  Random random{1};
  telemetry::Metrics metrics;
  routing::Board board{clock};
  upstream::Router router;
  http::FakeTransport transport;
  upstream::AnswerLimits limits;
  v1::StreamCompleteResponse chunk_message;
  Mailbox mailbox{[] {}};
  const upstream::Runtime runtime{
      transport, timers, random,        upstream::RuntimeMetrics(metrics),
      router,    limits, chunk_message, mailbox};
};

}  // namespace inferwire::endpoints
