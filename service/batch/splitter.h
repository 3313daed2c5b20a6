// Which shard an item goes to: as few shards as the upstreams' limits allow, each of one model.
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "batch/options.h"
#include "store/job.h"

namespace inferwire::batch {

class Splitter {
 public:
  explicit Splitter(const Options& options) : options_(options) {}

  // The index of the item's shard. Fails if the item is too large for any, or the batch too large.
  // route: the name by which it was found, if it is a route's.
  Result<int32_t> Add(const std::string& upstream, const std::string& model, int64_t line_bytes,
                      int64_t tokens, const std::string& route = {});

  const std::vector<store::Shard>& shards() const { return shards_; }
  int64_t items() const { return items_; }

 private:
  const Options& options_;
  std::vector<store::Shard> shards_;
  // By upstream, model and route.
  std::map<std::tuple<std::string, std::string, std::string>, size_t> open_;
  int64_t items_ = 0, bytes_ = 0;
};

}  // namespace inferwire::batch
