// Whether files have changed, without reading them.
#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

namespace inferwire {

// Another text when one of them was replaced, written to, or came or went.
inline std::string StampOf(const std::vector<std::string>& paths) {
  std::string stamp;
  const auto add = [&](auto number) { stamp.append(std::to_string(number)).append(" "); };
  for (const std::string& path : paths) {
    stamp.append(path).append(" ");
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) continue;
    add(status.st_dev), add(status.st_ino), add(status.st_size);
    for (const timespec& time : {status.st_mtim, status.st_ctim}) {
      add(time.tv_sec), add(time.tv_nsec);
    }
  }
  return stamp;
}

}  // namespace inferwire
