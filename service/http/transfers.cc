#include "http/transfers.h"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "http/transfer.h"

namespace inferwire::http {
namespace {

// In one Poll: fewer sockets where each brings much. Much less time would cost more than it is
// worth, since what a turn brings about is sent together.
constexpr size_t kMostSockets = 64, kFewestSockets = 4;
constexpr std::chrono::milliseconds kPollingTime{4};

// Process-wide and never undone: a resolver's thread may outlive every Transfers (QUICK_EXIT).
bool InitLibrary() {
  static const bool ok = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ok;
}

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

Transfers::Descriptor::~Descriptor() {
  if (fd >= 0) close(fd);
}
void Transfers::CloseShare::operator()(void* share) const { curl_share_cleanup(share); }
void Transfers::CloseMulti::operator()(void* multi) const { curl_multi_cleanup(multi); }

Transfers::Transfers(const Clock& clock, TransferLimits limits)
    : clock_(clock),
      limits_(limits),
      epoll_{epoll_create1(EPOLL_CLOEXEC)},
      marker_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
  if (InitLibrary()) share_.reset(curl_share_init());
  if (share_) curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  OpenMulti();
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = marker_.fd;
  epoll_ctl(epoll_.fd, EPOLL_CTL_ADD, marker_.fd, &event);
}

Transfers::~Transfers() {
  for (auto& transfer : active_) {
    transfer->Detach();
    if (transfer->place == Transfer::Place::kMulti) {
      curl_multi_remove_handle(multi_.get(), transfer->easy());
    }
  }
  active_.clear();
  multi_.reset();
}

bool Transfers::OpenMulti() {
  if (epoll_.fd < 0 || !InitLibrary()) return false;
  multi_.reset(curl_multi_init());
  if (!multi_) return false;
  CURLM* multi = multi_.get();
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &OnSocket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &OnTimer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  LimitConnections();
  return true;
}

void Transfers::LimitConnections() {
  const auto total = static_cast<long>(limits_.max_connections);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, total);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAX_HOST_CONNECTIONS,
                    static_cast<long>(limits_.max_host_connections));
  // Or idle connections would be closed whenever the number of transfers falls.
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, total);
}

void Transfers::AllowConnections(size_t most) {
  limits_.max_connections = limits_.max_host_connections = most;
  if (multi_) LimitConnections();
}

Transfer* Transfers::Start(Request request, TransferObserver& observer) {
  const bool open = multi_ || OpenMulti();
  const bool pooled = !pool_.empty();
  if (pooled) {
    active_.push_back(std::move(pool_.back()));
    pool_.pop_back();
  } else {
    active_.push_back(NewTransfer());
  }
  bool good = active_.back()->Prepare(std::move(request), observer);
  if (pooled && active_.back()->refused_option()) {  // a new handle takes its place
    Request again = active_.back()->TakeRequest();
    active_.back() = NewTransfer();
    good = active_.back()->Prepare(std::move(again), observer);
  }
  Transfer& transfer = *active_.back();
  transfer.index = active_.size() - 1;
  if (!good || !open) {
    transfer.place = Transfer::Place::kRefused;
    refused_.push_back(&transfer);
  } else if (inside_) {
    transfer.place = Transfer::Place::kWaiting;
    waiting_.push_back(&transfer);
  } else {
    Add(transfer);
  }
  return &transfer;
}

std::unique_ptr<Transfer> Transfers::NewTransfer() {
  return std::make_unique<Transfer>(limits_, share_.get(), *this, sockets_);
}

void Transfers::Add(Transfer& transfer) {
  if (curl_multi_add_handle(multi_.get(), transfer.easy()) == CURLM_OK) {
    transfer.place = Transfer::Place::kMulti;
  } else {
    transfer.place = Transfer::Place::kRefused;
    refused_.push_back(&transfer);
  }
}

bool Transfers::Cancel(Transfer* transfer) {
  const bool sent = transfer->place == Transfer::Place::kMulti && transfer->Sent();
  transfer->Detach();
  if (transfer->resume_wanted) std::erase(resumes_, transfer);
  transfer->resume_wanted = false;
  switch (transfer->place) {
    case Transfer::Place::kWaiting:
      std::erase(waiting_, transfer);
      break;
    case Transfer::Place::kRefused:
      std::erase(refused_, transfer);
      break;
    case Transfer::Place::kMulti:
      if (inside_) {
        transfer->place = Transfer::Place::kCancelled;
        cancelled_.push_back(transfer);
        return sent;
      }
      break;
    default:
      assert(false && "cancelled twice or after its end");
      return false;
  }
  Remove(*transfer);
  return sent;
}

void Transfers::Resume(Transfer* transfer) {
  // libcurl would call the observer from within; the next Poll does it instead.
  if (!transfer->paused() || transfer->resume_wanted) return;
  transfer->resume_wanted = true;
  resumes_.push_back(transfer);
}

// Out of the multi handle, which closes the connection unless the answer was complete.
void Transfers::Remove(Transfer& transfer) {
  if (transfer.place == Transfer::Place::kMulti || transfer.place == Transfer::Place::kCancelled) {
    curl_multi_remove_handle(multi_.get(), transfer.easy());
  }
  Recycle(transfer, /*reusable=*/false);
}

void Transfers::Recycle(Transfer& transfer, bool reusable) {
  const size_t index = transfer.index;
  std::unique_ptr<Transfer> owned = std::move(active_[index]);
  if (index + 1 < active_.size()) {
    active_[index] = std::move(active_.back());
    active_[index]->index = index;
  }
  active_.pop_back();
  if (!reusable || pool_.size() >= limits_.pooled_handles) return;
  owned->Release();
  pool_.push_back(std::move(owned));
}

// The transfer is out of the multi handle. Its object stays out of the pool while the observer is
// called, so that a transfer started from there is another one.
void Transfers::Finish(Transfer& transfer, const Outcome& outcome) {
  TransferObserver* observer = transfer.observer();
  transfer.Detach();
  transfer.place = Transfer::Place::kPool;
  if (transfer.resume_wanted) std::erase(resumes_, &transfer);
  const bool reusable = transfer.Reusable(outcome);
  if (observer != nullptr) observer->OnEnd(outcome);
  Recycle(transfer, reusable);
}

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
  busy |= HandleSockets();
  busy |= HandleTimer();
  if (busy) Reap();
  busy |= FailRefused();
  busy |= FailAll();
  return busy;
}

std::optional<SteadyTime> Transfers::NextTimeout() const {
  if (!resumes_.empty() || !refused_.empty() || broken_) return clock_.Now();
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
    Act(event.data.fd, CurlEvents(event.events));
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
    curl_multi_remove_handle(multi_.get(), transfer.easy());
    Finish(transfer, outcome);
  }
  return any;
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
