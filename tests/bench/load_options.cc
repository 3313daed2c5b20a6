#include "load_options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "proc.h"

namespace inferwire::bench {

std::optional<LoadOptions> ReadLoadOptions(int argc, char** argv, std::set<std::string> modes) {
  LoadOptions options;
  CLI::App app("Puts load on a gateway and prints one line of JSON.");
  app.add_option("TARGET", options.target)->required();
  app.add_option("--mode", options.mode)->check(CLI::IsMember(std::move(modes)));
  app.add_option("--model", options.model);
  app.add_option("--in-flight", options.in_flight)->check(CLI::Range(1, 20000));
  app.add_option("--rate", options.rate);
  app.add_option("--seconds", options.seconds);
  app.add_option("--prompt-bytes", options.prompt_bytes);
  app.add_option("--messages", options.messages)->check(CLI::Range(1, 100000));
  app.add_option("--items", options.items);
  app.add_option("--slow-percent", options.slow_percent)->check(CLI::Range(0, 100));
  app.add_option("--cancel-percent", options.cancel_percent)->check(CLI::Range(0, 100));
  app.add_option("--connections", options.connections)->check(CLI::Range(1, 1000));
  app.add_option("--conversations", options.conversations)->check(CLI::Range(0, 1'000'000));
  app.add_option("--tenant", options.tenant);
  app.add_option("--log", options.log);
  app.add_option("--pid", options.pids);
  app.add_option("--priority", options.priority);
  app.add_option("--header", options.headers)->allow_extra_args(false);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return std::nullopt;
  }
  return options;
}

Measurement::Measurement(const LoadOptions& options)
    : pids_(options.pids),
      begin_(std::chrono::steady_clock::now()),
      cpu_(CpuSeconds(pids_)),
      own_cpu_(CpuSeconds({getpid()})),
      resident_kib_(ResidentKib(pids_)),
      next_sample_(begin_) {}

void Measurement::SampleNowAndThen(LoadResult& result) {
  const auto now = std::chrono::steady_clock::now();
  if (now <= next_sample_) return;
  next_sample_ = now + kSampleEvery;
  result.resident_kib = std::max(result.resident_kib, ResidentKib(pids_));
}

void Measurement::Finish(LoadResult& result) const {
  result.resident_kib = std::max(result.resident_kib, ResidentKib(pids_));
  result.resident_before_kib = resident_kib_;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  result.cpu_seconds = CpuSeconds(pids_) - cpu_;
  result.generator_cpu_seconds = CpuSeconds({getpid()}) - own_cpu_;
}

namespace {

nlohmann::ordered_json Quantiles(const Histogram& histogram) {
  if (histogram.count() == 0) return nullptr;
  return {{"p50", histogram.Quantile(0.5)},  {"p90", histogram.Quantile(0.9)},
          {"p99", histogram.Quantile(0.99)}, {"p999", histogram.Quantile(0.999)},
          {"max", histogram.max()},          {"count", histogram.count()}};
}

}  // namespace

void Print(const LoadOptions& options, const LoadResult& result) {
  const double calls = static_cast<double>(std::max<uint64_t>(1, result.good));
  nlohmann::ordered_json json = {
      {"mode", options.mode},
      {"good", result.good},
      {"bad", result.bad},
      {"cancelled", result.cancelled},
      {"foreign", result.foreign},
      {"seconds", result.seconds},
      {"calls_per_second", static_cast<double>(result.good) / result.seconds},
      {"cpu_us_per_call", result.cpu_seconds * 1e6 / calls},
      {"cpu_share", result.cpu_seconds / result.seconds},
      {"generator_cpu_share", result.generator_cpu_seconds / result.seconds},
      {"resident_kib", result.resident_kib},
      {"resident_before_kib", result.resident_before_kib},
      {"latency_us", Quantiles(result.latency)}};
  if (result.chunks > 0) {
    json["chunks"] = result.chunks;
    json["chunks_per_second"] = static_cast<double>(result.chunks) / result.seconds;
    json["cpu_us_per_chunk"] = result.cpu_seconds * 1e6 / static_cast<double>(result.chunks);
    json["first_chunk_us"] = Quantiles(result.first_chunk);
    json["gap_us"] = Quantiles(result.gap);
  }
  const double opened = static_cast<double>(std::max(1, options.in_flight));
  json["kib_per_call"] =
      static_cast<double>(result.resident_kib - result.resident_before_kib) / opened;
  if (result.rejection.count() > 0) json["rejection_us"] = Quantiles(result.rejection);
  if (!result.error.empty()) json["error"] = result.error;
  std::cout << json.dump() << std::endl;
}

}  // namespace inferwire::bench
