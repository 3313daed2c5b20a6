#include "rpc/http2/connection.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <utility>

#include "rpc/http2/host.h"

namespace inferwire::rpc::http2 {
namespace {

// Of one connection; then the others have their turn.
constexpr size_t kReadAtOnce = 64u << 10, kWrittenAtOnce = 512u << 10;
// What came takes longer than that: less is read the next time. Bytes of a message take 10 us,
// as many of the smallest calls or headers 10 ms.
constexpr std::chrono::microseconds kReadingTime{100};
constexpr size_t kLeastRead = 2u << 10, kFewRead = 8u << 10, kTlsRecord = 16u << 10;
constexpr size_t kLargestFrame = 17u << 10;
// Between the two GOAWAYs: what the caller sent before it read the first still counts.
constexpr std::chrono::seconds kGoAwayPause{1};

using Option = std::unique_ptr<nghttp2_option, void (*)(nghttp2_option*)>;

Option NewOption() {
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_option_set_no_closed_streams(option, 1);
  nghttp2_option_set_max_send_header_block_length(option, 256u << 10);
  // Ours counts what else ends a stream badly, too, and says so.
  nghttp2_option_set_stream_reset_rate_limit(option, std::numeric_limits<uint32_t>::max(), 1);
  constexpr int kFirstUnknown = NGHTTP2_CONTINUATION + 1, kTypes = 256;
  for (int type = kFirstUnknown; type < kTypes; ++type) {
    nghttp2_option_set_user_recv_extension_type(option, static_cast<uint8_t>(type));
  }
  return {option, nghttp2_option_del};
}

}  // namespace

Connection::Connection(int fd, Ssl ssl, Duration age, Host& host)
    : socket_(fd, std::move(ssl), host.closer()),
      host_(host),
      frames_(host.limits().idle_frames, host.limits().idle_frames_per_second, host.Now()),
      read_size_(kFewRead / 2),
      last_turn_(host.turn()),
      resets_(host.limits().resets, host.limits().resets_per_second, host.Now()),
      since_(host.Now()),
      leaves_at_(since_ + age),
      last_received_(since_),
      idle_since_(since_) {
  static const Option option = NewOption();
  nghttp2_session_server_new2(&session_, Callbacks(), this, option.get());
  const Limits& limits = host_.limits();
  const std::array settings = {
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.stream_window},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
                             static_cast<uint32_t>(limits.metadata)},
  };
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, limits.connection_window);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = this;
  over_ = epoll_ctl(host_.epoll_fd(), EPOLL_CTL_ADD, fd, &event) != 0;
  HasOutput();
}

Connection::~Connection() {
  over_ = true;
  while (!streams_.empty()) {
    Stream& stream = streams_.front();
    stream.Unlink();
    stream.OnClosed();
  }
  nghttp2_session_del(session_);
  // The descriptor may stay open for a while.
  epoll_ctl(host_.epoll_fd(), EPOLL_CTL_DEL, socket_.fd(), nullptr);
  if (!given_up_) socket_.ShutDown();
}

void Connection::HasOutput() {
  if (!std::exchange(has_output_, true)) host_.HasOutput(*this);
}

Stream* Connection::Find(int32_t id) const {
  return static_cast<Stream*>(nghttp2_session_get_stream_user_data(session_, id));
}

bool Connection::Alive() const {
  return !over_ && (nghttp2_session_want_read(session_) != 0 ||
                    nghttp2_session_want_write(session_) != 0 || pending_sent_ < pending_.size());
}

// The caller does what no caller may.
void Connection::Fail(telemetry::ConnectionFailure why, uint32_t code) {
  if (std::exchange(failed_, true)) return;  // what else was sent together comes here too
  nghttp2_session_terminate_session2(session_, nghttp2_session_get_last_proc_stream_id(session_),
                                     code);
  GiveUp(why);
  HasOutput();
}

// What is sent to such a caller, it need not get: to read on what it sends, so that it can, is the
// work that it floods us with, or there is nobody.
bool Connection::GiveUp(telemetry::ConnectionFailure why) {
  given_up_ = true;
  host_.metrics().Failed(why);
  return false;
}

