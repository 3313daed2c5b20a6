// The operators' HTTP port: GET / (the live page), /metrics, /livez, /readyz and /config, and
// nothing else. It belongs to the cluster's inside; nothing that it shows is secret, but it has no
// authentication.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct mg_context;

namespace llmgate::admin {

struct Health {
  bool ok = false;
  std::string text;  // for people: why, in one line
};

// What the pages say. Called on the server's threads, several at once.
struct AdminPages {
  std::function<std::string()> metrics;  // Prometheus text format
  std::function<Health()> live, ready;
  std::function<std::string()> config;  // YAML, already redacted
};

// A thread per request that is being read or answered, of a fixed number. A client that is silent,
// slow or idle holds one for kSlowClientMs at most, and that many clients must be silent at once
// before another one waits at all.
inline constexpr int kAdminThreads = 16;
inline constexpr int kSlowClientMs = 500;
inline constexpr int kMaxRequestBytes = 8192;  // request line and headers

class AdminServer {
 public:
  // address: host:port or [v6]:port; port 0 takes a free one.
  static Result<std::unique_ptr<AdminServer>> Start(std::string_view address, AdminPages pages);
  // Waits for the requests that are being answered.
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  int port() const { return port_; }

 private:
  using Context = std::unique_ptr<mg_context, void (*)(mg_context*)>;

  AdminServer(std::string address, AdminPages pages);

  const std::string host_;
  const AdminPages pages_;
  int port_ = 0;
  Context context_;
};

}  // namespace llmgate::admin
