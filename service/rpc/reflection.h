// grpc.reflection.v1 and v1alpha: what grpcurl and the like ask for.
#pragma once

#include <string>
#include <vector>

#include "rpc/routes.h"

namespace inferwire::rpc {

// services: the full names of the others; those of reflection come on top.
void AddReflection(std::vector<std::string> services, Routes& routes);

}  // namespace inferwire::rpc
