#include <signal.h>
#include <sys/resource.h>

#include <iostream>
#include <string>
#include <vector>

#include "simulator/flags.h"
#include "simulator/simulator.h"

namespace {

// Every connection is a descriptor, and the usual soft limit is 1024.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  using inferwire::simulator::Simulator;
  auto flags = inferwire::simulator::ParseFlags(std::vector<std::string>(argv + 1, argv + argc));
  if (!flags) {
    std::cerr << "inferwire-simulator: " << flags.error().message << "\n";
    return 2;
  }
  if (flags->help) {
    std::cout << inferwire::simulator::HelpText();
    return 0;
  }
  if (flags->version) {
    std::cout << "inferwire-simulator " INFERWIRE_VERSION "\n";
    return 0;
  }
  RaiseDescriptorLimit();
  signal(SIGPIPE, SIG_IGN);
  // Blocked before the simulator's thread starts, so that only sigwait sees them.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);

  auto simulator = Simulator::Start(flags->options);
  if (!simulator) {
    std::cerr << "inferwire-simulator: " << simulator.error().message << "\n";
    return 1;
  }
  std::cout << "inferwire-simulator listens on " << (*simulator)->base_url() << std::endl;
  int signal_number = 0;
  sigwait(&stop, &signal_number);
  return 0;
}
