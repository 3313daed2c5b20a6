// Frames of a WebSocket are the same however the network cuts the bytes, and none is longer than
// is allowed.
#include "http/ws_frames.h"

#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/input.h"
#include "fuzz/require.h"

namespace inferwire::fuzz {
namespace {

using http::FrameParser;

struct Heard {
  std::vector<std::string> messages;  // each after its opcode
  uint16_t broken = 0;
  size_t held = 0;

  bool operator==(const Heard&) const = default;
};

void CheckEvent(FrameParser::Status status, const FrameParser::Event& event, size_t bound) {
  if (status == FrameParser::Status::kMessage) {
    Require(event.payload.size() <= bound, "a message is within its bound");
    return;
  }
  Require(event.payload.size() <= http::kMostControlBytes, "a control frame is short");
  http::CloseWords words;
  const bool good = FrameParser::ReadClose(event.payload, words);
  Require(!good || words.reason.size() + 2 == event.payload.size() || event.payload.empty(),
          "what a close says is all of it");
}

// False if there will be no more.
bool TakeEvents(FrameParser& parser, size_t bound, Heard& heard) {
  FrameParser::Event event;
  for (;;) {
    const auto status = parser.Next(event);
    if (status == FrameParser::Status::kNeedMore) return true;
    if (status == FrameParser::Status::kBroken) {
      heard.broken = parser.close_code();
      return false;
    }
    CheckEvent(status, event, bound);
    heard.messages.push_back(std::to_string(static_cast<int>(event.opcode)) + " " +
                             std::string(event.payload));
  }
}

template <class NextSize>
Heard Hear(std::string_view stream, size_t bound, NextSize next_size) {
  FrameParser parser(bound);
  Heard heard;
  while (!stream.empty()) {
    const size_t size = std::min(next_size(), stream.size());
    // A copy that is gone before the next one: a sanitizer sees every view that is kept too long.
    const std::vector<char> bytes(stream.begin(), stream.begin() + static_cast<ptrdiff_t>(size));
    stream.remove_prefix(size);
    parser.Feed({bytes.data(), bytes.size()});
    if (!TakeEvents(parser, bound, heard)) return heard;
  }
  heard.held = parser.held();
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
    Require(whole == bytes && whole == pieces, "messages do not depend on reads");
  }
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run({data, size});
  return 0;
}
