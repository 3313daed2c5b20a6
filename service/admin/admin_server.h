// The operators' HTTP port: GET / (the live page), /metrics, /livez, /readyz, /config, /routes
// and /limits, and nothing else. It belongs to the cluster's inside; nothing that it shows is
// secret, but it has no authentication.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "admin/connections.h"
#include "admin/pages.h"
#include "base/result.h"

namespace inferwire::admin {

// One thread for all of it, which waits for nobody: what a client has not sent or not read yet
// stays in its connection. So silent and slow clients, however many, delay no probe.
class AdminServer {
 public:
  // address: host:port or [v6]:port; port 0 takes a free one.
  static Result<std::unique_ptr<AdminServer>> Start(std::string_view address, AdminPages pages);
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  int port() const { return port_; }

 private:
  AdminServer(int listener, int wake, AdminPages pages, Hosts hosts);
  void Run();

  const int listener_, wake_;  // wake_ is written to once, to stop
  int port_ = 0;
  Connections connections_;
  std::thread thread_;
};

}  // namespace inferwire::admin
