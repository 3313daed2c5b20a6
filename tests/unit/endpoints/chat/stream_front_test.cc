#include "endpoints/shared/stream_front.h"

#include <gtest/gtest.h>

namespace inferwire::endpoints {
namespace {

using Form = StreamFront::Form;

StreamFront After(std::string_view content_type) {
  http::Headers headers;
  headers.Add("Content-Type", content_type);
  StreamFront front;
  front.OnHead(headers);
  return front;
}

TEST(StreamFront, TheFirstByteTellsTheForm) {
  for (const auto& [text, form] : {std::pair<std::string_view, Form>("data: {}", Form::kEvents),
                                   {": comment", Form::kEvents},
                                   {"{\"error\":1}", Form::kOnePiece},
                                   {"\xef\xbb\xbf {\"a\":1}", Form::kOnePiece},
                                   {"\r\n\r\n{", Form::kOnePiece},
                                   {" \t\r\n", Form::kUnknown}}) {
    StreamFront front = After("text/event-stream");
    std::string_view bytes = text;
    EXPECT_EQ(front.See(bytes), form) << text;
    EXPECT_EQ(front.form(), form);
    EXPECT_TRUE(bytes.empty() == (form == Form::kUnknown)) << text;
  }
}

TEST(StreamFront, BlankBytesBeforeTheFormAreTakenOff) {
  StreamFront front;
  std::string_view bytes = " \r\n";
  EXPECT_EQ(front.See(bytes), Form::kUnknown);
  bytes = "\n data: x";
  EXPECT_EQ(front.See(bytes), Form::kEvents);
  EXPECT_EQ(bytes, "data: x");
}

TEST(StreamFront, WithoutAnEventItSaysWhatItIs) {
  StreamFront page = After("text/html");
  page.Keep("<html><title>Bad gateway</title>");
  const Error error = page.NoStream({}, {}, WallTime{});
  EXPECT_EQ(error.reason, v1::ERROR_REASON_UPSTREAM_PROTOCOL);
  EXPECT_NE(error.message.find("Bad gateway"), std::string::npos) << error.message;

  StreamFront stream = After("text/event-stream");
  stream.Keep("da");
  EXPECT_EQ(stream.NoStream({}, {}, WallTime{}).reason, v1::ERROR_REASON_STREAM_TRUNCATED);
}

}  // namespace
}  // namespace inferwire::endpoints
