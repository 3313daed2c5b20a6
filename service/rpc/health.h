// grpc.health.v1.Health on the loops. gRPC's own health service keeps threads of its own, which
// take part in polling all connections and hand what they read over to the loops: that cost a
// quarter of a unary call's processor time.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "rpc/loop.h"
#include "rpc/routes.h"

namespace inferwire::rpc {

// What the health service says; any thread.
class HealthBoard {
 public:
  // Of a server without services; "" stands for the whole server.
  HealthBoard();

  // There are these services, and they serve.
  void Add(const std::vector<std::string>& services);
  void SetAll(bool serving);
  // Nothing: there is no such service.
  std::optional<bool> Serving(std::string_view service) const;
  // Grows with every change.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, bool, std::less<>> serving_;
  std::atomic<uint64_t> version_{1};
};

class HealthCall;

class HealthService {
 public:
  static constexpr std::string_view kName = "grpc.health.v1.Health";

  explicit HealthService(const HealthBoard& board);
  ~HealthService();

  // For the wire on this loop, before it starts.
  void AddRoutes(Loop& loop, Routes& routes);

 private:
  class OnLoop;

  const HealthBoard& board_;
  std::vector<std::unique_ptr<OnLoop>> loops_;
};

}  // namespace inferwire::rpc
