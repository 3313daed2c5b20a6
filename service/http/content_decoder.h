// Undoes the content coding of one body. We ask for none (Accept-Encoding: identity), but proxies
// compress by default or whatever they are asked. Output comes piece by piece, so that a small body
// that becomes a large one stays under the limits of whoever takes the pieces.
#pragma once

#include <array>
#include <memory>
#include <string_view>

namespace inferwire::http {

class ContentDecoder {
 public:
  // Null: no coding, or not one that is undone (gzip, x-gzip, deflate and br are). A list is undone
  // if all but one of its codings are "identity".
  static std::unique_ptr<ContentDecoder> For(std::string_view content_encoding);
  virtual ~ContentDecoder() = default;

  // The next piece, taking from the input what it needed; it holds until the next call. Empty: all
  // of the input is taken, or it is not what its coding says.
  std::string_view Next(std::string_view& input);
  bool broken() const { return state_ == State::kBroken; }
  // The body may end here.
  bool complete() const { return state_ == State::kBetween || state_ == State::kPlain; }

 protected:
  enum class State {
    kBetween,  // nothing has come, or what has come is whole
    kWithin,
    kPlain,  // it was never encoded, whatever its header says
    kBroken,
  };
  // Decodes into the room; returns how much of it is filled.
  virtual size_t Decode(std::string_view& input, char* room, size_t size) = 0;

  State state_ = State::kBetween;

 private:
  std::array<char, 16 * 1024> piece_;
};

}  // namespace inferwire::http
