#include "endpoints/realtime/client_event.h"

#include <utility>

#include "base/text.h"
#include "codec/base64.h"
#include "codec/encode.h"

namespace inferwire::endpoints {
namespace {

Result<std::string> AudioJson(const std::string& audio) {
  if (audio.empty()) return InvalidField("audio", "is empty");
  if (audio.size() > kMostAudioBytes) return InvalidField("audio", "is longer than 1 MiB");
  std::string json = R"({"type":"input_audio_buffer.append","audio":")";
  json.reserve(json.size() + (audio.size() + 2) / 3 * 4 + 2);
  codec::AppendBase64(json, audio);
  return json += "\"}";
}

}  // namespace

Result<std::string> ClientEventJson(const v1::ConnectRequest& message,
                                    const codec::JsonLimits& limits) {
  switch (message.message_case()) {
    case v1::ConnectRequest::kAudio:
      return AudioJson(message.audio());
    case v1::ConnectRequest::kRawJson: {
      const std::string_view text = Trim(message.raw_json());
      if (auto good = codec::CheckJson(text, limits); !good) {
        return InvalidField("raw_json", good.error().message, v1::ERROR_REASON_INVALID_JSON_FIELD);
      }
      if (text.front() != '{') return InvalidField("raw_json", "must be an object");
      return std::string(text);
    }
    case v1::ConnectRequest::kEvent: {
      if (message.event().type().empty()) return InvalidField("event.type", "is required");
      std::string json;
      if (auto written = codec::AppendJson(message.event(), json, {.limits = limits}); !written) {
        for (auto& violation : written.error().fields) violation.field.insert(0, "event.");
        return std::move(written.error());
      }
      return json;
    }
    case v1::ConnectRequest::kStart:
      return InvalidField("start", "may be sent only once");
    default:
      return InvalidField("message", "is required: event, audio or raw_json");
  }
}

}  // namespace inferwire::endpoints
