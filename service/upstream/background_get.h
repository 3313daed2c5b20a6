// One GET of the gateway's own, beside the calls: to an endpoint of an upstream, by any of its
// keys, within a time.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/timers.h"
#include "http/transport.h"
#include "upstream/endpoints.h"
#include "upstream/upstream.h"

namespace inferwire::upstream {

class BackgroundGet final : private http::TransferObserver {
 public:
  struct Question {
    std::string path;       // below the base URL
    Duration timeout;       // of the whole answer
    size_t most_bytes;      // of it; what is longer is given up
    bool keep_body = true;  // or it is thrown away as it comes
  };
  enum class Failure {
    kNone,
    kOurs,         // it was never sent
    kTimeout,      // no whole answer in time
    kUnreachable,  // nobody there, or the connection broke
    kTooLong,
  };
  struct Answer {
    Failure failure = Failure::kNone;
    int status = 0;  // 0: nobody answered
    std::string body{};
  };
  using Done = std::function<void(Answer answer)>;

  // All of it outlives this. done is called once, not from within the constructor, and may not
  // destroy this.
  BackgroundGet(http::Transport& transport, Timers& timers, const Upstream& upstream,
                std::shared_ptr<const Endpoint> endpoint, Question question, std::string request_id,
                Done done);
  // What runs is given up, and nobody hears of it.
  ~BackgroundGet() override;

 private:
  void OnHeaders(int status, const http::Headers& headers) override;
  bool OnBody(std::string_view bytes) override;
  void OnEnd(const http::Outcome& outcome) override;

  void Send(bool fresh_connection);
  void GiveUp(Failure why);
  void End(Failure failure);

  http::Transport& transport_;
  Timers& timers_;
  const Upstream& upstream_;
  const std::shared_ptr<const Endpoint> endpoint_;
  const Question question_;
  const std::string request_id_;
  const Done done_;
  Timer timeout_;
  http::Transfer* transfer_ = nullptr;
  size_t bytes_ = 0;
  Answer answer_;
  bool fresh_ = false;
};

}  // namespace inferwire::upstream
