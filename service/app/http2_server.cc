#include "app/http2_server.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>

#include "base/file_watch.h"
#include "policy/concurrency/concurrency.h"
#include "rpc/http2/host.h"
#include "rpc/http2/tls.h"
#include "rpc/status.h"
#include "telemetry/metrics.h"

namespace inferwire::app {
namespace {

using rpc::http2::Tls;

rpc::http2::Limits LimitsOf(const config::ServerConfig& config) {
  rpc::http2::Limits limits;
  limits.streams = static_cast<uint32_t>(config.max_concurrent_streams);
  // Ours is lower and says more (rpc/request.h).
  limits.message = 2 * config.max_request_bytes;
  limits.unfinished = config.memory_quota;
  limits.metadata = config.max_metadata_bytes;
  limits.stream_window = static_cast<uint32_t>(config.receive_window);
  limits.connection_window = static_cast<int32_t>(4 * config.receive_window);
  limits.request = config.request_timeout;
  limits.overload_wait = config.overload_wait;
  limits.preface = config.handshake_timeout;
  limits.idle = config.max_connection_idle;
  limits.age = config.max_connection_age;
  limits.age_grace = config.max_connection_age_grace;
  limits.keepalive = config.keepalive.time;
  limits.keepalive_timeout = config.keepalive.timeout;
  limits.ping_interval = config.keepalive.min_ping_interval;
  return limits;
}

rpc::http2::ClientCertificate Asked(config::ClientAuth auth) {
  switch (auth) {
    case config::ClientAuth::kNone:
      return rpc::http2::ClientCertificate::kNone;
    case config::ClientAuth::kRequest:
      return rpc::http2::ClientCertificate::kRequest;
    case config::ClientAuth::kRequire:
      break;
  }
  return rpc::http2::ClientCertificate::kRequire;
}

Error TooBusy() {
  return policy::Overloaded("the gateway has more to do than it can; this call was not begun");
}

// The certificates, read again when their files change.
class Certificates {
 public:
  static Result<std::unique_ptr<Certificates>> Load(const config::TlsConfig& config,
                                                    telemetry::Log& log) {
    auto tls =
        Tls::Load({config.certificate, config.key, config.client_ca, Asked(config.client_auth)});
    if (!tls) return tls.error();
    return std::unique_ptr<Certificates>(new Certificates(std::move(*tls), config.refresh, log));
  }

  rpc::http2::Ssl NewConnection() const { return tls_->NewConnection(); }

 private:
  Certificates(std::unique_ptr<Tls> tls, std::chrono::milliseconds refresh, telemetry::Log& log)
      : tls_(std::move(tls)),
        log_(log),
        watch_(PathsOf(tls_->files()), {.check_every = refresh}, [this] { Reload(); }) {}

  static std::vector<std::string> PathsOf(const rpc::http2::TlsFiles& files) {
    std::vector<std::string> paths{files.certificate, files.key};
    if (!files.client_ca.empty()) paths.push_back(files.client_ca);
    return paths;
  }

  void Reload() {
    if (auto loaded = tls_->Reload(); !loaded) {
      log_.Event(telemetry::LogLevel::kError, "tls_files_unusable",
                 {{"what", loaded.error().message}});
    }
  }

  const std::unique_ptr<Tls> tls_;
  telemetry::Log& log_;
  FileWatch watch_;
};

class Http2Server final : public rpc::WireServer {
 public:
  Http2Server(const WireParts& parts, std::unique_ptr<Certificates> certificates,
              std::vector<std::unique_ptr<rpc::Loop>>& loops)
      : shared_(std::make_shared<rpc::http2::HostShared>(
            LimitsOf(parts.server), parts.loop_shared.clock, parts.loop_shared.metrics,
            parts.closer, parts.loop_shared.memory, rpc::ToGrpcStatus(TooBusy(), ""),
            rpc::RetryPushback(TooBusy()))),
        certificates_(std::move(certificates)),
        loops_(loops) {
    for (int i = 0; i < parts.loops; ++i) {
      rpc::Loop& loop = *loops.emplace_back(
          std::make_unique<rpc::Loop>(parts.loop_shared, parts.settings, NewSeed()));
      auto host = std::make_unique<rpc::http2::Host>(shared_, RoutesOn(parts, loop), NewSeed());
      hosts_.push_back(host.get());
      loop.Host(std::move(host));
    }
    for (const auto& loop : loops_) loop->Start();
  }
  ~Http2Server() override {
    for (const auto& loop : loops_) loop->Stop();
  }

  void Adopt(int fd) override {
    const size_t at = next_++ % loops_.size();
    loops_[at]->mailbox().Post([this, host = hosts_[at], fd] {
      host->Adopt(
          fd, certificates_ ? certificates_->NewConnection() : rpc::http2::Ssl(nullptr, SSL_free));
    });
  }
  void Leave() override {
    OnEach([](rpc::http2::Host& host) { host.LeaveAll(); });
  }
  void Shutdown(WallTime until) override {
    Leave();
    WaitUntil(until);
    OnEach([](rpc::http2::Host& host) { host.CloseAll(); });
    constexpr std::chrono::seconds kClosing{1};
    WaitUntil(shared_->clock.WallNow() + kClosing);
  }
  void CancelAll() override {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
    changed_.notify_all();
  }

 private:
  void OnEach(void (*what)(rpc::http2::Host&)) {
    for (size_t i = 0; i < loops_.size(); ++i) {
      loops_[i]->mailbox().Post([host = hosts_[i], what] { what(*host); });
    }
  }
  // For the connections to be gone, or CancelAll.
  void WaitUntil(WallTime until) {
    constexpr std::chrono::milliseconds kStep{10};
    std::unique_lock lock(mutex_);
    while (shared_->connections > 0 && !cancelled_ && shared_->clock.WallNow() < until) {
      changed_.wait_for(lock, kStep);
    }
    cancelled_ = false;
  }

  const std::shared_ptr<rpc::http2::HostShared> shared_;
  const std::unique_ptr<Certificates> certificates_;  // null: plain text
  std::vector<std::unique_ptr<rpc::Loop>>& loops_;
  std::vector<rpc::http2::Host*> hosts_;  // the loops own them
  size_t next_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool cancelled_ = false;
};

}  // namespace

Result<std::unique_ptr<rpc::WireServer>> StartHttp2Server(
    const WireParts& parts, std::vector<std::unique_ptr<rpc::Loop>>& loops) {
  std::unique_ptr<Certificates> certificates;
  if (parts.tls) {
    auto loaded = Certificates::Load(*parts.tls, parts.loop_shared.log);
    if (!loaded) return loaded.error();
    certificates = std::move(*loaded);
  }
  return std::unique_ptr<rpc::WireServer>(
      std::make_unique<Http2Server>(parts, std::move(certificates), loops));
}

}  // namespace inferwire::app
