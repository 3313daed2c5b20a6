// The page's box in which a model can be tried: one completion, asked for as callers do. It goes
// through a socket pair to a loop of its own, and so through everything that holds for callers: who
// they are, what they may do, routes, limits, prices and the log.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/pages.h"
#include "base/result.h"
#include "config/config.h"
#include "rpc/connection_closer.h"
#include "rpc/health.h"
#include "rpc/loop.h"
#include "rpc/registry.h"
#include "rpc/wire_server.h"

namespace inferwire::app {

class TryBox {
 public:
  static constexpr size_t kAtOnce = 4;  // calls
  static constexpr size_t kKept = 16;   // calls and answers that nobody has taken yet

  // All of it outlives the box.
  static Result<std::unique_ptr<TryBox>> Start(const config::ServerConfig& server,
                                               rpc::Registry& registry,
                                               const rpc::LoopShared& shared,
                                               std::shared_ptr<const rpc::Settings> settings);
  // Cancels what runs.
  ~TryBox();

  // For calls that begin from now on; any thread.
  void Use(std::shared_ptr<const rpc::Settings> settings);
  // The answers to the admin port; on its thread.
  admin::TryAnswer Begin(std::string_view authorization, std::string_view body);
  admin::TryAnswer Take(std::string_view ticket);

 private:
  // Nobody counts the box's own connections.
  class Closer final : public rpc::ConnectionCloser {
   public:
    void CloseGently(int fd) override;
    void CloseNow(int fd) override;
  };
  struct Try;

  TryBox(const config::ServerConfig& server, const rpc::LoopShared& shared);
  admin::TryAnswer Begin(std::shared_ptr<Try> started);
  void Ended(Try& ended, admin::TryAnswer answer);
  bool MakeRoom();

  config::ServerConfig server_;
  const std::optional<config::TlsConfig> tls_;  // none
  const rpc::LoopShared& shared_;
  Closer closer_;
  rpc::HealthBoard health_board_;
  rpc::HealthService health_{health_board_};
  std::vector<std::unique_ptr<rpc::Loop>> loops_;  // one
  std::unique_ptr<rpc::WireServer> wire_;

  std::mutex mutex_;
  std::condition_variable ended_;
  size_t running_ = 0;
  std::map<std::string, std::shared_ptr<Try>, std::less<>> tries_;  // by ticket
};

}  // namespace inferwire::app