// --- Bytes ---

bool Connection::costly() const { return read_size_ < kFewRead; }

bool Connection::OnReady(uint32_t events) {
  switch (socket_.Handshake()) {
    case Socket::State::kGood:
      break;
    case Socket::State::kWantRead:
      WantWrite(false);
      return true;
    case Socket::State::kWantWrite:
      WantWrite(true);
      return true;
    case Socket::State::kOver:
      return false;
  }
  if ((events & EPOLLOUT) != 0) HasOutput();
  has_more_ = false;
  return (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0 || ReadSome();
}

bool Connection::ReadSome() {
  std::string& buffer = host_.buffer();
  const SteadyTime begin = host_.ClockNow();
  // OpenSSL tells nobody of what is left of a record.
  const size_t most = socket_.encrypted() ? std::max(read_size_, kTlsRecord) : read_size_;
  size_t read = 0;
  while (read < most) {
    size_t size = 0;
    const Socket::State state = socket_.Read(buffer.data(), most, size);
    if (state == Socket::State::kOver) return false;
    if (state != Socket::State::kGood) break;
    read += size;
    last_received_ = host_.Now();
    pinged_at_.reset();
    const ssize_t taken =
        nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(buffer.data()), size);
    if (taken < 0) {
      Flush();  // its GOAWAY
      // Not HTTP/2, or a caller that floods (nghttp2's own bounds).
      return GiveUp(taken == NGHTTP2_ERR_FLOODED ? telemetry::ConnectionFailure::kFlood
                                                 : telemetry::ConnectionFailure::kProtocol);
    }
    if (nghttp2_session_want_write(session_) != 0) HasOutput();
    // All that was there came at once. TLS may keep some of it back.
    if (size < most && !socket_.encrypted()) break;
  }
  AdaptReading(host_.ClockNow() - begin, read >= most);
  return Alive();
}

// Who sends little at a time is never held to less.
void Connection::AdaptReading(Duration took, bool more) {
  last_turn_ = host_.turn();
  has_more_ = more;
  if (more && took > kReadingTime) {
    read_size_ = std::max(kLeastRead, read_size_ / 2);
  } else if (took < kReadingTime / 2 || read_size_ < kFewRead) {
    read_size_ = std::min(kReadAtOnce, read_size_ * 2);
  }
}

void Connection::WantWrite(bool wanted) {
  if (std::exchange(wants_write_, wanted) == wanted) return;
  epoll_event event{};
  event.events = EPOLLIN | (wanted ? static_cast<uint32_t>(EPOLLOUT) : 0);
  event.data.ptr = this;
  epoll_ctl(host_.epoll_fd(), EPOLL_CTL_MOD, socket_.fd(), &event);
}

// Frames into the host's buffer, as many as there is room for. 0: there is nothing to send.
size_t Connection::Gather() {
  std::string& buffer = host_.buffer();
  size_t filled = 0;
  while (filled + kLargestFrame <= buffer.size()) {
    const uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) over_ = true;
    if (size <= 0) break;
    const size_t fits = std::min(static_cast<size_t>(size), buffer.size() - filled);
    std::copy(bytes, bytes + fits, buffer.data() + filled);
    filled += fits;
    // Only a header block is larger than a frame.
    pending_.append(reinterpret_cast<const char*>(bytes) + fits, static_cast<size_t>(size) - fits);
    if (!pending_.empty()) break;
  }
  return filled;
}

bool Connection::SendPending() {
  while (pending_sent_ < pending_.size()) {
    size_t size = 0;
    const Socket::State state =
        socket_.Write(pending_.data() + pending_sent_, pending_.size() - pending_sent_, size);
    if (state == Socket::State::kOver) return false;
    if (state != Socket::State::kGood) {
      WantWrite(true);
      return true;
    }
    pending_sent_ += size;
  }
  std::string().swap(pending_);
  pending_sent_ = 0;
  WantWrite(false);
  return true;
}

