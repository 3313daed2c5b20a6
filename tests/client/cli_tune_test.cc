// inferwire finetune, inferwire conversation and inferwire thread.
#include "client/cli_typed_fixture.h"
#include "inferwire/v1/assistants_service.pb.h"
#include "inferwire/v1/conversations_service.pb.h"
#include "inferwire/v1/fine_tuning_service.pb.h"

namespace inferwire {
namespace {

using ::testing::HasSubstr;

v1::FineTuningJob JobOf(const std::string& id) {
  v1::FineTuningJob job;
  job.set_job_id(id);
  job.set_status(v1::FINE_TUNING_STATUS_VALIDATING_FILES);
  job.set_model("gpt-4.1-mini");
  job.set_training_file("file-1");
  job.mutable_create_time()->set_seconds(1'700'000'000);
  return job;
}

class CliFinetune : public testing_support::CliTypedTest {
 protected:
  // Pages of two jobs, five in all.
  void ServeList() {
    typed_.On<v1::ListFineTuningJobsRequest, v1::ListFineTuningJobsResponse>(
        "FineTuningService/ListFineTuningJobs", [this](const auto& request, auto& response) {
          listed_.push_back(request);
          const int from = request.page_token().empty() ? 0 : std::stoi(request.page_token());
          for (int i = from; i < std::min({5, from + 2, from + request.page_size()}); ++i) {
            *response.add_jobs() = JobOf("ftjob-" + std::to_string(i));
          }
          if (from + 2 < 5) response.set_next_page_token(std::to_string(from + 2));
          return grpc::Status::OK;
        });
  }

  std::vector<v1::ListFineTuningJobsRequest> listed_;
};
class CliConversation : public testing_support::CliTypedTest {};
class CliThread : public testing_support::CliTypedTest {};

TEST_F(CliFinetune, CreatePrintsTheIdAndPassesEveryOptionOn) {
  v1::CreateFineTuningJobRequest seen;
  typed_.On<v1::CreateFineTuningJobRequest, v1::CreateFineTuningJobResponse>(
      "FineTuningService/CreateFineTuningJob", [&](const auto& request, auto& response) {
        seen = request;
        *response.mutable_job() = JobOf("ftjob-1");
        return grpc::Status::OK;
      });
  const auto done =
      Run({"finetune", "create",       "file-1",  "--model",    "m",     "--validation-file",
           "file-2",   "--suffix",     "support", "--method",   "dpo",   "--epochs",
           "3",        "--batch-size", "auto",    "--beta",     "0.1",   "--seed",
           "7",        "--metadata",   "team=a",  "--upstream", "openai"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "ftjob-1\n");
  EXPECT_EQ(seen.upstream(), "openai");
  const auto& params = seen.params();
  EXPECT_EQ(params.training_file(), "file-1");
  EXPECT_EQ(params.validation_file(), "file-2");
  EXPECT_EQ(params.suffix(), "support");
  EXPECT_EQ(params.seed(), 7);
  EXPECT_EQ(params.metadata().at("team"), "a");
  EXPECT_EQ(params.method().type(), "dpo");
  const auto& all = params.method().dpo().hyperparameters();
  EXPECT_EQ(all.n_epochs(), 3);
  EXPECT_EQ(all.batch_size_word(), "auto");
  EXPECT_EQ(all.beta(), 0.1);
  EXPECT_FALSE(all.has_learning_rate_multiplier());
  EXPECT_EQ(Run({"finetune", "create", "file-1", "--model", "m"}).exit_code, 0);
  EXPECT_FALSE(seen.params().has_method());
  EXPECT_EQ(Run({"finetune", "create", "file-1"}).exit_code, 2);
  EXPECT_EQ(Run({"finetune", "create", "f", "-m", "m", "--epochs", "many"}).exit_code, 2);
  EXPECT_EQ(Run({"finetune", "create", "f", "-m", "m", "--metadata", "x"}).exit_code, 2);
}

TEST_F(CliFinetune, ListShowsEveryPage) {
  ServeList();
  const auto all = Run({"finetune", "list"});
  EXPECT_EQ(all.exit_code, 0) << all.err;
  EXPECT_EQ(std::ranges::count(all.out, '\n'), 6);
  EXPECT_THAT(all.out, HasSubstr("ftjob-0  validating_files  2023-11-14 22:13  gpt-4.1-mini  -\n"));
  EXPECT_EQ(listed_.size(), 3u);
  EXPECT_EQ(std::ranges::count(Run({"finetune", "ls", "--limit", "3"}).out, '\n'), 4);
  EXPECT_EQ(std::ranges::count(Run({"finetune", "list", "--json", "--limit", "0"}).out, '\n'), 5);
  EXPECT_EQ(Parse(Run({"finetune", "list", "--json", "--limit", "1"}).out)["object"],
            "fine_tuning.job");
}

TEST_F(CliFinetune, ShowsAndSteersAJob) {
  const auto echo = [](const auto& request, auto& response) {
    *response.mutable_job() = JobOf(request.job_id());
    return grpc::Status::OK;
  };
  typed_.On<v1::GetFineTuningJobRequest, v1::GetFineTuningJobResponse>(
      "FineTuningService/GetFineTuningJob", echo);
  typed_.On<v1::CancelFineTuningJobRequest, v1::CancelFineTuningJobResponse>(
      "FineTuningService/CancelFineTuningJob", echo);
  typed_.On<v1::PauseFineTuningJobRequest, v1::PauseFineTuningJobResponse>(
      "FineTuningService/PauseFineTuningJob", echo);
  typed_.On<v1::ResumeFineTuningJobRequest, v1::ResumeFineTuningJobResponse>(
      "FineTuningService/ResumeFineTuningJob", echo);
  for (const char* const verb : {"show", "cancel", "pause", "resume"}) {
    const auto done = Run({"finetune", verb, "ftjob-9"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("ftjob-9\n"));
    EXPECT_THAT(done.out, HasSubstr("validating_files\n"));
  }
  EXPECT_EQ(Parse(Run({"finetune", "show", "ftjob-9", "--json"}).out)["id"], "ftjob-9");
  Lose<v1::GetFineTuningJobRequest, v1::GetFineTuningJobResponse>(
      "FineTuningService/GetFineTuningJob");
  EXPECT_EQ(Run({"finetune", "show", "ftjob-9"}).exit_code, 1);
}

TEST_F(CliFinetune, ListsEventsAndCheckpoints) {
  typed_.On<v1::ListFineTuningEventsRequest, v1::ListFineTuningEventsResponse>(
      "FineTuningService/ListFineTuningEvents", [](const auto& request, auto& response) {
        auto& event = *response.add_events();
        event.set_level("info");
        event.set_message("began " + request.job_id());
        return grpc::Status::OK;
      });
  typed_.On<v1::ListFineTuningCheckpointsRequest, v1::ListFineTuningCheckpointsResponse>(
      "FineTuningService/ListFineTuningCheckpoints", [](const auto&, auto& response) {
        auto& checkpoint = *response.add_checkpoints();
        checkpoint.set_checkpoint_id("ckpt-1");
        checkpoint.set_step_number(88);
        (*checkpoint.mutable_metrics())["train_loss"] = 0.5;
        return grpc::Status::OK;
      });
  EXPECT_THAT(Run({"finetune", "events", "ftjob-9"}).out,
              HasSubstr("-        info   began ftjob-9\n"));
  EXPECT_THAT(Run({"finetune", "checkpoints", "ftjob-9"}).out,
              HasSubstr("ckpt-1  88    -        -      train_loss=0.5\n"));
}

TEST_F(CliFinetune, DeletesAModel) {
  v1::DeleteFineTunedModelRequest seen;
  typed_.On<v1::DeleteFineTunedModelRequest, v1::DeleteFineTunedModelResponse>(
      "FineTuningService/DeleteFineTunedModel", [&](const auto& request, auto&) {
        seen = request;
        return grpc::Status::OK;
      });
  EXPECT_EQ(Run({"finetune", "delete-model", "ft:m:a::1"}).out, "ft:m:a::1\n");
  EXPECT_EQ(seen.model_id(), "ft:m:a::1");
  EXPECT_EQ(Parse(Run({"finetune", "delete-model", "ft:m:a::1", "--json"}).out)["deleted"], true);
}

TEST_F(CliConversation, CreateSendsMessagesAndMetadata) {
  v1::CreateConversationRequest seen;
  typed_.On<v1::CreateConversationRequest, v1::CreateConversationResponse>(
      "ConversationsService/CreateConversation", [&](const auto& request, auto& response) {
        seen = request;
        response.mutable_conversation()->set_id("conv_1");
        return grpc::Status::OK;
      });
  const auto done = Run(
      {"conversation", "create", "--message", "one", "--message", "two", "--metadata", "team=a"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "conv_1\n");
  ASSERT_EQ(seen.params().items_size(), 2);
  EXPECT_EQ(seen.params().items(1).role(), "user");
  EXPECT_EQ(seen.params().items(1).content(), "two");
  EXPECT_EQ(seen.params().metadata().at("team"), "a");
}

TEST_F(CliConversation, ShowsItAndItsItems) {
  typed_.On<v1::GetConversationRequest, v1::GetConversationResponse>(
      "ConversationsService/GetConversation", [](const auto& request, auto& response) {
        response.mutable_conversation()->set_id(request.conversation_id());
        (*response.mutable_conversation()->mutable_metadata())["team"] = "a";
        return grpc::Status::OK;
      });
  EXPECT_THAT(Run({"conversation", "show", "conv_1"}).out, HasSubstr("metadata  team=a\n"));
  v1::ListConversationItemsRequest seen;
  typed_.On<v1::ListConversationItemsRequest, v1::ListConversationItemsResponse>(
      "ConversationsService/ListConversationItems", [&](const auto& request, auto& response) {
        seen = request;
        auto& message = *response.add_items();
        message.set_id("msg_1");
        message.set_type("message");
        message.set_role("user");
        message.add_content_parts()->set_text("two\nlines of " + std::string(80, 'x'));
        auto& call = *response.add_items();
        call.set_id("fc_1");
        call.set_type("function_call");
        call.set_arguments("{}");
        return grpc::Status::OK;
      });
  const auto items = Run({"conversation", "items", "conv_1", "--oldest-first"});
  EXPECT_EQ(items.exit_code, 0) << items.err;
  EXPECT_THAT(items.out, HasSubstr("msg_1  message        user  two lines of xxx"));
  EXPECT_THAT(items.out, HasSubstr("xxx...\nfc_1   function_call  -     {}\n"));
  EXPECT_EQ(seen.order(), "asc");
  EXPECT_EQ(std::ranges::count(Run({"conversation", "items", "conv_1", "--json"}).out, '\n'), 2);
}

TEST_F(CliConversation, DeletesSeveral) {
  typed_.On<v1::DeleteConversationRequest, v1::DeleteConversationResponse>(
      "ConversationsService/DeleteConversation", [](const auto& request, auto&) {
        return request.conversation_id() == "conv_2"
                   ? grpc::Status(grpc::StatusCode::NOT_FOUND, "no such conversation")
                   : grpc::Status::OK;
      });
  const auto done = Run({"conversation", "delete", "conv_2", "conv_1"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_EQ(done.out, "conv_1\n");
  EXPECT_EQ(Run({"conversation", "delete"}).exit_code, 2);
}

TEST_F(CliFinetune, ARequestIdThatIsKnownSaysSo) {
  std::string seen;
  typed_.On<v1::CreateFineTuningJobRequest, v1::CreateFineTuningJobResponse>(
      "FineTuningService/CreateFineTuningJob", [&](const auto& request, auto& response) {
        seen = request.request_id();
        *response.mutable_job() = JobOf("ftjob-1");
        response.set_existed(true);
        return grpc::Status::OK;
      });
  const auto done = Run({"finetune", "create", "file-1", "--model", "m", "--request-id", "r1"});
  EXPECT_EQ(done.out, "ftjob-1\n");
  EXPECT_EQ(seen, "r1");
  EXPECT_THAT(done.err, HasSubstr("the job exists already"));
}

TEST_F(CliFinetune, WatchPrintsEachEventAndTheJob) {
  auto status = v1::FINE_TUNING_STATUS_SUCCEEDED;
  typed_.OnStream<v1::WatchFineTuningJobRequest>(
      "FineTuningService/WatchFineTuningJob", [&](const auto& request) {
        testing_support::FakeTyped::Stream<v1::WatchFineTuningJobResponse> script;
        for (const char* id : {"e1", "e2", "e1"}) {
          auto& event = *script.messages.emplace_back().mutable_job_event();
          event.set_event_id(id);
          event.set_message(std::string("event ") + id);
        }
        script.messages.emplace_back().mutable_heartbeat();
        auto& job = *script.messages.emplace_back().mutable_job();
        job = JobOf(request.job_id());
        job.set_status(status);
        return script;
      });
  const auto done = Run({"finetune", "watch", "ftjob-1"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_TRUE(done.out.starts_with("event e1\nevent e2\n")) << done.out;
  EXPECT_THAT(done.out, HasSubstr("succeeded"));
  status = v1::FINE_TUNING_STATUS_FAILED;
  EXPECT_EQ(Run({"finetune", "watch", "ftjob-1"}).exit_code, 1);
}

TEST_F(CliThread, RunPrintsTheTextAsItComesAndWhichThread) {
  v1::StreamRunRequest seen;
  typed_.OnStream<v1::StreamRunRequest>("ThreadsService/StreamRun", [&](const auto& request) {
    seen = request;
    testing_support::FakeTyped::Stream<v1::StreamRunResponse> script;
    for (const char* text : {"22", " C"}) {
      auto& event = *script.messages.emplace_back().mutable_run_event();
      event.set_name("thread.message.delta");
      auto& part = *event.mutable_message_delta()->mutable_delta()->add_content();
      part.mutable_text()->set_value(text);
    }
    auto& run = *script.messages.emplace_back().mutable_completed()->mutable_run();
    run.set_run_id("run_1");
    run.set_thread_id("thread_1");
    run.set_status(v1::RUN_STATUS_COMPLETED);
    return script;
  });
  const auto done = Run({"thread", "run", "--assistant", "asst_1", "How", "warm?"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "22 C\n");
  EXPECT_EQ(done.err, "inferwire: run_1 of thread_1 completed\n");
  EXPECT_EQ(seen.params().thread().messages(0).content(), "How warm?");
  Run({"thread", "run", "--assistant", "asst_1", "--thread", "thread_1", "And now?"});
  EXPECT_EQ(seen.thread_id(), "thread_1");
  EXPECT_EQ(seen.params().additional_messages(0).content(), "And now?");
  EXPECT_EQ(Run({"thread", "run", "hi"}).exit_code, 2);
}

TEST_F(CliThread, ARunThatNeedsItsToolsShowsTheirCalls) {
  typed_.OnStream<v1::StreamRunRequest>("ThreadsService/StreamRun", [&](const auto&) {
    testing_support::FakeTyped::Stream<v1::StreamRunResponse> script;
    auto& run = *script.messages.emplace_back().mutable_completed()->mutable_run();
    run.set_status(v1::RUN_STATUS_REQUIRES_ACTION);
    auto& call = *run.mutable_required_action()->mutable_submit_tool_outputs()->add_tool_calls();
    call.set_id("call_1");
    call.mutable_function()->set_name("weather");
    call.mutable_function()->set_arguments("{}");
    return script;
  });
  const auto done = Run({"thread", "run", "--assistant", "asst_1", "hi"});
  EXPECT_EQ(done.out, "tool call weather({})  [call_1]\n");
  EXPECT_THAT(done.err, HasSubstr("requires_action"));
}

}  // namespace
}  // namespace inferwire
