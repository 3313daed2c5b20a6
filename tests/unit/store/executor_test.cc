#include "store/executor.h"

#include <gtest/gtest.h>

#include <future>

#include "support/temp_folder.h"

namespace llmgate::store {
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
    Executor executor(std::move(connections), 2);
    ASSERT_TRUE(executor.Post([&](Jobs&) {
      started.set_value();
      go.get_future().wait();
    }));
    started.get_future().wait();
    EXPECT_TRUE(executor.Post([&](Jobs&) { ++done; }));
    EXPECT_TRUE(executor.Post([&](Jobs&) { ++done; }));
    EXPECT_FALSE(executor.Post([&](Jobs&) { done += 100; }));
    executor.PostAlways([&](Jobs&) { ++done; });
    EXPECT_EQ(executor.queued(), 3u);
    go.set_value();
  }
  EXPECT_EQ(done, 3);
}

}  // namespace
}  // namespace llmgate::store
