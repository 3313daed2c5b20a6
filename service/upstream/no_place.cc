#include "upstream/no_place.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "openai/error.h"
#include "openai/error_table.h"
#include "upstream/endpoint_choice.h"

namespace inferwire::upstream {
namespace {

constexpr std::chrono::seconds kLongestWait{20};
constexpr std::chrono::milliseconds kLeastSpread{100};
constexpr std::chrono::seconds kMostSpread{2};
constexpr std::chrono::milliseconds kUnknownBack{1000};
constexpr size_t kMostListed = 256;

const routing::PlaceState& BestOf(const EndpointSet& endpoints, SteadyTime now) {
  const auto better = [now](const auto& a, const auto& b) {
    return a->state->At(now) < b->state->At(now);
  };
  return *(*std::min_element(endpoints.begin(), endpoints.end(), better))->state;
}

}  // namespace

bool WorthWaiting(Duration wait, Duration time_left) {
  return wait <= std::min<Duration>(kLongestWait, time_left / 2);
}

Duration Spread(Duration wait, Random& random) {
  const Duration spread = std::clamp<Duration>(wait / 2, kLeastSpread, kMostSpread);
  return wait + std::chrono::duration_cast<Duration>(spread * random.Uniform());
}

Error NoPlaceError(v1::ErrorReason reason, std::string message, std::optional<SteadyTime> back,
                   SteadyTime now) {
  Error error = openai::ErrorOf(reason, std::move(message));
  error.safe_to_retry = true;  // nothing was sent
  error.retry_after = kUnknownBack;
  if (back) {
    error.retry_after = std::max(std::chrono::ceil<std::chrono::milliseconds>(*back - now),
                                 std::chrono::milliseconds(1));
  }
  return error;
}

Error FullError(const std::string& who, SteadyTime now) {
  return NoPlaceError(v1::ERROR_REASON_UPSTREAM_OVERLOADED,
                      who + " has as many calls as it takes (limits)", std::nullopt, now);
}

Error NoEndpoint(std::string message, SteadyTime now) {
  return NoPlaceError(v1::ERROR_REASON_UPSTREAM_UNREACHABLE, std::move(message), std::nullopt, now);
}

Error NoTargetWithTags(const std::string& where, const std::vector<std::string>& tags) {
  std::string listed;
  for (const std::string& tag : tags) listed += (listed.empty() ? "" : ", ") + tag;
  listed = openai::Scrub(listed, kMostListed);
  Error error = openai::ErrorOf(v1::ERROR_REASON_NO_TARGET_WITH_TAGS,
                                where + " has all of the tags: " + listed);
  error.metadata["tags"] = listed;
  return error;
}

Error NoPlaceAt(const Destination& destination, SteadyTime now) {
  const Upstream& upstream = *destination.upstream;
  if (!upstream.keys().Available(destination.model, 0, now)) {
    return NoPlaceError(v1::ERROR_REASON_RATE_LIMITED,
                        upstream.keys().empty()
                            ? upstream.name() + " is at its limit (limits.models)"
                            : "every key of " + upstream.name() + " is at its limit or refused",
                        upstream.keys().BackAt(destination.model, now), now);
  }
  const std::shared_ptr<const EndpointSet> endpoints = upstream.endpoints();
  if (endpoints->empty()) return NoEndpoint("no address of " + upstream.name() + " is known", now);
  if (HealthOf(*endpoints, now).full) return FullError("every endpoint of " + upstream.name(), now);
  const routing::PlaceState& endpoint = BestOf(*endpoints, now);
  const bool all_of_it = !routing::TakesCalls(endpoint.At(now)) || !destination.state;
  const routing::PlaceState& out = all_of_it ? endpoint : *destination.state;
  Error error = NoPlaceError(
      v1::ERROR_REASON_CIRCUIT_OPEN,
      (all_of_it ? upstream.name() : destination.model + " at " + upstream.name()) +
          (out.At(now) == routing::Condition::kDrained ? " is drained"
                                                       : " is out after repeated failures"),
      out.BackAt(now), now);
  if (out.cause() != v1::ERROR_REASON_UNSPECIFIED) {
    error.metadata["cause"] = std::string(ReasonName(out.cause()));
  }
  error.metadata["upstream"] = upstream.name();
  error.metadata["model"] = destination.model;
  return error;
}

}  // namespace inferwire::upstream
