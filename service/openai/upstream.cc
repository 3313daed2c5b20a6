#include "openai/upstream.h"

#include <utility>

namespace llmgate::openai {

Upstream::Upstream(UpstreamOptions options, std::unique_ptr<const Secret> key, Metrics& metrics)
    : options_(std::move(options)),
      key_(std::move(key)),
      chat_metrics_(metrics.Upstream(options_.name, "chat")),
      raw_metrics_(metrics.Upstream(options_.name, "raw")) {
  headers_.push_back("User-Agent: llmgate/" LLMGATE_VERSION);
  if (!options_.organization.empty()) {
    headers_.push_back("OpenAI-Organization: " + options_.organization);
  }
  if (!options_.project.empty()) headers_.push_back("OpenAI-Project: " + options_.project);
  for (const auto& [name, value] : options_.headers) headers_.push_back(name + ": " + value);
}

http::Request Upstream::NewRequest(std::string_view method, std::string_view path,
                                   std::string_view request_id) const {
  http::Request request;
  request.method = method;
  request.url = options_.base_url;
  request.url += path;
  request.headers = headers_;
  request.headers.push_back("X-Client-Request-Id: " + std::string(request_id));
  if (key_) request.headers.push_back("Authorization: Bearer " + std::string(key_->Reveal()));
  request.endpoint = &options_.endpoint;
  return request;
}

}  // namespace llmgate::openai
