// A transcript as events: pieces of the text or, with speakers, whole segments; then all of it.
#pragma once

#include "simulator/sse_stream.h"
#include "simulator/transcript.h"

namespace inferwire::simulator {

class TranscriptStream final : public SseStream {
 public:
  TranscriptStream(Transcript transcript, const Behavior& behavior)
      : SseStream(behavior, transcript.hash), transcript_(std::move(transcript)) {}

 private:
  bool NextData(Data& data) override;
  std::string model() const override { return transcript_.model; }

  const Transcript transcript_;
  size_t sent_ = 0;  // bytes of the text, or segments
  bool over_ = false;
};

}  // namespace inferwire::simulator
