// One request on its way to an answer, as the resources hand it around.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/answer.h"
#include "simulator/errors.h"
#include "simulator/json.h"
#include "simulator/upload.h"

namespace inferwire::simulator {

struct Call {
  const Recorded& request;
  std::string_view path{};              // without the query
  std::vector<std::string_view> ids{};  // the parts of the path that a route's stars stand for
  Upload* upload = nullptr;
  Json body{};
  Answer answer{};
  std::string content_type{"application/json"};

  std::string_view id(size_t index = 0) const { return ids[index]; }
  void Fail(ApiError error);
  // The error if there is one, else the body that the answer has already.
  void Settle(std::optional<ApiError> error);
  void Give(const Json& json);
  // Answers in events, beginning with the behaviour's first token.
  void Stream(std::unique_ptr<EventSource> events);
};

std::string_view HeaderOf(const HeaderList& headers, std::string_view name);
// The key of a request; empty: it has none.
std::string_view KeyOf(const HeaderList& headers);
// A member's text; empty if it is no text.
std::string StringMember(const Json& body, const char* name);

}  // namespace inferwire::simulator
