// Sends a form: its header, its files' bytes as their sources give them, and its end.
#pragma once

#include <grpcpp/support/sync_stream.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "inferwire/client/media.h"

namespace inferwire::client {

// Writer: of a call that is answered once, or by a stream.
template <class Request, class Writer = grpc::ClientWriter<Request>>
class FormWriter {
 public:
  FormWriter(Writer& writer, const OnSent& on_sent) : writer_(writer), on_sent_(on_sent) {}

  // Each is without effect once the gateway takes no more: the call's status says why.
  void Write(const Request& message) { open_ = open_ && writer_.Write(message); }
  // The error of the source, if that was why the form stopped.
  std::optional<Error> WriteFile(const ByteSource& next) {
    while (open_) {
      auto bytes = next();
      if (!bytes) return bytes.error();
      if (bytes->empty()) break;
      WriteData(*bytes);
    }
    return std::nullopt;
  }
  void WriteEnd() {
    Request message;
    message.mutable_end();
    Write(message);
    if (open_) writer_.WritesDone();
  }

 private:
  void WriteData(std::string_view bytes) {
    Request message;
    while (open_ && !bytes.empty()) {
      message.set_data(std::string(bytes.substr(0, kFilePartBytes)));
      bytes.remove_prefix(message.data().size());
      Write(message);
      sent_ += static_cast<std::int64_t>(message.data().size());
      if (open_ && on_sent_) on_sent_(sent_);
    }
  }

  Writer& writer_;
  const OnSent& on_sent_;
  std::int64_t sent_ = 0;
  bool open_ = true;
};

}  // namespace inferwire::client
