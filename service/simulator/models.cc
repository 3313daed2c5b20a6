#include "simulator/models.h"

#include <array>

namespace inferwire::simulator {
namespace {

constexpr int64_t kMillionWindow = 1'047'576;
constexpr auto kChat = ModelKind::kChat;
constexpr auto kReasoning = ModelKind::kReasoning;
constexpr auto kEmbedding = ModelKind::kEmbedding;
constexpr auto kModeration = ModelKind::kModeration;
constexpr auto kText = ModelKind::kText;
constexpr auto kImage = ModelKind::kImage;
constexpr auto kSpeech = ModelKind::kSpeech;
constexpr auto kTranscription = ModelKind::kTranscription;

// As OpenAI announced them.
constexpr std::string_view k4Ends = "2027-01-14", k5Ends = "2026-12-11";

constexpr std::array kModels = {
    Model{"gpt-4.1-mini", "gpt-4.1-mini-2025-04-14", kChat, kMillionWindow, 32768, 0, 1744318173,
          k4Ends},
    Model{"gpt-4.1-mini-2025-04-14", "gpt-4.1-mini-2025-04-14", kChat, kMillionWindow, 32768, 0,
          1744317547, k4Ends},
    Model{"gpt-4.1", "gpt-4.1-2025-04-14", kChat, kMillionWindow, 32768, 0, 1744316542, k4Ends},
    Model{"gpt-4.1-2025-04-14", "gpt-4.1-2025-04-14", kChat, kMillionWindow, 32768, 0, 1744315746,
          k4Ends},
    Model{"gpt-5", "gpt-5-2025-08-07", kReasoning, 400'000, 128'000, 0, 1754425777, k5Ends},
    Model{"gpt-5-2025-08-07", "gpt-5-2025-08-07", kReasoning, 400'000, 128'000, 0, 1754075360,
          k5Ends},
    Model{"gpt-4o-mini", "gpt-4o-mini-2024-07-18", kChat, 128'000, 16'384, 0, 1721172741, k4Ends},
    Model{"gpt-4o-mini-2024-07-18", "gpt-4o-mini-2024-07-18", kChat, 128'000, 16'384, 0, 1721172717,
          k4Ends},
    Model{"gpt-4-turbo", "gpt-4-turbo-2024-04-09", kChat, 128'000, 4096, 0, 1712361441},
    Model{"text-embedding-3-small", "text-embedding-3-small", kEmbedding, 8192, 0, 1536,
          1705948997},
    Model{"text-embedding-3-large", "text-embedding-3-large", kEmbedding, 8192, 0, 3072,
          1705953180},
    Model{"text-embedding-ada-002", "text-embedding-ada-002", kEmbedding, 8192, 0, 1536,
          1671217299},
    Model{"omni-moderation-latest", "omni-moderation-latest", kModeration, 32768, 0, 0, 1731689265},
    Model{"gpt-3.5-turbo-instruct", "gpt-3.5-turbo-instruct:20230824-v2", kText, 4096, 4096, 0,
          1692901427},
    Model{"babbage-002", "babbage:2023-07-21-v2", kText, 16'384, 16'384, 0, 1692634615},
    Model{"davinci-002", "davinci:2023-07-21-v2", kText, 16'384, 16'384, 0, 1692634301},
    Model{"gpt-image-1", "gpt-image-1", kImage, 32'000, 0, 0, 1745517030},
    Model{"gpt-image-1-mini", "gpt-image-1-mini", kImage, 32'000, 0, 0, 1758845821},
    Model{"dall-e-3", "dall-e-3", kImage, 4000, 0, 0, 1698785189},
    Model{"dall-e-2", "dall-e-2", kImage, 1000, 0, 0, 1698798177},
    Model{"gpt-4o-mini-tts", "gpt-4o-mini-tts", kSpeech, 4096, 0, 0, 1742403959},
    Model{"tts-1", "tts-1", kSpeech, 4096, 0, 0, 1681940951},
    Model{"tts-1-hd", "tts-1-hd", kSpeech, 4096, 0, 0, 1699046015},
    Model{"whisper-1", "whisper-1", kTranscription, 0, 0, 0, 1677532384},
    Model{"gpt-4o-transcribe", "gpt-4o-transcribe", kTranscription, 16'000, 2000, 0, 1742068463},
    Model{"gpt-4o-mini-transcribe", "gpt-4o-mini-transcribe", kTranscription, 16'000, 2000, 0,
          1742068596},
    Model{"gpt-4o-transcribe-diarize", "gpt-4o-transcribe-diarize", kTranscription, 16'000, 2000, 0,
          1750798887},
};

// Requests per minute are published for gpt-4.1-mini; the other models are given the same.
constexpr std::array<int64_t, 6> kRequestsPerMinute = {3, 500, 5000, 5000, 10'000, 30'000};

constexpr std::array<int64_t, 6> kMiniTokens = {40'000,    200'000,    2'000'000,
                                                4'000'000, 10'000'000, 150'000'000};
constexpr std::array<int64_t, 6> kGpt41Tokens = {0,       30'000,    450'000,
                                                 800'000, 2'000'000, 30'000'000};
constexpr std::array<int64_t, 6> kGpt5Tokens = {0,         500'000,   1'000'000,
                                                2'000'000, 4'000'000, 40'000'000};

// Published for gpt-4.1-mini; the other models are given the same. Zero: no batches.
constexpr std::array<int64_t, 6> kBatchQueueTokens = {0,          2'000'000,     20'000'000,
                                                      40'000'000, 1'000'000'000, 15'000'000'000};

}  // namespace

std::span<const Model> Models() { return kModels; }

const Model* FindModel(std::string_view id) {
  for (const Model& model : kModels) {
    if (model.id == id) return &model;
  }
  return nullptr;
}

const Model& AnyModel(ModelKind kind) {
  for (const Model& model : kModels) {
    if (model.kind == kind) return model;
  }
  return kModels.front();
}

std::optional<Tier> ParseTier(std::string_view name) {
  if (name == "free") return Tier::kFree;
  if (name.size() != 1 || name[0] < '1' || name[0] > '5') return std::nullopt;
  return static_cast<Tier>(name[0] - '0');
}

std::optional<Limits> LimitsOf(std::string_view model_id, Tier tier) {
  const auto index = static_cast<size_t>(tier);
  const auto* tokens = &kMiniTokens;
  if (model_id.starts_with("gpt-5")) tokens = &kGpt5Tokens;
  if (model_id == "gpt-4.1" || model_id.starts_with("gpt-4.1-2025")) tokens = &kGpt41Tokens;
  if ((*tokens)[index] == 0) return std::nullopt;
  Limits limits;
  limits.requests_per_minute = kRequestsPerMinute[index];
  limits.tokens_per_minute = (*tokens)[index];
  limits.batch_queue_tokens = kBatchQueueTokens[index];
  if (tier == Tier::kFree) limits.requests_per_day = 200;
  if (tier == Tier::kTier1) limits.requests_per_day = 10'000;
  return limits;
}

}  // namespace inferwire::simulator
