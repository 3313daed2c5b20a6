// Files and batches with the library: what breaks goes on, what is cut is an error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/fake_store.h"
#include "inferwire/client.h"

namespace inferwire::client {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using testing_support::BatchOf;
using testing_support::FakeStore;
using testing_support::ResultOf;

class Stored : public ::testing::Test {
 protected:
  Result<v1::UploadFileResponse> Upload(const std::string& bytes) {
    std::istringstream in(bytes);
    return client_.UploadFile({.filename = "in.jsonl"}, BytesOf(in));
  }
  // At once, and without pauses between attempts.
  static PatientOptions Quick(int max_failures = 10) {
    return {.max_failures = max_failures, .first_pause = milliseconds(1)};
  }

  FakeStore store_;
  Client client_ = *Client::Connect({.target = store_.target(), .max_attempts = 1});
};

TEST_F(Stored, AFileGoesUpInPartsAndComesBack) {
  const std::string bytes(kFilePartBytes * 2 + 17, 'x');
  std::istringstream in(bytes);
  std::vector<std::int64_t> sent;
  const auto uploaded =
      client_.UploadFile({.filename = "a.bin",
                          .purpose = "user_data",
                          .expires_after = std::chrono::hours(1),
                          .on_progress = [&](std::int64_t so_far) { sent.push_back(so_far); }},
                         BytesOf(in));
  ASSERT_TRUE(uploaded) << Describe(uploaded.error());
  EXPECT_THAT(sent, ElementsAre(kFilePartBytes, kFilePartBytes * 2, bytes.size()));
  const std::string id = uploaded->file().file_id();
  EXPECT_TRUE(store_.files[id].second == bytes);
  const auto file = client_.GetFile(id);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->purpose(), "user_data");
  EXPECT_EQ(file->expire_time().seconds() - file->create_time().seconds(), 3600);
  std::string back;
  const auto size = client_.DownloadFile(id, [&](std::string_view part) {
    back += part;
    return true;
  });
  ASSERT_TRUE(size) << Describe(size.error());
  EXPECT_TRUE(back == bytes);
  EXPECT_EQ(*size, static_cast<std::int64_t>(bytes.size()));
  EXPECT_TRUE(client_.DeleteFile(id));
  EXPECT_EQ(client_.DeleteFile(id).error().code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(client_.GetFile(id).error().code, grpc::StatusCode::NOT_FOUND);
}

TEST_F(Stored, AnUploadWhoseSourceFailsIsGivenUp) {
  int calls = 0;
  const auto uploaded = client_.UploadFile({.filename = "a"}, [&]() -> Result<std::string> {
    if (++calls == 1) return std::string("first");
    Error error;
    error.message = "the disk is gone";
    return error;
  });
  ASSERT_FALSE(uploaded);
  EXPECT_EQ(uploaded.error().message, "the disk is gone");
  EXPECT_TRUE(store_.files.empty());
}

TEST_F(Stored, ARefusedUploadStopsReadingItsSource) {
  store_.breaks = {2};
  const auto uploaded =
      client_.UploadFile({.filename = "a"}, [] { return Result(std::string(1000, 'x')); });
  ASSERT_FALSE(uploaded);
  EXPECT_EQ(uploaded.error().code, grpc::StatusCode::UNAVAILABLE);
}

TEST_F(Stored, ADownloadGoesOnAfterEachBreak) {
  const std::string bytes = "0123456789abcdefghijABCDEFGHIJ+";
  const std::string id = Upload(bytes)->file().file_id();
  store_.calls = 0;
  store_.breaks = {2, 1, 0};
  std::string back;
  std::vector<std::int64_t> done;
  const auto take = [&](std::string_view part) {
    back += part;
    return true;
  };
  const auto size = client_.DownloadFile(
      id, take,
      {.first_pause = milliseconds(1), .on_progress = [&](std::int64_t so_far, auto whole) {
         done.push_back(so_far);
         EXPECT_EQ(whole, 31);
       }});
  ASSERT_TRUE(size) << Describe(size.error());
  EXPECT_EQ(back, bytes);
  EXPECT_THAT(done, ElementsAre(10, 20, 30, 31));
  EXPECT_EQ(store_.calls, 4);

  back.clear();
  EXPECT_EQ(*client_.DownloadFile(id, take, {.offset = 25}), 31);
  EXPECT_EQ(back, bytes.substr(25));
}

TEST_F(Stored, ADownloadIsGivenUpWhenNothingComesAnyMore) {
  const std::string id = Upload("0123456789")->file().file_id();
  store_.calls = 0;
  store_.breaks = {0, 0, 0};
  const auto take = [](std::string_view) { return true; };
  const auto broken =
      client_.DownloadFile(id, take, {.max_resumes = 1, .first_pause = milliseconds(1)});
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(store_.calls, 2);
}

TEST_F(Stored, ADownloadThatEndsWithoutItsEndIsCut) {
  const std::string id = Upload("0123456789")->file().file_id();
  store_.ends_too_early = true;
  const auto take = [](std::string_view) { return true; };
  const auto cut = client_.DownloadFile(id, take, {.max_resumes = 0});
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().reason, kStreamTruncated);
}

