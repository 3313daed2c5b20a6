// One attempt of a call: where it goes, what it holds there, and how it stands. Of those that
// follow one another each takes over from the one before it; a hedge has one of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "upstream/endpoint_choice.h"
#include "upstream/exchange.h"
#include "upstream/places.h"
#include "upstream/upstream_request.h"

namespace inferwire::upstream {

struct Attempt {
  Destination destination;
  size_t target = 0;           // among the request's targets
  std::string_view chosen_by;  // a literal
  bool fallback = false;       // another target was tried before
  std::shared_ptr<const Endpoint> endpoint;
  TriedEndpoints tried_endpoints;  // at this target, before it
  const PoolKey* pool_key = nullptr;
  UpstreamKey::Key key;     // null: chosen when it begins
  uint64_t tried_keys = 0;  // at this target
  int keys_here = 0;        // changes of the key, at this target
  int repeats_here = 0;     // at this target
  Places places;
  std::optional<Exchange> exchange;
  SteadyTime begun;
  Duration first_byte{};  // since it began
  Duration waited{};      // before it began
  std::string_view cause = "FIRST";
  std::optional<size_t> record;  // its place in the call's log
  bool got_answer = false;

  // At an endpoint of the same target that was not tried.
  void LeaveEndpoint() {
    tried_endpoints.push_back(endpoint);
    key.reset();
  }
  // At another target, of which nothing was tried.
  void GoTo(const Targets::Picked& picked, const Destination& to) {
    target = picked.index;
    chosen_by = picked.chosen_by;
    destination = to;
    fallback = true;
    tried_endpoints.clear();
    key.reset();
    tried_keys = 0;
    keys_here = repeats_here = 0;
  }
};

// One that ran beside the attempt in hand, and ended without an answer.
struct AttemptBeside {
  const Destination& destination;
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  int http_status = 0;  // 0: none came
  bool reached_upstream = false;
};

}  // namespace inferwire::upstream
