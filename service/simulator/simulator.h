// An OpenAI-compatible HTTP upstream with scripted answers, timing and faults. One thread serves
// every connection; the methods may be called from any thread. README.md is its manual.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "simulator/answer.h"
#include "simulator/options.h"
#include "simulator/stats.h"

namespace inferwire::simulator {

class Simulator {
 public:
  // Listens when it returns.
  static Result<std::unique_ptr<Simulator>> Start(Options options = {});
  // Closes every connection, answered or not.
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  int port() const;
  std::string base_url() const;  // http://127.0.0.1:PORT/v1

  Stats stats() const;
  // True as soon as the condition holds, false after the limit.
  bool WaitFor(const std::function<bool(const Stats&)>& condition,
               std::chrono::milliseconds limit) const;
  // Replaces all rules; requests read from now on see the new ones.
  Result<void> SetRules(std::vector<Rule> rules);
  // Replaces the keys that are welcome, api_key's included; none: any request is.
  void RequireKeys(std::vector<std::string> keys);
  // Moves the time of what is kept on (files, batches, responses in the background, ...); the next
  // request about it sees what has become of it.
  void Advance(Duration by);
  // The last requests, oldest first; each is given once.
  std::vector<Recorded> TakeRequests();

 private:
  class Server;
  explicit Simulator(std::unique_ptr<Server> server);

  std::unique_ptr<Server> server_;
};

}  // namespace inferwire::simulator
