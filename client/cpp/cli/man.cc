// Writes the manual page of one of the programs. Runs while they are built and is not installed.
// Usage: inferwire_man inferwire|inferwire-server
#include <CLI/CLI.hpp>
#include <iostream>
#include <string_view>

#include "app/command_line.h"
#include "arguments.h"
#include "man_page.h"
#include "settings.h"

namespace inferwire::cli {
namespace {

std::string CommandPage() {
  ManText text{.section = 1, .version = INFERWIRE_VERSION, .lists = {}, .see_also = {}};
  ManText::Terms environment, file;
  const Settings settings;
  for (const Setting& each : settings.all()) {
    file.emplace_back(each.name, each.what);
    if (!each.environment.empty()) environment.emplace_back(each.environment, each.what);
  }
  environment.emplace_back("NO_COLOR", "any text: no colours");
  text.lists = {
      {"CONFIGURATION FILE", file},
      {"ENVIRONMENT", environment},
      {"FILES",
       {{"$XDG_CONFIG_HOME/inferwire/config.yaml", "the configuration file; ~/.config by default"},
        {"$XDG_DATA_HOME/inferwire/chats/", "the chats that are kept; ~/.local/share by default"},
        {"$XDG_STATE_HOME/inferwire/history", "the lines of chats; ~/.local/state by default"},
        {"~/.editrc", "keys of the line editor, see editrc(5)"}}},
      {"EXIT STATUS",
       {{"0", "good"},
        {"1", "the call failed"},
        {"2", "wrong usage: nothing was sent"},
        {"3", "the server cannot be reached"},
        {"130", "cancelled"}}}};
  text.see_also = "inferwire-server(8)";
  return ManPage(DescribeCommand(), text);
}

std::string ServerPage() {
  app::CommandLine line;
  CLI::App server;
  app::Declare(server, line);
  return ManPage(
      VerbInfo::Of(server),
      {.section = 8, .version = INFERWIRE_VERSION, .lists = {}, .see_also = "inferwire(1)"});
}

}  // namespace
}  // namespace inferwire::cli

int main(int argc, char** argv) {
  const std::string_view program = argc == 2 ? argv[1] : "";
  if (program == "inferwire") {
    std::cout << inferwire::cli::CommandPage();
  } else if (program == "inferwire-server") {
    std::cout << inferwire::cli::ServerPage();
  } else {
    std::cerr << "usage: inferwire_man inferwire|inferwire-server\n";
    return 2;
  }
  return std::cout.flush() ? 0 : 1;
}
