// One connection of a caller: HTTP/2 by nghttp2 over a socket, with the bounds of what a caller may
// ask for. Lives on one loop.
#pragma once

#include <nghttp2/nghttp2.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "rpc/http2/admission.h"
#include "rpc/http2/begin_queue.h"
#include "rpc/http2/frame_budget.h"
#include "rpc/http2/socket.h"
#include "rpc/http2/stream.h"
#include "rpc/http2/stream_ids.h"
#include "telemetry/connection_metrics.h"

namespace inferwire::rpc::http2 {

class Host;

class Connection {
 public:
  // age: from now on, when it is asked to leave.
  Connection(int fd, Ssl ssl, Duration age, Host& host);
  // Its calls hear that the caller is gone.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int fd() const { return socket_.fd(); }

  // Reading it takes long for what it brings, or it is new.
  bool costly() const;
  // It was not read to the end.
  bool has_more() const { return has_more_; }
  // Among those that are ready the least is read first.
  std::pair<bool, uint64_t> due() const { return {costly(), last_turn_}; }

  // Each is false when the connection is over.
  bool OnReady(uint32_t events);
  bool Flush();
  // What time brings: called every now and then.
  bool Tend(SteadyTime now);
  // Asks the caller to leave: calls that run may end.
  void Leave(SteadyTime now);

  // --- For its streams ---
  nghttp2_session* session() const { return session_; }
  Host& host() { return host_; }
  const std::string& peer() const { return socket_.peer(); }
  const std::string& identity() const { return socket_.identity(); }
  BeginQueue::Line& line() { return line_; }
  void HasOutput();
  // Of its streams: bytes that no call has yet.
  int64_t unfinished() const { return unfinished_; }
  void HoldUnfinished(int64_t more) { unfinished_ += more; }
  void EnqueueIfReady(Stream& stream);

 private:
  bool ReadSome();
  void AdaptReading(Duration took, bool more);
  bool SendPending();
  size_t Gather();
  void WantWrite(bool wanted);
  bool Alive() const;
  void Fail(telemetry::ConnectionFailure why, uint32_t code);
  bool GiveUp(telemetry::ConnectionFailure why);
  void OnRequest(Stream& stream, bool end);
  void Forget(Stream& stream);
  void OnIdleFrame(int64_t weight = 1);
  void OnDataFrame(const nghttp2_frame& frame, Stream* stream);
  void OnBadEnd();
  void OnPing();
  void EndSlowRequests(SteadyTime now);
  Stream* Find(int32_t id) const;

  static const nghttp2_session_callbacks* Callbacks();
  static int OnBeginFrame(nghttp2_session*, const nghttp2_frame_hd*, void*);
  static int OnBeginHeaders(nghttp2_session*, const nghttp2_frame*, void*);
  static int OnHeader(nghttp2_session*, const nghttp2_frame*, const uint8_t*, size_t,
                      const uint8_t*, size_t, uint8_t, void*);
  static int OnFrame(nghttp2_session*, const nghttp2_frame*, void*);
  static int OnData(nghttp2_session*, uint8_t, int32_t, const uint8_t*, size_t, void*);
  static int OnUnknown(nghttp2_session*, void**, const nghttp2_frame_hd*, void*);
  static int OnSent(nghttp2_session*, const nghttp2_frame*, void*);
  static int OnStreamClose(nghttp2_session*, int32_t, uint32_t, void*);

  Socket socket_;
  Host& host_;
  nghttp2_session* session_ = nullptr;
  StreamList<&Stream::in_connection> streams_;
  StreamList<&Stream::in_waiting> waiting_;  // whose requests are not complete
  std::string pending_;                      // what the socket did not take
  size_t pending_sent_ = 0;
  int64_t unfinished_ = 0;
  FrameBudget frames_;
  Admission::Share share_;
  BeginQueue::Line line_;
  StreamIds ids_;
  size_t read_size_;    // at once
  uint64_t last_turn_;  // in which it was read
  bool has_more_ = false;
  FrameBudget resets_;
  size_t block_ = 0;  // bytes of the header block that is being read, expanded

  const SteadyTime since_, leaves_at_;
  SteadyTime last_received_, idle_since_;
  std::optional<SteadyTime> last_ping_;   // of the caller
  std::optional<SteadyTime> pinged_at_;   // by us, and not answered
  std::optional<SteadyTime> closes_at_;   // it was asked to leave
  std::optional<SteadyTime> goaway_due_;  // the second of the two
  int early_pings_ = 0;
  bool spoke_ = false;  // HTTP/2
  bool has_output_ = false;
  bool wants_write_ = false;
  bool failed_ = false;    // by the caller; said once
  bool given_up_ = false;  // closed without waiting for the caller to read
  bool over_ = false;
};

}  // namespace inferwire::rpc::http2
