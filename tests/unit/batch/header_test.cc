#include "batch/header.h"

#include <gtest/gtest.h>

#include <string>

namespace inferwire::batch {
namespace {

// What is wrong with the header; empty: nothing.
std::string Fault(const v1::BatchHeader& header) {
  store::Job job;
  const auto read = ReadHeader(header, job);
  return read ? "" : read.error().message;
}

TEST(BatchHeader, HasDefaults) {
  store::Job job;
  ASSERT_TRUE(ReadHeader({}, job));
  EXPECT_EQ(job.endpoint, kChatEndpoint);
  EXPECT_EQ(job.expires - job.created, std::chrono::hours(24));
}

TEST(BatchHeader, WindowsAreWholeHoursUpToTwoWeeks) {
  v1::BatchHeader header;
  for (const char* good : {"1h", "48h", "336h"}) {
    header.set_completion_window(good);
    EXPECT_EQ(Fault(header), "") << good;
  }
  for (const char* bad : {"h", "0h", "337h", "24", "1d", "-1h", "1000h"}) {
    header.set_completion_window(bad);
    EXPECT_NE(Fault(header), "") << bad;
  }
}

TEST(BatchHeader, IdsAreBoundedAndWithoutControlCharacters) {
  v1::BatchHeader header;
  header.set_request_id(std::string(128, 'r'));
  header.set_input_file_id(std::string(256, 'f'));
  EXPECT_EQ(Fault(header), "");
  header.set_request_id(std::string(129, 'r'));
  EXPECT_EQ(Fault(header), "request_id: has more than 128 bytes");
  header.set_request_id(std::string("a\0b", 3));
  EXPECT_EQ(Fault(header), "request_id: must have no control characters");
  header.clear_request_id();
  header.set_input_file_id(std::string(257, 'f'));
  EXPECT_EQ(Fault(header), "input_file_id: has more than 256 bytes");
}

TEST(BatchHeader, MetadataLeavesRoomForOurs) {
  v1::BatchHeader header;
  for (int i = 0; i < 13; ++i) (*header.mutable_metadata())[std::to_string(i)] = "x";
  EXPECT_EQ(Fault(header), "");
  (*header.mutable_metadata())["14th"] = "x";
  EXPECT_NE(Fault(header), "");
  header.clear_metadata();
  (*header.mutable_metadata())["inferwire_job"] = "x";
  EXPECT_NE(Fault(header), "");
}

TEST(BatchHeader, ItemsThatTheCallerSentHaveTheFieldsOfTheirEndpoint) {
  store::Job job;
  job.endpoint = kChatEndpoint;
  ASSERT_NE(ItemFields(job), nullptr);
  EXPECT_EQ(openai::FieldPath("messages[0].role", ItemFields(job)),
            "item.chat_completion.messages[0].role");
  job.input_file = "file-1";
  EXPECT_EQ(ItemFields(job), nullptr);
  job.input_file.clear();
  job.endpoint = "/v1/embeddings";
  ASSERT_NE(ItemFields(job), nullptr);
  EXPECT_EQ(openai::FieldPath("input", ItemFields(job)), "item.embedding.input");
  job.endpoint = "/v1/videos";
  EXPECT_EQ(ItemFields(job), nullptr);
}

}  // namespace
}  // namespace inferwire::batch
