// What links the library elsewhere, here of the program itself: with INFERWIRE_SHIPPED_SERVER the
// very file that is shipped, whose machine code was rewritten after linking
// (service/platform/tune).
#include <gtest/gtest.h>
#include <signal.h>

#include "batch_client.h"
#include "connected.h"
#include "gateway.h"
#include "process.h"
#include "support/certificates.h"
#include "support/collector.h"

namespace inferwire::e2e {
namespace {

using testing_support::ChildProcess;
using testing_support::Collector;

class Shipped : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string text =
        "server: {listen: \"127.0.0.1:0\", admin: \"127.0.0.1:0\"}\n"
        "tls: {certificate: " +
        certificates_.path("server.pem") + ", key: " + certificates_.path("server.key") + "}\n" +
        "tracing: {endpoint: \"http://" + collector_.target() +
        "\", sample_ratio: 1, batch_delay: 1ms}\n"
        "store: {path: " +
        folder_.File("store.db") + "}\n" +
        "batches: {poll_min: 10ms, poll_max: 50ms, claim_interval: 10ms}\n"
        "upstreams: [{name: a, simulator: true}]\n";
    server_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{kServer, "--config", WriteFile("shipped.yaml", text)});
    const int port = PortOf(*server_);
    ASSERT_GT(port, 0) << server_->output();
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetSslTargetNameOverride("localhost");
    channel_ = Connected(grpc::CreateCustomChannel(
        "localhost:" + std::to_string(port),
        grpc::SslCredentials({certificates_.text("ca.pem"), "", ""}), arguments));
  }

  void EndsWell() {
    server_->Signal(SIGTERM);
    server_->WaitForLine("\"draining\"");
    server_->Signal(SIGTERM);
    EXPECT_EQ(server_->Wait(), 0) << server_->output();
  }

  const inferwire::testing_support::Certificates certificates_;
  const testing_support::TempFolder folder_;
  Collector collector_;
  std::unique_ptr<ChildProcess> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(Shipped, ServesCallsAndStreamsOverTlsAndSendsTheirSpans) {
  const auto chat = v1::ChatService::NewStub(channel_);
  for (int i = 0; i < 20; ++i) {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi");
    v1::CompleteResponse response;
    const auto status = chat->Complete(NewContext().get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    v1::StreamCompleteRequest stream;
    *stream.mutable_params() = Prompt("hi");
    const auto context = NewContext();
    const auto reader = chat->StreamComplete(context.get(), stream);
    bool completed = false;
    for (v1::StreamCompleteResponse event; reader->Read(&event);) {
      completed = completed || event.has_completed();
    }
    ASSERT_TRUE(reader->Finish().ok());
    EXPECT_TRUE(completed);
  }
  EXPECT_TRUE(collector_.WaitForSpans(80)) << "a call and an attempt each";
  EndsWell();
}

TEST_F(Shipped, WorksOnABatch) {
  BatchClient client(channel_);
  const auto created = client.Create(5);
  ASSERT_TRUE(created.status.ok()) << created.status.error_message();
  const auto results = client.ReadResults(created.batch.batch_id(), 0, /*follow=*/true);
  ASSERT_TRUE(results.status.ok()) << results.status.error_message();
  EXPECT_EQ(results.results.size(), 5u);
  EndsWell();
}

}  // namespace
}  // namespace inferwire::e2e
