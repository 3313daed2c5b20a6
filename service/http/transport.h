// The seam between a call and the network: start a transfer, hear of its progress, cancel it. Calls
// know only this; Transfers (libcurl) is behind it, or a test's own script.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/headers.h"

namespace inferwire::http {

// How connections to one upstream are made; lives as long as its transfers.
struct ConnectOptions {
  std::chrono::milliseconds connect_timeout{3000};  // TCP and TLS
  std::string proxy;      // URL; empty: none, whatever the environment says
  std::string ca_bundle;  // file; empty: the system's
  bool allow_plain_http = false;

  bool operator==(const ConnectOptions&) const = default;
};

// A request's body that is never whole in memory. Read on the loop's thread, from within Poll.
class BodySource {
 public:
  static constexpr int64_t kEnd = 0, kNothingNow = -1, kFailed = -2;

  virtual ~BodySource() = default;
  // The number of bytes put into the buffer, or one of the constants. After kNothingNow the
  // transfer is paused until Resume; kFailed ends it with Failure::kInternal.
  virtual int64_t Read(char* buffer, size_t size) = 0;
  // on_more is called, from within whatever fills the source, when it has something again after it
  // had nothing; null: nobody waits. Without effect on a source that always has something.
  // NOLINTNEXTLINE(performance-unnecessary-value-param): who needs it keeps it
  virtual void OnMore(std::function<void()> /*on_more*/) {}
};

// Held by each transfer from its start to its end: large bodies take fewer system calls, while a
// stream's events are small and there may be thousands of streams.
constexpr size_t kReceiveBytes = 16 * 1024, kStreamReceiveBytes = 1024;

struct Request {
  std::string method = "POST";
  std::string url;
  // Where it is sent instead of the URL's host and port: "10.0.0.7:8000", "[fd00::7]:8000". What is
  // asked for there, and whose certificate is expected, is what the URL says. Empty: the URL's.
  std::string address;
  std::vector<std::string> headers;         // "Name: value", values checked with IsSafeHeaderValue
  std::shared_ptr<const std::string> body;  // null: none; shared, because prompts are long
  // Instead of body; shared with whoever fills it.
  std::shared_ptr<BodySource> source;
  std::optional<int64_t> source_bytes;  // what it will give in all; unknown: sent in chunks
  const ConnectOptions* connect_options = nullptr;
  // For TCP and TLS, if that is less than in the options; zero: as there.
  std::chrono::milliseconds connect_timeout{};
  bool fresh_connection = false;         // do not reuse an idle one
  size_t receive_bytes = kReceiveBytes;  // what one OnBody carries at most, 1 KiB or more
  // The answer takes its time, and thousands may: once it begins, the request is freed.
  bool long_answer = false;
  // Nothing is sent: the connection is made, through the proxy too, and its socket handed out
  // (OnConnected). Of a URL of plain http; what is spoken on the socket is the observer's matter.
  bool connect_only = false;
};

enum class Failure {
  kResolve,         // DNS
  kConnect,         // refused, unreachable
  kConnectTimeout,  // TCP or TLS handshake took too long
  kTls,             // handshake or certificate
  kReset,           // the connection ended before a complete answer
  kProtocol,        // not HTTP, too many header bytes, ...
  kDescriptors,     // ours: none is left for a connection
  kInternal,        // ours: a refused request, libcurl's own errors
};

// How a transfer ended and what it cost.
struct Outcome {
  std::optional<Failure> failure;  // none: the answer is complete
  std::string message;             // with failure: libcurl's words, without URL or key
  // No byte of the request left this machine: a repetition is no repetition.
  bool provably_unsent = false;
  bool connected = false;  // a connection was ready for the request
  bool reused_connection = false;
  // Connections that were closed since they held bytes which nobody had asked for.
  int unsolicited = 0;
  Duration resolve{}, connect{}, tls{}, first_byte{}, total{};  // zero where it did not happen
  int64_t bytes_sent = 0, bytes_received = 0;
};

// Hears of one transfer, always on the loop's thread and never from within Start, Cancel or Resume.
class TransferObserver {
 public:
  virtual ~TransferObserver() = default;
  // Of connect_only, before OnEnd: the socket is to be duplicated now, and closed afterwards.
  virtual void OnConnected(int) {}
  // Once, when the final answer's header block is complete (1xx is skipped).
  virtual void OnHeaders(int status, const Headers& headers) = 0;
  // False: take nothing and pause; the same bytes come again after Resume.
  virtual bool OnBody(std::string_view bytes) = 0;
  // Once, last. Not after Cancel. May start another transfer.
  virtual void OnEnd(const Outcome& outcome) = 0;
};

class Transfer;  // a handle; valid from Start until OnEnd or Cancel returns
class WebSocket;
class WebSocketObserver;
struct WebSocketRequest;

class Transport {
 public:
  virtual ~Transport() = default;
  // The observer must live until OnEnd or Cancel.
  virtual Transfer* Start(Request request, TransferObserver& observer) = 0;
  // Closes the upstream's connection at once; no event follows. May be called from within the
  // transfer's own OnHeaders or OnBody (which then returns true), not from its OnEnd. True if a
  // byte of the request had left this machine.
  virtual bool Cancel(Transfer* transfer) = 0;
  // After OnBody returned false or a source had nothing; without effect on a transfer that is not
  // paused.
  virtual void Resume(Transfer* transfer) = 0;
  // websocket.h. The observer outlives it, or its Abort; it must not outlive the transport.
  virtual std::unique_ptr<WebSocket> OpenWebSocket(WebSocketRequest request,
                                                   WebSocketObserver& observer) = 0;
};

}  // namespace inferwire::http
