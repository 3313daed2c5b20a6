// Whose is what: with certificates a caller has its own files, upstream batches and stored answers,
// through every service.
#include <gmock/gmock.h>

#include "batch_client.h"
#include "inferwire/v1/files_service.grpc.pb.h"
#include "inferwire/v1/raw_service.grpc.pb.h"
#include "support/certificates.h"
#include "support/temp_folder.h"

namespace inferwire::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Caller {
 public:
  explicit Caller(const std::shared_ptr<grpc::Channel>& channel)
      : files_(v1::FilesService::NewStub(channel)),
        raw_(v1::RawService::NewStub(channel)),
        chat_(v1::ChatService::NewStub(channel)),
        batches_(channel) {}

  grpc::Status Upload(const std::string& text, std::string& id) {
    v1::UploadFileResponse response;
    const auto context = NewContext();
    const auto writer = files_->UploadFile(context.get(), &response);
    v1::UploadFileRequest message;
    message.mutable_header()->set_filename("in.jsonl");
    message.mutable_header()->set_purpose("batch");
    message.mutable_header()->set_size_bytes(static_cast<int64_t>(text.size()));
    writer->Write(message);
    message.set_data(text);
    writer->Write(message);
    writer->WritesDone();
    const auto status = writer->Finish();
    id = response.file().file_id();
    return status;
  }
  grpc::Status Get(const std::string& id) {
    v1::GetFileRequest request;
    request.set_file_id(id);
    v1::GetFileResponse response;
    return files_->GetFile(NewContext().get(), request, &response);
  }
  grpc::Status Delete(const std::string& id) {
    v1::DeleteFileRequest request;
    request.set_file_id(id);
    v1::DeleteFileResponse response;
    return files_->DeleteFile(NewContext().get(), request, &response);
  }
  grpc::Status Download(const std::string& id, std::string& text) {
    v1::DownloadFileRequest request;
    request.set_file_id(id);
    const auto context = NewContext();
    const auto reader = files_->DownloadFile(context.get(), request);
    for (v1::DownloadFileResponse message; reader->Read(&message);) text += message.data();
    return reader->Finish();
  }
  std::vector<std::string> List() {
    v1::ListFilesResponse response;
    const auto status = files_->ListFiles(NewContext().get(), {}, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<std::string> ids;
    for (const auto& file : response.files()) ids.push_back(file.file_id());
    return ids;
  }
  grpc::Status Raw(const std::string& method, const std::string& path, const std::string& body,
                   v1::InvokeResponse& response) {
    v1::InvokeRequest request;
    request.mutable_call()->set_method(method);
    request.mutable_call()->set_path(path);
    request.mutable_call()->set_body(body);
    if (!body.empty()) request.mutable_call()->set_content_type("application/json");
    return raw_->Invoke(NewContext().get(), request, &response);
  }
  grpc::Status RawForm(const std::string& path, const std::string& body) {
    v1::InvokeRequest request;
    request.mutable_call()->set_method("POST");
    request.mutable_call()->set_path(path);
    request.mutable_call()->set_body(body);
    request.mutable_call()->set_content_type("multipart/form-data; boundary=b1");
    v1::InvokeResponse response;
    return raw_->Invoke(NewContext().get(), request, &response);
  }
  grpc::Status RawStream(const std::string& path, const std::string& body) {
    v1::StreamInvokeRequest request;
    request.mutable_call()->set_method("POST");
    request.mutable_call()->set_path(path);
    request.mutable_call()->set_body(body);
    request.mutable_call()->set_content_type("application/json");
    const auto context = NewContext();
    const auto reader = raw_->StreamInvoke(context.get(), request);
    for (v1::StreamInvokeResponse message; reader->Read(&message);) {
    }
    return reader->Finish();
  }
  grpc::Status Ask(const std::string& file_id) {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("Read it.");
    v1::ChatMessage& message = *request.mutable_params()->mutable_messages(0);
    message.clear_content();
    message.add_content_parts()->mutable_file()->set_file_id(file_id);
    v1::CompleteResponse response;
    return chat_->Complete(NewContext().get(), request, &response);
  }
  BatchClient& batches() { return batches_; }

 private:
  const std::unique_ptr<v1::FilesService::Stub> files_;
  const std::unique_ptr<v1::RawService::Stub> raw_;
  const std::unique_ptr<v1::ChatService::Stub> chat_;
  BatchClient batches_;
};

constexpr std::string_view kLine =
    R"({"custom_id":"a","method":"POST","url":"/v1/chat/completions",)"
    R"("body":{"model":"gpt-4.1-mini","messages":[{"role":"user","content":"Alice asks"}]}})"
    "\n";

class OwnershipTest : public ::testing::Test {
 protected:
  OwnershipTest() {
    certificates_.Issue("alice", "alice.svc", "DNS:alice.svc");
    certificates_.Issue("bob", "bob.svc", "DNS:bob.svc");
    certificates_.Issue("cn", "alice.svc", "");
  }
  void Start(const std::function<void(config::Config&)>& adjust = {}) {
    gateway_ = std::make_unique<Gateway>([&](config::Config& config) {
      MakeQuick(config);
      config.store.path = folder_.File("store.db");
      config.tls =
          config::TlsConfig{certificates_.path("server.pem"), certificates_.path("server.key"),
                            certificates_.path("ca.pem"), config::ClientAuth::kRequest, 1s};
      for (const char* method : {"GET", "POST", "DELETE"}) {
        for (const char* path : {"/files/**", "/batches/**", "/responses/**"}) {
          config.raw.allow.push_back({method, path});
        }
      }
      if (adjust) adjust(config);
    });
    ASSERT_TRUE(gateway_->upstream().SetRules({{.path = "/v1/batches", .set = "batch_time=60m"}}));
  }
  // name: of the certificate; empty: none.
  Caller As(const std::string& name) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = certificates_.text("ca.pem");
    if (!name.empty()) {
      options.pem_private_key = certificates_.text(name + ".key");
      options.pem_cert_chain = certificates_.text(name + ".pem");
    }
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride("localhost");
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return Caller(
        grpc::CreateCustomChannel(gateway_->target(), grpc::SslCredentials(options), arguments));
  }
  static void ExpectNotFound(const grpc::Status& status) {
    EXPECT_EQ(status.error_code(), grpc::NOT_FOUND) << status.error_message();
  }

