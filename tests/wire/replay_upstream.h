// An HTTP server that answers every request with the recording it was given last.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "wire/recording.h"

namespace inferwire::wire {

class ReplayUpstream {
 public:
  struct Request {
    std::string method, target;                                // target: path and query
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;

    std::string Header(std::string_view name) const;
  };

  // On a free port of the loopback address. Throws std::runtime_error.
  ReplayUpstream();
  ~ReplayUpstream();
  ReplayUpstream(const ReplayUpstream&) = delete;

  std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }
  // Answers with it from now on, and forgets the requests seen.
  void Play(std::shared_ptr<const Recording> recording);
  std::vector<Request> requests() const;

 private:
  void Serve();
  void Answer(int connection);

  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::shared_ptr<const Recording> recording_;
  std::vector<Request> requests_;
  std::thread thread_;
};

}  // namespace inferwire::wire
