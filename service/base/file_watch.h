// Says when files may have changed, by inotify on their directories: a file that is replaced is
// another file, and Kubernetes replaces all files of a volume at once by renaming the symbolic link
// `..data` over the old one. Where the file system does not tell, a look now and then has to do.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace inferwire {

class FileWatch {
 public:
  struct Times {
    std::chrono::milliseconds check_every = std::chrono::seconds(60);  // without any event
    // Several changes within this time are one; those that do not end, one per kMostWait.
    std::chrono::milliseconds settle = std::chrono::milliseconds(50);
    std::chrono::milliseconds most_wait = std::chrono::seconds(1);
  };

  // on_change runs on the watch's own thread, and may call Watch.
  FileWatch(const std::vector<std::string>& paths, Times times, std::function<void()> on_change);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // Watches these from now on, instead of those before.
  void Watch(const std::vector<std::string>& paths);
  // False if the system gave no inotify instance: only check_every is left.
  bool notified() const { return inotify_ >= 0; }

 private:
  struct Directory {
    int watch = -1;
    std::vector<std::string> names;
  };

  void Run();
  // Waits for readiness of either descriptor; true if inotify is readable.
  bool WaitForEvent(std::chrono::milliseconds limit) const;
  // Takes what there is; true if a watched file may have changed.
  bool TakeEvents();
  bool stopping() const;

  const Times times_;
  const std::function<void()> on_change_;
  const int inotify_, wake_;  // wake_: an eventfd
  mutable std::mutex mutex_;
  std::vector<Directory> directories_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace inferwire
