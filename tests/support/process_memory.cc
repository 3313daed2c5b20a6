#include "support/process_memory.h"

#include <fstream>
#include <string>

namespace inferwire::testing_support {
namespace {

std::string PathOf(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

// A line such as "VmHWM:     1234 kB".
size_t StatusBytes(pid_t pid, const std::string& name) {
  std::ifstream lines(PathOf(pid, "status"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name + ":")) return std::stoul(line.substr(name.size() + 1)) * 1024;
  }
  return 0;
}

}  // namespace

size_t ResidentBytes(pid_t pid) { return StatusBytes(pid, "VmRSS"); }
size_t PeakBytes(pid_t pid) { return StatusBytes(pid, "VmHWM"); }

bool ForgetPeak(pid_t pid) {
  std::ofstream file(PathOf(pid, "clear_refs"));
  file << "5" << std::flush;
  return file.good();
}

}  // namespace inferwire::testing_support
