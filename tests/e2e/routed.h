// A gateway with a route of two upstreams, each a simulator of its own.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway.h"

namespace inferwire::e2e {

// What the first target of a route does with each request, in the simulator's words, and what is
// configured besides.
class Routed {
 public:
  // "chat" is gpt-4.1-mini at "first", and gpt-4.1 at "second" in the second group.
  explicit Routed(const std::string& first_does = "",
                  const std::function<void(config::Config&)>& adjust = {},
                  const std::string& second_does = "") {
    auto simulator = simulator::Simulator::Start();
    if (!simulator) throw std::runtime_error(simulator.error().message);
    second_ = std::move(*simulator);
    gateway_ = std::make_unique<Gateway>([&](config::Config& config) {
      config.upstreams[0].name = "first";
      config.upstreams[0].tags = {"eu"};
      config.upstreams.push_back(config.upstreams[0]);
      config.upstreams[1].name = "second";
      config.upstreams[1].base_url = second_->base_url();
      config.upstreams[1].is_default = false;
      config.upstreams[1].tags = {"us"};
      config::RouteConfig route;
      route.name = "chat";
      route.targets.resize(2);
      route.targets[0].upstream = "first";
      route.targets[0].model = "gpt-4.1-mini" + Suffix(first_does);
      route.targets[1].upstream = "second";
      route.targets[1].model = "gpt-4.1" + Suffix(second_does);
      route.targets[1].group = 2;
      config.routes = {route};
      if (adjust) adjust(config);
    });
  }

  grpc::Status Complete(v1::CompleteResponse& response, const v1::RoutePreferences& wish = {},
                        const std::string& model = "chat",
                        std::chrono::milliseconds deadline = std::chrono::seconds(30)) {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi", model);
    *request.mutable_options()->mutable_route() = wish;
    return gateway_->chat().Complete(NewContext(deadline).get(), request, &response);
  }
  StreamResult Stream(const std::string& model = "chat", const v1::RoutePreferences& wish = {}) {
    v1::StreamCompleteRequest request;
    *request.mutable_params() = Prompt("hi", model);
    *request.mutable_options()->mutable_route() = wish;
    auto context = NewContext();
    return ReadAll(*gateway_->chat().StreamComplete(context.get(), request));
  }
  // Who answers; empty: nobody.
  std::string Answerer(const v1::RoutePreferences& wish = {}, const std::string& model = "chat") {
    v1::CompleteResponse response;
    return Complete(response, wish, model).ok() ? response.gateway().upstream() : "";
  }
  std::string Reason(const v1::RoutePreferences& wish, const std::string& model = "chat") {
    v1::CompleteResponse response;
    return InfoOf(Complete(response, wish, model)).reason();
  }

  Gateway& gateway() { return *gateway_; }
  simulator::Simulator& second() { return *second_; }
  uint64_t first_requests() { return gateway_->upstream().stats().requests; }
  uint64_t second_requests() { return second_->stats().requests; }

 private:
  static std::string Suffix(const std::string& words) { return words.empty() ? "" : '+' + words; }

  std::unique_ptr<simulator::Simulator> second_;
  std::unique_ptr<Gateway> gateway_;
};

}  // namespace inferwire::e2e
