// The price lists of a model as ways to send a request: how, how soon, and which is the cheapest
// that is soon enough. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/model.h"
#include "inferwire/v1/models_service.pb.h"

namespace inferwire::endpoints {

struct PricedWay {
  v1::ServiceWay way;
  const catalogue::TierPrice* price;  // of the model
};

// Standard first, the others as the catalogue has them. deadline: unset, whenever.
std::vector<PricedWay> WaysOf(const catalogue::Model& model,
                              std::optional<std::chrono::milliseconds> deadline);

// Marks the cheapest. in_time: of those that surely meet the deadline, which there is then.
// cost_of: by its place; unset, not known.
void MarkCheapest(std::span<v1::ServiceWay* const> ways, bool in_time,
                  const std::function<std::optional<int64_t>(size_t)>& cost_of);

// INVALID_PARAMETER unless it is above zero.
Result<std::optional<std::chrono::milliseconds>> DeadlineOf(
    bool has, const google::protobuf::Duration& deadline, std::string_view field);

}  // namespace inferwire::endpoints
