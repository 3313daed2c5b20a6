// The models the simulator knows: names, sizes and the rate limits of each usage tier.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace inferwire::simulator {

enum class ModelKind {
  kChat,
  kReasoning,
  kEmbedding,
  kModeration,
  kText,
  kImage,
  kSpeech,
  kTranscription
};

struct Model {
  std::string_view id;        // the alias or the snapshot
  std::string_view snapshot;  // what answers name
  ModelKind kind = ModelKind::kChat;
  int64_t context_window = 0, max_output = 0;
  int64_t dimensions = 0;  // of embeddings
  int64_t created = 0;
  std::string_view shutdown_date{};  // YYYY-MM-DD; empty: none is announced
};

std::span<const Model> Models();
// Null if unknown.
const Model* FindModel(std::string_view id);
// What an unknown model is treated as when any name is allowed.
const Model& AnyModel(ModelKind kind);

struct Limits {
  std::optional<int64_t> requests_per_minute{}, requests_per_day{}, tokens_per_minute{};
  std::optional<int64_t> batch_queue_tokens{};  // of the batches of a model that are in progress
};

enum class Tier { kFree, kTier1, kTier2, kTier3, kTier4, kTier5 };
// "free", "1" to "5".
std::optional<Tier> ParseTier(std::string_view name);
// Nothing where the tier has no access to the model.
std::optional<Limits> LimitsOf(std::string_view model_id, Tier tier);

}  // namespace inferwire::simulator
