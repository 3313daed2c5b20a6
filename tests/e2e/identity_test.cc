// Tenants and their keys at a whole gateway: who is served, what each may do and what each sees.
#include <gmock/gmock.h>
#include <grpcpp/impl/codegen/client_unary_call.h>

#include "batch_client.h"
#include "grpc/health/v1/health.pb.h"
#include "inferwire/v1/files_service.grpc.pb.h"
#include "reloadable.h"
#include "support/temp_folder.h"
#include "tenancy/key_text.h"

namespace inferwire::e2e {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

std::string NewKeyOf(std::string_view id) {
  return tenancy::NewKey(id, tenancy::SystemRandomBytes).value();
}

config::ApiKeyConfig EntryOf(const std::string& key, const std::string& tenant) {
  config::ApiKeyConfig entry;
  entry.id = std::string(tenancy::IdOfKey(key).value());
  entry.hash = tenancy::HexOf(tenancy::KeyHasher().Of(key));
  entry.tenant = tenant;
  return entry;
}

std::unique_ptr<grpc::ClientContext> With(const std::string& key) {
  auto context = NewContext();
  if (!key.empty()) context->AddMetadata("authorization", "Bearer " + key);
  return context;
}

std::string ReasonOf(const grpc::Status& status) { return InfoOf(status).reason(); }

// acme may use gpt-4.1* for chats, batches and raw calls, with answers of 100 tokens; beta may do
// what a tenant may by default, and files.
class IdentityTest : public ::testing::Test {
 protected:
  IdentityTest()
      : gateway_([this](config::Config& config) {
          MakeQuick(config);
          config.store.path = folder_.File("store.db");
          config.store.unknown_ids = config::StoreConfig::Unknown::kNobodys;
          config.upstreams[0].aliases = {{"cheap", "gpt-4.1-mini"}, {"gpt-4.1-trap", "o3"}};
          config::TenantConfig& acme = config.tenants.emplace_back();
          acme.id = "acme";
          acme.access.models = {"gpt-4.1*"};
          acme.access.operations = {tenancy::Operation::kChat, tenancy::Operation::kBatches,
                                    tenancy::Operation::kRaw, tenancy::Operation::kFiles};
          acme.access.limits.max_output_tokens = 100;
          config::TenantConfig& beta = config.tenants.emplace_back();
          beta.id = "beta";
          config.tenants.emplace_back().id = "gone";
          config.tenants.back().disabled = true;
          config.identity.keys.entries = {EntryOf(acme_, "acme"), EntryOf(beta_, "beta"),
                                          EntryOf(gone_, "gone")};
        }) {
    channel_ = gateway_.NewChannel();
    chat_ = v1::ChatService::NewStub(channel_);
  }

  grpc::Status Ask(const std::string& key, const v1::ChatCompletionParams& params) {
    v1::CompleteRequest request;
    *request.mutable_params() = params;
    v1::CompleteResponse response;
    return chat_->Complete(With(key).get(), request, &response);
  }
  grpc::Status Ask(const std::string& key, const std::string& model = "gpt-4.1-mini") {
    return Ask(key, Prompt("Hi", model));
  }
  grpc::Status Raw(const std::string& key, const std::string& path, const std::string& body) {
    v1::InvokeRequest request;
    request.mutable_call()->set_method("POST");
    request.mutable_call()->set_path(path);
    request.mutable_call()->set_body(body);
    request.mutable_call()->set_content_type("application/json");
    v1::InvokeResponse response;
    return v1::RawService::NewStub(channel_)->Invoke(With(key).get(), request, &response);
  }
  // Of whatever the request is made of.
  template <class Request, class Response>
  grpc::Status Call(const std::string& key, const std::string& method, const Request& request,
                    Response& response) {
    const grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
    return grpc::internal::BlockingUnaryCall<Request, Response>(
        channel_.get(), rpc, With(key).get(), request, &response);
  }

