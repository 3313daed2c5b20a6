// One configured upstream: where it is and how it is spoken to. Immutable after its making, but for
// its key, and shared by all loops.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/transport.h"
#include "openai/dialect.h"
#include "upstream/upstream_key.h"

namespace inferwire::telemetry {

class Metrics;
class UpstreamMetrics;

}  // namespace inferwire::telemetry

namespace inferwire::upstream {

// What an upstream is used for: the operation label of its metrics.
enum class Use { kChat, kRaw, kFiles, kBatches };
std::string_view Name(Use use);  // the label `operation`

struct UpstreamOptions {
  std::string name;
  std::string base_url;     // without a trailing slash, e.g. https://api.openai.com/v1
  std::string api_version;  // of every request's query; empty: none
  const openai::Dialect* dialect = openai::FindDialect("openai");
  std::string organization, project;
  std::map<std::string, std::string> headers;  // static ones, none of them secret
  http::ConnectOptions connect_options;
  Duration first_byte = std::chrono::seconds(60);
  Duration between_events = std::chrono::seconds(60);
  Duration after_finish = std::chrono::seconds(3);
  int max_retries = 2;
};

class Upstream {
 public:
  // key is null if the upstream wants none.
  Upstream(UpstreamOptions options, std::shared_ptr<UpstreamKey> key, telemetry::Metrics& metrics);

  const UpstreamOptions& options() const { return options_; }
  const std::string& name() const { return options_.name; }
  UpstreamKey* key() const { return key_.get(); }
  telemetry::UpstreamMetrics& metrics(Use use) const { return *metrics_[static_cast<size_t>(use)]; }

  // Where chat completions of this model are served, below the base URL.
  std::string ChatPath(std::string_view model) const;
  // Whether the model is a part of that path.
  bool NamesModelInPath() const;

  // A request to a path (and query) below the base URL, with every header but what the body needs.
  // key: null for none.
  http::Request NewRequest(std::string_view method, std::string_view path,
                           std::string_view request_id, const Secret* key) const;

 private:
  const UpstreamOptions options_;
  const std::shared_ptr<UpstreamKey> key_;
  const std::array<telemetry::UpstreamMetrics*, 4> metrics_;  // by Use
  std::vector<std::string> headers_;                          // all but the key's
};

}  // namespace inferwire::upstream
