// The models that there are, for the admin page.
#pragma once

#include <cstddef>
#include <string>

#include "upstream/router.h"

namespace inferwire::app {

inline constexpr size_t kMostModelsShown = 1000;

// A ListModelsResponse as JSON with what the page shows of each model and no more: who serves it,
// its standard prices, its window, how long it is there and what upstreams' lists say. Those that
// an upstream serves come first.
std::string ModelsPage(const upstream::Router& router);

}  // namespace inferwire::app
