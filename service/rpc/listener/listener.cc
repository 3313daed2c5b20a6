#include "rpc/listener/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <utility>

namespace inferwire::rpc {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSweepInterval{1000};
// So that a drain ends when its last connection does.
constexpr milliseconds kSweepIntervalOfDrain{50};
// A sweep costs one system call per connection: when a limit is hit it is not repeated sooner.
constexpr milliseconds kSweepAtLimitInterval{20};
// When accept() cannot succeed at all, e.g. without memory.
constexpr milliseconds kBackOff{20};
// Then the loop looks at its orders again.
constexpr int kMaxAcceptsPerTurn = 64;

// The client's IP address; an IPv4 address inside IPv6 is the same client. Empty for unix sockets.
std::string PeerOf(const sockaddr_storage& name) {
  char text[INET6_ADDRSTRLEN] = "";
  if (name.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(name).sin_addr, text, sizeof text);
  } else if (name.ss_family == AF_INET6) {
    const in6_addr& v6 = reinterpret_cast<const sockaddr_in6&>(name).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6)) {
      inet_ntop(AF_INET, &v6.s6_addr[12], text, sizeof text);
    } else {
      inet_ntop(AF_INET6, &v6, text, sizeof text);
    }
  }
  return text;
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::Bind(std::string_view address, ListenerLimits limits,
                                                 telemetry::ConnectionMetrics& metrics) {
  auto socket = OpenListenSocket(address, limits.backlog);
  if (!socket) {
    return socket.error();
  }
  const int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd < 0) {
    CloseListenSocket(*socket);
    Error error;
    error.code = Code::kResourceExhausted;
    error.message = "no descriptor left for the listener of " + std::string(address);
    return error;
  }
  return std::unique_ptr<Listener>(new Listener(std::move(*socket), limits, metrics, wake_fd));
}

Listener::Listener(ListenSocket socket, ListenerLimits limits,
                   telemetry::ConnectionMetrics& metrics, int wake_fd)
    : limits_(limits),
      metrics_(metrics),
      port_(socket.port),
      address_(socket.address),
      wake_fd_(wake_fd),
      socket_(std::move(socket)),
      lingering_(clock_, metrics),
      last_sweep_(clock_.Now()) {
  OpenReserve();
}

Listener::~Listener() {
  stop_ = true;
  Wake();
  if (thread_.joinable()) {
    thread_.join();
  }
  metrics_.Opened(-static_cast<int64_t>(connections_.exchange(0)));
  CloseListenSocket(socket_);
  close(wake_fd_);
  if (reserve_fd_ >= 0) {
    close(reserve_fd_);
  }
}

void Listener::Start(Handler handler) {
  assert(!thread_.joinable());
  handler_ = std::move(handler);
  thread_ = std::thread([this] { Run(); });
}

void Listener::StopAccepting() {
  stop_accepting_ = true;
  if (!thread_.joinable() || std::this_thread::get_id() == thread_.get_id()) {
    CloseSocket();
    return;
  }
  Wake();
  std::unique_lock lock(mutex_);
  closed_changed_.wait(lock, [this] { return closed_; });
}

void Listener::Wake() {
  // Can only fail when the counter is full, and then the thread is being woken already.
  [[maybe_unused]] const int written = eventfd_write(wake_fd_, 1);
}

void Listener::Run() {
  // Goes on after the socket is closed, for the sake of connections().
  while (!stop_) {
    const bool accepting = socket_.fd >= 0;
    Wait(accepting);
    if (reserve_fd_ < 0) {
      OpenReserve();
    }
    // Read once: told to stop in the middle of a turn, the listener takes one more, its last.
    const bool last_turn = stop_accepting_;
    if (accepting) {
      AcceptWaiting(last_turn);
    }
    if (socket_.fd >= 0 && (last_turn || failed_)) {
      CloseSocket();
    }
    lingering_.Poll();
    if (clock_.Now() - last_sweep_ >= (stop_accepting_ ? kSweepIntervalOfDrain : kSweepInterval)) {
      Sweep();
    }
  }
  CloseSocket();
}

void Listener::Wait(bool accepting) {
  pollfd fds[3] = {
      {wake_fd_, POLLIN, 0}, {lingering_.epoll_fd(), POLLIN, 0}, {socket_.fd, POLLIN, 0}};
  // Backing off: the socket would be reported at once, again and again.
  const nfds_t count = accepting && !back_off_ ? 3 : 2;
  const auto interval = stop_accepting_ ? kSweepIntervalOfDrain : kSweepInterval;
  const auto timeout = back_off_ ? kBackOff : interval;
  back_off_ = false;
  poll(fds, count, static_cast<int>(timeout.count()));
  eventfd_t wakes = 0;
  eventfd_read(wake_fd_, &wakes);
}

