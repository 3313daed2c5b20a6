// CreateFineTuningJob with a request_id, DeleteFineTunedModel, CreateRealtimeSecret: what they look
// for, and what they refuse, before they send their request.
#include "inferwire/v1/fine_tuning_service.pb.h"
#include "inferwire/v1/realtime_service.pb.h"
#include "typed_fixture.h"

namespace inferwire::rpc {
namespace {

using std::chrono::seconds;

std::string Job(std::string_view id, std::string_view request_id) {
  return R"({"id":")" + std::string(id) +
         R"(","object":"fine_tuning.job","status":"queued","metadata":{"inferwire_request_id":")" +
         std::string(request_id) + "\"}}";
}

std::string Jobs(const std::string& jobs, bool more = false) {
  return R"({"object":"list","data":[)" + jobs + R"(],"has_more":)" + (more ? "true}" : "false}");
}

class FineTuningWithRequestId : public TypedTest {
 protected:
  void Begin(const std::string& id = "r1") {
    v1::CreateFineTuningJobRequest request;
    request.mutable_params()->set_model("gpt-4.1-mini");
    request.mutable_params()->set_training_file("file-1");
    request.set_request_id(id);
    Call("CreateFineTuningJob", request);
  }
  void Say(std::string_view body, int status = 200) {
    http::FakeTransport::Head(transfer(), status, "application/json");
    http::FakeTransport::Body(transfer(), body);
    http::FakeTransport::End(transfer());
    world.Advance(Duration(1));
  }
  v1::CreateFineTuningJobResponse Response() {
    return rpc.Written<v1::CreateFineTuningJobResponse>(0);
  }
};

constexpr std::string_view kSearch =
    "GET /fine_tuning/jobs?limit=100&metadata[inferwire_request_id]=r1";

TEST_F(FineTuningWithRequestId, MakesAJobThatCarriesIt) {
  Begin();
  EXPECT_EQ(Line(), kSearch);
  Say(Jobs(""));
  ASSERT_EQ(Line(), "POST /fine_tuning/jobs");
  EXPECT_EQ(Body()["metadata"]["inferwire_request_id"], "r1");
  Say(Job("ftjob-2", "r1"));
  RunToEnd();
  EXPECT_EQ(Response().job().job_id(), "ftjob-2");
  EXPECT_FALSE(Response().existed());
}

TEST_F(FineTuningWithRequestId, GivesTheJobThatIsThere) {
  Begin();
  Say(Jobs(Job("ftjob-0", "other") + "," + Job("ftjob-1", "r1")));
  RunToEnd();
  ASSERT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_EQ(Response().job().job_id(), "ftjob-1");
  EXPECT_TRUE(Response().existed());
  EXPECT_EQ(Response().gateway().upstream(), "fake");
  EXPECT_EQ(world.transport.transfers.size(), 1u);
}

TEST_F(FineTuningWithRequestId, LooksThroughFurtherPages) {
  Begin();
  Say(Jobs(Job("ftjob-0", "other"), /*more=*/true));
  EXPECT_EQ(Line(),
            "GET /fine_tuning/jobs?limit=100&after=ftjob-0&metadata[inferwire_request_id]=r1");
  Say(Jobs(Job("ftjob-1", "r1")));
  RunToEnd();
  EXPECT_TRUE(Response().existed());
}

TEST_F(FineTuningWithRequestId, GivesUpLookingAfterTenPages) {
  Begin();
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(Line().starts_with("GET ")) << i;
    Say(Jobs(Job("ftjob-" + std::to_string(i), "other"), /*more=*/true));
  }
  EXPECT_EQ(Line(), "POST /fine_tuning/jobs");
  Say(Job("ftjob-x", "r1"));
  RunToEnd();
}

TEST_F(FineTuningWithRequestId, MakesNothingIfItCannotLook) {
  Begin();
  Say(R"({"error":{"message":"No permission","type":"invalid_request_error"}})", 403);
  RunToEnd();
  EXPECT_FALSE(rpc.status->ok());
  EXPECT_EQ(world.transport.transfers.size(), 1u);
}

TEST_F(FineTuningWithRequestId, ACallerWhoLeavesEndsTheSearch) {
  Begin();
  rpc.Done(/*cancelled=*/true);
  EXPECT_TRUE(transfer().cancelled);
}

TEST_F(FineTuningWithRequestId, IsBounded) {
  Begin(std::string(129, 'x'));
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(world.transport.transfers.empty());
}

TEST_F(TypedTest, AWrongJobIsRefusedBeforeAnythingIsLookedFor) {
  v1::CreateFineTuningJobRequest request;
  request.mutable_params()->set_model("gpt-4.1-mini");
  request.set_request_id("r1");
  (*request.mutable_params()->mutable_metadata())["inferwire_request_id"] = "mine";
  Call("CreateFineTuningJob", request);
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(world.transport.transfers.empty());
}

TEST_F(TypedTest, OnlyFineTunedModelsCanBeDeleted) {
  v1::DeleteFineTunedModelRequest request;
  request.set_model_id("gpt-4.1-mini");
  Call("DeleteFineTunedModel", request);
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(world.transport.transfers.empty());
}

TEST_F(TypedTest, AFineTunedModelIsDeletedAtOnceWhereNothingHasAnOwner) {
  v1::DeleteFineTunedModelRequest request;
  request.set_model_id("ft:gpt-4.1-mini:o::1");
  Call("DeleteFineTunedModel", request);
  EXPECT_EQ(Line(), "DELETE /models/ft%3Agpt-4.1-mini%3Ao%3A%3A1");
  Answer(R"({"id":"ft:gpt-4.1-mini:o::1","object":"model","deleted":true})");
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
}

class RealtimeSecrets : public TypedTest {
 protected:
  static v1::CreateRealtimeSecretRequest For(const std::string& model) {
    v1::CreateRealtimeSecretRequest request;
    request.mutable_params()->mutable_session()->set_type("realtime");
    if (!model.empty()) request.mutable_params()->mutable_session()->set_model(model);
    return request;
  }
  void Begin(const v1::CreateRealtimeSecretRequest& request) {
    Call("CreateRealtimeSecret", request);
  }
  void ExpectRefused(const char* reason) {
    RunToEnd();
    EXPECT_EQ(ReasonOf(*rpc.status), reason) << rpc.status->error_message();
    EXPECT_TRUE(world.transport.transfers.empty());
  }
};

TEST_F(RealtimeSecrets, AreMadeForTheModelUnderItsName) {
  Begin(For("fast"));
  EXPECT_EQ(Line(), "POST /realtime/client_secrets");
  EXPECT_EQ(Body()["session"]["model"], "gpt-4.1-mini");
  Answer(R"({"value":"ek_1","expires_at":1756310470,"session":{"type":"realtime",)"
         R"("object":"realtime.session","id":"sess_1","model":"gpt-4.1-mini"}})");
  ASSERT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  const auto response = rpc.Written<v1::CreateRealtimeSecretResponse>(0);
  EXPECT_EQ(response.secret().value(), "ek_1");
  EXPECT_EQ(response.secret().expires_at().seconds(), 1756310470);
  EXPECT_EQ(response.secret().session().id(), "sess_1");
  EXPECT_EQ(response.gateway().upstream(), "fake");
}

TEST_F(RealtimeSecrets, TheConfigurationHasToAllowThem) {
  world.router.AllowRaw([](std::string_view method, std::string_view path) {
    return !(method == "POST" && path == "/realtime/client_secrets");
  });
  Begin(For("fast"));
  ExpectRefused("PATH_NOT_ALLOWED");
}

TEST_F(RealtimeSecrets, NeedAModelOrAnUpstream) {
  Begin(For(""));
  ExpectRefused("INVALID_PARAMETER");
}

TEST_F(RealtimeSecrets, AnUpstreamOfItsNameIsEnough) {
  v1::CreateRealtimeSecretRequest request = For("");
  request.set_upstream("fake");
  Begin(request);
  EXPECT_EQ(Line(), "POST /realtime/client_secrets");
  rpc.Done(/*cancelled=*/true);
}

TEST_F(RealtimeSecrets, CannotBeMadeToSeeWhetherTheyCould) {
  v1::CreateRealtimeSecretRequest request = For("fast");
  request.mutable_options()->set_validate_only(true);
  Begin(request);
  ExpectRefused("INVALID_PARAMETER");
}

TEST_F(RealtimeSecrets, AreNotKeptForASecondCall) {
  v1::CreateRealtimeSecretRequest request = For("fast");
  request.mutable_options()->set_idempotency_key("k");
  Begin(request);
  ExpectRefused("INVALID_PARAMETER");
}

TEST_F(RealtimeSecrets, AreInNoLogLine) {
  world.log.Configure({telemetry::LogLevel::kDebug, true});
  Begin(For("fast"));
  Answer(R"({"value":"ek_secret","expires_at":1756310470,"session":{"type":"realtime"}})");
  for (const std::string& line : world.log_lines) {
    EXPECT_EQ(line.find("ek_secret"), std::string::npos) << line;
  }
  EXPECT_FALSE(world.log_lines.empty());
}

}  // namespace
}  // namespace inferwire::rpc
