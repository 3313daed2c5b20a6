// What BatchesService refuses, and whom.
#include <gmock/gmock.h>

#include "batches_fixture.h"
#include "catalogue/catalogue.h"
#include "support/certificates.h"

namespace inferwire::e2e {
namespace {

// D9: the lines of a file are held against the same lists as a call.
TEST_F(BatchesTest, AFileOfModelsThatAreNotAllowedIsRefused) {
  for (const bool strict : {false, true}) {
    Start("batch_time=0", [&](config::Config& config) {
      config.store.path = folder_.File(strict ? "strict.db" : "listed.db");
      if (!strict) config.upstreams[0].models = {"gpt-4.1-nano"};
      catalogue::Model other;
      other.id = "gpt-4.1-nano";
      config.catalogue.content =
          std::make_shared<const catalogue::Catalogue>("r1", std::vector{other}, strict);
    });
    v1::BatchHeader header;
    header.set_input_file_id(Upload(2));
    const auto created = client_->CreateOf(header, [](auto&) {});
    ASSERT_TRUE(created.status.ok()) << created.status.error_message();
    const v1::Batch ended = WaitForEnd(created.batch.batch_id());
    EXPECT_EQ(ended.state(), v1::Batch::STATE_FAILED);
    ASSERT_EQ(ended.errors_size(), 2);
    EXPECT_EQ(ended.errors(0).code(), "MODEL_NOT_FOUND");
    EXPECT_THAT(ended.errors(1).message(), ::testing::HasSubstr("line 2"));
    EXPECT_EQ(gateway_->upstream().stats().batches_created, 0u);
  }
}

TEST_F(BatchesTest, WhatCannotBeABatchIsRefusedAtOnceAndLeavesNothing) {
  Start();
  const auto refused = [&](const v1::BatchHeader& header,
                           const std::function<void(v1::BatchItem&)>& fill, grpc::StatusCode code) {
    const auto created = client_->CreateOf(header, [&](auto& writer) {
      for (int i = 0; i < 2; ++i) {
        v1::CreateBatchRequest request;
        request.mutable_item()->set_custom_id("same");
        *request.mutable_item()->mutable_chat_completion() = Prompt("hi");
        fill(*request.mutable_item());
        writer.Write(request);
      }
    });
    EXPECT_EQ(created.status.error_code(), code) << created.status.error_message();
    return InfoOf(created.status).reason();
  };
  const auto as_it_is = [](v1::BatchItem&) {};
  EXPECT_EQ(refused({}, as_it_is, grpc::StatusCode::ALREADY_EXISTS), "DUPLICATE_ITEM");
  const auto bad = grpc::StatusCode::INVALID_ARGUMENT;
  refused(
      {}, [](v1::BatchItem& item) { item.clear_custom_id(); }, bad);
  refused(
      {}, [](v1::BatchItem& item) { item.clear_chat_completion(); }, bad);
  refused(
      {}, [](v1::BatchItem& item) { item.mutable_chat_completion()->clear_messages(); }, bad);
  refused(
      {}, [](v1::BatchItem& item) { item.set_raw_json("{"); }, bad);
  refused(
      {}, [](v1::BatchItem& item) { item.set_raw_json(R"({"model":"m","stream":true})"); }, bad);
  refused(
      {}, [](v1::BatchItem& item) { item.mutable_response()->set_background(true); }, bad);
  refused(
      {},
      [](v1::BatchItem& item) {
        item.mutable_embedding()->set_model("m");
        (*item.mutable_embedding()->mutable_extra())["encoding_format"] = "\"float\"";
      },
      bad);
  v1::BatchHeader header;
  header.set_endpoint("/v1/fine_tuning/jobs");
  refused(header, as_it_is, bad);
  header.Clear();
  header.set_completion_window("tomorrow");
  refused(header, as_it_is, bad);
  header.Clear();
  (*header.mutable_metadata())["inferwire_job"] = "mine";
  refused(header, as_it_is, bad);
  EXPECT_EQ(client_->CreateOf({}, [](auto&) {}).status.error_code(), bad) << "no items";
  v1::ListBatchesResponse list;
  ASSERT_TRUE(client_->stub().ListBatches(NewContext().get(), {}, &list).ok());
  EXPECT_EQ(list.batches_size(), 0);
}

TEST_F(BatchesTest, AnUnknownIdIsNotFound) {
  Start();
  v1::Batch batch;
  grpc::Status watch;
  EXPECT_EQ(client_->Get("batch_x", batch).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(client_->Cancel("batch_x", batch).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(client_->ReadResults("batch_x").status.error_code(), grpc::StatusCode::NOT_FOUND);
  client_->Watch("batch_x", watch);
  EXPECT_EQ(watch.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(BatchesTest, WithoutAStoreBatchesAreRefused) {
  Start("", [](config::Config& config) { config.store = {}; });
  v1::Batch batch;
  EXPECT_EQ(client_->Get("x", batch).error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(client_->Create(1).status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(BatchesTest, ACallerHasABoundedNumberOfWatches) {
  Start("batch_time=60m", [](config::Config& config) { config.batches.watchers_per_caller = 2; });
  const auto created = client_->Create(1);
  v1::WatchBatchRequest request;
  request.set_batch_id(created.batch.batch_id());
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::WatchBatchResponse>>> readers;
  v1::WatchBatchResponse event;
  for (int i = 0; i < 2; ++i) {
    contexts.push_back(NewContext(60s));
    readers.push_back(client_->stub().WatchBatch(contexts.back().get(), request));
    EXPECT_TRUE(readers.back()->Read(&event));
  }
  EXPECT_TRUE(
      Gateway::Eventually([this] { return gateway_->Metric("inferwire_batch_watchers") == 2; }));
  const auto context = NewContext();
  const auto refused = client_->stub().WatchBatch(context.get(), request);
  EXPECT_FALSE(refused->Read(&event));
  EXPECT_EQ(refused->Finish().error_code(), grpc::RESOURCE_EXHAUSTED);
  for (const auto& each : contexts) each->TryCancel();
  for (const auto& each : readers) EXPECT_FALSE(each->Finish().ok());
  EXPECT_TRUE(
      Gateway::Eventually([this] { return gateway_->Metric("inferwire_batch_watchers") == 0; }));
}

TEST_F(BatchesTest, ACallersCertificateOwnsItsBatches) {
  const inferwire::testing_support::Certificates certificates;
  Start("batch_time=0", [&](config::Config& config) {
    config.tls = config::TlsConfig{certificates.path("server.pem"), certificates.path("server.key"),
                                   certificates.path("ca.pem"), config::ClientAuth::kRequest, 1s};
  });
  const auto channel = [&](bool with_certificate) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = certificates.text("ca.pem");
    if (with_certificate) {
      options.pem_private_key = certificates.text("client.key");
      options.pem_cert_chain = certificates.text("client.pem");
    }
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride("localhost");
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(gateway_->target(), grpc::SslCredentials(options), arguments);
  };
  BatchClient owner(channel(true)), stranger(channel(false));
  const auto created = owner.Create(2);
  ASSERT_TRUE(created.status.ok()) << created.status.error_message();
  v1::Batch batch;
  EXPECT_TRUE(owner.Get(created.batch.batch_id(), batch).ok());
  EXPECT_EQ(stranger.Get(created.batch.batch_id(), batch).error_code(),
            grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(stranger.Cancel(created.batch.batch_id(), batch).error_code(),
            grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(stranger.ReadResults(created.batch.batch_id()).status.error_code(),
            grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace inferwire::e2e