  const testing_support::TempFolder folder_;
  const std::string acme_ = NewKeyOf("AAAAAAAA"), beta_ = NewKeyOf("BBBBBBBB"),
                    gone_ = NewKeyOf("GGGGGGGG");
  Gateway gateway_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::ChatService::Stub> chat_;
};

TEST_F(IdentityTest, WhoHasAKeyIsServedAndWhoHasNoneIsNot) {
  EXPECT_TRUE(Ask(acme_).ok());
  EXPECT_TRUE(Ask(beta_).ok());
  const grpc::Status nothing = Ask("");
  EXPECT_EQ(nothing.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonOf(nothing), "CREDENTIALS_REQUIRED");
  const grpc::Status wrong = Ask(NewKeyOf("AAAAAAAA"));
  EXPECT_EQ(wrong.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonOf(wrong), "INVALID_CREDENTIALS");
  EXPECT_EQ(InfoOf(wrong).metadata().at("safe_to_retry"), "false");
  EXPECT_EQ(ReasonOf(Ask(gone_)), "TENANT_DISABLED");
  EXPECT_EQ(gateway_.Metric("inferwire_auth_total{method=\"api_key\",outcome=\"accepted\","
                            "reason=\"\"}"),
            3);
  EXPECT_EQ(gateway_.Metric("inferwire_caller_requests_total{caller=\"acme\",outcome=\"ok\"}"), 1);
  EXPECT_EQ(gateway_.Metric("inferwire_auth_asked"), 1);
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return gateway_.log().find("\"caller\":\"acme\"") != std::string::npos; }));
  EXPECT_THAT(gateway_.log(), Not(HasSubstr(acme_)));
}

TEST_F(IdentityTest, ARefusedCallIsToldNotToComeAgain) {
  const auto context = With("");
  v1::CompleteResponse response;
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("Hi");
  EXPECT_FALSE(chat_->Complete(context.get(), request, &response).ok());
  const auto& trailers = context->GetServerTrailingMetadata();
  const auto pushback = trailers.find("grpc-retry-pushback-ms");
  ASSERT_NE(pushback, trailers.end());
  EXPECT_EQ(std::string(pushback->second.data(), pushback->second.size()), "-1");
}

TEST_F(IdentityTest, NothingOfARequestIsReadBeforeItsCallerIsKnown) {
  const grpc::Slice no_message("\xff\xff\xff");
  const grpc::ByteBuffer request(&no_message, 1);
  grpc::ByteBuffer response;
  const std::string method = "/inferwire.v1.ChatService/Complete";
  EXPECT_EQ(ReasonOf(Call("", method, request, response)), "CREDENTIALS_REQUIRED");
  EXPECT_EQ(ReasonOf(Call(acme_, method, request, response)), "INVALID_PROTO");
}

TEST_F(IdentityTest, EveryServiceAsksButHealth) {
  v1::ListModelsResponse models;
  EXPECT_EQ(ReasonOf(v1::ModelsService::NewStub(channel_)->ListModels(With("").get(), {}, &models)),
            "CREDENTIALS_REQUIRED");
  EXPECT_EQ(ReasonOf(Raw("", "/embeddings", "{}")), "CREDENTIALS_REQUIRED");
  const auto context = With("");
  const auto many = chat_->CompleteMany(context.get());
  many->WritesDone();
  EXPECT_EQ(ReasonOf(many->Finish()), "CREDENTIALS_REQUIRED");
  v1::UploadFileResponse uploaded;
  const auto upload_context = With("");
  const auto upload =
      v1::FilesService::NewStub(channel_)->UploadFile(upload_context.get(), &uploaded);
  upload->WritesDone();
  EXPECT_EQ(ReasonOf(upload->Finish()), "CREDENTIALS_REQUIRED");
  const grpc::health::v1::HealthCheckRequest whole_server;
  grpc::health::v1::HealthCheckResponse health;
  EXPECT_TRUE(Call("", "/grpc.health.v1.Health/Check", whole_server, health).ok());
  EXPECT_EQ(health.status(), grpc::health::v1::HealthCheckResponse::SERVING);
}