TEST_F(Stored, ADownloadEndsWhenItsBytesAreNotTaken) {
  const std::string id = Upload(std::string(100, 'x'))->file().file_id();
  int parts = 0;
  const auto stopped = client_.DownloadFile(id, [&](std::string_view) { return ++parts < 3; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().reason, kCancelled);
  EXPECT_EQ(parts, 3);
}

TEST_F(Stored, ABatchIsMadeOfItsItems) {
  std::vector<v1::BatchItem> items(3);
  for (int i = 0; i < 3; ++i) items[static_cast<size_t>(i)].set_custom_id(std::to_string(i));
  v1::BatchHeader header;
  header.set_request_id("r-1");
  const auto created = client_.CreateBatch(header, items);
  ASSERT_TRUE(created) << Describe(created.error());
  EXPECT_EQ(created->batch().counts().total(), 3);
  EXPECT_EQ(store_.header.request_id(), "r-1");
  ASSERT_EQ(store_.items.size(), 3u);
  EXPECT_EQ(store_.items[2].custom_id(), "2");
}

TEST_F(Stored, ABatchWhoseItemsFailIsNotCreated) {
  int calls = 0;
  const auto created =
      client_.CreateBatch({}, BatchItems([&]() -> Result<std::optional<v1::BatchItem>> {
                            if (++calls < 3) return std::optional<v1::BatchItem>(std::in_place);
                            Error error;
                            error.message = "line 3 is bad";
                            return error;
                          }));
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().message, "line 3 is bad");
}

TEST_F(Stored, WatchingGoesOnUntilTheBatchHasEnded) {
  store_.states = {BatchOf(v1::Batch::STATE_QUEUED, 4, 0),
                   BatchOf(v1::Batch::STATE_IN_PROGRESS, 4, 2),
                   BatchOf(v1::Batch::STATE_COMPLETED, 4, 3, 1)};
  store_.breaks = {1, 2};
  std::vector<int> seen;
  const auto batch = client_.WatchBatch(
      "batch-1", [&](const v1::Batch& now) { seen.push_back(now.state()); }, Quick());
  ASSERT_TRUE(batch) << Describe(batch.error());
  EXPECT_EQ(batch->counts().failed(), 1);
  EXPECT_EQ(store_.calls, 3);
  EXPECT_EQ(seen.back(), v1::Batch::STATE_COMPLETED);
}

TEST_F(Stored, WatchingIsGivenUpAfterEnoughFailures) {
  store_.states = {BatchOf(v1::Batch::STATE_QUEUED, 4, 0)};
  store_.breaks = std::vector<int>(10, 0);
  const auto batch = client_.WatchBatch("batch-1", {}, Quick(3));
  ASSERT_FALSE(batch);
  EXPECT_EQ(store_.calls, 4);
}

