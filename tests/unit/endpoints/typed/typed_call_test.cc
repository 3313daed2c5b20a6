// Unary calls that their RPC's option describes: what goes upstream, and what comes of the answer.
#include "inferwire/v1/assistants_service.pb.h"
#include "inferwire/v1/conversations_service.pb.h"
#include "inferwire/v1/embeddings_service.pb.h"
#include "inferwire/v1/fine_tuning_service.pb.h"
#include "inferwire/v1/images_service.pb.h"
#include "inferwire/v1/moderations_service.pb.h"
#include "inferwire/v1/responses_service.pb.h"
#include "inferwire/v1/text_completions_service.pb.h"
#include "typed_fixture.h"

namespace inferwire::rpc {
namespace {

v1::CreateResponseRequest Hi() {
  v1::CreateResponseRequest request;
  request.mutable_params()->set_model("gpt-4.1-mini");
  request.mutable_params()->set_input("Hi");
  return request;
}

TEST_F(TypedTest, ABodyGoesOutAsJsonWithTheModelFirst) {
  v1::EmbedRequest request;
  request.mutable_params()->set_model("fast");  // an alias
  request.mutable_params()->add_input("a");
  request.mutable_params()->add_input("b");
  Call("Embed", request);
  EXPECT_EQ(Line(), "POST /embeddings");
  EXPECT_EQ(*transfer().request.body,
            R"({"model":"gpt-4.1-mini","encoding_format":"base64","input":["a","b"]})");
  // Two little-endian floats in base64, and the same as numbers.
  Answer(R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":"AACAPwAAAMA="},)"
         R"({"object":"embedding","index":1,"embedding":[1, -2.0]}],"model":"gpt-4.1-mini",)"
         R"("usage":{"prompt_tokens":2,"total_tokens":2}})");
  const auto answer = rpc.Written<v1::EmbedResponse>(0);
  ASSERT_EQ(answer.result().embeddings_size(), 2);
  for (const v1::Embedding& each : answer.result().embeddings()) {
    EXPECT_THAT(each.values(), ::testing::ElementsAre(1.0f, -2.0f));
  }
  EXPECT_EQ(answer.gateway().upstream(), "fake");
  EXPECT_EQ(answer.gateway().upstream_request_id(), "req_upstream");
  EXPECT_EQ(answer.gateway().cost().total_picousd(), 2 * 2'000'000);
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
}

TEST_F(TypedTest, IdsStandInThePathAndParametersInTheQuery) {
  v1::ListInputItemsRequest request;
  request.set_response_id("resp_a b");
  request.set_page_size(5);
  request.set_page_token("item/7");
  request.add_include("x");
  request.add_include("y");
  Call("ListInputItems", request);
  EXPECT_EQ(Line(),
            "GET /responses/resp_a%20b/input_items?limit=5&after=item%2F7&include[]=x&include[]=y");
  EXPECT_FALSE(transfer().request.body);
  Answer(R"({"object":"list","data":[{"type":"message","id":"m1","role":"user","content":"Hi"},)"
         R"({"type":"message","id":"m2","role":"user","content":[{"type":"input_text",)"
         R"("text":"Ho"}]}],"first_id":"m1","last_id":"m2","has_more":true})");
  const auto answer = rpc.Written<v1::ListInputItemsResponse>(0);
  ASSERT_EQ(answer.items_size(), 2);
  EXPECT_EQ(answer.items(0).content(), "Hi");
  EXPECT_EQ(answer.items(1).content_parts(0).text(), "Ho");
  EXPECT_EQ(answer.next_page_token(), "m2");
}

TEST_F(TypedTest, AListWithoutMoreHasNoNextPage) {
  v1::ListInputItemsRequest request;
  request.set_response_id("resp_1");
  Call("ListInputItems", request);
  EXPECT_EQ(Line(), "GET /responses/resp_1/input_items");
  Answer(R"({"object":"list","data":[{"type":"message","id":"m1"}],"has_more":false})");
  EXPECT_EQ(rpc.Written<v1::ListInputItemsResponse>(0).next_page_token(), "");
}

TEST_F(TypedTest, WhatCannotBeAnIdIsRefusedBeforeAnythingIsSent) {
  for (const char* id : {"", "..", "a/b", "a\nb"}) {
    FakeRpc one;
    v1::GetResponseRequest request;
    request.set_response_id(id);
    const Endpoint endpoint(DescriptionOf("GetResponse"), world.metrics);
    world.Serve(endpoint, one, request);
    EXPECT_EQ(world.transport.transfers.size(), 0u) << id;
    EXPECT_EQ(one.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT) << id;
    EXPECT_NE(one.status->error_message().find("response_id"), std::string::npos);
    if (one.finishing) one.CompleteFinish(true);
    if (one.wire_alive) one.Done(false);
  }
}

TEST_F(TypedTest, AResponseHasItsTextPutTogetherAndItsUsageInItsFields) {
  Call("CreateResponse", Hi());
  EXPECT_EQ(Line(), "POST /responses");
  EXPECT_EQ(Body(), nlohmann::json::parse(R"({"model":"gpt-4.1-mini","input":"Hi"})"));
  Answer(R"({"id":"resp_1","object":"response","created_at":1,"status":"completed","error":null,)"
         R"("model":"gpt-4.1-mini","output":[{"type":"reasoning","id":"rs_1","summary":[]},)"
         R"({"type":"message","id":"msg_1","status":"completed","role":"assistant","content":)"
         R"([{"type":"output_text","text":"Hel","annotations":[]},{"type":"output_text",)"
         R"("text":"lo","annotations":[]}]}],"new_member":[1],"usage":{"input_tokens":10,)"
         R"("input_tokens_details":{"cached_tokens":4},"output_tokens":5,)"
         R"("output_tokens_details":{"reasoning_tokens":1},"total_tokens":15}})");
  const auto answer = rpc.Written<v1::CreateResponseResponse>(0);
  EXPECT_EQ(answer.response().output_text(), "Hello");
  EXPECT_EQ(answer.response().status(), v1::RESPONSE_STATUS_COMPLETED);
  EXPECT_EQ(answer.response().extra().at("new_member"), "[1]");
  const v1::Usage& usage = answer.response().usage();
  EXPECT_EQ(usage.input_tokens(), 10);
  EXPECT_EQ(usage.input_details().cached_tokens(), 4);
  EXPECT_EQ(usage.output_details().reasoning_tokens(), 1);
  EXPECT_TRUE(usage.extra().empty());
  EXPECT_GT(answer.gateway().cost().total_picousd(), 0);
}

TEST_F(TypedTest, AResponseThatFailedIsAnErrorOfWhoMadeIt) {
  Call("CreateResponse", Hi());
  Answer(R"({"id":"resp_1","object":"response","status":"failed","error":{"code":"server_error",)"
         R"("message":"it broke"},"model":"gpt-4.1-mini","output":[]})");
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(ReasonOf(*rpc.status), "RESPONSE_FAILED");
  EXPECT_NE(rpc.status->error_message().find("it broke"), std::string::npos);
}

TEST_F(TypedTest, AResponseThatFailedIsAnAnswerToWhoReadsIt) {
  v1::GetResponseRequest request;
  request.set_response_id("resp_1");
  Call("GetResponse", request);
  Answer(R"({"id":"resp_1","object":"response","status":"failed","error":{"code":"server_error",)"
         R"("message":"it broke"},"output":[]})");
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  const auto answer = rpc.Written<v1::GetResponseResponse>(0);
  EXPECT_EQ(answer.response().status(), v1::RESPONSE_STATUS_FAILED);
  EXPECT_EQ(answer.response().error().code(), "server_error");
}

TEST_F(TypedTest, AnErrorNamesTheFieldThatTheCallerSet) {
  Call("CreateResponse", Hi());
  Answer(R"({"error":{"message":"too hot","type":"invalid_request_error","param":"temperature",)"
         R"("code":"invalid_value"}})",
         400);
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const auto bad = inferwire::testing_support::DetailOf<google::rpc::BadRequest>(*rpc.status);
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->field_violations(0).field(), "params.temperature");
}

TEST_F(TypedTest, MembersThatAreTheGatewaysAreRefused) {
  v1::EmbedRequest request;
  request.mutable_params()->set_model("gpt-4.1-mini");
  request.mutable_params()->add_input("a");
  (*request.mutable_params()->mutable_extra())["encoding_format"] = "\"float\"";
  Call("Embed", request);
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(rpc.status->error_message().find("params.extra"), std::string::npos)
      << rpc.status->error_message();
}

TEST_F(TypedTest, AModelIsRequiredWhereTheUpstreamRequiresIt) {
  v1::EmbedRequest request;
  request.mutable_params()->add_input("a");
  Call("Embed", request);
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(rpc.status->error_message().find("params.model"), std::string::npos);
}

TEST_F(TypedTest, ModerationNeedsNoModelAndKeepsEveryCategory) {
  v1::ModerateRequest request;
  request.mutable_params()->add_input("x");
  Call("Moderate", request);
  EXPECT_EQ(*transfer().request.body, R"({"input":["x"]})");
  Answer(R"({"id":"modr-1","model":"omni-moderation-latest","results":[{"flagged":true,)"
         R"("categories":{"hate":true,"self-harm/intent":false,"illicit":null},)"
         R"("category_scores":{"hate":0.9,"self-harm/intent":1e-7},)"
         R"("category_applied_input_types":{"hate":["text"]}}]})");
  const auto result = rpc.Written<v1::ModerateResponse>(0).moderation().results(0);
  EXPECT_TRUE(result.flagged());
  EXPECT_TRUE(result.categories().at("hate"));
  EXPECT_FALSE(result.categories().at("self-harm/intent"));
  EXPECT_FALSE(result.categories().contains("illicit"));
  EXPECT_DOUBLE_EQ(result.category_scores().at("self-harm/intent"), 1e-7);
  EXPECT_EQ(result.category_applied_input_types().at("hate").texts(0), "text");
}

TEST_F(TypedTest, ImagesComeAsBytes) {
  v1::GenerateImagesRequest request;
  request.mutable_params()->set_prompt("a cat");
  request.mutable_params()->set_model("gpt-image-1");
  Call("GenerateImages", request);
  EXPECT_EQ(Line(), "POST /images/generations");
  EXPECT_EQ(*transfer().request.body, R"({"model":"gpt-image-1","prompt":"a cat"})");
  Answer(R"({"created":1,"data":[{"b64_json":"AAEC"}],"usage":{"input_tokens":3,)"
         R"("output_tokens":7,"total_tokens":10,"input_tokens_details":{"text_tokens":3,)"
         R"("image_tokens":0}}})");
  const auto answer = rpc.Written<v1::GenerateImagesResponse>(0);
  ASSERT_EQ(answer.result().images_size(), 1);
  EXPECT_EQ(answer.result().images(0).data(), std::string("\0\1\2", 3));
  EXPECT_EQ(answer.result().usage().input_details().text_tokens(), 3);
}

TEST_F(TypedTest, DeletingAsksForNothingButTheAnswersStatus) {
  v1::DeleteResponseRequest request;
  request.set_response_id("resp_1");
  Call("DeleteResponse", request);
  EXPECT_EQ(Line(), "DELETE /responses/resp_1");
  Answer(R"({"id":"resp_1","object":"response","deleted":true})");
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_EQ(rpc.Written<v1::DeleteResponseResponse>(0).gateway().upstream(), "fake");
}

TEST_F(TypedTest, AssistantsAreAskedForInTheirSecondVersion) {
  v1::GetThreadRequest request;
  request.set_thread_id("thread_1");
  Call("GetThread", request);
  EXPECT_THAT(transfer().request.headers, ::testing::Contains("OpenAI-Beta: assistants=v2"));
  Answer(R"({"id":"thread_1","object":"thread","created_at":1,"metadata":{}})");
  EXPECT_EQ(rpc.Written<v1::GetThreadResponse>(0).thread().thread_id(), "thread_1");
}

TEST_F(TypedTest, AJobThatFailedIsAnAnswer) {
  v1::GetFineTuningJobRequest request;
  request.set_job_id("ftjob-1");
  Call("GetFineTuningJob", request);
  EXPECT_EQ(Line(), "GET /fine_tuning/jobs/ftjob-1");
  Answer(R"({"id":"ftjob-1","object":"fine_tuning.job","status":"failed","model":"m",)"
         R"("error":{"code":"invalid_file","message":"bad line","param":"training_file"}})");
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_EQ(rpc.Written<v1::GetFineTuningJobResponse>(0).job().error().code(), "invalid_file");
}

TEST_F(TypedTest, ACheckedOnlyCallSendsNothing) {
  auto request = Hi();
  request.mutable_options()->set_validate_only(true);
  Call("CreateResponse", request);
  RunToEnd();
  EXPECT_TRUE(world.transport.transfers.empty());
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_EQ(rpc.Written<v1::CreateResponseResponse>(0).gateway().upstream(), "fake");
}

TEST_F(TypedTest, AnAnswerThatIsNoJsonIsTheUpstreamsFault) {
  Call("CreateResponse", Hi());
  Answer("<html>oops</html>");
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_PROTOCOL");
}

TEST_F(TypedTest, TheBodyComesBackWhenItIsAskedFor) {
  auto request = Hi();
  request.mutable_options()->set_include_raw_response(true);
  Call("CreateResponse", request);
  const std::string body = R"({"id":"resp_1","object":"response","status":"completed"})";
  Answer(body);
  EXPECT_EQ(rpc.Written<v1::CreateResponseResponse>(0).gateway().raw_response(), body);
}

}  // namespace
}  // namespace inferwire::rpc