TEST_F(IdentityTest, ATenantUsesItsModelsWhateverTheyAreCalled) {
  EXPECT_TRUE(Ask(acme_, "cheap").ok());
  for (const char* model : {"gpt-5", "o3", "gpt-4.1-trap", "GPT-4.1"}) {
    const grpc::Status status = Ask(acme_, model);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED) << model;
    EXPECT_EQ(ReasonOf(status), "MODEL_NOT_ALLOWED") << model;
  }
  EXPECT_TRUE(Ask(beta_, "gpt-5").ok());
  EXPECT_EQ(gateway_.Metric("inferwire_access_refused_total{reason=\"model\"}"), 4);
}

TEST_F(IdentityTest, ItemsOfAStreamAreTheCallersToo) {
  const auto context = With(acme_);
  const auto stream = chat_->CompleteMany(context.get());
  v1::CompleteManyRequest message;
  message.mutable_config();
  stream->Write(message);
  for (const char* model : {"gpt-4.1-mini", "gpt-5"}) {
    message.mutable_item()->set_item_id(model);
    *message.mutable_item()->mutable_params() = Prompt("Hi", model);
    stream->Write(message);
  }
  stream->WritesDone();
  std::map<std::string, int> codes;
  for (v1::CompleteManyResponse response; stream->Read(&response);) {
    if (response.has_result()) {
      codes[response.result().item_id()] = response.result().error().code();
    }
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(codes["gpt-4.1-mini"], 0);
  EXPECT_EQ(codes["gpt-5"], grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(IdentityTest, ATenantListsWhatItMayUse) {
  const auto models = v1::ModelsService::NewStub(channel_);
  v1::ListModelsResponse response;
  ASSERT_TRUE(models->ListModels(With(acme_).get(), {}, &response).ok());
  std::vector<std::string> ids;
  for (const auto& model : response.models()) ids.push_back(model.model_id());
  EXPECT_THAT(ids, Not(IsEmpty()));
  EXPECT_THAT(ids, Each(StartsWith("gpt-4.1")));
  v1::GetModelRequest get;
  get.set_model_id("gpt-5");
  v1::GetModelResponse got;
  EXPECT_EQ(models->GetModel(With(acme_).get(), get, &got).error_code(),
            grpc::StatusCode::NOT_FOUND);
  EXPECT_TRUE(models->GetModel(With(beta_).get(), get, &got).ok());
}

TEST_F(IdentityTest, AnswersAreNoLongerThanTheTenantsMayBe) {
  auto params = Prompt("Hi");
  params.set_max_completion_tokens(101);
  EXPECT_EQ(ReasonOf(Ask(acme_, params)), "OUTPUT_LIMIT_NOT_ALLOWED");
  params.set_max_completion_tokens(100);
  EXPECT_TRUE(Ask(acme_, params).ok());
  params.clear_max_completion_tokens();
  params.set_max_tokens(1000);
  EXPECT_EQ(ReasonOf(Ask(acme_, params)), "OUTPUT_LIMIT_NOT_ALLOWED");
  for (const char* name : {"max_tokens", "max_completion_tokens", "max_output_tokens"}) {
    params = Prompt("Hi");
    (*params.mutable_extra())[name] = "100000";
    EXPECT_EQ(ReasonOf(Ask(acme_, params)), "OUTPUT_LIMIT_NOT_ALLOWED") << name;
  }
  params = Prompt("Hi");
  (*params.mutable_extra())["models"] = R"(["o3"])";
  EXPECT_EQ(ReasonOf(Ask(acme_, params)), "MODEL_NOT_ALLOWED");
  // The simulator would write 1000.
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("Hi", "gpt-4.1-mini+tokens=1000");
  v1::CompleteResponse response;
  ASSERT_TRUE(chat_->Complete(With(acme_).get(), request, &response).ok());
  EXPECT_LE(response.completion().usage().output_tokens(), 100);
}

TEST_F(IdentityTest, RawCallsHaveToBeNamedAndKeepToTheModels) {
  EXPECT_EQ(ReasonOf(Raw(beta_, "/embeddings", R"({"model":"gpt-4.1-mini","input":"x"})")),
            "OPERATION_NOT_ALLOWED");
  const auto chat = [](const std::string& model, const std::string& more) {
    return R"({"model":")" + model + R"(","messages":[{"role":"user","content":"x"}])" + more + "}";
  };
  EXPECT_TRUE(Raw(acme_, "/chat/completions", chat("gpt-4.1-mini", ",\"max_tokens\":10")).ok());
  EXPECT_EQ(ReasonOf(Raw(acme_, "/chat/completions", chat("o3", ",\"max_tokens\":10"))),
            "MODEL_NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(Raw(acme_, "/chat/completions", chat("gpt-4.1-mini", ""))),
            "OUTPUT_LIMIT_NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(Raw(acme_, "/chat/completions", chat("gpt-4.1-mini", ",\"max_tokens\":101"))),
            "OUTPUT_LIMIT_NOT_ALLOWED");
  EXPECT_EQ(Raw(acme_, "/chat/completions",
                R"({"model":"gpt-4.1-mini","model":"o3","max_tokens":1,"messages":[]})")
                .error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(IdentityTest, ABatchIsItsTenants) {
  const auto batches = v1::BatchesService::NewStub(channel_);
  const auto create = [&](const std::string& key, const std::string& model,
                          v1::CreateBatchResponse& response) {
    const auto context = With(key);
    const auto writer = batches->CreateBatch(context.get(), &response);
    v1::CreateBatchRequest message;
    message.mutable_header();
    writer->Write(message);
    message.mutable_item()->set_custom_id("one");
    *message.mutable_item()->mutable_chat_completion() = Prompt("Hi", model);
    writer->Write(message);
    writer->WritesDone();
    return writer->Finish();
  };
  v1::CreateBatchResponse created, refused;
  const grpc::Status status = create(acme_, "gpt-4.1-mini", created);
  ASSERT_TRUE(status.ok()) << status.error_message();
  v1::GetBatchRequest get;
  get.set_batch_id(created.batch().batch_id());
  v1::GetBatchResponse got;
  EXPECT_TRUE(batches->GetBatch(With(acme_).get(), get, &got).ok());
  EXPECT_EQ(batches->GetBatch(With(beta_).get(), get, &got).error_code(),
            grpc::StatusCode::NOT_FOUND);
  v1::ListBatchesResponse list;
  ASSERT_TRUE(batches->ListBatches(With(beta_).get(), {}, &list).ok());
  EXPECT_EQ(list.batches_size(), 0);
  EXPECT_EQ(ReasonOf(create(acme_, "gpt-5", refused)), "MODEL_NOT_ALLOWED");
}

TEST_F(IdentityTest, AFileIsItsTenants) {
  const auto files = v1::FilesService::NewStub(channel_);
  const auto upload = [&](const std::string& key, v1::UploadFileResponse& response) {
    const auto context = With(key);
    const auto writer = files->UploadFile(context.get(), &response);
    v1::UploadFileRequest message;
    message.mutable_header()->set_filename("in.jsonl");
    message.mutable_header()->set_purpose("batch");
    message.mutable_header()->set_size_bytes(2);
    writer->Write(message);
    message.set_data("{}");
    writer->Write(message);
    writer->WritesDone();
    return writer->Finish();
  };
  v1::UploadFileResponse uploaded, refused;
  const grpc::Status status = upload(acme_, uploaded);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(ReasonOf(upload(beta_, refused)), "OPERATION_NOT_ALLOWED");
  v1::GetFileRequest get;
  get.set_file_id(uploaded.file().file_id());
  v1::GetFileResponse got;
  EXPECT_TRUE(files->GetFile(With(acme_).get(), get, &got).ok());
  // Named in a chat, it is not there for others.
  const auto with_file = [&](const std::string& key) {
    auto params = Prompt("Read it.");
    v1::ChatMessage& message = *params.mutable_messages(0);
    message.clear_content();
    message.add_content_parts()->mutable_file()->set_file_id(get.file_id());
    return Ask(key, params);
  };
  EXPECT_TRUE(with_file(acme_).ok());
  EXPECT_EQ(with_file(beta_).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(IdentityTest, AnAddressThatGuessesIsRefusedUnread) {
  for (int i = 0; i < 60; ++i) Ask(NewKeyOf("AAAAAAAA"));
  // A minute may have begun in between.
  const bool unread = Gateway::Eventually([&] {
    const grpc::Status status = Ask(NewKeyOf("AAAAAAAA"));
    return InfoOf(status).metadata().contains("retry_after_seconds");
  });
  EXPECT_TRUE(unread);
}

// --- A running server ----------------------------------------------------------------------------

std::string TenantsWithFile(const Reloadable& world) {
  return world.Head() + world.Upstream("one") +
         "tenants: [{id: acme}]\nidentity: {keys: {files: [" +
         (world.folder() / "keys.yaml").string() + "]}}\n";
}

std::string KeysFile(const std::vector<std::string>& keys) {
  std::string text = "keys:\n";
  for (const std::string& key : keys) {
    const config::ApiKeyConfig entry = EntryOf(key, "acme");
    text += "  - {id: \"" + entry.id + "\", hash: " + entry.hash + ", tenant: acme}\n";
  }
  return keys.empty() ? "keys: []\n" : text;
}

grpc::Status CallWith(v1::ChatService::Stub& stub, const std::string& key) {
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini");
  v1::CompleteResponse response;
  return stub.Complete(With(key).get(), request, &response);
}

TEST(IdentityReload, AKeyThatIsTakenOutOfItsFileIsGoodNoMore) {
  Reloadable world(/*watch=*/true);
  const std::string one = NewKeyOf("AAAAAAAA"), two = NewKeyOf("BBBBBBBB");
  world.Write("keys.yaml", KeysFile({one}));
  world.Start(TenantsWithFile(world));
  const auto stub = world.NewStub();
  EXPECT_TRUE(CallWith(*stub, one).ok());
  EXPECT_EQ(ReasonOf(CallWith(*stub, two)), "INVALID_CREDENTIALS");
  world.Write("keys.yaml", KeysFile({two}));
  // Not by calls with the new key: who tries too often is not looked at any more.
  ASSERT_TRUE(Gateway::Eventually(
      [&] { return world.Metric("inferwire_config_reload_total{result=\"applied\"}") == 1; }));
  EXPECT_TRUE(Gateway::Eventually([&] { return !CallWith(*stub, one).ok(); }));
  EXPECT_EQ(ReasonOf(CallWith(*stub, one)), "INVALID_CREDENTIALS");
  EXPECT_TRUE(CallWith(*stub, two).ok());
}

TEST(IdentityReload, AFileWithAFaultChangesNothing) {
  Reloadable world(/*watch=*/false);
  const std::string key = NewKeyOf("AAAAAAAA");
  world.Write("keys.yaml", KeysFile({key}));
  world.Start(TenantsWithFile(world));
  const auto stub = world.NewStub();
  world.Write("keys.yaml", "keys: [{id: AAAAAAAA}]\n");
  EXPECT_EQ(world.server().Reload(), telemetry::ReloadResult::kRejected);
  EXPECT_TRUE(CallWith(*stub, key).ok());
}

TEST(IdentityReload, TheFirstTenantOfARunningServerClosesIt) {
  Reloadable world(/*watch=*/false);
  const std::string key = NewKeyOf("AAAAAAAA");
  world.Write("keys.yaml", KeysFile({key}));
  const std::string open = world.Head() + world.Upstream("one");
  world.Start(open);
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return world.log().find("callers_not_asked") != std::string::npos; }));
  EXPECT_EQ(world.Metric("inferwire_auth_asked"), 0);
  const auto stub = world.NewStub();
  EXPECT_TRUE(CallWith(*stub, "").ok());
  EXPECT_EQ(world.Reload(TenantsWithFile(world)), telemetry::ReloadResult::kApplied);
  EXPECT_EQ(world.Metric("inferwire_auth_asked"), 1);
  EXPECT_TRUE(
      Gateway::Eventually([&] { return ReasonOf(CallWith(*stub, "")) == "CREDENTIALS_REQUIRED"; }));
  EXPECT_TRUE(CallWith(*stub, key).ok());
  EXPECT_EQ(world.Reload(open), telemetry::ReloadResult::kApplied);
  EXPECT_TRUE(Gateway::Eventually([&] { return CallWith(*stub, "").ok(); }));
}

}  // namespace
}  // namespace inferwire::e2e
