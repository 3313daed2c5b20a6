// A gateway in front of Azure, as it looks on the wire: paths, the version of the API, and the key.
#include <gtest/gtest.h>

#include <cstdlib>
#include <future>

#include "gateway.h"
#include "support/scripted_server.h"

namespace inferwire::e2e {
namespace {

constexpr char kCompletion[] =
    R"({"id":"c1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,)"
    R"("message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]})";

// Answers one request and keeps it.
class Azure {
 public:
  Azure()
      : server_([this](http::Listener& listener) {
          http::Peer peer = listener.Accept();
          request_.set_value(peer.ReadRequest());
          peer.Send(http::Answer(kCompletion, "apim-request-id: apim-1\r\nx-request-id: x-1\r\n"));
          peer.SawClose();
        }) {
    setenv("INFERWIRE_TEST_AZURE_KEY", "canary-azure-key", 1);
  }

  std::function<void(config::Config&)> Upstream(std::string_view path,
                                                const std::string& api_version) {
    return [=, this](config::Config& config) {
      config::UpstreamConfig& upstream = config.upstreams[0];
      upstream.dialect = "azure";
      upstream.base_url = server_.Url("http", path);
      upstream.api_version = api_version;
      upstream.api_key = {config::KeySource::Kind::kEnv, "INFERWIRE_TEST_AZURE_KEY"};
      upstream.models = {"my deployment"};
      upstream.aliases = {{"gpt-4o", "my deployment"}};
    };
  }
  std::string Request() { return request_.get_future().get(); }

 private:
  std::promise<std::string> request_;
  http::ScriptedServer server_;
};

std::string Complete(Gateway& gateway, v1::CompleteResponse& response) {
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4o");
  return gateway.chat().Complete(NewContext().get(), request, &response).error_message();
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Azure, IsAskedForADeploymentWithItsVersionAndKey) {
  Azure azure;
  Gateway gateway(azure.Upstream("/openai", "2024-10-21"));
  v1::CompleteResponse response;
  EXPECT_EQ(Complete(gateway, response), "");
  EXPECT_EQ(response.completion().choices(0).message().content(), "Hi");
  EXPECT_EQ(response.gateway().upstream_request_id(), "x-1");

  const std::string request = azure.Request();
  EXPECT_TRUE(request.starts_with(
      "POST /openai/deployments/my%20deployment/chat/completions?api-version=2024-10-21 "
      "HTTP/1.1\r\n"))
      << request;
  EXPECT_TRUE(Has(request, "\r\napi-key: canary-azure-key\r\n"));
  EXPECT_FALSE(Has(request, "uthorization"));
  gateway.Stop();
  EXPECT_FALSE(Has(gateway.log(), "canary")) << gateway.log();
}

TEST(Azure, IsAskedLikeOpenAiBelowV1) {
  Azure azure;
  Gateway gateway(azure.Upstream("/openai/v1", ""));
  v1::CompleteResponse response;
  EXPECT_EQ(Complete(gateway, response), "");
  const std::string request = azure.Request();
  EXPECT_TRUE(request.starts_with("POST /openai/v1/chat/completions HTTP/1.1\r\n")) << request;
  EXPECT_TRUE(Has(request, R"("model":"my deployment")"));
  EXPECT_TRUE(Has(request, "\r\napi-key: canary-azure-key\r\n"));
  EXPECT_FALSE(Has(request, "uthorization"));
}

TEST(Azure, GetsTheVersionWithRawCallsToo) {
  Azure azure;
  Gateway gateway(azure.Upstream("/openai", "2024-10-21"));
  v1::InvokeRequest request;
  request.mutable_call()->set_method("GET");
  request.mutable_call()->set_path("/models");
  auto* limit = request.mutable_call()->add_query();
  limit->set_name("limit");
  limit->set_value("2");
  v1::InvokeResponse response;
  EXPECT_TRUE(gateway.raw().Invoke(NewContext().get(), request, &response).ok());
  EXPECT_EQ(response.body(), kCompletion);
  EXPECT_TRUE(azure.Request().starts_with(
      "GET /openai/models?limit=2&api-version=2024-10-21 HTTP/1.1\r\n"));
}

TEST(Azure, KeepsTheCallersVersionOfARawCall) {
  Azure azure;
  Gateway gateway(azure.Upstream("/openai", "2024-10-21"));
  v1::InvokeRequest request;
  request.mutable_call()->set_method("GET");
  request.mutable_call()->set_path("/models");
  auto* version = request.mutable_call()->add_query();
  version->set_name("api-version");
  version->set_value("preview");
  v1::InvokeResponse response;
  EXPECT_TRUE(gateway.raw().Invoke(NewContext().get(), request, &response).ok());
  EXPECT_TRUE(azure.Request().starts_with("GET /openai/models?api-version=preview HTTP/1.1\r\n"));
}

}  // namespace
}  // namespace inferwire::e2e
