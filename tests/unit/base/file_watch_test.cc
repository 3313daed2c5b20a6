#include "base/file_watch.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>

namespace inferwire {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A folder, a watch, and the number of changes it told of.
class FileWatchTest : public testing::Test {
 protected:
  FileWatchTest() {
    char name[] = "/tmp/inferwire_watch_XXXXXX";
    folder = mkdtemp(name);
  }
  ~FileWatchTest() override {
    watch.reset();
    fs::remove_all(folder);
  }

  void Start(const std::vector<std::string>& names, FileWatch::Times times = {}) {
    std::vector<std::string> paths;
    for (const std::string& name : names) paths.push_back(folder / name);
    times.settle = milliseconds(5);
    watch = std::make_unique<FileWatch>(paths, times, [this] {
      std::lock_guard lock(mutex);
      ++changes;
      changed.notify_all();
    });
    ASSERT_TRUE(watch->notified());
  }
  bool WaitForChanges(int count, milliseconds limit = seconds(10)) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, limit, [&] { return changes >= count; });
  }
  void Write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

  fs::path folder;
  std::mutex mutex;
  std::condition_variable changed;
  int changes = 0;
  std::unique_ptr<FileWatch> watch;
};

TEST_F(FileWatchTest, TellsOfAFileThatIsWritten) {
  Write(folder / "a", "1");
  Start({"a"});
  Write(folder / "a", "2");
  EXPECT_TRUE(WaitForChanges(1));
}

TEST_F(FileWatchTest, TellsOfAFileThatIsReplacedByRenaming) {
  Write(folder / "a", "1");
  Start({"a"});
  Write(folder / "a.new", "2");
  fs::rename(folder / "a.new", folder / "a");
  EXPECT_TRUE(WaitForChanges(1));
}

TEST_F(FileWatchTest, TellsOfAFileThatComesLater) {
  Start({"a"});
  Write(folder / "a", "1");
  EXPECT_TRUE(WaitForChanges(1));
}

// What a kubelet does to a mounted ConfigMap or Secret.
TEST_F(FileWatchTest, TellsOfTheSwapOfAKubernetesVolume) {
  fs::create_directory(folder / "..1");
  Write(folder / "..1" / "a", "1");
  fs::create_directory_symlink("..1", folder / "..data");
  fs::create_symlink("..data/a", folder / "a");
  Start({"a"});
  fs::create_directory(folder / "..2");
  Write(folder / "..2" / "a", "2");
  fs::create_directory_symlink("..2", folder / "..data_tmp");
  fs::rename(folder / "..data_tmp", folder / "..data");
  EXPECT_TRUE(WaitForChanges(1));
  std::ifstream file(folder / "a");
  EXPECT_EQ(file.get(), '2');
}

// The second file's change is the proof that the first one's was seen and left aside.
TEST_F(FileWatchTest, LeavesTheOtherFilesOfTheFolderAlone) {
  Start({"a"});
  Write(folder / "other", "1");
  watch->Watch({folder / "b"});
  Write(folder / "a", "1");
  Write(folder / "b", "1");
  EXPECT_TRUE(WaitForChanges(1));
  std::lock_guard lock(mutex);
  EXPECT_EQ(changes, 1);
}

TEST_F(FileWatchTest, LooksWithoutBeingToldToo) {
  FileWatch::Times times;
  times.check_every = milliseconds(10);
  Start({"a"}, times);
  EXPECT_TRUE(WaitForChanges(3));
}

TEST_F(FileWatchTest, AFolderThatDoesNotExistIsNoReasonToStop) {
  Start({"missing/a", "b"});
  Write(folder / "b", "1");
  EXPECT_TRUE(WaitForChanges(1));
}

TEST_F(FileWatchTest, WritersWhoNeverStopAreLookedAtNowAndThen) {
  FileWatch::Times times;
  times.most_wait = milliseconds(30);
  Start({"a"}, times);
  const auto until = std::chrono::steady_clock::now() + seconds(10);
  while (!WaitForChanges(2, milliseconds(0)) && std::chrono::steady_clock::now() < until) {
    Write(folder / "a", "x");
  }
  EXPECT_TRUE(WaitForChanges(2, milliseconds(0)));
}

}  // namespace
}  // namespace inferwire
