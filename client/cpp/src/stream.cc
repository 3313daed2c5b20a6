#include "inferwire/client/stream.h"

#include "stream_source.h"

namespace inferwire::client {

std::string_view Event::text() const {
  if (!message.has_chunk()) return {};
  for (const auto& choice : message.chunk().choices()) {
    if (choice.index() == 0) return choice.delta().content();
  }
  return {};
}

bool IsLast(const v1::StreamCompleteResponse& message) { return message.has_completed(); }
bool IsLast(const v1::StreamInvokeResponse& message) { return message.has_completed(); }

Error Truncated() {
  return ClientError(grpc::StatusCode::UNAVAILABLE, kStreamTruncated,
                     "the stream ended without its last message");
}

Result<std::string> ReadText(EventStream stream) {
  std::string text;
  for (const Event& event : stream) text += event.text();
  if (auto status = stream.status(); !status) return status.error();
  return text;
}

}  // namespace inferwire::client
