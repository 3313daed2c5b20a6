// The command line of `inferwire routes`.
#pragma once

#include <CLI/CLI.hpp>

#include "arguments.h"

namespace inferwire::cli {

// What the parser writes into while it runs.
class RouteArguments {
 public:
  // The verb that was given comes to be all.verb.
  void AddTo(CLI::App& app, Arguments& all);

 private:
  RoutesListArgs list_;
  RoutesExplainArgs explain_;
  RoutesAdminArgs drain_{.verb = RoutesAdminArgs::Verb::kDrain};
  RoutesAdminArgs undrain_{.verb = RoutesAdminArgs::Verb::kUndrain};
  RoutesAdminArgs reset_{.verb = RoutesAdminArgs::Verb::kReset};
};

}  // namespace inferwire::cli
