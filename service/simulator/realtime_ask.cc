// What a request for a session asks for, and whether it gets one.
#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "base/text.h"
#include "simulator/errors.h"
#include "simulator/realtime_socket.h"

namespace inferwire::simulator {
namespace {

constexpr std::string_view kPath = "/v1/realtime";

std::string_view Header(const Recorded& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return {};
}

std::string Decoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool encoded = text[i] == '%' && i + 2 < text.size();
    unsigned int byte = static_cast<unsigned char>(text[i]);
    if (encoded) std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, /*base=*/16);
    decoded += static_cast<char>(byte);
    if (encoded) i += 2;
  }
  return decoded;
}

// A parameter of the query, decoded.
std::string Parameter(std::string_view path, std::string_view name) {
  size_t begin = path.find('?');
  while (begin < path.size()) {
    const std::string_view rest = path.substr(begin + 1);
    const std::string_view item = rest.substr(0, std::min(rest.find('&'), rest.size()));
    if (item.size() > name.size() && item.starts_with(name) && item[name.size()] == '=') {
      return Decoded(item.substr(name.size() + 1));
    }
    begin += 1 + item.size();
  }
  return {};
}

Answer Refusal(const ApiError& error) {
  Answer answer;
  answer.status = error.status;
  answer.headers = error.headers;
  answer.headers.emplace_back("content-type", "application/json");
  answer.body = ErrorBody(error);
  return answer;
}

}  // namespace

bool AsksForRealtime(const Recorded& request) {
  return request.method == "GET" && request.path.substr(0, request.path.find('?')) == kPath &&
         EqualsIgnoringCase(Header(request, "upgrade"), "websocket");
}

RealtimeAsked AskRealtime(const Recorded& request, const RealtimeShared& shared) {
  RealtimeAsked asked;
  asked.behavior.timing = shared.options.timing;
  const std::string model = Parameter(request.path, "model");
  const size_t plus = model.find('+');
  const bool has_words = plus != std::string::npos;
  asked.model = has_words ? model.substr(0, plus) : model;
  const std::string_view authorization = Header(request, "authorization");
  if (!shared.rules.Welcomes(authorization)) {
    asked.refusal = Refusal(WrongKey(authorization));
    return asked;
  }
  const std::string_view key =
      authorization.starts_with("Bearer ") ? authorization.substr(7) : std::string_view();
  shared.rules.Apply({request.method, asked.model, kPath, key}, asked.behavior);
  const std::string_view words =
      has_words ? std::string_view(model).substr(plus + 1) : std::string_view();
  auto set = SetAll(words, '+', asked.behavior);
  if (set) set = SetAll(Header(request, "x-simulator"), ';', asked.behavior);
  if (!set) {
    asked.refusal = Refusal(BadRequest(set.error().fields[0].description, {}, {}));
  } else if (model.empty()) {
    asked.refusal = Refusal(MissingParameter("model"));
  } else if (asked.behavior.status) {
    ApiError error = ErrorOfStatus(*asked.behavior.status, asked.behavior.code, asked.model);
    if (asked.behavior.retry_after) {
      error.headers.emplace_back("retry-after", *asked.behavior.retry_after);
    }
    asked.refusal = Refusal(error);
  }
  return asked;
}

}  // namespace inferwire::simulator
