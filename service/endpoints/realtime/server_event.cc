#include "endpoints/realtime/server_event.h"

#include <string>

#include "codec/decode.h"
#include "codec/member_scan.h"
#include "codec/utf8.h"
#include "openai/usage_reader.h"

namespace inferwire::endpoints {
namespace {

// Mostly the first member.
std::string TypeOf(std::string_view text) {
  std::string type;
  codec::ScanMembers(text, [&](const std::string& name, std::string_view value) {
    if (name != "type") return true;
    if (value.size() >= 2 && value.front() == '"') type = value.substr(1, value.size() - 2);
    return false;
  });
  return type;
}

void SetText(std::string_view text, const codec::JsonLimits& limits, v1::ConnectResponse& message) {
  if (codec::IsUtf8(text)) {
    message.set_raw_json(text.data(), text.size());
  } else {
    message.set_raw_json(codec::ReplaceInvalidUtf8(text.substr(0, limits.max_mended_bytes)));
  }
}

}  // namespace

EventKind KindOf(std::string_view type) {
  if (type == "session.created") return EventKind::kSessionCreated;
  if (type == "response.created") return EventKind::kResponseCreated;
  if (type == "response.done") return EventKind::kResponseDone;
  if (type == "conversation.item.input_audio_transcription.completed") {
    return EventKind::kTranscribed;
  }
  return type == "error" ? EventKind::kError : EventKind::kOther;
}

ReadEvent ReadServerEvent(std::string_view text, bool raw, const codec::JsonLimits& limits,
                          v1::ConnectResponse& message, v1::RealtimeServerEvent& event) {
  ReadEvent read;
  codec::DecodeStats stats;
  if (raw) {
    SetText(text, limits, message);
    if (KindOf(TypeOf(text)) == EventKind::kOther) return read;
    read.is_json = codec::FromJson(text, event, limits, &stats).ok();
    if (read.is_json) read.kind = KindOf(event.type());
    return read;
  }
  v1::RealtimeServerEvent& typed = *message.mutable_server_event();
  if (!codec::FromJson(text, typed, limits, &stats)) {
    read.is_json = false;
    SetText(text, limits, message);
    return read;
  }
  if (typed.response().has_usage()) {
    openai::TakeOwnWords(*typed.mutable_response()->mutable_usage());
  }
  if (typed.has_usage()) openai::TakeOwnWords(*typed.mutable_usage());
  read.unknown_members = stats.unknown_members;
  read.kind = KindOf(typed.type());
  return read;
}

}  // namespace inferwire::endpoints
