// A turn of the transfers: what libcurl asks for, what has come, what has ended.
#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "http/transfer.h"
#include "http/transfers.h"

namespace inferwire::http {
namespace {

// In one Poll: fewer sockets where each brings much. Much less time would cost more than it is
// worth, since what a turn brings about is sent together.
constexpr size_t kMostSockets = 64, kFewestSockets = 4;
constexpr std::chrono::milliseconds kPollingTime{4};

int CurlEvents(uint32_t epoll_events) {
  int events = 0;
  if (epoll_events & EPOLLIN) events |= CURL_CSELECT_IN;
  if (epoll_events & EPOLLOUT) events |= CURL_CSELECT_OUT;
  if (epoll_events & (EPOLLERR | EPOLLHUP)) events |= CURL_CSELECT_ERR;
  return events;
}

uint32_t EpollEvents(int what) {
  switch (what) {
    case CURL_POLL_IN:
      return EPOLLIN;
    case CURL_POLL_OUT:
      return EPOLLOUT;
    default:
      return EPOLLIN | EPOLLOUT;
  }
}

}  // namespace

template <class Call>
auto Transfers::Inside(Call call) {
  inside_ = true;
  const auto result = call();
  inside_ = false;
  SettleDeferred();
  return result;
}

// What sinks asked for while libcurl was on the stack.
void Transfers::SettleDeferred() {
  if (cancelled_.empty() && waiting_.empty()) return;
  for (Transfer* transfer : std::exchange(cancelled_, {})) Remove(*transfer);
  for (Transfer* transfer : std::exchange(waiting_, {})) Add(*transfer);
}

bool Transfers::Poll() {
  bool busy = ResumeWaiting();
  busy |= polled_.RunSoon();
  busy |= HandleSockets();
  busy |= HandleTimer();
  if (busy) Reap();
  busy |= FailRefused();
  busy |= FailAll();
  return busy;
}

std::optional<SteadyTime> Transfers::NextTimeout() const {
  if (!resumes_.empty() || !refused_.empty() || polled_.has_soon() || broken_) {
    return clock_.Now();
  }
  return timer_;
}

// Only what was asked for before this Poll: a observer that pauses and resumes at once must not
// hold it.
bool Transfers::ResumeWaiting() {
  bool busy = false;
  for (size_t left = resumes_.size(); left > 0 && !resumes_.empty(); --left) {
    Transfer* transfer = resumes_.front();
    resumes_.erase(resumes_.begin());
    transfer->resume_wanted = false;
    busy = true;
    const CURLcode code = Inside([transfer] {
      const CURLcode result = transfer->Unpause();
      return transfer->observer() != nullptr ? result : CURLE_OK;  // cancelled: nobody to tell
    });
    if (code != CURLE_OK) {
      const Outcome outcome = transfer->End(code);
      curl_multi_remove_handle(multi_.get(), transfer->easy());
      Finish(*transfer, outcome);
    }
  }
  return busy;
}

bool Transfers::FailRefused() {
  bool busy = false;
  for (size_t left = refused_.size(); left > 0 && !refused_.empty(); --left) {
    Transfer* transfer = refused_.front();
    refused_.erase(refused_.begin());
    const Outcome outcome = transfer->Refusal();
    Finish(*transfer, outcome);
    busy = true;
  }
  return busy;
}

bool Transfers::HandleSockets() {
  std::array<epoll_event, kMostSockets> events;
  const SteadyTime begin = clock_.Now();
  const int count = epoll_wait(epoll_.fd, events.data(), static_cast<int>(sockets_at_once_), 0);
  for (int i = 0; i < count && !broken_; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    if (event.data.fd == marker_.fd) {
      eventfd_t taken = 0;
      eventfd_read(marker_.fd, &taken);
      sockets_since_mark_ = 0;
      continue;
    }
    if (PolledSocket* const socket = polled_.Find(event.data.fd)) {
      socket->OnPoll(event.events);
    } else {
      Act(event.data.fd, CurlEvents(event.events));
    }
  }
  const bool more = count > 0 && static_cast<size_t>(count) == sockets_at_once_;
  if (sockets_since_mark_ > 0) {
    sockets_since_mark_ += sockets_at_once_;
  } else if (more) {
    sockets_since_mark_ = eventfd_write(marker_.fd, 1) == 0 ? 1 : 0;
  }
  if (count > 0) AdaptSockets(clock_.Now() - begin, more);
  return count > 0;
}

void Transfers::AdaptSockets(Duration took, bool more) {
  if (more && took > kPollingTime) {
    sockets_at_once_ = std::max(kFewestSockets, sockets_at_once_ / 2);
  } else if (took < kPollingTime / 2) {
    sockets_at_once_ = std::min(kMostSockets, sockets_at_once_ * 2);
  }
}

bool Transfers::HandleTimer() {
  if (broken_ || !timer_ || *timer_ > clock_.Now()) return false;
  timer_.reset();
  Act(CURL_SOCKET_TIMEOUT, 0);
  return true;
}

void Transfers::Act(int socket, int events) {
  int running = 0;
  const CURLMcode code =
      Inside([&] { return curl_multi_socket_action(multi_.get(), socket, events, &running); });
  if (code != CURLM_OK) broken_ = true;
}

bool Transfers::Reap() {
  int left = 0;
  bool any = false;
  while (!broken_) {
    const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
    if (message == nullptr) break;
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // the message goes with the handle
    void* self = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &self);
    auto& transfer = *static_cast<Transfer*>(self);
    any = true;
    if (transfer.StartsOver()) {
      curl_multi_remove_handle(multi_.get(), transfer.easy());
      Add(transfer);
      continue;
    }
    const Outcome outcome = transfer.End(code);
    if (transfer.connect_only() && !outcome.failure) HandOver(transfer);
    curl_multi_remove_handle(multi_.get(), transfer.easy());
    Finish(transfer, outcome);
  }
  return any;
}

