// Where calls may go has to exist, and every call has to find one place.
#pragma once

#include "config/config.h"
#include "config/reader.h"

namespace inferwire::config {

// What cannot work of routes.
void CheckRoutes(const Config& config, Faults& faults);

// Whether a route takes this name, so that the upstreams' lists do not decide.
bool IsRouted(const Config& config, std::string_view model);

}  // namespace inferwire::config
