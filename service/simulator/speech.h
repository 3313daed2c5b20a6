// POST /v1/audio/speech, read, and its answer as events.
#pragma once

#include <memory>
#include <string>

#include "simulator/chat_request.h"
#include "simulator/sound.h"
#include "simulator/sse_stream.h"

namespace inferwire::simulator {

struct Speech {
  std::string model{}, input{};
  SoundFormat format = SoundFormat::kMp3;
  double speed = 1;
  bool events = false;  // stream_format: sse
  int64_t input_tokens = 0;

  int64_t milliseconds() const;
  int64_t output_tokens() const { return (milliseconds() + 49) / 50; }
};

std::optional<ApiError> ReadSpeech(const Json& body, const ChatOptions& options, Speech& speech);

class SpeechStream final : public SseStream {
 public:
  SpeechStream(Speech speech, std::shared_ptr<const Sound> sound, const Behavior& behavior);

 private:
  bool NextData(Data& data) override;
  bool ends_with_done() const override { return false; }
  std::string model() const override { return speech_.model; }

  const Speech speech_;
  const std::shared_ptr<const Sound> sound_;
  const double bytes_per_second_;
  int64_t at_ = 0;
  bool over_ = false;
};

}  // namespace inferwire::simulator
