// Things that are kept by their id, oldest first. Beyond the bounds the oldest are forgotten.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace inferwire::simulator {

// T has an id. Whoever holds a thing's pointer still has it when it is forgotten here.
template <class T>
class Kept {
 public:
  Kept(size_t max_count, int64_t max_bytes) : max_count_(max_count), max_bytes_(max_bytes) {}

  // Instead of what has the same id.
  void Add(std::shared_ptr<T> item, int64_t bytes) {
    const std::string id = item->id;
    Remove(id);
    items_.push_back(std::move(item));
    by_id_.emplace(id, Entry{std::prev(items_.end()), bytes});
    bytes_ += bytes;
    Forget();
  }
  std::shared_ptr<T> Find(std::string_view id) const {
    const auto found = by_id_.find(std::string(id));
    return found == by_id_.end() ? nullptr : *found->second.where;
  }
  // It has grown, or shrunk.
  void Resize(std::string_view id, int64_t bytes) {
    const auto found = by_id_.find(std::string(id));
    if (found == by_id_.end()) return;
    bytes_ += bytes - found->second.bytes;
    found->second.bytes = bytes;
    Forget();
  }
  bool Remove(std::string_view id) {
    const auto found = by_id_.find(std::string(id));
    if (found == by_id_.end()) return false;
    bytes_ -= found->second.bytes;
    items_.erase(found->second.where);
    by_id_.erase(found);
    return true;
  }
  const std::list<std::shared_ptr<T>>& items() const { return items_; }

 private:
  struct Entry {
    typename std::list<std::shared_ptr<T>>::iterator where;
    int64_t bytes = 0;
  };
  void Forget() {
    while (!items_.empty() && (items_.size() > max_count_ || bytes_ > max_bytes_)) {
      Remove(std::string(items_.front()->id));
    }
  }

  const size_t max_count_;
  const int64_t max_bytes_;
  int64_t bytes_ = 0;
  std::list<std::shared_ptr<T>> items_;
  std::unordered_map<std::string, Entry> by_id_;
};

}  // namespace inferwire::simulator
