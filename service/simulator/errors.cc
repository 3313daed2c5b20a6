#include "simulator/errors.h"

#include "simulator/json.h"

namespace inferwire::simulator {
namespace {

Json OrNull(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

// The first and last characters of the key, as the real message shows them.
std::string Masked(std::string_view key) {
  if (key.size() < 12) return std::string(key.size(), '*');
  return std::string(key.substr(0, 8)) + std::string(key.size() - 12, '*') +
         std::string(key.substr(key.size() - 4));
}

struct Known {
  int status;
  std::string_view code, type, message;
};

constexpr Known kKnown[] = {
    {400, "content_filter", "invalid_request_error",
     "The response was filtered due to the prompt triggering our content management policy."},
    {400, "context_length_exceeded", "invalid_request_error",
     "This model's maximum context length is 1047576 tokens. Please reduce the length of the "
     "messages."},
    {400, "", "invalid_request_error", "Invalid request."},
    {401, "invalid_api_key", "invalid_request_error",
     "Incorrect API key provided: sk-simul***ator. You can find your API key at "
     "https://platform.openai.com/account/api-keys."},
    {403, "unsupported_country_region_territory", "request_forbidden",
     "Country, region, or territory not supported"},
    {404, "model_not_found", "invalid_request_error",
     "The model `MODEL` does not exist or you do not have access to it."},
    {408, "", "server_error", "Request timed out."},
    {409, "", "invalid_request_error", "The resource was modified concurrently. Please try again."},
    {413, "", "invalid_request_error", "Maximum content size limit exceeded."},
    {422, "", "invalid_request_error", "Unprocessable entity."},
    {429, "insufficient_quota", "insufficient_quota",
     "You exceeded your current quota, please check your plan and billing details. For more "
     "information on this error, read the docs: "
     "https://platform.openai.com/docs/guides/error-codes/api-errors."},
    {429, "rate_limit_exceeded", "requests",
     "Rate limit reached for MODEL in organization org-simulator on requests per min (RPM): Limit "
     "500, "
     "Used 500, Requested 1. Please try again in 120ms. Visit "
     "https://platform.openai.com/account/rate-limits to learn more."},
    {500, "", "server_error",
     "The server had an error while processing your request. Sorry about that!"},
    {502, "", "server_error", "Bad gateway."},
    {503, "slow_down", "service_unavailable_error",
     "Slow down: please reduce your request rate and try again."},
    {503, "", "server_error", "The engine is currently overloaded, please try again later."},
    {504, "", "server_error", "Gateway timeout."},
};

const Known* Find(int status, const std::string& code) {
  const Known* found = nullptr;
  for (const Known& known : kKnown) {
    if (known.status != status) continue;
    if (!code.empty() && known.code == code) return &known;
    found = &known;  // the last one of a status is the usual one
  }
  return found;
}

}  // namespace

std::string ErrorBody(const ApiError& error) {
  return Dump({{"error",
                {{"message", error.message},
                 {"type", error.type},
                 {"param", OrNull(error.param)},
                 {"code", OrNull(error.code)}}}});
}

ApiError BadRequest(std::string message, std::optional<std::string> param,
                    std::optional<std::string> code) {
  ApiError error;
  error.message = std::move(message);
  error.param = std::move(param);
  error.code = std::move(code);
  return error;
}

ApiError MissingParameter(const std::string& param) {
  return BadRequest("Missing required parameter: '" + param + "'.", param,
                    "missing_required_parameter");
}

ApiError InvalidType(const std::string& param, std::string_view expected, std::string_view got) {
  return BadRequest("Invalid type for '" + param + "': expected " + std::string(expected) +
                        ", but got " + std::string(got) + " instead.",
                    param, "invalid_type");
}

ApiError ModelNotFound(const std::string& model) {
  ApiError error =
      BadRequest("The model `" + model + "` does not exist or you do not have access to it.", {},
                 "model_not_found");
  error.status = 404;
  return error;
}

ApiError WrongKey(std::string_view authorization) {
  ApiError error;
  error.status = 401;
  if (!authorization.starts_with("Bearer ")) {
    error.message =
        "You didn't provide an API key. You need to provide your API key in an Authorization "
        "header "
        "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).";
    return error;
  }
  error.message = "Incorrect API key provided: " + Masked(authorization.substr(7)) +
                  ". You can find your API key at https://platform.openai.com/account/api-keys.";
  error.code = "invalid_api_key";
  return error;
}

ApiError UnknownUrl(std::string_view method, std::string_view path) {
  ApiError error;
  error.status = 404;
  error.message = "Invalid URL (" + std::string(method) + " " + std::string(path) + ")";
  return error;
}

ApiError WrongMethod(std::string_view method) {
  ApiError error;
  error.status = 405;
  error.message = "Not allowed to " + std::string(method) + " on this resource.";
  error.code = "method_not_supported";
  return error;
}

ApiError NotFound(std::string message, std::optional<std::string> param,
                  std::optional<std::string> code) {
  ApiError error = BadRequest(std::move(message), std::move(param), std::move(code));
  error.status = 404;
  return error;
}

ApiError UnknownParameter(const std::string& name) {
  return BadRequest("Unknown parameter: '" + name + "'.", name, "unknown_parameter");
}

ApiError ErrorOfCode(const std::string& code, const std::string& model) {
  int status = 500;
  for (const Known& known : kKnown) {
    if (known.code == code) status = known.status;
  }
  ApiError error = ErrorOfStatus(status, code, model);
  if (code == "rate_limit_exceeded") error.type = "tokens";
  return error;
}

ApiError ErrorOfStatus(int status, const std::string& code, const std::string& model) {
  ApiError error;
  error.status = status;
  error.message = "The request failed with status " + std::to_string(status) + ".";
  error.type = status >= 500 ? "server_error" : "invalid_request_error";
  if (!code.empty()) error.code = code;
  const Known* known = Find(status, code);
  if (known == nullptr) return error;
  error.message = std::string(known->message);
  error.type = std::string(known->type);
  if (code.empty() && !known->code.empty()) error.code = std::string(known->code);
  if (const size_t at = error.message.find("MODEL"); at != std::string::npos) {
    error.message.replace(at, 5, model);
  }
  return error;
}

}  // namespace inferwire::simulator
