#include "telemetry/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

namespace inferwire::telemetry {
namespace {

// The fields of /proc/self/stat from the third on (proc(5)); the second is the command's name in
// parentheses and may hold anything.
std::vector<std::string> StatFields() {
  std::ifstream file("/proc/self/stat");
  const std::string line((std::istreambuf_iterator<char>(file)), {});
  const size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) {
    return {};
  }
  std::istringstream rest(line.substr(name_end + 1));
  return {std::istream_iterator<std::string>(rest), {}};
}

// `number` as proc(5) counts.
std::optional<double> Field(const std::vector<std::string>& fields, size_t number) {
  if (number < 3 || number - 3 >= fields.size()) {
    return std::nullopt;
  }
  double value = 0;
  std::istringstream text(fields[number - 3]);
  return text >> value ? std::optional(value) : std::nullopt;
}

std::optional<double> BootTime() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    double seconds = 0;
    if (line.starts_with("btime ") && std::istringstream(line.substr(6)) >> seconds) {
      return seconds;
    }
  }
  return std::nullopt;
}

std::optional<double> OpenDescriptors() {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end;
       !error && entry != end; entry.increment(error)) {
    ++count;
  }
  // One of them was the directory itself.
  return error ? std::nullopt : std::optional(count - 1);
}

std::optional<double> MaxDescriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return std::nullopt;
  }
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

std::vector<prometheus::MetricFamily> ProcessMetrics() {
  using prometheus::MetricType;
  std::vector<prometheus::MetricFamily> families;
  const auto add = [&](const char* name, const char* help, MetricType type,
                       std::optional<double> value) {
    if (value) {
      prometheus::ClientMetric metric;
      metric.counter.value = metric.gauge.value = *value;
      families.push_back({name, help, type, {metric}});
    }
  };
  const auto stat = StatFields();
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  const auto user = Field(stat, 14), system = Field(stat, 15), start = Field(stat, 22);
  const auto resident = Field(stat, 24), boot = BootTime();
  const auto none = std::optional<double>();

  add("process_cpu_seconds_total", "User and system CPU time.", MetricType::Counter,
      user && system ? std::optional((*user + *system) / ticks) : none);
  add("process_resident_memory_bytes", "Resident memory.", MetricType::Gauge,
      resident ? std::optional(*resident * page) : none);
  add("process_open_fds", "Open file descriptors.", MetricType::Gauge, OpenDescriptors());
  add("process_max_fds", "Limit of open file descriptors.", MetricType::Gauge, MaxDescriptors());
  add("process_threads", "Threads of the process.", MetricType::Gauge, Field(stat, 20));
  add("process_start_time_seconds", "When the process began, in unix time.", MetricType::Gauge,
      start && boot ? std::optional(*boot + *start / ticks) : none);
  return families;
}

}  // namespace inferwire::telemetry
