#include "http/transfers.h"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cassert>
#include <utility>

#include "http/transfer.h"

namespace inferwire::http {
namespace {

// Process-wide and never undone: a resolver's thread may outlive every Transfers (QUICK_EXIT).
bool InitLibrary() {
  static const bool ok = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ok;
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
      marker_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
      polled_(epoll_.fd),
      tls_(clock) {
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

}  // namespace inferwire::http