void Listener::AcceptWaiting(bool last_turn) {
  // The last turn empties the kernel's queue, because these clients believe they are connected.
  const int turns = last_turn ? limits_.backlog + 1 : kMaxAcceptsPerTurn;
  for (int i = 0; i < turns && !stop_ && socket_.fd >= 0; ++i) {
    switch (AcceptOne()) {
      case Accepted::kOne:
        break;
      case Accepted::kNothingWaiting:
        return;
      case Accepted::kBackOff:
        back_off_ = true;
        return;
      case Accepted::kBroken:
        failed_ = !last_turn;
        return;
    }
  }
}

Listener::Accepted Listener::AcceptOne() {
  sockaddr_storage name{};
  socklen_t length = sizeof name;
  const int fd = accept4(socket_.fd, reinterpret_cast<sockaddr*>(&name), &length,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) {
    if (fd >= limits_.max_descriptor) {
      close(fd);
      metrics_.Refused(telemetry::Refusal::kDescriptors);
      return Accepted::kOne;
    }
    const std::string peer = PeerOf(name);
    if (!MakeRoom(peer)) {
      close(fd);
      return Accepted::kOne;
    }
    Admit(fd, peer);
    return Accepted::kOne;
  }
  switch (errno) {
    case EAGAIN:
      return Accepted::kNothingWaiting;
    case EMFILE:
    case ENFILE:
      return ShedOne();
    case ENOBUFS:
    case ENOMEM:
      return Accepted::kBackOff;
    case EBADF:
    case EINVAL:
    case ENOTSOCK:
    case EOPNOTSUPP:
    case EFAULT:
      return Accepted::kBroken;
    default:
      // ECONNABORTED, EINTR, EPERM, EPROTO, ENETDOWN, ...: that one connection's bad luck.
      return Accepted::kOne;
  }
}

// No descriptor is left. Left in the queue, the connection would keep the socket readable and its
// client waiting; closed, the client can try again or elsewhere. The kernel looks for a descriptor
// before it looks into the queue, so there need not be a connection at all.
Listener::Accepted Listener::ShedOne() {
  if (reserve_fd_ < 0) {
    return Accepted::kBackOff;
  }
  close(reserve_fd_);
  const int fd = accept4(socket_.fd, nullptr, nullptr, SOCK_CLOEXEC);
  const bool nothing_waiting = fd < 0 && errno == EAGAIN;
  if (fd >= 0) {
    close(fd);
    metrics_.Refused(telemetry::Refusal::kDescriptors);
  }
  OpenReserve();
  if (nothing_waiting) {
    return Accepted::kNothingWaiting;
  }
  return fd >= 0 ? Accepted::kOne : Accepted::kBackOff;
}

void Listener::OpenReserve() { reserve_fd_ = open("/dev/null", O_RDONLY | O_CLOEXEC); }

bool Listener::MakeRoom(const std::string& peer) {
  const auto full = [this] { return table_.size() >= limits_.max_connections; };
  const auto greedy = [&] { return table_.FromPeer(peer) >= limits_.max_per_peer; };
  if ((full() || greedy()) && clock_.Now() - last_sweep_ >= kSweepAtLimitInterval) {
    Sweep();
  }
  if (full()) Evict(nullptr);
  if (!full() && greedy()) Evict(&peer);
  if (full()) {
    metrics_.Refused(telemetry::Refusal::kLimit);
    return false;
  }
  if (greedy()) {
    metrics_.Refused(telemetry::Refusal::kPeerLimit);
    return false;
  }
  return true;
}

// A newcomer is worth more than a connection that has ended, or never began. Without a peer: of
// whichever.
void Listener::Evict(const std::string* peer) {
  if (const int fd = peer ? -1 : lingering_.DropOldest(); fd >= 0) {
    return table_.Remove(fd);
  }
  const auto silent = silent_.TakeOldest(clock_.Now(), alive_, peer);
  if (!silent) return;
  lingering_.CutOff(*silent);
  table_.Remove(*silent);
  metrics_.Refused(telemetry::Refusal::kSilent);
}

void Listener::Admit(int fd, const std::string& peer) {
  table_.Add(fd, peer);
  lingering_.Expect(fd);
  if (const auto socket = table_.SocketOf(fd)) silent_.Add(fd, *socket, peer, clock_.Now());
  const int on = 1;
  // Fails for unix sockets, which have no delay.
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Count();
  handler_(fd);
}

void Listener::Sweep() {
  last_sweep_ = clock_.Now();
  table_.Sweep();
  silent_.Sweep(alive_);
  Count();
}

void Listener::Count() {
  metrics_.Opened(static_cast<int64_t>(table_.size()) - static_cast<int64_t>(connections_));
  connections_ = table_.size();
}

void Listener::CloseSocket() {
  std::lock_guard lock(mutex_);
  CloseListenSocket(socket_);
  closed_ = true;
  closed_changed_.notify_all();
}

}  // namespace inferwire::rpc
