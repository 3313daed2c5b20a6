// A typed call, its upstream and its caller played by the test.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "unit/rpc/operation_call_fixture.h"

namespace inferwire::rpc {

// How much came before a cut, as its error says.
inline std::string CountOf(const grpc::Status& status) {
  const auto info = inferwire::testing_support::DetailOf<google::rpc::ErrorInfo>(status);
  return info && info->metadata().contains("count") ? info->metadata().at("count") : "none";
}

class TypedTest : public OperationCallTest {
 protected:
  void Call(std::string_view method, const Message& request) {
    if (!endpoint_) endpoint_.emplace(DescriptionOf(method), world.metrics);
    world.Serve(*endpoint_, rpc, request);
  }
  void Answer(std::string_view body, int status = 200) {
    http::FakeTransport::Head(transfer(), status, "application/json");
    http::FakeTransport::Body(transfer(), body);
    http::FakeTransport::End(transfer());
    RunToEnd();
  }
  // The caller goes away.
  void Leave() {
    rpc.Done(true);
    while (rpc.writing) rpc.CompleteWrite(false);
  }
  // What was sent: "POST /embeddings".
  std::string Line() {
    const http::Request& request = transfer().request;
    const std::string base = "http://upstream/v1";
    EXPECT_TRUE(request.url.starts_with(base)) << request.url;
    return std::string(request.method) + " " + request.url.substr(base.size());
  }
  nlohmann::json Body() { return nlohmann::json::parse(*transfer().request.body); }

 private:
  std::optional<Endpoint> endpoint_;
};

}  // namespace inferwire::rpc
