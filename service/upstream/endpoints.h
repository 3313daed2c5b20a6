// The endpoints of an upstream: one by default, where the base URL says; or several, each with a
// health of its own. Who looks finds a set that does not change; where the addresses do, another
// set takes its place.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "routing/board.h"
#include "routing/place_state.h"

namespace inferwire::upstream {

// What is beyond it is not used; the first ones by name are.
inline constexpr size_t kMostEndpoints = 256;

struct Endpoint {
  std::string address;  // "10.0.0.7:8000", its name too; empty: the base URL's host and port
  uint64_t hash = 0;    // of the address: the same at every replica of the gateway
  std::shared_ptr<routing::PlaceState> state;
};

// Calls hold on to the endpoint that they are at.
using EndpointSet = std::vector<std::shared_ptr<const Endpoint>>;

// Those of one upstream, with their health on the board; without a board it is this object's.
class Endpoints {
 public:
  Endpoints(std::string upstream, routing::BreakerOptions breaker, routing::Board* board = nullptr,
            routing::LimitOptions limits = {})
      : upstream_(std::move(upstream)), board_(board), breaker_(breaker), limits_(limits) {}

  // These from now on. Those that were there before, here or in another version of the
  // configuration, keep their state, also if they come back within ten minutes; who is new among
  // others warms up. False: they are the same.
  bool Replace(std::vector<std::string> addresses, SteadyTime now);
  // Of a new version of the configuration.
  void Configure(const routing::BreakerOptions& breaker, const routing::LimitOptions& limits);

  // Any thread. Empty: none is known.
  std::shared_ptr<const EndpointSet> Load() const;
  // Another number for each set.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

 private:
  std::shared_ptr<const Endpoint> NewEndpoint(std::string address) const;

  const std::string upstream_;
  routing::Board* const board_;
  mutable std::mutex mutex_;  // of what follows
  routing::BreakerOptions breaker_;
  routing::LimitOptions limits_;
  std::shared_ptr<const EndpointSet> set_ = std::make_shared<const EndpointSet>();
  std::atomic<uint64_t> version_{1};
};

// A loop's own view of sets that change: it takes a lock only once for each set, never for a call
// that finds the one it knows. One thread.
class EndpointViews {
 public:
  // Of what outlives this. Good until it is asked again.
  const EndpointSet& Of(const Endpoints& endpoints);

 private:
  struct View {
    const Endpoints* of;
    uint64_t version;
    std::shared_ptr<const EndpointSet> set;
  };
  std::vector<View> views_;
};

}  // namespace inferwire::upstream
