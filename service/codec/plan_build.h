// Working out plans. Only plan.cc calls this.
#pragma once

#include <google/protobuf/descriptor.h>

#include <functional>
#include <string_view>

#include "codec/plan.h"

namespace inferwire::codec {

// Gives the plan of another type, which may still be unfinished.
using PlanOf = std::function<const MessagePlan*(const google::protobuf::Descriptor&)>;

void BuildPlan(const google::protobuf::Descriptor& type, const PlanOf& plan_of, MessagePlan& plan);

size_t HashName(std::string_view name);

}  // namespace inferwire::codec
