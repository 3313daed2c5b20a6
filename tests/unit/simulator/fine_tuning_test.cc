#include <gtest/gtest.h>

#include "unit/simulator/stored_batch.h"

namespace inferwire::simulator::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class FineTuningTest : public ::testing::Test {
 protected:
  FineTuningTest() : simulator(std::move(*Simulator::Start())) {
    std::string lines;
    for (int i = 0; i < 12; ++i)
      lines += R"({"messages":[]})"
               "\n";
    file = Upload(*simulator, FileForm("fine-tune", "train.jsonl", lines)).json()["id"];
  }
  Response Try(const Json& patch = Json::object(), const std::string& words = "job_time=10h") {
    Json body = {{"model", "gpt-4.1-mini"}, {"training_file", file}};
    if (patch.is_object()) body.merge_patch(patch);
    return Post(*simulator, "/v1/fine_tuning/jobs", body, {{"x-simulator", words}});
  }
  Json Create(const Json& patch = Json::object(), const std::string& words = "job_time=10h") {
    const Response response = Try(patch, words);
    EXPECT_EQ(response.status, 200) << response.body;
    return response.json();
  }
  static std::string Path(const Json& job, const std::string& more = "") {
    return "/v1/fine_tuning/jobs/" + job["id"].get<std::string>() + more;
  }
  Json Read(const Json& job, const std::string& more = "") {
    return Get(*simulator, Path(job, more)).json();
  }
  Response Do(const Json& job, const std::string& verb) {
    return Send(*simulator, "POST", Path(job, "/" + verb));
  }
  std::unique_ptr<Simulator> simulator;
  std::string file;
};

TEST_F(FineTuningTest, RunsInVirtualTime) {
  const Json made = Create({{"suffix", "rivers"}, {"hyperparameters", {{"n_epochs", 2}}}});
  EXPECT_EQ(made["object"], "fine_tuning.job");
  EXPECT_EQ(made["status"], "validating_files");
  EXPECT_EQ(made["hyperparameters"]["batch_size"], "auto");
  EXPECT_EQ(made["model"], "gpt-4.1-mini-2025-04-14");
  simulator->Advance(minutes(90));
  EXPECT_EQ(Read(made)["status"], "queued");
  simulator->Advance(hours(2));
  const Json running = Read(made);
  EXPECT_EQ(running["status"], "running");
  EXPECT_EQ(running["hyperparameters"]["n_epochs"], 2);
  EXPECT_TRUE(running["fine_tuned_model"].is_null());
  simulator->Advance(hours(7));
  const Json done = Read(made);
  EXPECT_EQ(done["status"], "succeeded");
  EXPECT_EQ(done["finished_at"].get<int64_t>(), done["created_at"].get<int64_t>() + 36'000);
  EXPECT_GT(done["trained_tokens"].get<int64_t>(), 0);
  const std::string result = done["result_files"][0];
  EXPECT_NE(Get(*simulator, "/v1/files/" + result + "/content").body.find("train_loss"),
            std::string::npos);
  const Json events = Read(made, "/events?limit=100");
  EXPECT_EQ(events["data"].front()["message"], "The job has successfully completed");
  EXPECT_FALSE(events.contains("first_id"));
  int metrics = 0;
  for (const Json& event : events["data"]) metrics += event["type"] == "metrics" ? 1 : 0;
  EXPECT_GT(metrics, 5);
  const std::string after = events["data"][2]["id"];
  EXPECT_EQ(Read(made, "/events?limit=1&after=" + after)["data"][0], events["data"][3]);
  const Json checkpoints = Read(made, "/checkpoints");
  ASSERT_EQ(checkpoints["data"].size(), 2u) << "one an epoch";
  EXPECT_EQ(checkpoints["data"][0]["step_number"], 24);
}

TEST_F(FineTuningTest, ItsModelAnswersUntilItIsDeleted) {
  const Json made = Create({{"suffix", "rivers"}}, "job_time=0");
  const std::string model = Read(made)["fine_tuned_model"];
  EXPECT_TRUE(model.starts_with("ft:gpt-4.1-mini-2025-04-14:org-simulator:rivers:")) << model;
  const Response answer = Chat(*simulator, Ask("Hi", model));
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.json()["model"], model);
  EXPECT_EQ(Get(*simulator, "/v1/models/" + model).json()["owned_by"], "org-simulator");
  EXPECT_EQ(Send(*simulator, "DELETE", "/v1/models/" + model).json()["deleted"], true);
  EXPECT_EQ(Chat(*simulator, Ask("Hi", model)).status, 404);
  EXPECT_EQ(Send(*simulator, "DELETE", "/v1/models/" + model).status, 404);
  EXPECT_EQ(Send(*simulator, "DELETE", "/v1/models/gpt-4.1").status, 403);
}

