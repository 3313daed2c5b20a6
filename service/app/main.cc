// inferwire-server: read the configuration, start, wait for a signal, drain.
#include <absl/synchronization/mutex.h>
#include <google/protobuf/stubs/logging.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>

#include <iostream>
#include <stop_token>
#include <thread>
#include <utility>
#include <variant>

#include "app/command_line.h"
#include "app/server.h"
#include "config/config.h"
#include "config/documents.h"
#include "config/secrets.h"
#include "platform/descriptor_limit.h"
#include "platform/startup_pages.h"

namespace {

constexpr int kExitInternal = 1, kExitConfig = 2, kExitSecret = 3, kExitAddress = 4;

inferwire::config::LoadedConfig Load(const inferwire::app::CommandLine& line) {
  const inferwire::config::Addresses given{line.listen, line.admin};
  if (!line.config_file.empty()) {
    return inferwire::config::LoadConfigFile(line.config_file, given);
  }
  return inferwire::config::BuiltIn(line.upstream == "openai"
                                        ? inferwire::config::BuiltInUpstream::kOpenAi
                                        : inferwire::config::BuiltInUpstream::kSimulator,
                                    inferwire::config::ProcessEnvironment, given);
}

int ExitCode(const inferwire::Error& error) {
  const auto found = error.metadata.find("startup");
  if (found == error.metadata.end()) return kExitInternal;
  return found->second == "secret" ? kExitSecret : kExitAddress;
}

// What --check-config says of a configuration that has no faults of its own.
int CheckOnly(const inferwire::config::Config& config) {
  const inferwire::config::SecretFaults secrets = inferwire::config::CheckSecrets(config);
  for (const auto* warnings : {&config.warnings, &secrets.variables}) {
    for (const auto& warning : *warnings) {
      std::cerr << "warning: " << inferwire::config::ToText(warning) << '\n';
    }
  }
  for (const auto& fault : secrets.files) std::cerr << inferwire::config::ToText(fault) << '\n';
  if (!secrets.files.empty()) return kExitSecret;
  std::cout << "the configuration is good\n";
  return 0;
}

// Tells the server to hurry when a second signal comes.
void WatchForSecondSignal(const std::stop_token& stop, const sigset_t& signals,
                          inferwire::app::Server& server) {
  constexpr timespec kStep{0, 100'000'000};
  while (!stop.stop_requested()) {
    if (sigtimedwait(&signals, nullptr, &kStep) > 0) return server.Hurry();
  }
}

// What one large answer took goes back to the system with it. Left to itself glibc raises both
// thresholds to the largest block that it has seen, and keeps up to 64 MiB after one of 32 MiB.
void GiveLargeBlocksBack() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
}

}  // namespace

int main(int argc, char** argv) {
  GiveLargeBlocksBack();
  auto parsed = inferwire::app::ParseCommandLine(argc, argv);
  if (const int* code = std::get_if<int>(&parsed)) return *code;
  const auto& line = std::get<inferwire::app::CommandLine>(parsed);
  if (!line.print_config.empty()) {
    std::cout << (line.print_config == "schema" ? inferwire::config::ConfigSchema()
                                                : inferwire::config::ExampleText());
    return 0;
  }

  auto loaded = Load(line);
  if (const auto* faults = std::get_if<std::vector<inferwire::config::ConfigFault>>(&loaded)) {
    for (const auto& fault : *faults) std::cerr << inferwire::config::ToText(fault) << '\n';
    return kExitConfig;
  }
  if (line.check_config) return CheckOnly(std::get<inferwire::config::Config>(loaded));

  // Keys are in memory: no core dump, no debugger of another user.
  prctl(PR_SET_DUMPABLE, 0);
  inferwire::platform::RaiseDescriptorLimit();
  // Before the first thread: all of them inherit it, and only this one waits.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int each : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, each);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  // Debian builds Abseil with it: 3 % of a call's time for a check of gRPC's own locks.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // protobuf would write a line of its own for every request that is not UTF-8; the caller is told.
  google::protobuf::SetLogHandler(nullptr);

  auto server =
      inferwire::app::Server::Start(std::move(std::get<inferwire::config::Config>(loaded)),
                                    std::cout, {line.config_file, [&line] { return Load(line); }});
  if (!server) {
    std::cerr << "inferwire-server: " << server.error().message << '\n';
    return ExitCode(server.error());
  }
  inferwire::platform::GiveBackStartupPages();
  for (int got = SIGHUP; got == SIGHUP;) {
    if (sigwait(&signals, &got) == 0 && got == SIGHUP) (*server)->Reload();
  }
  sigdelset(&signals, SIGHUP);
  std::jthread second(
      [&](const std::stop_token& stop) { WatchForSecondSignal(stop, signals, **server); });
  (*server)->Drain();
  return 0;
}
