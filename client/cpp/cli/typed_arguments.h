// The command line of `inferwire embed`, `moderate`, `image` and `continue`.
#pragma once

#include <CLI/CLI.hpp>

#include "arguments.h"

namespace inferwire::cli {

// What the parser writes into while it runs.
class TypedArguments {
 public:
  // The verb that was given comes to be all.verb.
  void AddTo(CLI::App& app, Arguments& all);

 private:
  void AddEmbed(CLI::App& app, Arguments& all);
  void AddModerate(CLI::App& app, Arguments& all);
  void AddImage(CLI::App& app, Arguments& all);
  void AddContinue(CLI::App& app, Arguments& all);

  EmbedArgs embed_;
  ModerateArgs moderate_;
  ImageArgs image_;
  ContinueArgs continue_;
};

}  // namespace inferwire::cli
