#include "simulator/request_log.h"

#include <iterator>
#include <utility>

namespace inferwire::simulator {

void RequestLog::Add(Recorded request) {
  std::lock_guard lock(mutex_);
  bytes_ += request.body.size();
  requests_.push_back(std::move(request));
  while (requests_.size() > max_requests_ || (bytes_ > max_bytes_ && !requests_.empty())) {
    bytes_ -= requests_.front().body.size();
    requests_.pop_front();
  }
}

std::vector<Recorded> RequestLog::Take() {
  std::lock_guard lock(mutex_);
  std::vector<Recorded> taken(std::make_move_iterator(requests_.begin()),
                              std::make_move_iterator(requests_.end()));
  requests_.clear();
  bytes_ = 0;
  return taken;
}

}  // namespace inferwire::simulator