  const testing_support::Certificates certificates_;
  testing_support::TempFolder folder_;
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(OwnershipTest, AFileIsItsUploadersThroughEveryService) {
  Start();
  Caller alice = As("alice");
  std::string id;
  ASSERT_TRUE(alice.Upload(std::string(kLine), id).ok());
  EXPECT_THAT(alice.List(), ElementsAre(id));
  EXPECT_TRUE(alice.Get(id).ok());
  v1::InvokeResponse answer;
  EXPECT_TRUE(alice.Raw("GET", "/files/" + id, "", answer).ok());
  EXPECT_EQ(answer.http_status(), 200);
  for (const char* stranger : {"bob", "cn", ""}) {
    SCOPED_TRACE(stranger);
    Caller other = As(stranger);
    EXPECT_THAT(other.List(), IsEmpty());
    ExpectNotFound(other.Get(id));
    ExpectNotFound(other.Delete(id));
    std::string text;
    ExpectNotFound(other.Download(id, text));
    EXPECT_EQ(text, "");
    ExpectNotFound(other.Raw("GET", "/files/" + id, "", answer));
    ExpectNotFound(other.Raw("GET", "/files/" + id + "/content", "", answer));
    ExpectNotFound(other.Raw("DELETE", "/files/" + id, "", answer));
    ExpectNotFound(other.Raw("GET", "/files/%66" + id.substr(1), "", answer));
    ExpectNotFound(
        other.Raw("POST", "/batches",
                  R"({"input_file_id":")" + id +
                      R"(","endpoint":"/v1/chat/completions","completion_window":"24h"})",
                  answer));
    ExpectNotFound(
        other.Raw("POST", "/batches", R"({"input\u005ffile_id":")" + id + R"("})", answer));
    ExpectNotFound(other.Ask(id));
    v1::BatchHeader header;
    header.set_input_file_id(id);
    ExpectNotFound(other.batches()
                       .CreateOf(header, [](grpc::ClientWriter<v1::CreateBatchRequest>&) {})
                       .status);
  }
  // A list through raw would show everybody's.
  EXPECT_EQ(alice.Raw("GET", "/files", "", answer).error_code(), grpc::PERMISSION_DENIED);
  v1::BatchHeader header;
  header.set_input_file_id(id);
  EXPECT_TRUE(alice.batches()
                  .CreateOf(header, [](grpc::ClientWriter<v1::CreateBatchRequest>&) {})
                  .status.ok());
  std::string text;
  EXPECT_TRUE(alice.Download(id, text).ok());
  EXPECT_EQ(text, kLine);
  EXPECT_TRUE(alice.Delete(id).ok());
  ExpectNotFound(alice.Get(id));
}

