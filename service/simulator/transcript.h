// POST /v1/audio/transcriptions and translations, read, and how their answer looks.
#pragma once

#include <string>
#include <vector>

#include "simulator/chat_request.h"
#include "simulator/upload.h"

namespace inferwire::simulator {

struct TranscriptSegment {
  std::string text{};
  double start = 0, end = 0;  // seconds
};

struct Transcript {
  bool translated = false;
  std::string model{}, format{};
  bool stream = false, words = false, logprobs = false;
  int64_t bytes = 0, prompt_tokens = 0;
  // Tells the file's name, size and SHA-256, unless tokens or big say otherwise.
  std::string text{};
  std::vector<TranscriptSegment> segments{};
  uint64_t hash = 0;

  double seconds() const;
  bool by_duration() const { return model == "whisper-1"; }
  int64_t audio_tokens() const;
  int64_t input_tokens() const { return audio_tokens() + prompt_tokens; }
  int64_t output_tokens() const;
};

std::optional<ApiError> ReadTranscript(const Json& body, const Upload& form,
                                       const ChatOptions& options, const Behavior& behavior,
                                       Transcript& transcript);
Json TranscriptUsage(const Transcript& transcript);
// Nothing if the format is one of JSON.
std::optional<std::string> FormattedTranscript(const Transcript& transcript);
Json TranscriptJson(const Transcript& transcript, bool usage);
// One of diarized_json, also alone in a stream.
Json SpeakerSegment(const Transcript& transcript, size_t index);

}  // namespace inferwire::simulator
