// A model that a caller names.
#pragma once

#include <string_view>

#include "base/result.h"
#include "upstream/known_models.h"
#include "upstream/router.h"

namespace inferwire::endpoints {

// NOT_FOUND about `field`.
Error NoSuchModel(std::string_view name, std::string_view field);
// By id, alias or snapshot; it is `known`'s. NOT_FOUND about `field` if there is none.
Result<const upstream::KnownModel*> FindModel(std::string_view name, std::string_view field,
                                              const upstream::Router& router,
                                              const upstream::KnownModels& known);

}  // namespace inferwire::endpoints
