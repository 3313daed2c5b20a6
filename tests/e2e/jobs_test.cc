// What takes its time at an upstream, through the whole gateway in front of the simulator:
// responses, fine-tuning jobs and runs that are watched or streamed, and whose they are.
#include <gmock/gmock.h>

#include "gateway.h"
#include "inferwire/v1/assistants_service.grpc.pb.h"
#include "inferwire/v1/files_service.grpc.pb.h"
#include "inferwire/v1/fine_tuning_service.grpc.pb.h"
#include "inferwire/v1/realtime_service.grpc.pb.h"
#include "inferwire/v1/responses_service.grpc.pb.h"
#include "support/certificates.h"
#include "support/temp_folder.h"

namespace inferwire::e2e {
namespace {

using ::testing::HasSubstr;

class JobCaller {
 public:
  explicit JobCaller(const std::shared_ptr<grpc::Channel>& channel)
      : responses(v1::ResponsesService::NewStub(channel)),
        tuning(v1::FineTuningService::NewStub(channel)),
        assistants(v1::AssistantsService::NewStub(channel)),
        threads(v1::ThreadsService::NewStub(channel)),
        files(v1::FilesService::NewStub(channel)),
        realtime(v1::RealtimeService::NewStub(channel)) {}

  std::string Respond(const std::string& model) {
    v1::CreateResponseRequest request;
    request.mutable_params()->set_model(model);
    request.mutable_params()->set_input("Hi");
    request.mutable_params()->set_background(true);
    v1::CreateResponseResponse answer;
    const auto status = responses->CreateResponse(NewContext().get(), request, &answer);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return answer.response().id();
  }
  grpc::Status Watch(const std::string& response) {
    v1::WatchResponseRequest request;
    request.set_response_id(response);
    request.mutable_poll_interval()->set_seconds(1);
    const auto context = NewContext();
    const auto reader = responses->WatchResponse(context.get(), request);
    statuses.clear();
    for (v1::WatchResponseResponse message; reader->Read(&message);) {
      if (message.has_response()) statuses.push_back(message.response().status());
      if (message.has_response()) last = message.response();
    }
    return reader->Finish();
  }

  std::string Upload() {
    const auto context = NewContext();
    v1::UploadFileResponse answer;
    const auto writer = files->UploadFile(context.get(), &answer);
    v1::UploadFileRequest request;
    request.mutable_header()->set_filename("train.jsonl");
    request.mutable_header()->set_purpose("fine-tune");
    writer->Write(request);
    std::string lines;
    for (int i = 0; i < 12; ++i) lines += "{\"messages\":[]}\n";
    request.set_data(lines);
    writer->Write(request);
    request.mutable_end();
    writer->Write(request);
    writer->WritesDone();
    const auto status = writer->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return answer.file().file_id();
  }
  grpc::Status Tune(const std::string& file, const std::string& request_id = "") {
    v1::CreateFineTuningJobRequest request;
    request.mutable_params()->set_model("gpt-4.1-mini");
    request.mutable_params()->set_training_file(file);
    request.set_request_id(request_id);
    tuned.Clear();
    return tuning->CreateFineTuningJob(NewContext().get(), request, &tuned);
  }
  v1::FineTuningJob Watched(const std::string& job, std::vector<std::string>& events) {
    v1::WatchFineTuningJobRequest request;
    request.set_job_id(job);
    request.mutable_poll_interval()->set_seconds(1);
    const auto context = NewContext();
    const auto reader = tuning->WatchFineTuningJob(context.get(), request);
    v1::FineTuningJob job_now;
    for (v1::WatchFineTuningJobResponse message; reader->Read(&message);) {
      if (message.has_job()) job_now = message.job();
      if (message.has_job_event()) events.push_back(message.job_event().message());
    }
    const auto status = reader->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return job_now;
  }
  grpc::Status DeleteModel(const std::string& model) {
    v1::DeleteFineTunedModelRequest request;
    request.set_model_id(model);
    v1::DeleteFineTunedModelResponse answer;
    return tuning->DeleteFineTunedModel(NewContext().get(), request, &answer);
  }

