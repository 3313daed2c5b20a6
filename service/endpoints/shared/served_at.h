// Whether a model is served at an endpoint, as far as the catalogue knows. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "catalogue/model.h"

namespace inferwire::endpoints {

// MODEL_LACKS_FEATURE if the model is known not to be: nothing is sent for what would be refused.
// endpoint: as the catalogue has it, e.g. chat/completions. field: of the request's parameters.
std::optional<Error> NotServedAt(const catalogue::Model* model, const std::string& endpoint,
                                 const std::string& field);

}  // namespace inferwire::endpoints
