// What can be chosen among: the targets of a route, and what a call wants of them. Plain values.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "catalogue/ability.h"
#include "catalogue/catalogue.h"
#include "routing/failure.h"
#include "routing/place_state.h"

namespace inferwire::routing {

enum class Strategy { kWeighted, kLeastInFlight, kLatency, kCheapest, kAffinity };
enum class Sticky { kNone, kAffinity, kCaller };
std::string_view Name(Strategy strategy);  // as the configuration spells it

// What a call needs, found out once, before anything is encoded.
struct Traits {
  catalogue::Abilities needs = 0;
  size_t text_bytes = 0;          // of the prompt
  int64_t max_output_tokens = 0;  // 0: not said
  uint64_t affinity = 0;          // hash of the conversation's beginning; 0: none
  uint64_t caller = 0;            // hash of who calls
  std::span<const std::string> require_tags{};
  std::span<const std::string> exclude_upstreams{};
  std::string_view only_upstream{};  // pinned

  // Of the prompt: few tokens have as many as eight bytes, and no text has that on average.
  int64_t least_tokens() const { return static_cast<int64_t>(text_bytes / 8); }
};

// Why a target is not used now, in the order in which it is looked for.
enum class Excluded : uint8_t {
  kNo,
  kExcluded,  // by the caller: another one is pinned, or this one excluded
  kTagMissing,
  kNotServed,  // a strict catalogue does not have the model, or there is no such deployment
  kFeatureMissing,
  kContextTooSmall,  // of prompt or answer
  kAlreadyTried,
  kDrained,
  kOut,
  kCoolingDown,
  kNoEndpoint,
  kNoKey,
  kFull,
  kWeightZero,
};
std::string_view Name(Excluded why);  // "TAG_MISSING", ...

// A target as the strategies see it: what is configured, and how it is now.
struct Candidate {
  // --- configured
  std::string_view upstream;
  uint64_t hash = 0;  // of upstream and model: the same at every replica
  int group = 1;
  int weight = 100;
  std::span<const std::string> tags{};      // the upstream's and its own
  const catalogue::Model* facts = nullptr;  // null: nothing is known
  bool served = true;                       // its model is one that calls may ask for
  // --- now
  Condition condition = Condition::kUp;  // the worst of its endpoint's and its model's
  bool has_key = true;
  bool has_endpoint = true;
  bool full = false;
  int in_flight = 0;
  Duration mean{};         // to the first byte; zero: not known
  Duration deviation{};    // of it
  double warmth = 1;       // 0.1 to 1
  bool tried = false;      // in this call
  bool too_small = false;  // its context window is, for this call
};

}  // namespace inferwire::routing
