// What a caller may have of a connection, and how long. Every bound has its key in the
// configuration's section server, or stands here with its reason.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace inferwire::rpc::http2 {

struct Limits {
  uint32_t streams = 1000;          // at the same time on one connection
  size_t message = 32u << 20;       // a longer one is refused at its prefix
  size_t metadata = 16u << 10;      // names and values of one request, 32 bytes more for each
  size_t header_block = 64u << 10;  // the same, expanded: beyond it the stream is reset unread
  uint32_t stream_window =
      1u << 20;  // what a caller may send of a message that nobody has asked for
  int32_t connection_window = 4 << 20;
  size_t unfinished = 256u << 20;  // bytes that no call has yet, of all connections

  std::chrono::milliseconds overload_wait{20};  // see Admission; zero: never too much to do
  std::chrono::milliseconds preface{10'000};    // until the connection speaks HTTP/2
  std::chrono::milliseconds request{60'000};    // until a request has its first message
  std::chrono::milliseconds idle{300'000};      // without a call
  std::chrono::milliseconds age{60'000};        // spread by 10 %
  std::chrono::milliseconds age_grace{3'730'000};
  std::chrono::milliseconds keepalive{60'000};  // of silence, before the server pings
  std::chrono::milliseconds keepalive_timeout{20'000};
  std::chrono::milliseconds ping_interval{10'000};  // a caller's pings that come sooner are counted

  // Frames that ask for work and bring nothing: PING, SETTINGS, PRIORITY, RST_STREAM,
  // WINDOW_UPDATE, DATA of less than 64 bytes that ends no message, and those of unknown types. So
  // many at once, and so many a second ever after; honest callers send a few for each call.
  int64_t idle_frames = 10'000;
  int64_t idle_frames_per_second = 1'000;
  // A SETTINGS frame counts as so many: it may walk all streams. Honest callers send it once, or
  // when they have measured the way.
  int64_t settings_weight = 100;
  // Streams that end by an error: the caller resets them, or does what makes us reset them. One
  // more for each that ends with its answer.
  int64_t resets = 1'000;
  int64_t resets_per_second = 100;
  int early_pings = 2;  // gRPC's own tolerance
};

}  // namespace inferwire::rpc::http2
