// The command line of `inferwire respond`.
#pragma once

#include <CLI/CLI.hpp>

#include "arguments.h"

namespace inferwire::cli {

// What the parser writes into while it runs.
class RespondArguments {
 public:
  // The verb that was given comes to be all.verb.
  void AddTo(CLI::App& app, Arguments& all);

 private:
  void AddStored(CLI::App& respond, Arguments& all);

  RespondArgs respond_;
  RespondStoredArgs get_{.verb = RespondStoredArgs::Verb::kGet};
  RespondStoredArgs watch_{.verb = RespondStoredArgs::Verb::kWatch};
  RespondStoredArgs resume_{.verb = RespondStoredArgs::Verb::kResume};
  RespondStoredArgs cancel_{.verb = RespondStoredArgs::Verb::kCancel};
  RespondStoredArgs delete_{.verb = RespondStoredArgs::Verb::kDelete};
};

}  // namespace inferwire::cli
