// Server-sent events out of bytes as they arrive (WHATWG, "Server-sent events"). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace llmgate::http {

class SseParser {
 public:
  struct Event {
    std::string_view event;  // empty: "message"
    std::string_view id;     // of this event only
    std::string_view data;   // several data lines joined with \n
  };
  enum class Status { kEvent, kNeedMore, kTooLong };

  explicit SseParser(size_t max_event_bytes) : max_event_bytes_(max_event_bytes) {}

  // Gives the parser more bytes; they must stay valid until Next has returned kNeedMore.
  void Feed(std::string_view bytes);
  // The next complete event; its views hold until the next call of Next or Feed. kTooLong is final.
  Status Next(Event& event);
  // The input has ended. Next then also gives a last event whose blank line is missing, which is a
  // deviation from WHATWG that real servers need.
  void End();
  // True if bytes of an unfinished event are held.
  bool HasPartial() const;

 private:
  size_t max_event_bytes_;
};

}  // namespace llmgate::http