TEST_F(Stored, WatchingEndsWithItsTimeAndItsToken) {
  store_.states = {BatchOf(v1::Batch::STATE_QUEUED, 4, 0)};  // and the stream ends, again and again
  PatientOptions brief = Quick(1'000'000);
  brief.timeout = milliseconds(200);
  EXPECT_FALSE(client_.WatchBatch("batch-1", {}, brief));
  std::stop_source stop;
  PatientOptions stopped = Quick(1'000'000);
  stopped.cancellation = stop.get_token();
  int changes = 0;
  EXPECT_FALSE(client_.WatchBatch(
      "batch-1",
      [&](const v1::Batch&) {
        if (++changes == 3) stop.request_stop();
      },
      stopped));
  EXPECT_EQ(changes, 3);
}

TEST_F(Stored, ResultsComeOnceEachWhateverBreaks) {
  for (int i = 0; i < 5; ++i) store_.results.push_back(ResultOf(i));
  store_.breaks = {2, 0, 1};
  auto results = client_.BatchResults("batch-1", {.patience = Quick()});
  std::vector<std::string> ids;
  for (const v1::BatchResult& result : results) ids.push_back(result.custom_id());
  EXPECT_TRUE(results.status());
  EXPECT_THAT(ids, ElementsAre("item-0", "item-1", "item-2", "item-3", "item-4"));
  EXPECT_EQ(store_.calls, 4);

  auto rest = client_.BatchResults("batch-1", {.offset = 3, .patience = Quick()});
  ids.clear();
  for (const v1::BatchResult& result : rest) ids.push_back(result.custom_id());
  EXPECT_THAT(ids, ElementsAre("item-3", "item-4"));
}

TEST_F(Stored, ResultsThatEndWithoutTheirEndAreCut) {
  store_.results = {ResultOf(0)};
  store_.ends_too_early = true;
  auto results = client_.BatchResults("batch-1", {.patience = Quick(0)});
  int count = 0;
  for ([[maybe_unused]] const auto& result : results) ++count;
  EXPECT_EQ(count, 1);
  ASSERT_FALSE(results.status());
  EXPECT_EQ(results.status().error().reason, kStreamTruncated);
}

TEST_F(Stored, ResultsMayBeLeftEarly) {
  for (int i = 0; i < 5; ++i) store_.results.push_back(ResultOf(i));
  auto results = client_.BatchResults("batch-1");
  for (const v1::BatchResult& result : results) {
    EXPECT_EQ(result.custom_id(), "item-0");
    break;
  }
}

TEST_F(Stored, BatchesAreListedShownAndCancelled) {
  for (int i = 0; i < 3; ++i) store_.states.push_back(BatchOf(v1::Batch::STATE_COMPLETED, i, i));
  v1::ListBatchesRequest request;
  request.set_page_size(100);
  auto page = client_.ListBatches(request);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->batches_size(), 2);
  request.set_page_token(page->next_page_token());
  EXPECT_EQ(client_.ListBatches(request)->batches_size(), 1);
  EXPECT_EQ(client_.GetBatch("batch-1")->counts().total(), 2);
  EXPECT_EQ(client_.GetBatch("batch-2").error().code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(client_.CancelBatch("batch-1")->state(), v1::Batch::STATE_CANCELLING);
  EXPECT_TRUE(store_.cancelled);
}

TEST_F(Stored, ADeletedBatchIsGone) {
  store_.states = {BatchOf(v1::Batch::STATE_COMPLETED, 1, 1)};
  EXPECT_EQ(client_.DeleteBatch("batch-2").error().code, grpc::StatusCode::NOT_FOUND);
  ASSERT_TRUE(client_.GetBatch("batch-1"));
  EXPECT_TRUE(client_.DeleteBatch("batch-1"));
  EXPECT_EQ(client_.GetBatch("batch-1").error().code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(client_.DeleteBatch("batch-1").error().code, grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace inferwire::client