bool Connection::Flush() {
  has_output_ = false;
  if (socket_.Handshake() != Socket::State::kGood) return !over_;
  for (size_t written = 0; written < kWrittenAtOnce;) {
    if (!pending_.empty() && !SendPending()) return false;
    if (!pending_.empty()) return true;
    const size_t filled = Gather();
    if (filled == 0) return Alive();
    written += filled;
    size_t sent = 0;
    while (sent < filled) {
      size_t size = 0;
      const Socket::State state = socket_.Write(host_.buffer().data() + sent, filled - sent, size);
      if (state == Socket::State::kOver) return false;
      if (state != Socket::State::kGood) {
        WantWrite(true);
        break;
      }
      sent += size;
    }
    pending_.insert(0, host_.buffer(), sent, filled - sent);
  }
  HasOutput();
  return true;
}

// --- Bounds ---

void Connection::OnIdleFrame(int64_t weight) {
  if (!frames_.Take(host_.Now(), weight))
    Fail(telemetry::ConnectionFailure::kFlood, NGHTTP2_ENHANCE_YOUR_CALM);
}

// A stream was begun for nothing, by whatever means.
void Connection::OnBadEnd() {
  if (!resets_.Take(host_.Now()))
    Fail(telemetry::ConnectionFailure::kFlood, NGHTTP2_ENHANCE_YOUR_CALM);
}

void Connection::OnPing() {
  OnIdleFrame();
  const SteadyTime now = host_.Now();
  const bool early = last_ping_ && now - *last_ping_ < host_.limits().ping_interval;
  last_ping_ = now;
  early_pings_ = early ? early_pings_ + 1 : 0;
  if (early_pings_ <= host_.limits().early_pings || std::exchange(failed_, true)) return;
  // The text is what gRPC's clients know it by: they ping less often from then on.
  static constexpr std::string_view kWhy = "too_many_pings";
  nghttp2_submit_goaway(
      session_, NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(session_),
      NGHTTP2_ENHANCE_YOUR_CALM, reinterpret_cast<const uint8_t*>(kWhy.data()), kWhy.size());
  closes_at_ = now;
  host_.metrics().Failed(telemetry::ConnectionFailure::kPings);
  HasOutput();
}

void Connection::Leave(SteadyTime now) {
  if (closes_at_) return;
  nghttp2_submit_shutdown_notice(session_);
  goaway_due_ = now + kGoAwayPause;
  closes_at_ = now + host_.limits().age_grace;
  HasOutput();
}

void Connection::EndSlowRequests(SteadyTime now) {
  // The oldest are first. One that is refused waits for nothing any more.
  while (!waiting_.empty() && now - waiting_.front().since() >= host_.limits().request) {
    Stream& stream = waiting_.front();
    stream.in_waiting.unlink();
    stream.GiveUp();
  }
}

bool Connection::Tend(SteadyTime now) {
  const Limits& limits = host_.limits();
  if (!spoke_) {
    // What came and nobody has read yet is our fault.
    if (now - since_ < limits.preface || socket_.HasUnread()) return true;
    return GiveUp(telemetry::ConnectionFailure::kPreface);
  }
  EndSlowRequests(now);
  const bool idle = streams_.empty();
  if (closes_at_ && (now >= *closes_at_ || (idle && !goaway_due_))) return false;
  if (goaway_due_ && now >= *goaway_due_) {
    goaway_due_.reset();
    nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(session_), NGHTTP2_NO_ERROR,
                          nullptr, 0);
    HasOutput();
  }
  if (now >= leaves_at_ || (idle && now - idle_since_ >= limits.idle)) Leave(now);
  if (pinged_at_ && now - *pinged_at_ >= limits.keepalive_timeout) {
    return GiveUp(telemetry::ConnectionFailure::kKeepalive);
  }
  if (!pinged_at_ && now - last_received_ >= limits.keepalive) {
    pinged_at_ = now;
    nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
    HasOutput();
  }
  return true;
}

}  // namespace inferwire::rpc::http2
