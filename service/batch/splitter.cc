#include "batch/splitter.h"

namespace inferwire::batch {
namespace {

Error TooMuch(std::string_view field, const std::string& what) {
  return InvalidField(field, what, v1::ERROR_REASON_REQUEST_TOO_LARGE);
}

}  // namespace

Result<int32_t> Splitter::Add(const std::string& upstream, const std::string& model,
                              int64_t line_bytes, int64_t tokens, const std::string& route) {
  const UpstreamFacts facts = options_.FactsOf(upstream);
  if (line_bytes > facts.max_bytes) {
    return TooMuch("item", "is larger than the upstream's largest batch");
  }
  if (items_ + 1 > options_.max_items) {
    return TooMuch("item", "the batch has more than " + std::to_string(options_.max_items));
  }
  if (bytes_ + line_bytes > options_.max_bytes) {
    return TooMuch("item",
                   "the batch is larger than " + std::to_string(options_.max_bytes) + " bytes");
  }
  const auto key = std::make_tuple(upstream, model, route);
  auto open = open_.find(key);
  if (open == open_.end() && open_.size() >= options_.max_models) {
    return TooMuch("item",
                   "the batch has more than " + std::to_string(options_.max_models) + " models");
  }
  const int64_t queue = facts.native ? facts.QueueTokens(model) : 0;
  const auto fits = [&](const store::Shard& shard) {
    return shard.counts.total + 1 <= facts.max_items &&
           shard.bytes + line_bytes <= facts.max_bytes &&
           (queue == 0 || shard.tokens + tokens <= queue);
  };
  if (open == open_.end() || !fits(shards_[open->second])) {
    store::Shard shard;
    shard.index = static_cast<int32_t>(shards_.size());
    shard.upstream = upstream;
    shard.model = model;
    shard.route = route;
    shard.local = !facts.native;
    shards_.push_back(std::move(shard));
    open = open_.insert_or_assign(key, shards_.size() - 1).first;
  }
  store::Shard& shard = shards_[open->second];
  ++shard.counts.total;
  shard.bytes += line_bytes;
  shard.tokens += tokens;
  ++items_;
  bytes_ += line_bytes;
  return shard.index;
}

}  // namespace inferwire::batch
