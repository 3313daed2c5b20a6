// A run as events: what becomes of it, its steps, its message in pieces, and "done".
#pragma once

#include <deque>
#include <string>

#include "simulator/run.h"
#include "simulator/sse_stream.h"

namespace inferwire::simulator {

class RunStream final : public SseStream {
 public:
  // What the stream begins with: a new thread, a new run, or one that has got its outputs.
  enum class Begin { kThread, kRun, kOutputs };
  // run: as it has become; first_step: of those that this stream tells. message: null if there is
  // none.
  RunStream(const Run& run, size_t first_step, const Json& thread, const Json& message, Begin begin,
            const Behavior& behavior);

 private:
  bool NextData(Data& data) override;
  Data ErrorEvent(const ApiError& error) override;
  const char* done_name() const override { return "done"; }
  std::string model() const override { return model_; }

  void Add(std::deque<Data>& events, const char* name, const Json& json) const;
  void AddBegin(const Run& run, size_t first_step, const Json& thread, Begin begin);
  void AddMessage(const Run& run, const RunStep& step, const Json& message);
  void AddCalls(const Run& run, const RunStep& step);
  void Delta(Data& data);

  const std::string model_;
  std::deque<Data> before_, after_;  // the text's pieces
  std::string message_id_, text_;
  size_t sent_ = 0;  // bytes of the text
};

}  // namespace inferwire::simulator
