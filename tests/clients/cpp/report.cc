#include "report.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

namespace inferwire::clients {
json SeenText(const std::string& text) {
  return {{"text", text.substr(0, 2000)}, {"text_bytes", text.size()}};
}

json SeenBytes(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream sink(&bytes);
    google::protobuf::io::CodedOutputStream out(&sink);
    out.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&out);
  }
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : bytes) {
    hex += kDigits[byte / 16];
    hex += kDigits[byte % 16];
  }
  return {{"hex", hex}};
}

json SeenUsage(const v1::Usage& usage) {
  return {{"input", usage.input_tokens()},
          {"output", usage.output_tokens()},
          {"total", usage.total_tokens()}};
}

json SeenRoute(const v1::RouteInfo& route) {
  return {{"route", route.route()},
          {"chosen_by", route.chosen_by()},
          {"group", route.group()},
          {"fallback", route.fallback()}};
}

json SeenAttempt(const v1::AttemptInfo& attempt) {
  return {{"upstream", attempt.upstream()},           {"key", attempt.key()},
          {"http_status", attempt.http_status()},     {"reason", attempt.reason()},
          {"may_be_billed", attempt.may_be_billed()}, {"cause", attempt.cause()}};
}

json SeenWarnings(const v1::GatewayInfo& gateway) {
  json seen = json::object();
  for (const auto& warning : gateway.warnings()) {
    const auto& end = warning.model_end();
    seen[warning.reason()] = {{"model", end.model_id()},
                              {"dated", !end.shutdown_date().empty()},
                              {"replacement", end.replacement_model_id()},
                              {"says", warning.message()}};
  }
  return seen;
}

json SeenGateway(const v1::GatewayInfo& gateway) {
  json attempts = json::array();
  for (const auto& attempt : gateway.attempt_log()) attempts.push_back(SeenAttempt(attempt));
  return {{"request_id", gateway.request_id()},  {"client_request_id", gateway.client_request_id()},
          {"upstream", gateway.upstream()},      {"model", gateway.model()},
          {"attempts", gateway.attempts()},      {"replayed", gateway.replayed()},
          {"route", SeenRoute(gateway.route())}, {"attempt_log", attempts},
          {"warnings", SeenWarnings(gateway)}};
}

json SeenCompletion(const v1::ChatCompletion& completion) {
  if (completion.choices().empty()) return {{"choices", 0}};
  const auto& choice = completion.choices(0);
  json calls = json::array();
  for (const auto& call : choice.message().tool_calls()) {
    calls.push_back({{"id", call.id()},
                     {"name", call.function().name()},
                     {"arguments", call.function().arguments()}});
  }
  json seen = SeenText(client::TextOf(choice.message()));
  seen.update({{"model", completion.model()},
               {"finish", v1::FinishReason_Name(choice.finish_reason())},
               {"role", v1::Role_Name(choice.message().role())},
               {"tool_calls", calls},
               {"has_content", choice.message().has_content()},
               {"choices", completion.choices_size()},
               {"usage", SeenUsage(completion.usage())}});
  return seen;
}

json SeenLimit(const std::optional<client::Limit>& limit) {
  if (!limit) return nullptr;
  return {{"name", limit->name},
          {"scope", limit->scope},
          {"amount", limit->amount},
          {"needed", limit->needed},
          {"resets_at", limit->resets_at}};
}

json SeenError(const client::Error& error) {
  json fields = json::array(), quotas = json::array();
  for (const auto& violation : error.fields) fields.push_back(violation.field);
  for (const auto& violation : error.quotas) quotas.push_back(violation.subject);
  const auto metadata = [&](const char* name) {
    const auto found = error.metadata.find(name);
    return found == error.metadata.end() ? std::string() : found->second;
  };
  return {{"code", client::CodeName(error.code)},
          {"domain", error.domain},
          {"reason", error.reason},
          {"retryable", error.safe_to_retry},
          {"may_be_billed", error.may_be_billed()},
          {"retry_after_ms", error.retry_after ? json(error.retry_after->count()) : json(nullptr)},
          {"request_id", error.request_id()},
          {"origin", error.origin()},
          {"fields", fields},
          {"quotas", quotas},
          {"upstream", metadata("upstream")},
          {"route", metadata("route")},
          {"tried", metadata("tried")},
          {"first_request_id", error.first_request_id()},
          {"limit", SeenLimit(error.limit())},
          {"line", client::Describe(error)},
          {"message", error.message}};
}

json SeenProgress(const client::ManyProgress& progress) {
  return {{"sent", progress.sent},           {"succeeded", progress.succeeded},
          {"failed", progress.failed},       {"cancelled", progress.cancelled},
          {"in_flight", progress.in_flight}, {"max_in_flight", progress.max_in_flight}};
}

}  // namespace inferwire::clients
