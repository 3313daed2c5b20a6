// What the mock upstream does with a request, read from the model's name:
//   mock-b1024-c100-i50000-d20000-r5000-f20-k10-e1
// b: bytes of the answer's text (1024); c: chunks of a stream (100); i: microseconds between chunks
// (0: all at once); d: microseconds before the answer; r: the same, exponentially distributed with
// this mean; f: of a thousand requests so many fail with 503; k: so many are cut off in the middle
// of their answer; e1: the answer's text, and that of each chunk, is the prompt's own text.
#pragma once

#include <chrono>
#include <random>
#include <string>
#include <string_view>

namespace inferwire::bench {

struct MockScript {
  int answer_bytes = 1024;
  int chunks = 100;
  std::chrono::microseconds interval{0}, delay{0}, random_delay{0};
  int failures = 0, cuts = 0;
  std::string own_text;  // of the prompt, if the answer is that; see OwnText
  bool stream = false;

  // From a chat request's body.
  static MockScript Of(std::string_view body);
};

// "own-NAME." anywhere in a body, as grpc_load --tenant writes it; empty if there is none.
std::string OwnText(std::string_view body);

// Whole HTTP answers, and pieces of a chunked stream.
std::string UnaryAnswer(const MockScript& script);
std::string FailureAnswer();
std::string StreamHead();
std::string StreamChunk(std::string_view text);
// The finish reason, the usage and [DONE].
const std::string& StreamEnd();

}  // namespace inferwire::bench
