// Errors as the real API words and shapes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inferwire::simulator {

struct ApiError {
  int status = 400;
  std::string message;
  std::string type = "invalid_request_error";
  std::optional<std::string> param, code;
  std::vector<std::pair<std::string, std::string>> headers;
};

// {"error": {...}}
std::string ErrorBody(const ApiError& error);

ApiError BadRequest(std::string message, std::optional<std::string> param,
                    std::optional<std::string> code);
ApiError MissingParameter(const std::string& param);
ApiError InvalidType(const std::string& param, std::string_view expected, std::string_view got);
ApiError ModelNotFound(const std::string& model);
ApiError WrongKey(std::string_view authorization);
ApiError UnknownUrl(std::string_view method, std::string_view path);
ApiError WrongMethod(std::string_view method);

// What the real API answers with this status; code picks a variant, e.g. 429 and
// insufficient_quota.
ApiError ErrorOfStatus(int status, const std::string& code, const std::string& model);

// The error that has this code, whatever its status.
ApiError ErrorOfCode(const std::string& code, const std::string& model);
// "No SUBJECT found with id 'ID'." and the like.
ApiError NotFound(std::string message, std::optional<std::string> param = {},
                  std::optional<std::string> code = {});
// In the words of the API's newer parts.
ApiError UnknownParameter(const std::string& name);

}  // namespace inferwire::simulator
