// The typed services besides chat through the whole gateway, in front of the simulator: responses,
// conversations, embeddings, moderations, text completions; and whose is what.
#include <gmock/gmock.h>

#include "gateway.h"
#include "inferwire/v1/conversations_service.grpc.pb.h"
#include "inferwire/v1/embeddings_service.grpc.pb.h"
#include "inferwire/v1/moderations_service.grpc.pb.h"
#include "inferwire/v1/responses_service.grpc.pb.h"
#include "inferwire/v1/text_completions_service.grpc.pb.h"
#include "support/certificates.h"
#include "support/temp_folder.h"

namespace inferwire::e2e {
namespace {

using ::testing::HasSubstr;

class Caller {
 public:
  explicit Caller(const std::shared_ptr<grpc::Channel>& channel)
      : responses(v1::ResponsesService::NewStub(channel)),
        conversations(v1::ConversationsService::NewStub(channel)),
        embeddings(v1::EmbeddingsService::NewStub(channel)),
        moderations(v1::ModerationsService::NewStub(channel)),
        texts(v1::TextCompletionsService::NewStub(channel)) {}

  grpc::Status Respond(const v1::ResponseParams& params, v1::Response& response) {
    v1::CreateResponseRequest request;
    *request.mutable_params() = params;
    v1::CreateResponseResponse answer;
    const auto status = responses->CreateResponse(NewContext().get(), request, &answer);
    response = answer.response();
    gateway = answer.gateway();
    return status;
  }
  grpc::Status Get(const std::string& id, v1::Response& response) {
    v1::GetResponseRequest request;
    request.set_response_id(id);
    v1::GetResponseResponse answer;
    const auto status = responses->GetResponse(NewContext().get(), request, &answer);
    response = answer.response();
    return status;
  }
  grpc::Status Stream(const v1::StreamResponseRequest& request) {
    const auto context = NewContext();
    const auto reader = responses->StreamResponse(context.get(), request);
    text.clear();
    for (v1::StreamResponseResponse message; reader->Read(&message);) {
      if (message.response_event().type() == "response.output_text.delta") {
        text += message.response_event().delta();
      }
      if (message.response_event().has_sequence_number()) {
        last = message.response_event().sequence_number();
      }
      if (message.response_event().has_response()) final = message.response_event().response();
      completed = message.completed();
    }
    return reader->Finish();
  }

