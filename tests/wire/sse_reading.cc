#include "wire/sse_reading.h"

#include <utility>

namespace inferwire::wire {
namespace {

// Takes the first line off the text, whichever of CRLF, LF and CR ends it.
std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find_first_of("\r\n");
  const std::string_view line = text.substr(0, end);
  if (end == std::string_view::npos) {
    text = {};
  } else {
    const bool pair = text.substr(end, 2) == "\r\n";
    text.remove_prefix(end + (pair ? 2 : 1));
  }
  return line;
}

}  // namespace

std::vector<SseEvent> ReadEvents(std::string_view stream) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (stream.starts_with(kByteOrderMark)) stream.remove_prefix(kByteOrderMark.size());
  std::vector<SseEvent> events;
  SseEvent event;
  std::string last_id;
  bool has_data = false;
  const auto end_event = [&] {
    if (has_data) {
      event.id = last_id;
      events.push_back(std::exchange(event, {}));
    }
    event = {};
    has_data = false;
  };
  while (!stream.empty()) {
    const std::string_view line = TakeLine(stream);
    if (line.empty()) {
      end_event();
      continue;
    }
    const size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (name == "data") {
      if (has_data) event.data += '\n';
      event.data += value;
      has_data = true;
    } else if (name == "event") {
      event.type = value;
    } else if (name == "id") {
      last_id = value;
    }
  }
  end_event();
  return events;
}

}  // namespace inferwire::wire
