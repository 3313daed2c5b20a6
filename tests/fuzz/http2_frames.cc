// Whatever bytes come after HTTP/2's preface, in whatever pieces: the host lives, every call that
// began hears of its end, and nothing of it is left. Input: a byte that says into what pieces the
// rest is cut, then the caller's frames.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "fuzz/require.h"
#include "rpc/http2/host.h"
#include "support/close_at_once.h"
#include "telemetry/metrics.h"

namespace inferwire::fuzz {
namespace {

using rpc::http2::Host;
using rpc::http2::HostShared;

constexpr std::string_view kPreface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);

class FrozenClock final : public Clock {
 public:
  SteadyTime Now() const override { return SteadyTime(std::chrono::hours(1)); }
  WallTime WallNow() const override { return WallTime(std::chrono::hours(1)); }
};

// Reads all that its caller sends, answers each message with itself, and ends.
class EchoCall {
 public:
  EchoCall(std::unique_ptr<rpc::Wire> wire, bool reads, int& open)
      : wire_(std::move(wire)), open_(open) {
    ++open_;
    if (reads) {
      Read();
    } else {
      Answer(wire_->request(), true);
    }
    wire_->OnDone([this] {
      Require(!over_, "a call hears of its end once", "");
      over_ = true;
      DeleteIfOver();
    });
  }
  ~EchoCall() { --open_; }

 private:
  void Read() {
    busy_ = true;
    wire_->Read(incoming_, read_);
  }
  void Answer(const grpc::ByteBuffer& message, bool last) {
    busy_ = true;
    if (last) {
      wire_->WriteAndFinish(message, finish_);
    } else {
      wire_->Write(message, false, write_);
    }
  }
  void OnRead(bool ok) {
    busy_ = false;
    if (over_) return DeleteIfOver();
    if (ok) return Answer(incoming_, false);
    busy_ = true;
    wire_->Finish(grpc::Status::OK, finish_);
  }
  void OnWritten(bool ok) {
    busy_ = false;
    if (over_ || !ok) return DeleteIfOver();
    Read();
  }
  void OnFinished(bool) {
    busy_ = false;
    DeleteIfOver();
  }
  void DeleteIfOver() {
    if (over_ && !busy_) delete this;
  }

  const std::unique_ptr<rpc::Wire> wire_;
  int& open_;
  grpc::ByteBuffer incoming_;
  rpc::MemberTag<EchoCall> read_{*this, &EchoCall::OnRead};
  rpc::MemberTag<EchoCall> write_{*this, &EchoCall::OnWritten};
  rpc::MemberTag<EchoCall> finish_{*this, &EchoCall::OnFinished};
  bool busy_ = false, over_ = false;
};

rpc::Routes Echoes(int& open) {
  rpc::Routes routes;
  for (const bool reads : {false, true}) {
    auto& route = routes[reads ? "/e/S" : "/e/U"];
    route.kind = reads ? rpc::Kind::kBidiStream : rpc::Kind::kUnary;
    route.begin = [&open, reads](std::unique_ptr<rpc::Wire> wire) {
      new EchoCall(std::move(wire), reads, open);
    };
  }
  return routes;
}

// True while the host keeps the connection.
void Send(Host& host, int fd, std::string_view bytes) {
  std::array<char, 4096> answer;
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(sent));
    host.Turn({host.Now()});
    host.EndTurn();
    while (recv(fd, answer.data(), answer.size(), MSG_DONTWAIT) > 0) {
    }
  }
}

void Check(std::string_view input) {
  if (input.empty()) return;
  const size_t piece = 1 + static_cast<unsigned char>(input.front());
  input.remove_prefix(1);
  static telemetry::Metrics metrics;
  const FrozenClock clock;
  CloseAtOnce closer;
  rpc::http2::Limits limits;
  limits.message = 10'000;
  limits.unfinished = 50'000;
  const auto shared =
      std::make_shared<HostShared>(limits, clock, metrics, closer, nullptr,
                                   grpc::Status(grpc::StatusCode::UNAVAILABLE, "busy"), "1000");
  int open = 0;
  {
    Host host(shared, Echoes(open), 1);
    std::array<int, 2> fds{};
    const int made = socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data());
    Require(made == 0, "a pair of sockets", "");
    host.Adopt(fds[0], rpc::http2::Ssl(nullptr, SSL_free));
    Send(host, fds[1], kPreface);
    for (; !input.empty(); input.remove_prefix(std::min(piece, input.size()))) {
      Send(host, fds[1], input.substr(0, piece));
    }
    close(fds[1]);
    for (int i = 0; i < 3; ++i) {
      host.Turn({host.Now()});
      host.EndTurn();
    }
    Require(shared->connections == 0, "a connection that is closed is gone", "");
  }
  Require(open == 0, "every call hears of its end", std::to_string(open));
  Require(shared->unfinished == 0, "nothing is held", std::to_string(shared->unfinished));
}

}  // namespace
}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