  std::string Assistant(const std::string& model, bool tool = false) {
    v1::CreateAssistantRequest request;
    request.mutable_params()->set_model(model);
    if (tool) {
      v1::AssistantTool& added = *request.mutable_params()->add_tools();
      added.set_type("function");
      v1::FunctionTool& function = *added.mutable_function();
      function.set_name("weather");
      function.set_parameters_json(R"({"type":"object","properties":{}})");
    }
    v1::CreateAssistantResponse answer;
    const auto status = assistants->CreateAssistant(NewContext().get(), request, &answer);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return answer.assistant().assistant_id();
  }
  static v1::StreamRunRequest RunWithThread(const std::string& assistant,
                                            const std::string& model = "gpt-4.1-mini",
                                            const std::string& text = "Hi") {
    v1::StreamRunRequest request;
    request.mutable_params()->set_assistant_id(assistant);
    request.mutable_params()->set_model(model);
    v1::ThreadMessageParams& message = *request.mutable_params()->mutable_thread()->add_messages();
    message.set_role("user");
    message.set_content(text);
    return request;
  }
  grpc::Status Stream(const v1::StreamRunRequest& request) {
    const auto context = NewContext();
    const auto reader = threads->StreamRun(context.get(), request);
    text.clear();
    events.clear();
    completed.Clear();
    for (v1::StreamRunResponse message; reader->Read(&message);) {
      if (message.has_run_event()) events.push_back(message.run_event().name());
      for (const auto& part : message.run_event().message_delta().delta().content()) {
        text += part.text().value();
      }
      completed = message.completed();
    }
    return reader->Finish();
  }

