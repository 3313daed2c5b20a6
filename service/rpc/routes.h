// What is served on one loop, and how a call of it begins, whichever wire brings it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "rpc/kind.h"
#include "rpc/wire.h"

namespace inferwire::rpc {

// A method. Its call begins with the request's message, or with the headers if it reads a stream.
struct Route {
  Kind kind = Kind::kUnary;
  std::function<void(std::unique_ptr<Wire>)> begin;
};
using Routes = std::unordered_map<std::string, Route>;  // by path: /service/method

}  // namespace inferwire::rpc
