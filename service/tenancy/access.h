// What a caller may do, as data: which operations, which models, how long its answers may be. A
// team narrows what its tenant has, a key what its team has.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenancy/model_names.h"
#include "tenancy/pattern.h"

namespace inferwire::tenancy {

// What callers can be allowed, by the names of EndpointSpec::operation.
enum class Operation {
  kChat,
  kBatches,
  kFiles,
  kRaw,
  kModels,
  kRoutes,
  kRouteAdmin,
  kResponses,
  kConversations,
  kEmbeddings,
  kModerations,
  kTextCompletion,
  kImageGeneration,
  kFineTuning,
  kAssistants,
  kRealtime,
  kImageEdit,
  kSpeech,
  kTranscription,
  kTranslation,
};

inline constexpr std::array<std::pair<std::string_view, Operation>, 20> kOperations = {{
    {"chat", Operation::kChat},
    {"batches", Operation::kBatches},
    {"files", Operation::kFiles},
    {"raw", Operation::kRaw},
    {"models", Operation::kModels},
    {"routes", Operation::kRoutes},
    {"route_admin", Operation::kRouteAdmin},
    {"responses", Operation::kResponses},
    {"conversations", Operation::kConversations},
    {"embeddings", Operation::kEmbeddings},
    {"moderations", Operation::kModerations},
    {"text_completion", Operation::kTextCompletion},
    {"image_generation", Operation::kImageGeneration},
    {"fine_tuning", Operation::kFineTuning},
    {"assistants", Operation::kAssistants},
    {"realtime", Operation::kRealtime},
    {"image_edit", Operation::kImageEdit},
    {"speech", Operation::kSpeech},
    {"transcription", Operation::kTranscription},
    {"translation", Operation::kTranslation},
}};

// What one tenant, team or key says of itself.
struct AccessRules {
  std::vector<std::string> models{};           // names and patterns; empty: all
  std::vector<Operation> operations{};         // empty: of a tenant the usual ones (access.cc)
  std::optional<int64_t> max_output_tokens{};  // of each answer
};

class Access {
 public:
  // Nothing is allowed that would have to be named.
  Access() = default;
  // Of a tenant.
  explicit Access(const AccessRules& rules);
  // Of something below it. It never has more than this.
  Access NarrowedBy(const AccessRules& rules) const;

  // A word that no Operation has is allowed to nobody.
  bool MayCall(std::string_view operation) const;
  // Whether every model that the name stands for is among its models, or the name itself is there
  // and a route's.
  bool MayUse(std::string_view asked, const ModelNames& names) const;
  // The same of one model, by its names.
  bool MayUse(const NamedModel& model, const ModelNames& names) const;
  // MayUse may refuse.
  bool restricts_models() const { return !models_.empty(); }
  // Names and patterns of the narrowest rules; what is above them holds too. Empty: all.
  std::vector<std::string> models() const;
  std::optional<int64_t> max_output_tokens() const { return max_output_tokens_; }

 private:
  using Patterns = std::vector<Pattern>;

  void Narrow(const AccessRules& rules);
  static bool Has(const Patterns& patterns, const NamedModel& model, const ModelNames& names);

  uint32_t operations_ = 0;
  std::vector<Patterns> models_;  // all of them have to have it
  std::optional<int64_t> max_output_tokens_;
};

}  // namespace inferwire::tenancy
