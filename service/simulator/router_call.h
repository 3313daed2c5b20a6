// One request on its way to an answer, as the router's parts hand it around.
#pragma once

#include <string>
#include <string_view>

#include "simulator/router.h"

namespace inferwire::simulator {

struct Router::Call {
  const Recorded& request;
  std::string_view path{};  // without the query
  std::string_view id{};    // the part of the path that a route's star stands for
  Upload* upload = nullptr;
  Json body{};
  Answer answer{};
  std::string content_type{"application/json"};
};

}  // namespace inferwire::simulator
