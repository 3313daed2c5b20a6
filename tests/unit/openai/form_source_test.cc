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
    FormSource source("b");
    source.SetFields({{"purpose", "chat"}, {"void", ""}});
    source.SetFields({{"purpose", "batch"}});
    source.BeginFile({.part = "file", .filename = "a\"b.jsonl"});
    EXPECT_EQ(source.content_type(), "multipart/form-data; boundary=b");
    EXPECT_EQ(source.overhead() + 7, static_cast<int64_t>(wanted.size()));
    source.Append("one ");
    source.Append("");
    int64_t last = 0;
    std::string all = ReadAll(source, step, last);
    EXPECT_EQ(last, kNothingNow);
    source.Append("two");
    source.Complete();
    all += ReadAll(source, step, last);
    EXPECT_EQ(last, kEnd);
    EXPECT_EQ(all, wanted);
  }
}

TEST(FormSource, WritesSeveralFilesOneAfterTheOther) {
  FormSource source("b");
  source.BeginFile({.part = "image[]", .filename = "1.png", .content_type = "image/png"});
  source.Append("one");
  source.BeginFile({.part = "mask", .filename = "m\r\nX: y.png", .content_type = "image/png"});
  source.Append("two");
  const int64_t overhead = source.overhead();
  source.Complete();
  int64_t last = 0;
  const std::string all = ReadAll(source, 1000, last);
  EXPECT_EQ(all,
            "--b\r\nContent-Disposition: form-data; name=\"image[]\"; filename=\"1.png\"\r\n"
            "Content-Type: image/png\r\n\r\none\r\n"
            "--b\r\nContent-Disposition: form-data; name=\"mask\"; filename=\"m%0D%0AX: y.png\"\r\n"
            "Content-Type: image/png\r\n\r\ntwo\r\n--b--\r\n");
  EXPECT_EQ(static_cast<int64_t>(all.size()), overhead + 6);
  EXPECT_EQ(last, kEnd);
}

TEST(FormSource, WithoutFilesIsAForm) {
  FormSource source("b");
  source.SetFields({{"a", "1"}});
  source.Complete();
  int64_t last = 0;
  const std::string all = ReadAll(source, 1000, last);
  EXPECT_EQ(all, "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n");
  EXPECT_EQ(static_cast<int64_t>(all.size()), source.overhead());
}

TEST(FormSource, TellsWhoeverReadsOfEveryByte) {
  FormSource source("b");
  int times = 0;
  source.OnMore([&] { ++times; });
  source.SetFields({{"a", "1"}});
  source.BeginFile({.part = "file", .filename = "a"});
  source.Append("x");
  source.Append("");
  EXPECT_EQ(times, 3);
  source.Complete();
  EXPECT_EQ(times, 4);
  source.OnMore(nullptr);
  source.Append("x");
}

TEST(FormSource, HasRoomAgainAfterLongFieldsToo) {
  FormSource source("b");
  int rooms = 0;
  source.OnRoom([&] { ++rooms; });
  source.SetFields({{"prompt", std::string(FormSource::kHigh, 'x')}});
  EXPECT_FALSE(source.HasRoom());
  int64_t last = 0;
  ReadAll(source, 64 * 1024, last);
  EXPECT_EQ(rooms, 1);
}

TEST(FormSource, SaysOnceThatThereIsRoomAgain) {
  FormSource source("b");
  source.BeginFile({.part = "file", .filename = "a"});
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
