#include "upstream/listing.h"

#include <utility>

namespace inferwire::upstream {

void Listing::Store(Read read) {
  last_.store(std::make_shared<const Read>(std::move(read)), std::memory_order_release);
  failure_.store(v1::ERROR_REASON_UNSPECIFIED, std::memory_order_relaxed);
}

std::shared_ptr<Listing> Listings::Of(const std::string& upstream, const std::string& url) {
  const std::lock_guard lock(mutex_);
  std::erase_if(by_name_, [](const auto& each) { return each.second.expired(); });
  std::weak_ptr<Listing>& known = by_name_[upstream + " " + url];
  auto listing = known.lock();
  if (!listing) known = listing = std::make_shared<Listing>();
  return listing;
}

}  // namespace inferwire::upstream
