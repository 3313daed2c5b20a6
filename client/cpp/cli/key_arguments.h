// The command line of `inferwire keys`.
#pragma once

#include <CLI/CLI.hpp>

#include "arguments.h"

namespace inferwire::cli {

// What the parser writes into while it runs.
class KeyArguments {
 public:
  // The verb that was given comes to be all.verb.
  void AddTo(CLI::App& app, Arguments& all);

 private:
  void AddMake(CLI::App& keys, Arguments& all);
  void AddCreate(CLI::App& keys, Arguments& all);
  void AddChanges(CLI::App& keys, Arguments& all);

  KeysMakeArgs make_;
  KeysAdminArgs create_, list_, show_, rotate_, revoke_;
};

}  // namespace inferwire::cli
