// The command line of `inferwire limits` and `inferwire usage`.
#pragma once

#include <CLI/CLI.hpp>

#include "arguments.h"

namespace inferwire::cli {

// What the parser writes into while it runs.
class UsageArguments {
 public:
  // The verb that was given comes to be all.verb.
  void AddTo(CLI::App& app, Arguments& all);

 private:
  LimitsArgs limits_;
  UsageArgs usage_;
  bool csv_ = false, focus_ = false;
};

}  // namespace inferwire::cli
