// What a loop does for Transfers, for tests: poll until something has come about.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/transfers.h"

namespace inferwire::http {

// Writes down what it hears; a test may answer back through the hooks.
class Recorder : public TransferObserver {
 public:
  void OnHeaders(int status, const Headers& headers) override;
  bool OnBody(std::string_view bytes) override;
  void OnEnd(const Outcome& outcome) override;

  bool ended() const { return outcome.has_value(); }
  bool ok() const { return outcome && !outcome->failure; }

  std::function<void()> on_headers;
  std::function<bool(std::string_view)> on_body;  // false: pause
  std::function<void(const Outcome&)> on_end;

  int status = 0;
  int header_blocks = 0;
  Headers headers;
  std::string body;
  std::optional<Outcome> outcome;
};

class Driver {
 public:
  explicit Driver(TransferLimits limits = {}) : transfers(clock, limits) {
    connect_options.allow_plain_http = true;
  }

  // Polls until done() or, which fails the test, until patience ends.
  bool Until(const std::function<bool()>& done);
  bool UntilEnd(const Recorder& recorder) {
    return Until([&] { return recorder.ended(); });
  }
  // A request with this driver's options.
  Request To(std::string url, std::string body = "{}", std::string method = "POST") const;

  SystemClock clock;
  ConnectOptions connect_options;
  Transfers transfers;
};

int OpenDescriptors();
// The sockets of this process that are connected to a port of this machine.
std::vector<int> SocketsTo(int port);
// Waits until there is something to read on one of them, if there are any: what was sent may still
// be on its way.
bool WaitForBytesFrom(int port);

}  // namespace inferwire::http
