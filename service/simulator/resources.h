// The small resources: models, embeddings, moderations. Deterministic, as chat is.
#pragma once

#include <optional>
#include <string>

#include "simulator/errors.h"
#include "simulator/json.h"
#include "simulator/tuned_models.h"

namespace inferwire::simulator {

std::string ModelListBody(const TunedModels& tuned);
// Not found: the error.
std::optional<ApiError> ModelBody(const std::string& id, const TunedModels& tuned,
                                  std::string& body);

std::optional<ApiError> EmbeddingsBody(const Json& request, uint64_t seed, std::string& body,
                                       int64_t& tokens);
std::optional<ApiError> ModerationsBody(const Json& request, uint64_t seed, std::string& body);

}  // namespace inferwire::simulator
