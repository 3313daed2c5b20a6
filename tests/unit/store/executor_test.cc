#include "store/executor.h"

#include <gtest/gtest.h>

#include <future>

#include "support/temp_folder.h"

namespace inferwire::store {
namespace {

TEST(Executor, RefusesWhatItHasNoRoomForAndDoesTheRest) {
  testing_support::TempFolder folder;
  Location location;
  location.path = folder.File("jobs.db");
  auto database = Database::Open(location);
  ASSERT_TRUE(database);
  std::vector<std::unique_ptr<Jobs>> connections;
  connections.push_back(std::move(*(*database)->Connect()));
  std::promise<void> started, go;
  std::atomic<int> done = 0;
  {
    Executor executor(2);
    const auto refused = executor.Post([&](Jobs&) { done += 100; });
    ASSERT_FALSE(refused) << "there is no store yet";
    EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_STORE_UNAVAILABLE);
    EXPECT_TRUE(refused.error().safe_to_retry);
    executor.Serve(std::move(connections));
    ASSERT_TRUE(executor.Post([&](Jobs&) {
      started.set_value();
      go.get_future().wait();
    }));
    started.get_future().wait();
    EXPECT_TRUE(executor.Post([&](Jobs&) { ++done; }));
    EXPECT_TRUE(executor.Post([&](Jobs&) { ++done; }));
    EXPECT_FALSE(executor.Post([&](Jobs&) { done += 100; }));
    EXPECT_EQ(executor.queued(), 2u);
    go.set_value();
  }
  EXPECT_EQ(done, 2);
}

}  // namespace
}  // namespace inferwire::store
