#include "catalogue/ability.h"

namespace inferwire::catalogue {

std::span<const AbilityRow> AbilityRows() {
  static constexpr AbilityRow kRows[] = {
      {kChatEndpoint, AbilityKind::kEndpoint, "chat/completions", "chat completions"},
      {kStreaming, AbilityKind::kFeature, "streaming", "streaming"},
      {kFunctionCalling, AbilityKind::kFeature, "function_calling", "function calling"},
      {kStructuredOutputs, AbilityKind::kFeature, "structured_outputs", "structured outputs"},
      {kPredictedOutputs, AbilityKind::kFeature, "predicted_outputs", "predicted outputs"},
      {kReasoning, AbilityKind::kFeature, "reasoning", "reasoning"},
      {kImageInput, AbilityKind::kInputModality, "image", "image input"},
      {kAudioInput, AbilityKind::kInputModality, "audio", "audio input"},
      {kAudioOutput, AbilityKind::kOutputModality, "audio", "audio output"},
  };
  return kRows;
}

}  // namespace inferwire::catalogue
