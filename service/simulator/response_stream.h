// A response as events in OpenAI's order, numbered from 0. The same response gives the same events
// each time, so that a stream that broke is gone on with from any of them.
#pragma once

#include <memory>
#include <string_view>

#include "simulator/response.h"
#include "simulator/sse_stream.h"

namespace inferwire::simulator {

class ResponseStream final : public SseStream {
 public:
  struct Options {
    std::optional<int64_t> starting_after{};  // numbers up to this one are left out
    bool replay = false;                      // what is over already comes at once
    bool obfuscation = true;
  };
  // faults: of this reading; pace and shape are the response's. clock must outlive the stream.
  ResponseStream(std::shared_ptr<const StoredResponse> response, Options options,
                 const Behavior& faults, const VirtualClock& clock);

 private:
  enum class Phase { kCreated, kQueued, kInProgress, kItems, kError, kEnd, kOver };
  enum class Step { kAdded, kPartAdded, kDeltas, kTextDone, kPartDone, kDone };

  bool NextData(Data& data) override;
  Data ErrorEvent(const ApiError& error) override;
  Data KeepAlive() override;
  bool Finish(Data& data) override;
  bool ends_with_done() const override { return false; }

  void Whole(const char* name, ResponseState state, Data& data);
  bool NextOfItem(Data& data);
  void Delta(const OutputItem& item, Data& data);
  Json Place(const OutputItem& item, const char* type, bool with_part) const;
  void End(Data& data);

  const std::shared_ptr<const StoredResponse> response_;
  const Options options_;
  Phase phase_ = Phase::kCreated;
  size_t item_ = 0, offset_ = 0;
  Step step_ = Step::kAdded;
  int64_t number_ = 0;  // of the next event
};

}  // namespace inferwire::simulator