// The socket leaves our epoll set under libcurl's number: a duplicate would go on reporting there.
void Transfers::HandOver(Transfer& transfer) {
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(transfer.easy(), CURLINFO_ACTIVESOCKET, &socket);
  if (socket == CURL_SOCKET_BAD || transfer.observer() == nullptr) return;
  epoll_ctl(epoll_.fd, EPOLL_CTL_DEL, socket, nullptr);
  transfer.observer()->OnConnected(socket);
}

// A multi handle that failed once fails for ever: a new one takes its place.
bool Transfers::FailAll() {
  if (!broken_) return false;
  broken_ = false;
  timer_.reset();
  resumes_.clear();
  std::vector<Transfer*> lost;
  for (auto& transfer : active_) {
    transfer->resume_wanted = false;
    if (transfer->place != Transfer::Place::kMulti) continue;
    curl_multi_remove_handle(multi_.get(), transfer->easy());
    transfer->place = Transfer::Place::kRefused;
    lost.push_back(transfer.get());
  }
  multi_.reset();
  broken_ = false;  // whatever the old handle said while it went
  OpenMulti();
  refused_.insert(refused_.end(), lost.begin(), lost.end());
  return true;
}

int Transfers::OnSocket(void*, int socket, int what, void* self, void* known) {
  auto& transfers = *static_cast<Transfers*>(self);
  const int epoll = transfers.epoll_.fd;
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(epoll, EPOLL_CTL_DEL, socket, nullptr);  // may be closed already
    return 0;
  }
  epoll_event event{};
  event.events = EpollEvents(what);
  event.data.fd = socket;
  const int operation = known != nullptr ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  if (epoll_ctl(epoll, operation, socket, &event) != 0) {
    transfers.broken_ = true;
    return -1;
  }
  if (known == nullptr) curl_multi_assign(transfers.multi_.get(), socket, self);
  return 0;
}

int Transfers::OnTimer(void*, long timeout_ms, void* self) {
  auto& transfers = *static_cast<Transfers*>(self);
  transfers.timer_.reset();
  if (timeout_ms >= 0) {
    transfers.timer_ = transfers.clock_.Now() + std::chrono::milliseconds(timeout_ms);
  }
  return 0;
}

}  // namespace inferwire::http