TEST_F(OwnershipTest, AFieldOfAFormMayNotNameAnothersFile) {
  Start();
  std::string id;
  ASSERT_TRUE(As("alice").Upload(std::string(kLine), id).ok());
  for (const std::string name : {"input_file_id", "training_file", "file_ids[]"}) {
    SCOPED_TRACE(name);
    const std::string form = "--b1\r\nContent-Disposition: form-data; name=\"" + name +
                             "\"\r\n\r\n" + id + "\r\n--b1--\r\n";
    ExpectNotFound(As("bob").RawForm("/batches", form));
    EXPECT_TRUE(As("alice").RawForm("/batches", form).ok());
  }
}

TEST_F(OwnershipTest, AStreamedAnswerMayNotBuildOnWhatIsAnothers) {
  Start();
  std::string id;
  ASSERT_TRUE(As("alice").Upload(std::string(kLine), id).ok());
  const std::string of_file =
      R"({"model":"gpt-4.1-mini","stream":true,"input":[{"role":"user","content":[)"
      R"({"type":"input_file","file_id":")" +
      id + R"("}]}]})";
  ExpectNotFound(As("bob").RawStream("/responses", of_file));
  EXPECT_TRUE(As("alice").RawStream("/responses", of_file).ok());
  ExpectNotFound(As("bob").RawStream(
      "/responses",
      R"({"model":"gpt-4.1-mini","stream":true,"previous_response_id":"resp-1","input":"x"})"));
  EXPECT_TRUE(As("bob")
                  .RawStream("/responses", R"({"model":"gpt-4.1-mini","stream":true,"input":"x"})")
                  .ok());
}

// The batch is refused as a whole, as for any other line that cannot be right.
TEST_F(OwnershipTest, ALineOfABatchsFileMayNotNameAnothersFile) {
  Start();
  std::string id;
  ASSERT_TRUE(As("alice").Upload(std::string(kLine), id).ok());
  const std::string line =
      R"({"custom_id":"a","method":"POST","url":"/v1/chat/completions",)"
      R"("body":{"model":"gpt-4.1-mini","messages":[{"role":"user","content":[)"
      R"({"type":"file","file":{"file_id":")" +
      id + "\"}}]}]}}\n";
  const auto end_of = [&](Caller caller) {
    std::string input;
    EXPECT_TRUE(caller.Upload(line, input).ok());
    v1::BatchHeader header;
    header.set_input_file_id(input);
    const auto created =
        caller.batches().CreateOf(header, [](grpc::ClientWriter<v1::CreateBatchRequest>&) {});
    EXPECT_TRUE(created.status.ok()) << created.status.error_message();
    v1::Batch batch;
    EXPECT_TRUE(Gateway::Eventually([&] {
      caller.batches().Get(created.batch.batch_id(), batch);
      return Ended(batch) || batch.counts().total() > 0;
    }));
    return batch;
  };
  EXPECT_FALSE(Ended(end_of(As("alice")))) << "it is at the upstream";
  const v1::Batch refused = end_of(As("bob"));
  EXPECT_EQ(refused.state(), v1::Batch::STATE_FAILED);
  ASSERT_EQ(refused.shards_size(), 1);
  ASSERT_EQ(refused.shards(0).errors_size(), 1);
  EXPECT_EQ(refused.shards(0).errors(0).code(), "RESOURCE_NOT_FOUND");
  EXPECT_THAT(refused.shards(0).errors(0).message(), HasSubstr("line 1"));
}

TEST_F(OwnershipTest, AnItemOfABatchMayNotNameAnothersFile) {
  Start();
  std::string id;
  ASSERT_TRUE(As("alice").Upload(std::string(kLine), id).ok());
  const auto create = [&](Caller caller) {
    return caller.batches()
        .CreateOf({},
                  [&](grpc::ClientWriter<v1::CreateBatchRequest>& writer) {
                    v1::CreateBatchRequest request;
                    request.mutable_item()->set_custom_id("a");
                    request.mutable_item()->set_raw_json(
                        R"({"model":"gpt-4.1-mini","messages":[{"role":"user","content":[)"
                        R"({"type":"file","file":{"file_id":")" +
                        id + R"("}}]}]})");
                    writer.Write(request);
                  })
        .status;
  };
  EXPECT_TRUE(create(As("alice")).ok());
  ExpectNotFound(create(As("bob")));
}

