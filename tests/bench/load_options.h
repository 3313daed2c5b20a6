// What grpc_load and http_load have in common: the options, and the one line of JSON they print.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "histogram.h"

namespace inferwire::bench {

struct LoadOptions {
  std::string target;           // host:port, or an http:// URL
  std::string mode = "unary";   // stream; h2_load: health; grpc_load: many
  std::string model = "mock-";  // see mock_script.h
  int in_flight = 1;            // closed loop
  double rate = 0;              // calls per second, Poisson arrivals: open loop
  double seconds = 5;
  size_t prompt_bytes = 256;
  int messages = 1;
  int items = 1000;        // grpc_load: of one many-call
  int slow_percent = 0;    // grpc_load: so many of the streams read one message in 100 ms only
  int cancel_percent = 0;  // not of a many-call: so many are cancelled at a random time
  int connections = 4;
  // grpc_load: each call belongs to one of so many conversations, a quarter of them to the first.
  int conversations = 0;
  // grpc_load: the prompt of each call is a text of its own that begins so, which the answer has to
  // repeat (mock-e1); empty: no.
  std::string tenant;
  // grpc_load: a file with a line for each call: its id, OK or why it failed, how it was routed.
  std::string log;
  std::vector<int> pids;             // of the server whose cost is counted
  std::string priority;              // h2_load: the metadata inferwire-priority; empty: none
  std::vector<std::string> headers;  // http_load: what a peer wants to see, "Name: value"
};

// Nothing, with the usage on standard error, if the arguments are wrong. modes: what the program
// can do.
std::optional<LoadOptions> ReadLoadOptions(int argc, char** argv, std::set<std::string> modes);

struct LoadResult {
  uint64_t good = 0, bad = 0, cancelled = 0, chunks = 0;
  uint64_t foreign = 0;  // answers that were not their call's
  double seconds = 0;
  double cpu_seconds = 0;  // of the server
  double generator_cpu_seconds = 0;
  long resident_kib = 0, resident_before_kib = 0;
  Histogram latency, rejection, first_chunk, gap;
  std::string error;  // the last one
};

// Counts time and processor time from its making to Finish.
class Measurement {
 public:
  static constexpr std::chrono::milliseconds kSampleEvery{100};

  explicit Measurement(const LoadOptions& options);
  // Memory while the load is still on: to be called often, looks only now and then.
  void SampleNowAndThen(LoadResult& result);
  void Finish(LoadResult& result) const;

 private:
  const std::vector<int> pids_;
  const std::chrono::steady_clock::time_point begin_;
  const double cpu_, own_cpu_;
  const long resident_kib_;
  std::chrono::steady_clock::time_point next_sample_;
};

void Print(const LoadOptions& options, const LoadResult& result);

}  // namespace inferwire::bench
