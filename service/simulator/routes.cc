#include "simulator/routes.h"

#include <algorithm>

namespace inferwire::simulator {
namespace {

bool Match(std::string_view pattern, std::string_view path, std::vector<std::string_view>& ids) {
  ids.clear();
  while (!pattern.empty()) {
    const size_t star = pattern.find('*');
    const std::string_view fixed = pattern.substr(0, star);
    if (!path.starts_with(fixed)) return false;
    path.remove_prefix(fixed.size());
    if (star == std::string_view::npos) return path.empty();
    pattern.remove_prefix(star + 1);
    ids.push_back(path.substr(0, path.find('/')));
    if (ids.back().empty()) return false;
    path.remove_prefix(ids.back().size());
  }
  return path.empty();
}

}  // namespace

const Operation* Routes::Find(std::string_view method, std::string_view path,
                              std::vector<std::string_view>& ids, bool& path_known) const {
  for (const Operation& operation : operations_) {
    if (!Match(operation.path, path, ids)) continue;
    path_known = true;
    if (operation.method == method) return &operation;
  }
  return nullptr;
}

}  // namespace inferwire::simulator
