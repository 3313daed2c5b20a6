#include "openai/form_source.h"

#include <gtest/gtest.h>

#include <string>

namespace inferwire::openai {
namespace {

constexpr int64_t kEnd = http::BodySource::kEnd, kNothingNow = http::BodySource::kNothingNow;

// What comes until the source has nothing more to give.
std::string ReadAll(FormSource& source, size_t step, int64_t& last) {
  std::string all, buffer(step, '\0');
  while ((last = source.Read(buffer.data(), step)) > 0) {
    all.append(buffer, 0, static_cast<size_t>(last));
  }
  return all;
}

TEST(FormSource, WritesOneFormWhateverTheSteps) {
  const std::string wanted =
      "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22b.jsonl\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\none two\r\n--b--\r\n";
  for (const size_t step : {1, 2, 7, 1000}) {
    FormSource source({{"purpose", "batch"}}, "a\"b.jsonl", "b");
    EXPECT_EQ(source.content_type(), "multipart/form-data; boundary=b");
    EXPECT_EQ(source.overhead() + 7, static_cast<int64_t>(wanted.size()));
    source.Append("one ");
    source.Append("");
    int64_t last = 0;
    std::string all = ReadAll(source, step, last);
    EXPECT_EQ(last, kNothingNow);
    EXPECT_FALSE(source.ended());
    source.Append("two");
    source.Complete();
    EXPECT_FALSE(source.ended());
    all += ReadAll(source, step, last);
    EXPECT_EQ(last, kEnd);
    EXPECT_TRUE(source.ended());
    EXPECT_EQ(all, wanted);
  }
}

TEST(FormSource, SaysOnceThatThereIsRoomAgain) {
  FormSource source({}, "a", "b");
  int rooms = 0;
  source.OnRoom([&] { ++rooms; });
  EXPECT_TRUE(source.HasRoom());
  source.Append(std::string(FormSource::kHigh, 'x'));
  EXPECT_FALSE(source.HasRoom());
  std::string buffer(FormSource::kHigh - FormSource::kLow - 1000, '\0');
  source.Read(buffer.data(), buffer.size());
  EXPECT_EQ(rooms, 0);
  source.Read(buffer.data(), 2000);
  EXPECT_EQ(rooms, 1);
  EXPECT_TRUE(source.HasRoom());
  source.Read(buffer.data(), 2000);
  EXPECT_EQ(rooms, 1);
}

}  // namespace
}  // namespace inferwire::openai
