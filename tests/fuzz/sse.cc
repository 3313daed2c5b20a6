// Server-sent events are the same however the network cuts the bytes.
#include "http/sse.h"

#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/input.h"
#include "fuzz/require.h"

namespace inferwire::fuzz {
namespace {

using http::SseParser;

struct Heard {
  std::vector<std::string> events;  // name, id and data of each, one after the other
  bool too_long = false;
  bool partial = false;  // before the end

  bool operator==(const Heard&) const = default;
};

void CheckEvent(const SseParser::Event& event) {
  Require(event.event.find_first_of("\r\n") == std::string_view::npos, "a name is one line");
  Require(event.id.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos,
          "an id is one line without NUL");
  Require(event.data.find('\r') == std::string_view::npos, "lines of data are joined by LF");
}

// False if there will be no more.
bool TakeEvents(SseParser& parser, Heard& heard) {
  SseParser::Event event;
  for (;;) {
    const auto status = parser.Next(event);
    if (status == SseParser::Status::kNeedMore) return true;
    if (status == SseParser::Status::kTooLong) {
      heard.too_long = true;
      return false;
    }
    CheckEvent(event);
    heard.events.insert(heard.events.end(),
                        {std::string(event.event), std::string(event.id), std::string(event.data)});
  }
}

template <class NextSize>
Heard Hear(std::string_view stream, size_t bound, NextSize next_size) {
  SseParser parser(bound);
  Heard heard;
  while (!stream.empty()) {
    const size_t size = std::min(next_size(), stream.size());
    // A copy that is gone before the next one: a sanitizer sees every view that is kept too long.
    const std::vector<char> bytes(stream.begin(), stream.begin() + static_cast<ptrdiff_t>(size));
    stream.remove_prefix(size);
    parser.Feed({bytes.data(), bytes.size()});
    if (!TakeEvents(parser, heard)) return heard;
  }
  heard.partial = parser.HasPartial();
  parser.End();
  TakeEvents(parser, heard);
  return heard;
}

}  // namespace

void Run(const Input& input) {
  auto choices = input.Choices();
  const std::string_view stream = input.Rest();
  const size_t size = std::max<size_t>(stream.size(), 1);
  for (const size_t bound : {size_t{1} << 20, size_t{40}, size_t{1} + choices() % size}) {
    const Heard whole = Hear(stream, bound, [&] { return size; });
    const Heard bytes = Hear(stream, bound, [] { return size_t{1}; });
    const Heard pieces = Hear(stream, bound, [&] { return size_t{1} + choices() % 24; });
    const Heard halves = Hear(stream, bound, [&] { return size_t{1} + choices() % size; });
    Require(whole == bytes && whole == pieces && whole == halves, "events do not depend on reads");
  }
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run({data, size});
  return 0;
}
