// A raw call between a caller and an upstream that are both played.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "codec/utf8.h"
#include "config/raw.h"
#include "endpoints/raw/raw.h"
#include "fuzz/input.h"
#include "fuzz/message_check.h"
#include "support/manual_clock.h"
#include "telemetry/metrics.h"
#include "unit/rpc/fake_transport.h"

namespace inferwire::fuzz {

inline constexpr std::string_view kBaseUrl = "https://upstream.test/v1";
inline constexpr std::string_view kKey = "sk-ours-0123456789";
inline constexpr std::string_view kOrganization = "org-ours-0123456789";

class Hearer final : public gateway::Operation::Observer {
 public:
  bool Full() override { return false; }
  void OnMessage(google::protobuf::Message& message) override {
    CheckMessage(message);
    messages.push_back(message.SerializeAsString());
  }
  void OnEnd(std::optional<Error> why) override {
    ended = true;
    error = std::move(why);
  }

  std::vector<std::string> messages;
  std::optional<Error> error;
  bool ended = false;
};

// The method and path on the first line, then content-type, query and upstream, and the rest of the
// block is the body.
inline v1::HttpCall TakeCall(Input& input) {
  v1::HttpCall call;
  const std::string line = codec::ReplaceInvalidUtf8(input.Line());
  const size_t space = std::min(line.find(' '), line.size());
  call.set_method(line.substr(0, space));
  call.set_path(line.substr(std::min(space + 1, line.size())));
  for (const auto& [name, value] : input.Block()) {
    const std::string text = codec::ReplaceInvalidUtf8(value);
    if (name == "content-type") {
      call.set_content_type(text);
    } else if (name == "upstream") {
      call.set_upstream(text);
    } else if (name == "body") {
      call.set_body(text);
    } else {
      auto* parameter = call.add_query();
      parameter->set_name(codec::ReplaceInvalidUtf8(name));
      parameter->set_value(text);
    }
  }
  return call;
}

class RawWorld {
 public:
  RawWorld() {
    upstream::UpstreamOptions options;
    options.name = "up";
    options.base_url = kBaseUrl;
    options.organization = kOrganization;
    auto key = upstream::UpstreamKey::Read([] { return Secret::FromText(kKey, "a test"); });
    router_.Add(std::make_unique<const upstream::Upstream>(std::move(options), std::move(*key),
                                                           TheMetrics()),
                {"*"}, {}, true);
    router_.AllowRaw(
        [list = config::RawAllowList(config::DefaultRawRules())](
            std::string_view method, std::string_view path) { return list.Allowed(method, path); });
  }

  // The error with which the call is refused, if it is.
  std::optional<Error> Start(v1::HttpCall& call, bool stream) {
    const gateway::CallContext context = {"request-1", clock_.Now() + std::chrono::seconds(10)};
    auto made = stream ? endpoints::NewRawStream(call, {}, runtime_, context, observer)
                       : endpoints::NewRawCall(call, {}, runtime_, context, observer);
    if (!made) return made.error();
    operation_ = std::move(*made);
    operation_->Start();
    return std::nullopt;
  }

 private:
  // Too slow to be made for every input.
  static telemetry::Metrics& TheMetrics() {
    static telemetry::Metrics metrics;
    return metrics;
  }

  ManualClock clock_;
  Timers timers_{clock_};
  Random random_{1};
  upstream::Router router_;
  const upstream::AnswerLimits limits_ = {.event_bytes = 100, .stream_bytes = 2000, .json = {}};
  v1::StreamCompleteResponse chunk_message_;
  Mailbox mailbox_{[] {}};
  const upstream::Runtime runtime_ = {
      transport, timers_, random_,        upstream::RuntimeMetrics(TheMetrics()),
      router_,   limits_, chunk_message_, mailbox_};

 public:
  http::FakeTransport transport;
  Hearer observer;

 private:
  std::unique_ptr<gateway::Operation> operation_;  // uses all of the above
};

}  // namespace inferwire::fuzz
