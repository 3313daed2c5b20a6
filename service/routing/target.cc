#include "routing/target.h"

namespace inferwire::routing {

std::string_view Name(Strategy strategy) {
  constexpr std::string_view kNames[] = {"weighted", "least_in_flight", "latency", "cheapest",
                                         "affinity"};
  return kNames[static_cast<size_t>(strategy)];
}

std::string_view Name(Excluded why) {
  constexpr std::string_view kNames[] = {"",
                                         "EXCLUDED",
                                         "TAG_MISSING",
                                         "NOT_SERVED",
                                         "FEATURE_MISSING",
                                         "CONTEXT_TOO_SMALL",
                                         "ALREADY_TRIED",
                                         "DRAINED",
                                         "OUT",
                                         "COOLING_DOWN",
                                         "NO_ENDPOINT",
                                         "NO_KEY",
                                         "FULL",
                                         "WEIGHT_ZERO"};
  return kNames[static_cast<size_t>(why)];
}

}  // namespace inferwire::routing
