// The judgement at a stream's end, as a table. How a stream gets there: stream_end_test.cc.
#include <gtest/gtest.h>

#include "endpoints/shared/stream_end.h"

namespace inferwire::endpoints {
namespace {

// After some output of the only choice.
StreamProgress Began() { return {.wanted_choices = 1, .choices = 1, .began = true}; }
StreamProgress Finished() {
  StreamProgress stream = Began();
  stream.finished = true;
  return stream;
}
http::Headers Chunked() {
  http::Headers headers;
  headers.Add("Transfer-Encoding", "chunked");
  return headers;
}

Error Of(v1::ErrorReason reason) {
  Error error;
  error.reason = reason;
  return error;
}

TEST(StreamProgress, AFinishReasonForEveryWantedChoiceIsAnEnd) {
  StreamProgress stream = Finished();
  stream.transfer_ended = true;
  EXPECT_TRUE(ProperlyEnded(stream, {}, true));
  stream.wanted_choices = 2;
  EXPECT_FALSE(EveryChoiceFinished(stream));
  EXPECT_FALSE(ProperlyEnded(stream, {}, true)) << "the connection may have broken";
  EXPECT_TRUE(ProperlyEnded(stream, Chunked(), true)) << "the body has an end of its own";
  stream.done = true;
  EXPECT_TRUE(ProperlyEnded(stream, {}, true));
}

TEST(StreamProgress, DoneAloneProvesNothingWhereFinishReasonsAreTheRule) {
  StreamProgress stream = Began();
  stream.done = true;
  EXPECT_FALSE(ProperlyEnded(stream, {}, /*needs_finish_reason=*/true));
  EXPECT_TRUE(ProperlyEnded(stream, {}, /*needs_finish_reason=*/false));
  stream.began = false;
  EXPECT_TRUE(ProperlyEnded(stream, {}, true)) << "an answer without output";
  stream.choices = 0;
  EXPECT_FALSE(ProperlyEnded(stream, {}, false)) << "no answer at all";
  EXPECT_FALSE(ProperlyEnded(Began(), Chunked(), false)) << "neither a reason nor [DONE]";
}

TEST(StreamProgress, WhatErrorsComeTooLateToMatter) {
  const Error timeout = Of(v1::ERROR_REASON_UPSTREAM_TIMEOUT);
  const Error deadline = Of(v1::ERROR_REASON_DEADLINE);
  const Error cut = Of(v1::ERROR_REASON_STREAM_TRUNCATED);
  EXPECT_FALSE(IsAfterTheEnd(Began(), timeout));
  EXPECT_TRUE(IsAfterTheEnd(Finished(), timeout));
  EXPECT_TRUE(IsAfterTheEnd(Finished(), deadline));
  EXPECT_FALSE(IsAfterTheEnd(Finished(), cut));
  StreamProgress done = Began();
  done.done = true;
  EXPECT_TRUE(IsAfterTheEnd(done, cut));
}

TEST(StreamProgress, AnEndThatIsMissingIsTold) {
  EXPECT_EQ(NoEnd(Began(), "ping", {}).reason, v1::ERROR_REASON_STREAM_TRUNCATED);
  StreamProgress empty{.done = true};
  const Error error = NoEnd(empty, "{\"status\":\"busy\"}", {});
  EXPECT_EQ(error.reason, v1::ERROR_REASON_UPSTREAM_PROTOCOL);
  EXPECT_NE(error.message.find("busy"), std::string::npos) << "the only thing that it said";
}

}  // namespace
}  // namespace inferwire::endpoints
