// Many independent requests over one stream, with a bounded number in flight.
//
//   auto many = client.CompleteMany();
//   auto outcome = many.Run(items, {.on_result = [](const v1::CompleteManyResult& r) { ... }});
//
// An item's error is that item's result; the others go on. If the stream itself breaks, the outcome
// names every item that was sent and not answered, so that the caller can send those again.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "inferwire/client/result.h"
#include "inferwire/v1/chat_service.pb.h"

namespace inferwire::client {

struct ManyOptions {
  // Items running at the same time; 0: the server's limit, which also caps it.
  int max_in_flight = 0;
  // Chunks of every item as they come, through ManyHandlers::on_chunk.
  bool stream_chunks = false;
  // Gateway options of items that have none.
  v1::CallOptions default_options = {};
  // Deadline of the whole stream; unset: the client's default.
  std::optional<std::chrono::milliseconds> timeout = {};
  std::stop_token cancellation = {};
};

struct ManyProgress {
  std::int64_t sent = 0;
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;  // cancelled ones are not counted here
  std::int64_t cancelled = 0;
  std::int64_t in_flight = 0;
  int max_in_flight = 0;  // what the server granted

  std::int64_t finished() const { return succeeded + failed + cancelled; }
};

// All optional, all called on the thread that called Run, one after the other.
struct ManyHandlers {
  std::function<void(const v1::CompleteManyResult&)> on_result = {};
  std::function<void(const v1::CompleteManyChunk&)> on_chunk = {};
  std::function<void(const ManyProgress&)> on_progress = {};  // after every result
};

struct [[nodiscard]] ManyOutcome {
  Result<void> status;  // of the stream, not of its items
  ManyProgress progress;
  v1::CompleteManySummary summary;      // the server's own count; only if status is ok
  std::vector<std::string> unfinished;  // sent, but not answered when the stream broke
};

// The next item, or nothing when there are no more. Called on a thread of its own, and only when an
// item may be sent, so it may block; Run returns only after a running call of it returned.
using NextItem = std::function<std::optional<v1::CompleteManyItem>()>;

class [[nodiscard]] ManyCall {
 public:
  class Session;
  explicit ManyCall(std::unique_ptr<Session> session);
  ManyCall(ManyCall&&) noexcept;
  ManyCall& operator=(ManyCall&&) noexcept;
  ~ManyCall();

  // Sends the items and reads the results until all are answered or the stream ended. Once.
  ManyOutcome Run(const NextItem& next, const ManyHandlers& handlers);

  template <std::ranges::input_range Items>
  requires std::convertible_to<std::ranges::range_reference_t<Items>, v1::CompleteManyItem>
      ManyOutcome Run(Items&& items, const ManyHandlers& handlers) {
    return Run(
        [it = std::ranges::begin(items),
         end = std::ranges::end(items)]() mutable -> std::optional<v1::CompleteManyItem> {
          if (it == end) return std::nullopt;
          std::optional<v1::CompleteManyItem> item(*it);
          ++it;
          return item;
        },
        handlers);
  }

  // From any thread and from handlers: the item's result will be CANCELLED, unless it was answered
  // already. Ids that are not in flight are ignored.
  void CancelItem(const std::string& item_id);

 private:
  std::unique_ptr<Session> session_;
};

}  // namespace inferwire::client
