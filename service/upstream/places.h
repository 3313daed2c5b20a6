// What one attempt holds while it runs: its place at the endpoint, at the model, and in its key's
// limits. Each is begun and ended exactly once, however the attempt ends.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "gateway/rate_limit.h"
#include "routing/failure.h"
#include "upstream/key_pool.h"
#include "upstream/route.h"

namespace inferwire::upstream {

class Places {
 public:
  Places() = default;
  ~Places();
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;

  // False: the endpoint or the model takes no call now, and nothing is held. endpoint: null for the
  // upstream's only one. alone: there is nowhere else to go. anyway: whatever the breaker says,
  // which then does not hear of it; only what a person has drained is left alone. cools: a
  // provider's word to be left alone holds for others' calls too. tokens: what it will cost at
  // most, roughly. now is kept for what ends without a time.
  struct Wish {
    const PoolKey* key = nullptr;
    const KeyLimits* limits = nullptr;  // of its key; null: none are configured
    const Endpoint* endpoint = nullptr;
    PlaceQueue* queue = nullptr;  // who waits for the place when it is left; null: nobody
    bool one_of_several = false;  // of the upstream's endpoints
    bool single_key = false;      // the upstream has no other
    bool has_elsewhere = false;   // the call's route has further targets
    int64_t tokens = 0;
    bool alone = true, anyway = false, cools = false;
  };
  bool Begin(const Destination& destination, const Wish& wish, SteadyTime now);
  bool held() const { return held_; }
  // Why Begin failed: the key has used what it may.
  bool key_is_full() const { return key_is_full_; }

  // What the answer used, as far as it says so.
  void Used(std::optional<int64_t> tokens) { used_ = tokens; }
  // The first byte of a good answer.
  void Answered(Duration first_byte, SteadyTime now);
  // Of the answer's head, whatever it says: the provider's numbers have the call in them. The first
  // time counts.
  void Learn(const std::vector<gateway::RateLimit>& limits, SteadyTime now);

  // One of these, once; without effect if nothing is held.
  void EndWell(SteadyTime now);
  void EndUnknown(SteadyTime now);  // cancelled, or out of the caller's time
  void EndFailed(const routing::Ruling& ruling, v1::ErrorReason reason, SteadyTime now);

 private:
  // The endpoint fails what the upstream's others do well.
  bool IsEndpointsFault(SteadyTime now);
  void LeaveLimits(SteadyTime now);
  void Leave(routing::PlaceState::Ended endpoint, routing::PlaceState::Ended model,
             v1::ErrorReason reason, SteadyTime now);
  void End(routing::PlaceState::Ended endpoint, routing::PlaceState::Ended model,
           v1::ErrorReason reason, SteadyTime now);

  // What of the key's configured limits the attempt used; unset: as much as was taken.
  void SettleLimits(std::optional<int64_t> tokens);

  bool held_ = false;
  bool key_is_full_ = false;
  KeyLimits::Held of_limits_;
  std::optional<int64_t> used_;
  // Null: it does not hear of the attempt.
  PlaceQueue* queue_ = nullptr;
  routing::PlaceState* endpoint_ = nullptr;
  routing::PlaceState* model_ = nullptr;
  const Upstream* upstream_ = nullptr;
  routing::KeyState* key_ = nullptr;
  std::string model_name_;
  int64_t tokens_ = 0;
  bool cools_ = false, one_of_several_ = false, single_key_ = false, has_elsewhere_ = false;
  bool in_limits_ = false;  // the key's numbers have the call in flight
  SteadyTime begun_;
  routing::PlaceState::Ticket endpoint_ticket_, model_ticket_;
};

}  // namespace inferwire::upstream
