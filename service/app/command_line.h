// The command line of inferwire-server.
#pragma once

#include <optional>
#include <string>
#include <variant>

namespace CLI {
class App;
}

namespace inferwire::app {

struct CommandLine {
  std::string config_file;
  std::string upstream;       // simulator or openai, without a file
  std::string listen, admin;  // override the configuration's; empty: do not
  bool check_config = false;
  std::string print_config;  // example or schema: write it and end; empty: do not
};

// Declares the options, which write into line. Both must outlive the parsing.
void Declare(CLI::App& app, CommandLine& line);

// The command line, or the code to exit with: help was asked for, or the line is wrong and that has
// been said.
std::variant<CommandLine, int> ParseCommandLine(int argc, const char* const* argv);

}  // namespace inferwire::app
