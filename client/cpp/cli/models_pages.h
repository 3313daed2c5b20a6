// The list of models, whole.
#pragma once

#include <string>

#include "session.h"

namespace inferwire::cli {

// Every page, as one answer.
client::Result<v1::ListModelsResponse> AllModels(Session& session, const std::string& filter,
                                                 const std::string& order_by);

ExitCode ShowCompared(Session& session, const ModelsArgs& args);
ExitCode ShowRetiring(Session& session, const ModelsArgs& args);

}  // namespace inferwire::cli
