#include "endpoints/typed/answer_feed.h"

#include <utility>

#include "endpoints/shared/answer_body.h"

namespace inferwire::endpoints {

Error LargerThanTaken(std::string what) {
  Error error = AnswerBody::Wrong(std::move(what));
  error.reason = v1::ERROR_REASON_RESPONSE_TOO_LARGE;
  return error;
}

Result<void> AnswerFeed::Feed(std::string_view& bytes) {
  switch (feed_.Feed(bytes, *this)) {
    case codec::JsonFeed::Status::kStopped:
      return error_;
    case codec::JsonFeed::Status::kTooLong:
      return LargerThanTaken("a part of the answer is longer than allowed");
    case codec::JsonFeed::Status::kBroken:
      return AnswerBody::Wrong("it is not the JSON of such an answer");
    default:
      return {};
  }
}

AnswerFeed::Next AnswerFeed::OnPiece(std::string_view piece) {
  std::string bytes;
  if (!base64_.Read(piece, bytes)) return Heed(AnswerBody::Wrong("an image of it is not base64"));
  return Heed(TakeBytes(std::move(bytes)));
}

AnswerFeed::Next AnswerFeed::OnElement(std::string_view json) {
  if (!base64_.whole()) return Heed(AnswerBody::Wrong("an image of it is not base64"));
  base64_ = {};
  return Heed(Take(json));
}

AnswerFeed::Next AnswerFeed::Heed(const Result<void>& taken) {
  if (taken) return Pauses() ? Next::kPause : Next::kGoOn;
  error_ = taken.error();
  return Next::kStop;
}

}  // namespace inferwire::endpoints
