// The admin port's connections. Everything happens on the server's thread, and nothing waits.
#pragma once

#include <poll.h>

#include <chrono>
#include <list>
#include <span>
#include <string>
#include <vector>

#include "admin/pages.h"

namespace inferwire::admin {

inline constexpr int kSlowClientMs = 500;      // for a request, from its first byte; or idle
inline constexpr int kSlowReaderMs = 10'000;   // for reading an answer
inline constexpr int kMaxRequestBytes = 8192;  // request line and headers
// A further client takes the place of the one that has been slow for the longest time.
inline constexpr size_t kMaxAdminConnections = 128;

class Connections {
 public:
  Connections(AdminPages pages, Hosts hosts);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  // Appends what to wait for; how many milliseconds at most, -1: for ever.
  int AddTo(std::vector<pollfd>& polled) const;
  // What AddTo appended, as poll left it; closes what was slow.
  void Serve(std::span<const pollfd> polled);
  void Accept(int listener);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Connection {
    int fd;
    Time until;         // then it is closed
    std::string in;     // of a request that is not whole yet
    std::string out;    // of an answer that is not sent yet
    size_t sent = 0;    // of it
    bool last = false;  // nothing more is answered
    bool gone = false;
  };

  void Serve(Connection& connection);
  // False: nothing more is there now.
  static bool Read(Connection& connection);
  void AnswerRequests(Connection& connection) const;
  static void Write(Connection& connection);
  void CloseOldest();
  void CloseGone();
  void KeepSpare();

  const AdminPages pages_;
  const Hosts hosts_;
  std::list<Connection> connections_;  // in the order of arrival
  // Given up for a client when the process has run out of descriptors: probes are answered still.
  int spare_ = -1;
};

}  // namespace inferwire::admin
