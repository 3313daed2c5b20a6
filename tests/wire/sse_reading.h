// A plain reader of a whole event stream (WHATWG HTML, section 9.2.6), for comparison.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inferwire::wire {

struct SseEvent {
  std::string type;  // empty: none given
  std::string data;
  std::string id;
};

// Every event with data; the last one also where no blank line ends it, because some recorders cut
// there.
std::vector<SseEvent> ReadEvents(std::string_view stream);

}  // namespace inferwire::wire
