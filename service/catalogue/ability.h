// What a request can need of a model and a model can lack. A set of abilities is one number, so
// that a request is held against its model with one comparison.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace inferwire::catalogue {

enum Ability : uint32_t {
  kChatEndpoint = 1u << 0,
  kStreaming = 1u << 1,
  kFunctionCalling = 1u << 2,
  kStructuredOutputs = 1u << 3,
  kPredictedOutputs = 1u << 4,
  kReasoning = 1u << 5,
  kImageInput = 1u << 6,
  kAudioInput = 1u << 7,
  kAudioOutput = 1u << 8,
};
using Abilities = uint32_t;

// Where the catalogue says whether a model has an ability, and under which name.
enum class AbilityKind { kEndpoint, kFeature, kInputModality, kOutputModality };

struct AbilityRow {
  Ability ability;
  AbilityKind kind;
  std::string_view name;  // in the catalogue
  std::string_view what;  // for people
};

std::span<const AbilityRow> AbilityRows();

}  // namespace inferwire::catalogue