  const std::unique_ptr<v1::ResponsesService::Stub> responses;
  const std::unique_ptr<v1::FineTuningService::Stub> tuning;
  const std::unique_ptr<v1::AssistantsService::Stub> assistants;
  const std::unique_ptr<v1::ThreadsService::Stub> threads;
  const std::unique_ptr<v1::FilesService::Stub> files;
  const std::unique_ptr<v1::RealtimeService::Stub> realtime;
  std::vector<v1::ResponseStatus> statuses;
  v1::Response last;
  v1::CreateFineTuningJobResponse tuned;
  std::string text;
  std::vector<std::string> events;
  v1::StreamRunCompleted completed;
};

TEST(Jobs, ABackgroundResponseIsWatchedToItsEnd) {
  Gateway gateway;
  JobCaller caller(gateway.NewChannel());
  const std::string id = caller.Respond("gpt-4.1-mini+echo+response_time=2s");
  const auto status = caller.Watch(id);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_GE(caller.statuses.size(), 2u);
  EXPECT_EQ(caller.statuses.back(), v1::RESPONSE_STATUS_COMPLETED);
  EXPECT_EQ(caller.last.output_text(), "Hi");
}

TEST(Jobs, AWatchOutlastsFailuresOfTheUpstream) {
  Gateway gateway;
  JobCaller caller(gateway.NewChannel());
  const std::string id = caller.Respond("gpt-4.1-mini+echo+response_time=1s");
  ASSERT_TRUE(gateway.upstream().SetRules(
      {{.path = "/v1/responses/" + id, .times = 2, .set = "status=500"}}));
  const auto status = caller.Watch(id);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(caller.statuses.back(), v1::RESPONSE_STATUS_COMPLETED);
}

TEST(Jobs, AWatchEndsWithTheThirdFailure) {
  Gateway gateway;
  JobCaller caller(gateway.NewChannel());
  const std::string id = caller.Respond("gpt-4.1-mini+response_time=60s");
  ASSERT_TRUE(gateway.upstream().SetRules({{.path = "/v1/responses/" + id, .set = "status=500"}}));
  EXPECT_FALSE(caller.Watch(id).ok());
}

TEST(Jobs, OnlyAResponseInTheBackgroundCanBeCancelled) {
  Gateway gateway;
  JobCaller caller(gateway.NewChannel());
  v1::CreateResponseRequest request;
  request.mutable_params()->set_model("gpt-4.1-mini");
  request.mutable_params()->set_input("Hi");
  v1::CreateResponseResponse made;
  ASSERT_TRUE(caller.responses->CreateResponse(NewContext().get(), request, &made).ok());
  v1::CancelResponseRequest cancel;
  cancel.set_response_id(made.response().id());
  v1::CancelResponseResponse cancelled;
  const auto status = caller.responses->CancelResponse(NewContext().get(), cancel, &cancelled);
  EXPECT_EQ(status.error_code(), grpc::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_details(), HasSubstr("WRONG_STATE"));
}

TEST(Jobs, AFineTuningJobIsMadeOnceAndWatchedToItsEnd) {
  Gateway gateway;
  JobCaller caller(gateway.NewChannel());
  const std::string file = caller.Upload();
  auto status = caller.Tune(file, "r1");
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(caller.tuned.existed());
  const std::string id = caller.tuned.job().job_id();
  ASSERT_TRUE(caller.Tune(file, "r1").ok());
  EXPECT_TRUE(caller.tuned.existed());
  EXPECT_EQ(caller.tuned.job().job_id(), id);
  ASSERT_TRUE(caller.Tune(file, "r2").ok());
  EXPECT_NE(caller.tuned.job().job_id(), id);

  std::vector<std::string> events;
  const v1::FineTuningJob job = caller.Watched(id, events);
  EXPECT_EQ(job.status(), v1::FINE_TUNING_STATUS_SUCCEEDED);
  ASSERT_GT(events.size(), 5u);
  EXPECT_EQ(events.back(), "The job has successfully completed");
  EXPECT_EQ(std::set<std::string>(events.begin(), events.end()).size(), events.size())
      << "each once";
  EXPECT_TRUE(caller.DeleteModel(job.fine_tuned_model()).ok());
}

TEST(Jobs, ARunIsStreamedWithItsThread) {
  Gateway gateway;
  JobCaller caller(gateway.NewChannel());
  const auto status = caller.Stream(
      JobCaller::RunWithThread(caller.Assistant("gpt-4.1-mini"), "gpt-4.1-mini+echo"));
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(caller.text, "Hi");
  EXPECT_EQ(caller.events.front(), "thread.created");
  EXPECT_EQ(caller.events.back(), "thread.run.completed");
  EXPECT_EQ(caller.completed.run().status(), v1::RUN_STATUS_COMPLETED);
  EXPECT_GT(caller.completed.run().usage().output_tokens(), 0);
}

TEST(Jobs, ARunThatNeedsItsToolsIsWatchedAndGoesOnAsAStream) {
  Gateway gateway;
  JobCaller caller(gateway.NewChannel());
  auto request = JobCaller::RunWithThread(caller.Assistant("gpt-4.1-mini", /*tool=*/true),
                                          "gpt-4.1-mini", "How is the weather?");
  auto status = caller.Stream(request);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const v1::AssistantRun run = caller.completed.run();
  ASSERT_EQ(run.status(), v1::RUN_STATUS_REQUIRES_ACTION);

  v1::WatchRunRequest watch;
  watch.set_thread_id(run.thread_id());
  watch.set_run_id(run.run_id());
  const auto context = NewContext();
  const auto reader = caller.threads->WatchRun(context.get(), watch);
  v1::WatchRunResponse seen;
  ASSERT_TRUE(reader->Read(&seen));
  EXPECT_EQ(seen.run().status(), v1::RUN_STATUS_REQUIRES_ACTION);
  v1::WatchRunResponse none;
  EXPECT_FALSE(reader->Read(&none));
  EXPECT_TRUE(reader->Finish().ok());

  v1::StreamRunRequest go_on;
  go_on.set_thread_id(run.thread_id());
  go_on.set_run_id(run.run_id());
  for (const auto& call : run.required_action().submit_tool_outputs().tool_calls()) {
    v1::ToolOutput& output = *go_on.mutable_tool_outputs()->add_tool_outputs();
    output.set_tool_call_id(call.id());
    output.set_output("22 C");
  }
  status = caller.Stream(go_on);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(caller.completed.run().status(), v1::RUN_STATUS_COMPLETED);
  EXPECT_FALSE(caller.text.empty());
}

TEST(Jobs, AStreamOfARunThatIsCutSaysWhichRun) {
  Gateway gateway;
  JobCaller caller(gateway.NewChannel());
  const auto status = caller.Stream(JobCaller::RunWithThread(caller.Assistant("gpt-4.1-mini"),
                                                             "gpt-4.1-mini+truncate+tokens=20"));
  EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE);
  EXPECT_THAT(status.error_details(), HasSubstr("STREAM_TRUNCATED"));
  EXPECT_THAT(status.error_details(), HasSubstr("run_id"));
}

TEST(Jobs, ARealtimeSecretHasToBeAllowed) {
  v1::CreateRealtimeSecretRequest request;
  request.mutable_params()->mutable_session()->set_type("realtime");
  request.mutable_params()->mutable_session()->set_model("gpt-realtime");
  v1::CreateRealtimeSecretResponse answer;
  {
    Gateway gateway;
    JobCaller caller(gateway.NewChannel());
    const auto status = caller.realtime->CreateRealtimeSecret(NewContext().get(), request, &answer);
    EXPECT_EQ(status.error_code(), grpc::PERMISSION_DENIED);
  }
  Gateway gateway([](config::Config& config) {
    config.raw.allow.push_back({"POST", "/realtime/client_secrets"});
  });
  JobCaller caller(gateway.NewChannel());
  const auto status = caller.realtime->CreateRealtimeSecret(NewContext().get(), request, &answer);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(answer.secret().value(), HasSubstr("ek_"));
  EXPECT_EQ(answer.secret().session().model(), "gpt-realtime");
}

// --- Whose is what -------------------------------------------------------------------------------

class JobOwnership : public ::testing::Test {
 protected:
  JobOwnership() {
    certificates_.Issue("alice", "alice.svc", "DNS:alice.svc");
    certificates_.Issue("bob", "bob.svc", "DNS:bob.svc");
    gateway_ = std::make_unique<Gateway>([&](config::Config& config) {
      config.store.path = folder_.File("store.db");
      config.tls =
          config::TlsConfig{certificates_.path("server.pem"), certificates_.path("server.key"),
                            certificates_.path("ca.pem"), config::ClientAuth::kRequest, 1s};
    });
  }
  JobCaller As(const std::string& name) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = certificates_.text("ca.pem");
    options.pem_private_key = certificates_.text(name + ".key");
    options.pem_cert_chain = certificates_.text(name + ".pem");
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride("localhost");
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return JobCaller(
        grpc::CreateCustomChannel(gateway_->target(), grpc::SslCredentials(options), arguments));
  }

