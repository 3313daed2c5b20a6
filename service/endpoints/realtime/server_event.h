// Upstream's event as the message that its caller gets, and what of it matters to the session.
#pragma once

#include <string_view>

#include "codec/json_gate.h"
#include "inferwire/v1/realtime_service.pb.h"

namespace inferwire::endpoints {

// What the session has to know of an event, whether the caller gets it typed or as it came.
enum class EventKind {
  kOther,
  kSessionCreated,
  kResponseCreated,
  kResponseDone,
  kTranscribed,  // an input: it has a usage
  kError,
};
EventKind KindOf(std::string_view type);

struct ReadEvent {
  EventKind kind = EventKind::kOther;
  bool is_json = true;      // else it is passed on as text
  int unknown_members = 0;  // that the message has no fields for
};

// Fills the message. raw: as JSON text, but for what the session has to know nothing is read.
// event: what is read in that case, too.
ReadEvent ReadServerEvent(std::string_view text, bool raw, const codec::JsonLimits& limits,
                          v1::ConnectResponse& message, v1::RealtimeServerEvent& event);

}  // namespace inferwire::endpoints
