#include "simulator/speech.h"

#include <algorithm>

#include "simulator/base64.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kMillisecondsPerCharacter = 60;
constexpr size_t kMaxInput = 4096;  // characters
constexpr int64_t kPiece = 4800;    // bytes of an event's audio

constexpr std::string_view kVoices[] = {"alloy", "ash",   "ballad", "coral", "echo",
                                        "fable", "nova",  "onyx",   "sage",  "shimmer",
                                        "verse", "marin", "cedar"};

int64_t Characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

void ReadVoice(Fields& body) {
  const Json* voice = body.Find("voice");
  if (voice != nullptr && voice->is_object()) return;  // one's own
  const std::string name = body.RequiredString("voice");
  if (!body.ok() || std::find(std::begin(kVoices), std::end(kVoices), name) != std::end(kVoices)) {
    return;
  }
  body.Fail(BadRequest("Invalid value: '" + name +
                           "'. Supported values are: 'alloy', 'ash', 'ballad', 'coral', 'echo', "
                           "'fable', 'onyx', 'nova', 'sage', 'shimmer', 'verse', 'marin', and "
                           "'cedar'.",
                       "voice", "invalid_value"));
}

}  // namespace

int64_t Speech::milliseconds() const {
  return static_cast<int64_t>(static_cast<double>(Characters(input) * kMillisecondsPerCharacter) /
                              speed);
}

std::optional<ApiError> ReadSpeech(const Json& body, const ChatOptions& options, Speech& speech) {
  std::optional<ApiError> fault;
  Fields fields(body, "", fault);
  if (ReadModel(fields, ModelKind::kSpeech, options, speech.model) == nullptr) return fault;
  speech.input = fields.RequiredString("input");
  ReadVoice(fields);
  const std::string instructions = fields.String("instructions").value_or("");
  speech.speed = fields.Decimal("speed", 0.25, 4).value_or(1);
  const std::string format = fields.String("response_format").value_or("mp3");
  const auto known = SoundFormatOf(format);
  if (!known) {
    fields.Fail(BadRequest("Invalid value: '" + format +
                               "'. Supported values are: 'mp3', 'opus', 'aac', 'flac', 'wav', and "
                               "'pcm'.",
                           "response_format", "invalid_value"));
  }
  speech.format = known.value_or(SoundFormat::kMp3);
  const std::string stream = fields.String("stream_format").value_or("audio");
  speech.events = stream == "sse";
  if (fields.ok() && stream != "sse" && stream != "audio") {
    fields.Fail(
        BadRequest("Invalid value: '" + stream + "'. Supported values are: 'sse' and 'audio'.",
                   "stream_format", "invalid_value"));
  }
  if (speech.events && speech.model.starts_with("tts-1")) {
    fields.Fail(BadRequest("stream_format 'sse' is not supported with this model.", "stream_format",
                           "unsupported_value"));
  }
  if (static_cast<size_t>(Characters(speech.input)) > kMaxInput) {
    fields.Fail(
        BadRequest("Invalid 'input': string too long. Expected a string with maximum "
                   "length 4096, but got a string with length " +
                       std::to_string(Characters(speech.input)) + " instead.",
                   "input", "string_above_max_length"));
  }
  speech.input_tokens = CountTokens(speech.input) + CountTokens(instructions);
  return fault;
}

SpeechStream::SpeechStream(Speech speech, std::shared_ptr<const Sound> sound,
                           const Behavior& behavior)
    : SseStream(behavior, Hash(speech.input, 0)),
      speech_(std::move(speech)),
      sound_(std::move(sound)),
      bytes_per_second_(behavior.timing.tokens_per_second) {}

bool SpeechStream::NextData(Data& data) {
  if (over_) return false;
  if (at_ < sound_->size()) {
    if (bytes_per_second_ > 0) {
      data.not_before =
          behavior().timing.first_token + std::chrono::nanoseconds(static_cast<int64_t>(
                                              1e9 * static_cast<double>(at_) / bytes_per_second_));
    }
    const std::string bytes =
        sound_->Read(at_, static_cast<size_t>(behavior().chunk_bytes.value_or(kPiece)));
    at_ += static_cast<int64_t>(bytes.size());
    data.name = "speech.audio.delta";
    data.json = R"({"type":"speech.audio.delta","audio":")" + Base64(bytes) + "\"}";
    return true;
  }
  over_ = true;
  if (behavior().truncate != Truncate::kNone) return false;
  data.name = "speech.audio.done";
  Json json = {{"type", data.name}};
  if (!behavior().no_usage) {
    json["usage"] = {{"input_tokens", speech_.input_tokens},
                     {"output_tokens", speech_.output_tokens()},
                     {"total_tokens", speech_.input_tokens + speech_.output_tokens()}};
  }
  data.json = Dump(json);
  return true;
}

}  // namespace inferwire::simulator
