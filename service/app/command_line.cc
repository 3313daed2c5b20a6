#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <iostream>

namespace inferwire::app {
namespace {

constexpr char kAbout[] =
    "The gRPC gateway to OpenAI-compatible large language models.\n\n"
    "Examples:\n"
    "  inferwire-server --upstream simulator          invented answers, without key and network\n"
    "  OPENAI_API_KEY=... inferwire-server --upstream openai\n"
    "  inferwire-server --config /etc/inferwire/inferwire.yaml\n"
    "  inferwire-server --config inferwire.yaml --check-config\n"
    "  inferwire-server --print-config example        every key, explained\n\n"
    "Signals: SIGTERM and SIGINT drain (no call is lost); a second one drains in a few seconds.\n"
    "SIGHUP reads configuration and keys again; changed files are noticed without it.\n"
    "Exit codes: 0 drained, 1 internal, 2 configuration, 3 secret, 4 address in use.\n";

}  // namespace

void Declare(CLI::App& app, CommandLine& line) {
  app.name("inferwire-server");
  app.description(kAbout);
  auto* config = app.add_option("--config", line.config_file, "YAML configuration file");
  app.add_option("--upstream", line.upstream,
                 "run without a file: simulator, or openai "
                 "(OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_ORG_ID, OPENAI_PROJECT_ID)")
      ->check(CLI::IsMember({"simulator", "openai"}))
      ->excludes(config);
  app.add_option("--listen", line.listen, "host:port for gRPC, overrides the configuration");
  app.add_option("--admin", line.admin, "host:port for /, /metrics, /livez, /readyz, /config");
  app.add_flag("--check-config", line.check_config, "report every fault of the configuration");
  app.add_option("--print-config", line.print_config,
                 "write a file with every key and its default (example), or a JSON schema of it")
      ->check(CLI::IsMember({"example", "schema"}));
  app.set_version_flag("--version", "inferwire-server " INFERWIRE_VERSION, "print the version");
}

std::variant<CommandLine, int> ParseCommandLine(int argc, const char* const* argv) {
  CommandLine line;
  CLI::App app;
  Declare(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  if (line.config_file.empty() && line.upstream.empty() && line.print_config.empty()) {
    std::cerr << "inferwire-server: nothing says which models to serve: give --config FILE, or "
                 "--upstream openai, or --upstream simulator for invented answers (--help)\n";
    return 2;
  }
  return line;
}

}  // namespace inferwire::app
