#include "upstream/endpoints.h"

#include <algorithm>
#include <utility>

#include "routing/choice.h"

namespace inferwire::upstream {

std::shared_ptr<const Endpoint> Endpoints::NewEndpoint(std::string address) const {
  auto endpoint = std::make_shared<Endpoint>();
  endpoint->hash = routing::StableHash(address);
  endpoint->state = board_ ? board_->Endpoint(upstream_, address, breaker_)
                           : std::make_shared<routing::PlaceState>(
                                 address.empty() ? upstream_ : address, breaker_);
  endpoint->state->Configure(limits_);
  endpoint->address = std::move(address);
  return endpoint;
}

bool Endpoints::Replace(std::vector<std::string> addresses, SteadyTime now) {
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  if (addresses.size() > kMostEndpoints) addresses.resize(kMostEndpoints);
  const std::lock_guard lock(mutex_);
  const auto same = [](const std::shared_ptr<const Endpoint>& endpoint, const std::string& name) {
    return endpoint->address == name;
  };
  if (std::equal(set_->begin(), set_->end(), addresses.begin(), addresses.end(), same)) {
    return false;
  }
  // Of another version of the configuration, where the set is a list.
  const auto in_use = [this](const std::string& address) {
    return board_ && board_->UsesEndpoint(upstream_, address);
  };
  const bool has_others = !set_->empty() || std::ranges::any_of(addresses, in_use);
  auto next = std::make_shared<EndpointSet>();
  next->reserve(addresses.size());
  for (std::string& address : addresses) {
    const auto known = std::find_if(set_->begin(), set_->end(), [&](const auto& endpoint) {
      return endpoint->address == address;
    });
    if (known != set_->end()) {
      next->push_back(*known);
      continue;
    }
    const bool is_new = has_others && !in_use(address);
    next->push_back(NewEndpoint(std::move(address)));
    if (is_new) next->back()->state->WarmUp(now);
  }
  set_ = std::move(next);
  version_.fetch_add(1, std::memory_order_release);
  return true;
}

void Endpoints::Configure(const routing::BreakerOptions& breaker,
                          const routing::LimitOptions& limits) {
  const std::lock_guard lock(mutex_);
  breaker_ = breaker;
  limits_ = limits;
  for (const auto& endpoint : *set_) {
    endpoint->state->Configure(breaker);
    endpoint->state->Configure(limits);
  }
}

std::shared_ptr<const EndpointSet> Endpoints::Load() const {
  const std::lock_guard lock(mutex_);
  return set_;
}

const EndpointSet& EndpointViews::Of(const Endpoints& endpoints) {
  // Before the set: of one that is newer than its number the next look finds out.
  const uint64_t version = endpoints.version();
  for (View& view : views_) {
    if (view.of != &endpoints) continue;
    if (view.version != version) view = {&endpoints, version, endpoints.Load()};
    return *view.set;
  }
  return *views_.emplace_back(View{&endpoints, version, endpoints.Load()}).set;
}

}  // namespace inferwire::upstream
