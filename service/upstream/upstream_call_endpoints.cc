// Which endpoint of its upstream an attempt goes to.
#include <utility>

#include "telemetry/endpoint_metrics.h"
#include "upstream/upstream_call.h"

namespace inferwire::upstream {

bool UpstreamCall::TakePlace(Places::Wish wish, SteadyTime now) {
  const EndpointSet& endpoints = destination_.upstream->endpoints(*runtime_.endpoint_views);
  if (endpoints.size() == 1 && tried_endpoints_.empty()) {
    wish.endpoint = endpoints.front().get();
    if (!places_.Begin(destination_, wish, now)) return false;
    endpoint_ = endpoints.front();
    return true;
  }
  wish.one_of_several = endpoints.size() > 1;
  const EndpointWish wanted{.balance = destination_.upstream->options().balance,
                            .most_out = destination_.upstream->options().most_out,
                            .affinity = request_.affinity,
                            .alone = wish.alone,
                            .anyway = wish.anyway};
  Begin begun_how = Begin::kUsual;
  auto taken = TakeEndpoint(endpoints, tried_endpoints_, wanted, now, runtime_.random,
                            [&](const Endpoint& endpoint, Begin how) {
                              begun_how = how;
                              wish.endpoint = &endpoint;
                              wish.alone = how == Begin::kAlone;
                              wish.anyway = how == Begin::kPanic || how == Begin::kAnyway;
                              return places_.Begin(destination_, wish, now);
                            });
  if (!taken) return false;
  if (begun_how == Begin::kPanic && destination_.upstream->endpoint_metrics()) {
    destination_.upstream->endpoint_metrics()->Panicked();
  }
  endpoint_ = std::move(taken);
  return true;
}

bool UpstreamCall::HasOtherEndpoint(SteadyTime now) const {
  const EndpointSet& endpoints = destination_.upstream->endpoints(*runtime_.endpoint_views);
  if (endpoints.size() == 1 && endpoints.front() == endpoint_) return false;
  TriedEndpoints tried = tried_endpoints_;
  tried.push_back(endpoint_);
  return HasOther(endpoints, tried, destination_.upstream->options().most_out, now);
}

}  // namespace inferwire::upstream
