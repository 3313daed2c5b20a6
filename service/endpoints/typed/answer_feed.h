// An answer of embeddings or images, read while it arrives: the elements of its list one by one,
// and an image's bytes as they come, out of base64. What becomes of them says the kind of answer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/base64.h"
#include "codec/json_feed.h"

namespace inferwire::endpoints {

// The forms of such answers.
inline constexpr codec::JsonFeed::Shape kListOfEmbeddings{.list = "data", .long_member = {}};
inline constexpr codec::JsonFeed::Shape kListOfImages{.list = "data", .long_member = "b64_json"};
inline constexpr codec::JsonFeed::Shape kImageOfEvent{.list = {}, .long_member = "b64_json"};

// Is more than is taken.
Error LargerThanTaken(std::string what);

class AnswerFeed : private codec::JsonFeed::Sink {
 public:
  explicit AnswerFeed(const codec::JsonFeed::Shape& shape) : feed_(shape) {}
  ~AnswerFeed() override = default;

  // Takes what it has used off the bytes: bytes are left where no more is wanted now (Pauses).
  // Fails if it cannot become such an answer (UPSTREAM_PROTOCOL), is more than is taken
  // (RESPONSE_TOO_LARGE), or as Take does.
  Result<void> Feed(std::string_view& bytes);
  bool whole() const { return feed_.whole(); }
  // The answer without its elements.
  const std::string& rest() const { return feed_.rest(); }
  // The element in hand, as far as it has come.
  std::string_view begun() const { return feed_.element(); }
  // That were taken.
  size_t elements() const { return feed_.elements(); }

 protected:
  // Of the long string of the element in hand.
  virtual Result<void> TakeBytes(std::string&&) { return {}; }
  // An element is complete: its JSON, with "" in place of that.
  virtual Result<void> Take(std::string_view json) = 0;
  virtual bool Pauses() { return false; }

 private:
  using Next = codec::JsonFeed::Next;

  Next OnPiece(std::string_view piece) override;
  Next OnElement(std::string_view json) override;
  Next Heed(const Result<void>& taken);

  codec::JsonFeed feed_;
  codec::Base64Reader base64_;
  Error error_;  // with Next::kStop
};

}  // namespace inferwire::endpoints
