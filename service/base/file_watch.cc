#include "base/file_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <string_view>
#include <utility>

namespace inferwire {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM;
constexpr std::string_view kKubernetesLink = "..data";

milliseconds Until(Clock::time_point due) {
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(due - Clock::now()));
}

}  // namespace

FileWatch::FileWatch(const std::vector<std::string>& paths, Times times,
                     std::function<void()> on_change)
    : times_(times),
      on_change_(std::move(on_change)),
      inotify_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      wake_(eventfd(0, EFD_CLOEXEC)) {
  Watch(paths);
  thread_ = std::thread([this] { Run(); });
}

FileWatch::~FileWatch() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  [[maybe_unused]] const int woken = eventfd_write(wake_, 1);
  thread_.join();
  if (inotify_ >= 0) close(inotify_);
  if (wake_ >= 0) close(wake_);
}

void FileWatch::Watch(const std::vector<std::string>& paths) {
  if (inotify_ < 0) return;
  std::map<std::string, std::vector<std::string>> wanted;
  for (const std::string& text : paths) {
    const std::filesystem::path path(text);
    const std::string directory = path.has_parent_path() ? path.parent_path().string() : ".";
    wanted[directory].push_back(path.filename().string());
  }
  std::lock_guard lock(mutex_);
  std::vector<Directory> directories;
  for (auto& [directory, names] : wanted) {
    // The same number again for a directory that is watched already.
    directories.push_back(
        {inotify_add_watch(inotify_, directory.c_str(), kEvents), std::move(names)});
  }
  for (const Directory& old : directories_) {
    const bool kept = std::any_of(directories.begin(), directories.end(),
                                  [&](const Directory& each) { return each.watch == old.watch; });
    if (!kept && old.watch >= 0) inotify_rm_watch(inotify_, old.watch);
  }
  directories_ = std::move(directories);
}

void FileWatch::Run() {
  Clock::time_point due = Clock::now() + times_.check_every;
  while (!stopping()) {
    const bool event = WaitForEvent(Until(due));
    if (stopping()) return;
    if (event && !TakeEvents()) continue;
    if (!event && Clock::now() < due) continue;
    if (event) {
      // A writer is at work: one look when it is done.
      const auto latest = Clock::now() + times_.most_wait;
      while (Clock::now() < latest && WaitForEvent(std::min(times_.settle, Until(latest)))) {
        if (stopping()) return;
        TakeEvents();
      }
    }
    if (stopping()) return;
    on_change_();
    due = Clock::now() + times_.check_every;
  }
}

bool FileWatch::WaitForEvent(milliseconds limit) const {
  std::array<pollfd, 2> waited = {{{wake_, POLLIN, 0}, {inotify_, POLLIN, 0}}};
  const auto milliseconds = static_cast<int>(std::min<int64_t>(limit.count(), 3'600'000));
  poll(waited.data(), waited.size(), milliseconds);
  return (waited[1].revents & POLLIN) != 0;
}

bool FileWatch::TakeEvents() {
  alignas(inotify_event) std::array<char, 8192> buffer;
  bool relevant = false;
  for (;;) {
    const ssize_t size = read(inotify_, buffer.data(), buffer.size());
    if (size <= 0) return relevant;
    std::lock_guard lock(mutex_);
    for (const char* at = buffer.data(); at < buffer.data() + size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(at);
      at += sizeof(inotify_event) + event->len;
      if (event->mask & IN_Q_OVERFLOW) relevant = true;  // what was lost may have been ours
      if (event->len == 0) continue;
      const std::string_view name = event->name;  // ends with a NUL within len
      for (const Directory& each : directories_) {
        if (each.watch != event->wd) continue;
        const bool ours = std::find(each.names.begin(), each.names.end(), name) != each.names.end();
        relevant = relevant || ours || name == kKubernetesLink;
      }
    }
  }
}

bool FileWatch::stopping() const {
  std::lock_guard lock(mutex_);
  return stopping_;
}

}  // namespace inferwire
