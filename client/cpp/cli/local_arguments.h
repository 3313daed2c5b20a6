// The command lines of the verbs that need no server: chats, config, completion.
#pragma once

#include <CLI/CLI.hpp>

#include "arguments.h"

namespace inferwire::cli {

// Must outlive the parser.
class LocalArguments {
 public:
  void AddChats(CLI::App& app, Arguments& all);
  static void AddConfig(CLI::App& app, Arguments& all);
  static void AddCompletion(CLI::App& app, Arguments& all);

 private:
  ChatsArgs list_, show_, delete_;
};

}  // namespace inferwire::cli
