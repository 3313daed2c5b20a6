// An upstream played by the test: it sees every transfer and decides what each hears and when.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/transport.h"

namespace inferwire::http {

// One transfer, as the test sees it. Callers hold it as the opaque http::Transfer.
struct PlayedTransfer {
  PlayedTransfer(Request request, TransferObserver& observer)
      : request(std::move(request)), observer(&observer) {}
  Request request;
  TransferObserver* observer;
  bool paused = false;
  bool sent = true;   // a byte of the request left
  bool over = false;  // ended or cancelled
  bool cancelled = false;
};

class FakeTransport final : public Transport {
 public:
  Transfer* Start(Request request, TransferObserver& observer) override {
    transfers.push_back(std::make_unique<PlayedTransfer>(std::move(request), observer));
    return reinterpret_cast<Transfer*>(transfers.back().get());
  }
  bool Cancel(Transfer* handle) override {
    PlayedTransfer& transfer = Played(handle);
    if (transfer.over) ++wrong_cancels;
    transfer.over = transfer.cancelled = true;
    return transfer.sent;
  }
  void Resume(Transfer* handle) override { Played(handle).paused = false; }

  // --- The test's side ---
  static void Head(PlayedTransfer& transfer, int status, std::string_view content_type) {
    Headers headers;
    headers.Add("content-type", content_type);
    headers.Add("x-request-id", "req_upstream");
    transfer.observer->OnHeaders(status, headers);
  }
  // False if the observer takes nothing now.
  static bool Body(PlayedTransfer& transfer, std::string_view bytes) {
    transfer.paused = !transfer.observer->OnBody(bytes);
    return !transfer.paused;
  }
  static void End(PlayedTransfer& transfer, Outcome outcome = {}) {
    transfer.over = true;
    transfer.observer->OnEnd(outcome);
  }
  size_t running() const {
    size_t count = 0;
    for (const auto& transfer : transfers) count += transfer->over ? 0 : 1;
    return count;
  }

  std::vector<std::unique_ptr<PlayedTransfer>> transfers;
  int wrong_cancels = 0;

 private:
  static PlayedTransfer& Played(Transfer* handle) {
    return *reinterpret_cast<PlayedTransfer*>(handle);
  }
};

}  // namespace inferwire::http