TEST_F(OwnershipTest, AnUpstreamsBatchIsItsMakersAndTheGatewaysOwnAreNobodys) {
  Start();
  Caller alice = As("alice"), bob = As("bob");
  const auto created = alice.batches().Create(2);
  ASSERT_TRUE(created.status.ok());
  std::string upstream_id;
  ASSERT_TRUE(Gateway::Eventually([&] {
    v1::Batch batch;
    alice.batches().Get(created.batch.batch_id(), batch);
    if (batch.shards_size() > 0) upstream_id = batch.shards(0).upstream_batch_id();
    return !upstream_id.empty();
  }));
  v1::InvokeResponse answer;
  for (Caller* caller : {&alice, &bob}) {
    ExpectNotFound(caller->Raw("POST", "/batches/" + upstream_id + "/cancel", "", answer));
    ExpectNotFound(caller->Raw("GET", "/batches/" + upstream_id, "", answer));
  }
  std::string file;
  ASSERT_TRUE(alice.Upload(std::string(kLine), file).ok());
  ASSERT_TRUE(alice
                  .Raw("POST", "/batches",
                       R"({"input_file_id":")" + file +
                           R"(","endpoint":"/v1/chat/completions","completion_window":"24h"})",
                       answer)
                  .ok());
  ASSERT_EQ(answer.http_status(), 200) << answer.body();
  const size_t at = answer.body().find("\"id\":\"") + 6;
  const std::string own = answer.body().substr(at, answer.body().find('"', at) - at);
  EXPECT_TRUE(alice.Raw("GET", "/batches/" + own, "", answer).ok());
  ExpectNotFound(bob.Raw("GET", "/batches/" + own, "", answer));
  ExpectNotFound(bob.Raw("POST", "/batches/" + own + "/cancel", "", answer));
}

TEST_F(OwnershipTest, WhatNobodyIsKnownToOwnIsNobodysUnlessConfiguredOtherwise) {
  for (const bool everyones : {false, true}) {
    SCOPED_TRACE(everyones);
    Start([&](config::Config& config) {
      if (everyones) config.store.unknown_ids = config::StoreConfig::Unknown::kEveryones;
    });
    v1::InvokeResponse answer;
    const auto status = As("bob").Raw("GET", "/files/file-of-old", "", answer);
    EXPECT_EQ(status.ok(), everyones) << "then the upstream says that there is none";
    gateway_.reset();
  }
}

TEST_F(OwnershipTest, WithoutAStoreNobodyCanKnowSoFilesAreRefused) {
  Start([](config::Config& config) { config.store.path.clear(); });
  Caller alice = As("alice");
  std::string id;
  const auto status = alice.Upload("x", id);
  EXPECT_EQ(status.error_code(), grpc::UNIMPLEMENTED);
  EXPECT_THAT(status.error_message(), HasSubstr("without a store"));
  EXPECT_EQ(alice.Get("file-1").error_code(), grpc::UNIMPLEMENTED);
  EXPECT_EQ(gateway_->upstream().stats().files_created, 0u);
}

TEST_F(OwnershipTest, AStoreThatIsAwayRefusesFilesAndNothingElse) {
  Start([this](config::Config& config) { config.store.path = folder_.File("missing/store.db"); });
  Caller alice = As("alice");
  EXPECT_EQ(alice.Get("file-1").error_code(), grpc::UNAVAILABLE);
}

TEST_F(OwnershipTest, AnonymousCallersAreOneOwnerOrRefused) {
  Start();
  std::string id;
  ASSERT_TRUE(As("").Upload(std::string(kLine), id).ok());
  EXPECT_TRUE(As("").Get(id).ok());
  ExpectNotFound(As("alice").Get(id));
  gateway_.reset();
  Start([](config::Config& config) {
    config.store.anonymous = config::StoreConfig::Anonymous::kRefused;
  });
  Caller anonymous = As("");
  EXPECT_EQ(anonymous.Get(id).error_code(), grpc::UNAUTHENTICATED);
  EXPECT_EQ(As("").Upload("x", id).error_code(), grpc::UNAUTHENTICATED);
  BatchClient& batches = anonymous.batches();
  v1::Batch batch;
  grpc::Status watched;
  batches.Watch("batch_x", watched);
  v1::ListBatchesResponse listed;
  for (const auto& status :
       {batches.Create(1).status, batches.Get("batch_x", batch), batches.Cancel("batch_x", batch),
        batches.Delete("batch_x"), batches.ReadResults("batch_x").status, watched,
        batches.stub().ListBatches(NewContext().get(), {}, &listed)}) {
    EXPECT_EQ(status.error_code(), grpc::UNAUTHENTICATED) << status.error_message();
  }
  EXPECT_TRUE(As("bob").batches().Create(1).status.ok());
  EXPECT_TRUE(As("bob").Upload("x", id).ok());
}

}  // namespace
}  // namespace inferwire::e2e