  const std::unique_ptr<v1::ResponsesService::Stub> responses;
  const std::unique_ptr<v1::ConversationsService::Stub> conversations;
  const std::unique_ptr<v1::EmbeddingsService::Stub> embeddings;
  const std::unique_ptr<v1::ModerationsService::Stub> moderations;
  const std::unique_ptr<v1::TextCompletionsService::Stub> texts;
  v1::GatewayInfo gateway;
  // Of the last stream.
  std::string text;
  int64_t last = -1;
  v1::Response final;
  v1::ResponseStreamCompleted completed;
};

v1::ResponseParams Say(const std::string& text, const std::string& model = "gpt-4.1-mini") {
  v1::ResponseParams params;
  params.set_model(model);
  params.set_input(text);
  return params;
}

TEST(TypedServices, AResponseIsAnsweredPricedReadAgainAndDeleted) {
  Gateway gateway;
  Caller caller(gateway.NewChannel());
  v1::Response made, read;
  auto status = caller.Respond(Say("Hi", "gpt-4.1-mini+echo"), made);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(made.output_text(), "Hi");
  EXPECT_GT(made.usage().input_tokens(), 0);
  EXPECT_EQ(caller.gateway.cost().total_picousd(),
            made.usage().input_tokens() * 400'000 + made.usage().output_tokens() * 1'600'000);
  status = caller.Get(made.id(), read);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(read.output_text(), "Hi");
  v1::DeleteResponseRequest request;
  request.set_response_id(made.id());
  v1::DeleteResponseResponse deleted;
  EXPECT_TRUE(caller.responses->DeleteResponse(NewContext().get(), request, &deleted).ok());
  EXPECT_EQ(caller.Get(made.id(), read).error_code(), grpc::NOT_FOUND);
  EXPECT_GT(gateway.Metric("inferwire_upstream_requests_total{upstream=\"simulator\"}"), -1);
}

TEST(TypedServices, AResponsesStreamIsItsTextAndAResumedOneTheRest) {
  Gateway gateway;
  Caller caller(gateway.NewChannel());
  v1::StreamResponseRequest request;
  *request.mutable_params() = Say("Hi", "gpt-4.1-mini+tokens=20");
  auto status = caller.Stream(request);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(caller.text.empty());
  EXPECT_EQ(caller.text, caller.final.output_text());
  EXPECT_EQ(caller.completed.status(), v1::RESPONSE_STATUS_COMPLETED);
  EXPECT_GT(caller.completed.gateway().cost().total_picousd(), 0);
}

TEST(TypedServices, ABackgroundResponseWhoseStreamBreaksArrivesWhole) {
  Gateway gateway;
  ASSERT_TRUE(gateway.upstream().SetRules(
      {{.path = "/v1/responses", .times = 1, .set = "reset_after=3000"}}));
  Caller caller(gateway.NewChannel());
  v1::StreamResponseRequest request;
  *request.mutable_params() = Say("Hi", "gpt-4.1-mini+tokens=60+response_time=0s");
  request.mutable_params()->set_background(true);
  const auto status = caller.Stream(request);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(caller.text, caller.final.output_text());
}

TEST(TypedServices, AFailedResponseIsAnErrorOfItsMakerAndAValueToItsReader) {
  Gateway gateway;
  Caller caller(gateway.NewChannel());
  v1::Response response;
  const auto status =
      caller.Respond(Say("Hi", "gpt-4.1-mini+response_fail=server_error"), response);
  EXPECT_EQ(status.error_code(), grpc::INTERNAL);
  const google::rpc::ErrorInfo info = InfoOf(status);
  EXPECT_EQ(info.reason(), "RESPONSE_FAILED");
  ASSERT_TRUE(info.metadata().contains("response_id"));
  ASSERT_TRUE(caller.Get(info.metadata().at("response_id"), response).ok());
  EXPECT_EQ(response.status(), v1::RESPONSE_STATUS_FAILED);
}

TEST(TypedServices, ARateLimitSaidInAStreamIsOne) {
  Gateway gateway;
  Caller caller(gateway.NewChannel());
  v1::StreamResponseRequest request;
  *request.mutable_params() = Say("Hi", "gpt-4.1-mini+error_event=rate_limit_exceeded");
  const auto status = caller.Stream(request);
  EXPECT_EQ(status.error_code(), grpc::RESOURCE_EXHAUSTED) << status.error_message();
  EXPECT_EQ(InfoOf(status).reason(), "RATE_LIMITED");
}

TEST(TypedServices, AConversationRemembersWhatWasSaid) {
  Gateway gateway;
  Caller caller(gateway.NewChannel());
  v1::CreateConversationRequest create;
  create.mutable_params();
  v1::CreateConversationResponse created;
  auto status = caller.conversations->CreateConversation(NewContext().get(), create, &created);
  ASSERT_TRUE(status.ok()) << status.error_message();
  v1::ResponseParams params = Say("Remember seven.");
  params.set_conversation(created.conversation().id());
  v1::Response response;
  status = caller.Respond(params, response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  v1::ListConversationItemsRequest list;
  list.set_conversation_id(created.conversation().id());
  v1::ListConversationItemsResponse items;
  status = caller.conversations->ListConversationItems(NewContext().get(), list, &items);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(items.items_size(), 2);
}

TEST(TypedServices, EmbeddingsAreUnitVectorsInTheOrderOfTheirTexts) {
  Gateway gateway;
  Caller caller(gateway.NewChannel());
  v1::EmbedRequest request;
  request.mutable_params()->set_model("text-embedding-3-small");
  for (const char* text : {"a", "b", "a"}) request.mutable_params()->add_input(text);
  v1::EmbedResponse response;
  const auto status = caller.embeddings->Embed(NewContext().get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.result().embeddings_size(), 3);
  for (const v1::Embedding& each : response.result().embeddings()) {
    EXPECT_EQ(each.values_size(), 1536);
    double length = 0;
    for (const float value : each.values()) length += double{value} * value;
    EXPECT_NEAR(length, 1, 1e-3);
  }
  EXPECT_EQ(response.result().embeddings(0).values(0), response.result().embeddings(2).values(0));
}

TEST(TypedServices, ModerationNamesTheCategory) {
  Gateway gateway;
  Caller caller(gateway.NewChannel());
  v1::ModerateRequest request;
  request.mutable_params()->add_input("violence");
  v1::ModerateResponse response;
  const auto status = caller.moderations->Moderate(NewContext().get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(response.moderation().results(0).flagged());
  EXPECT_TRUE(response.moderation().results(0).categories().at("violence"));
}

TEST(TypedServices, ATextGoesOnInPiecesThatAreTheWhole) {
  Gateway gateway;
  Caller caller(gateway.NewChannel());
  v1::StreamCompleteTextRequest request;
  request.mutable_params()->set_model("gpt-3.5-turbo-instruct");
  request.mutable_params()->add_prompt("Once upon");
  request.set_accumulate(true);
  const auto context = NewContext();
  const auto reader = caller.texts->StreamCompleteText(context.get(), request);
  std::string text;
  v1::StreamCompleteTextCompleted completed;
  for (v1::StreamCompleteTextResponse message; reader->Read(&message);) {
    for (const auto& choice : message.chunk().choices()) text += choice.text();
    completed = message.completed();
  }
  const auto status = reader->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(text.empty());
  EXPECT_EQ(completed.completion().choices(0).text(), text);
}

// --- Whose is what -------------------------------------------------------------------------------

class TypedOwnership : public ::testing::Test {
 protected:
  TypedOwnership() {
    certificates_.Issue("alice", "alice.svc", "DNS:alice.svc");
    certificates_.Issue("bob", "bob.svc", "DNS:bob.svc");
    gateway_ = std::make_unique<Gateway>([&](config::Config& config) {
      config.store.path = folder_.File("store.db");
      config.tls =
          config::TlsConfig{certificates_.path("server.pem"), certificates_.path("server.key"),
                            certificates_.path("ca.pem"), config::ClientAuth::kRequest, 1s};
    });
  }
  Caller As(const std::string& name) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = certificates_.text("ca.pem");
    options.pem_private_key = certificates_.text(name + ".key");
    options.pem_cert_chain = certificates_.text(name + ".pem");
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride("localhost");
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return Caller(
        grpc::CreateCustomChannel(gateway_->target(), grpc::SslCredentials(options), arguments));
  }

  const testing_support::Certificates certificates_;
  testing_support::TempFolder folder_;
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(TypedOwnership, AResponseIsItsMakersAlone) {
  Caller alice = As("alice"), bob = As("bob");
  v1::Response made, read;
  ASSERT_TRUE(alice.Respond(Say("secret"), made).ok());
  EXPECT_TRUE(alice.Get(made.id(), read).ok());
  const auto status = bob.Get(made.id(), read);
  EXPECT_EQ(status.error_code(), grpc::NOT_FOUND) << status.error_message();
  v1::ResponseParams go_on = Say("and?");
  go_on.set_previous_response_id(made.id());
  EXPECT_EQ(bob.Respond(go_on, read).error_code(), grpc::NOT_FOUND);
  EXPECT_TRUE(alice.Respond(go_on, read).ok());
  v1::StreamResponseRequest resume;
  resume.mutable_resume()->set_response_id(made.id());
  EXPECT_EQ(bob.Stream(resume).error_code(), grpc::NOT_FOUND);
  // An item says nothing of the response that it is of.
  v1::ResponseParams refers;
  refers.set_model("gpt-4.1-mini");
  v1::ResponseItem& item = *refers.add_input_items();
  item.set_type("item_reference");
  item.set_id(made.output(0).id());
  EXPECT_EQ(bob.Respond(refers, read).error_code(), grpc::NOT_FOUND);
}

TEST_F(TypedOwnership, AStreamedResponseIsItsMakersToo) {
  Caller alice = As("alice"), bob = As("bob");
  v1::StreamResponseRequest request;
  *request.mutable_params() = Say("secret");
  ASSERT_TRUE(alice.Stream(request).ok());
  v1::Response read;
  EXPECT_TRUE(alice.Get(alice.completed.response_id(), read).ok());
  EXPECT_EQ(bob.Get(alice.completed.response_id(), read).error_code(), grpc::NOT_FOUND);
}

}  // namespace
}  // namespace inferwire::e2e