  const testing_support::Certificates certificates_;
  testing_support::TempFolder folder_;
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(JobOwnership, AWatchIsItsOwnersAlone) {
  JobCaller alice = As("alice"), bob = As("bob");
  const std::string id = alice.Respond("gpt-4.1-mini+response_time=0s");
  EXPECT_EQ(bob.Watch(id).error_code(), grpc::NOT_FOUND);
  EXPECT_TRUE(alice.Watch(id).ok());
}

TEST_F(JobOwnership, ARequestIdAndAFineTunedModelAreTheirOwnersAlone) {
  JobCaller alice = As("alice"), bob = As("bob");
  auto status = alice.Tune(alice.Upload(), "r1");
  ASSERT_TRUE(status.ok()) << status.error_message();
  const std::string id = alice.tuned.job().job_id();
  ASSERT_TRUE(bob.Tune(bob.Upload(), "r1").ok());
  EXPECT_FALSE(bob.tuned.existed());
  EXPECT_NE(bob.tuned.job().job_id(), id);

  std::vector<std::string> events;
  const std::string model = alice.Watched(id, events).fine_tuned_model();
  ASSERT_FALSE(model.empty());
  EXPECT_EQ(bob.DeleteModel(model).error_code(), grpc::NOT_FOUND);
  status = alice.DeleteModel(model);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(JobOwnership, AThreadThatARunMadeIsItsOwnersAlone) {
  JobCaller alice = As("alice"), bob = As("bob");
  const std::string assistant = alice.Assistant("gpt-4.1-mini");
  const auto status = alice.Stream(JobCaller::RunWithThread(assistant));
  ASSERT_TRUE(status.ok()) << status.error_message();
  v1::GetRunRequest get;
  get.set_thread_id(alice.completed.run().thread_id());
  get.set_run_id(alice.completed.run().run_id());
  v1::GetRunResponse answer;
  EXPECT_TRUE(alice.threads->GetRun(NewContext().get(), get, &answer).ok());
  EXPECT_EQ(bob.threads->GetRun(NewContext().get(), get, &answer).error_code(), grpc::NOT_FOUND);
  EXPECT_EQ(bob.Stream(JobCaller::RunWithThread(assistant)).error_code(), grpc::NOT_FOUND)
      << "nor is her assistant his";
}

}  // namespace
}  // namespace inferwire::e2e
