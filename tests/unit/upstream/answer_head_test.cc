#include "upstream/answer_head.h"

#include <gtest/gtest.h>

namespace inferwire::upstream {
namespace {

http::Headers With(std::string_view name, std::string_view value) {
  http::Headers headers;
  headers.Add(name, value);
  return headers;
}

TEST(AnswerHead, ALengthBeyondTheBoundIsNotWaitedFor) {
  EXPECT_EQ(FindHeadProblem(200, With("Content-Length", "100"), true, 100), HeadProblem::kNone);
  EXPECT_EQ(FindHeadProblem(200, With("Content-Length", "101"), true, 100), HeadProblem::kTooLarge);
  EXPECT_EQ(FindHeadProblem(200, With("Content-Length", "99999999999999999999999"), true, 100),
            HeadProblem::kTooLarge);
  EXPECT_EQ(FindHeadProblem(200, With("Content-Length", "many"), true, 100), HeadProblem::kNone);
}

TEST(AnswerHead, ACodingThatNothingAskedForCannotBeRead) {
  EXPECT_EQ(FindHeadProblem(200, With("Content-Encoding", "zstd"), true, 100),
            HeadProblem::kEncoded);
  EXPECT_EQ(FindHeadProblem(200, With("Content-Encoding", "identity"), true, 100),
            HeadProblem::kNone);
  EXPECT_EQ(CodingOf(With("Content-Encoding", "zstd")), "zstd");
  EXPECT_EQ(CodingOf({}), "");
}

TEST(AnswerHead, AnErrorsBodyMayBeAsItLikes) {
  EXPECT_EQ(FindHeadProblem(500, With("Content-Length", "101"), false, 100), HeadProblem::kNone);
  EXPECT_EQ(FindHeadProblem(500, With("Content-Encoding", "zstd"), false, 100), HeadProblem::kNone);
}

TEST(AnswerHead, AnotherProtocolIsNoAnswer) {
  EXPECT_EQ(FindHeadProblem(101, {}, true, 100), HeadProblem::kOtherProtocol);
  EXPECT_EQ(FindHeadProblem(101, {}, false, 100), HeadProblem::kOtherProtocol);
}

}  // namespace
}  // namespace inferwire::upstream