TEST_F(FineTuningTest, StandsStillWhilePaused) {
  const Json made = Create();
  EXPECT_EQ(Do(made, "pause").status, 400) << "while it is validated";
  simulator->Advance(hours(5));
  EXPECT_EQ(Do(made, "pause").json()["status"], "paused");
  simulator->Advance(hours(100));
  EXPECT_EQ(Read(made)["status"], "paused");
  EXPECT_EQ(Do(made, "resume").json()["status"], "running");
  simulator->Advance(hours(4));
  EXPECT_EQ(Read(made)["status"], "running");
  simulator->Advance(hours(1));
  EXPECT_EQ(Read(made)["status"], "succeeded");
  EXPECT_EQ(Do(made, "resume").status, 400);
}

TEST_F(FineTuningTest, IsCancelledOrFails) {
  const Json made = Create();
  EXPECT_EQ(Do(made, "cancel").json()["status"], "cancelled");
  EXPECT_EQ(Do(made, "cancel").status, 400);
  const Json failed = Read(Create({}, "job_time=0; job_fail=server_error"));
  EXPECT_EQ(failed["status"], "failed");
  EXPECT_EQ(failed["error"]["code"], "server_error");
  EXPECT_EQ(ErrorCode(Get(*simulator, "/v1/fine_tuning/jobs/123")), "fine_tune_not_found");
}

TEST_F(FineTuningTest, IsFoundByItsMetadata) {
  for (const char* label : {"a", "b", "a"}) Create({{"metadata", {{"label", label}}}});
  const Json found = Get(*simulator, "/v1/fine_tuning/jobs?metadata[label]=a").json();
  EXPECT_EQ(found["data"].size(), 2u);
  EXPECT_EQ(Get(*simulator, "/v1/fine_tuning/jobs?metadata%5Blabel%5D=b").json()["data"].size(),
            1u);
  const Json first = Get(*simulator, "/v1/fine_tuning/jobs?limit=2").json();
  EXPECT_EQ(first["has_more"], true);
  const std::string after = first["data"][1]["id"];
  EXPECT_EQ(Get(*simulator, "/v1/fine_tuning/jobs?after=" + after).json()["data"].size(), 1u);
}

TEST_F(FineTuningTest, RefusesAsTheRealApiDoes) {
  EXPECT_EQ(ErrorCode(Try({{"training_file", nullptr}})), "missing_required_parameter");
  EXPECT_EQ(Try({{"training_file", "file-none"}}).status, 400);
  EXPECT_EQ(ErrorCode(Try({{"model", "gpt-5"}})), "model_not_available");
  EXPECT_EQ(ErrorCode(Try({{"hyperparameters", {{"n_epochs", 51}}}})), "integer_above_max_value");
  EXPECT_EQ(ErrorCode(Try({{"suffix", std::string(65, 'x')}})), "string_above_max_length");
}

class StoredChatsTest : public FineTuningTest {
 protected:
  Json Store(const std::string& text, const std::string& label, bool stream = false) {
    Json body = Ask(text);
    body["store"] = true;
    body["metadata"] = {{"label", label}};
    body["stream"] = stream;
    const Response response = Chat(*simulator, body);
    return stream ? Chunks(response.body).front() : response.json();
  }
  static std::string PathOf(const Json& chat, const std::string& more = "") {
    return "/v1/chat/completions/" + chat["id"].get<std::string>() + more;
  }
};

TEST_F(StoredChatsTest, AreListedOldestFirst) {
  Store("one", "a");
  Store("two", "b");
  Store("three", "a", /*stream=*/true);
  Chat(*simulator, Ask("not stored"));
  const Json all = Get(*simulator, "/v1/chat/completions").json();
  ASSERT_EQ(all["data"].size(), 3u);
  EXPECT_EQ(all["first_id"], all["data"][0]["id"]);
  EXPECT_EQ(all["data"][0]["metadata"]["label"], "a");
  EXPECT_EQ(Get(*simulator, "/v1/chat/completions?metadata[label]=a").json()["data"].size(), 2u);
  EXPECT_EQ(Get(*simulator, "/v1/chat/completions?model=gpt-5").json()["data"].size(), 0u);
  EXPECT_EQ(Get(*simulator, "/v1/chat/completions?limit=1&order=desc").json()["data"][0]["id"],
            all["data"][2]["id"]);
}

TEST_F(StoredChatsTest, AreReadLabelledAndDeleted) {
  const Json made = Store("Hello", "a");
  const Json read = Get(*simulator, PathOf(made)).json();
  EXPECT_EQ(read["choices"], made["choices"]);
  const Json changed = Post(*simulator, PathOf(made), {{"metadata", {{"label", "z"}}}}).json();
  EXPECT_EQ(changed["metadata"]["label"], "z");
  const Json messages = Get(*simulator, PathOf(made, "/messages")).json();
  EXPECT_EQ(messages["data"][0]["content"], "Hello");
  EXPECT_EQ(messages["data"][0]["role"], "user");
  EXPECT_TRUE(messages["data"][0]["id"].is_string());
  EXPECT_EQ(Send(*simulator, "DELETE", PathOf(made)).json()["object"], "chat.completion.deleted");
  EXPECT_EQ(Get(*simulator, PathOf(made)).status, 404);
}

}  // namespace
}  // namespace inferwire::simulator::testing
