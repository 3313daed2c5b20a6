#include "simulator/call.h"

#include "simulator/raw_text.h"

namespace inferwire::simulator {

void Call::Fail(ApiError error) {
  answer.status = error.status;
  answer.body = ErrorBody(error);
  answer.events.reset();
  content_type = "application/json";
  for (auto& header : error.headers) answer.headers.push_back(std::move(header));
}

void Call::Settle(std::optional<ApiError> error) {
  if (error) return Fail(std::move(*error));
  if (answer.behavior.garbage == Garbage::kJson) answer.body.resize(answer.body.size() / 2);
}

void Call::Give(const Json& json) {
  answer.body = Dump(json);
  InsertRaw(answer.behavior, answer.body);
  Settle(std::nullopt);
}

void Call::Stream(std::unique_ptr<EventSource> events) {
  content_type = "text/event-stream; charset=utf-8";
  // Comments while waiting need the headers first.
  if (answer.behavior.keepalive) answer.delay = {};
  answer.events = std::move(events);
}

std::string_view HeaderOf(const HeaderList& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

std::string_view KeyOf(const HeaderList& headers) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view authorization = HeaderOf(headers, "authorization");
  if (authorization.starts_with(kScheme)) return authorization.substr(kScheme.size());
  return HeaderOf(headers, "api-key");
}

std::string StringMember(const Json& body, const char* name) {
  if (!body.is_object()) return "";
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace inferwire::simulator
