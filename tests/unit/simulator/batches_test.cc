#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "unit/simulator/stored_batch.h"

namespace inferwire::simulator::testing {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::HasSubstr;

std::unique_ptr<Simulator> Start(Options options = {}) {
  return std::move(*Simulator::Start(options));
}

Json Create(const Simulator& simulator, std::string_view lines,
            std::string_view script = "batch_time=0") {
  const Response response = CreateBatch(simulator, UploadBatchInput(simulator, lines), script);
  EXPECT_EQ(response.status, 200) << response.body;
  return response.json();
}

Json RunBatch(const Simulator& simulator, std::string_view lines,
              std::string_view script = "batch_time=0") {
  return Ended(simulator, Create(simulator, lines, script));
}

std::string IdOf(const Json& batch) { return "/v1/batches/" + batch["id"].get<std::string>(); }
std::string StatusOf(const Simulator& simulator, const Json& batch) {
  return Get(simulator, IdOf(batch)).json()["status"];
}

std::set<std::string> CustomIds(const std::vector<Json>& lines) {
  std::set<std::string> ids;
  for (const Json& line : lines) ids.insert(line["custom_id"].get<std::string>());
  return ids;
}

// The code and line of each fault of a batch that failed its validation.
std::string Faults(const Simulator& simulator, std::string_view lines,
                   std::string_view script = "batch_time=0") {
  const Json batch = RunBatch(simulator, lines, script);
  EXPECT_EQ(batch["status"], "failed");
  EXPECT_TRUE(batch["failed_at"].is_number());
  EXPECT_TRUE(batch["output_file_id"].is_null());
  std::string text;
  for (const Json& fault : batch["errors"]["data"]) {
    text += fault["code"].get<std::string>() + ":" + Dump(fault["line"]) + " ";
  }
  return text;
}

TEST(Batches, GiveTheAnswersOfTheEndpointItself) {
  Options options;
  options.fixed_created = 1'700'000'000;
  auto simulator = Start(options);
  const Json created = Create(*simulator, Items(3));
  EXPECT_EQ(created["object"], "batch");
  EXPECT_EQ(created["status"], "validating");
  EXPECT_EQ(created["request_counts"]["total"], 0);
  EXPECT_EQ(created["expires_at"].get<int64_t>() - created["created_at"].get<int64_t>(), 86400);
  const Json batch = Ended(*simulator, created);
  EXPECT_EQ(batch["status"], "completed");
  EXPECT_EQ(batch["request_counts"], Json({{"total", 3}, {"completed", 3}, {"failed", 0}}));
  EXPECT_EQ(batch["model"], "gpt-4.1-mini-2025-04-14");
  EXPECT_TRUE(batch["error_file_id"].is_null());
  const Json file =
      Get(*simulator, "/v1/files/" + batch["output_file_id"].get<std::string>()).json();
  EXPECT_EQ(file["purpose"], "batch_output");
  EXPECT_EQ(file["filename"], batch["id"].get<std::string>() + "_output.jsonl");
  const auto lines = Lines(*simulator, batch["output_file_id"]);
  EXPECT_EQ(CustomIds(lines), (std::set<std::string>{"item-0", "item-1", "item-2"}));
  const Json alone = Chat(*simulator, Ask()).json();
  int64_t output_tokens = 0;
  for (const Json& line : lines) {
    EXPECT_EQ(line["response"]["status_code"], 200);
    EXPECT_TRUE(line["error"].is_null());
    EXPECT_EQ(line["response"]["body"], alone);
    output_tokens += line["response"]["body"]["usage"]["completion_tokens"].get<int64_t>();
  }
  EXPECT_EQ(batch["usage"]["output_tokens"], output_tokens);
}

TEST(Batches, PassThroughTheirStatesInVirtualTime) {
  auto simulator = Start();
  const Json batch = Create(*simulator, Items(100), "batch_time=100m");
  const auto counts = [&] { return Get(*simulator, IdOf(batch)).json()["request_counts"]; };
  EXPECT_EQ(StatusOf(*simulator, batch), "validating");
  simulator->Advance(std::chrono::minutes(11));
  while (StatusOf(*simulator, batch) == "validating") {  // its lines are still being looked at
  }
  EXPECT_EQ(StatusOf(*simulator, batch), "in_progress");
  simulator->Advance(std::chrono::minutes(39));
  Get(*simulator, IdOf(batch));
  EXPECT_TRUE(simulator->WaitFor([](const Stats& s) { return s.batch_items == 50; }, seconds(20)));
  EXPECT_EQ(counts(), Json({{"total", 100}, {"completed", 50}, {"failed", 0}}));
  EXPECT_EQ(StatusOf(*simulator, batch), "in_progress");
  simulator->Advance(std::chrono::minutes(41));
  Get(*simulator, IdOf(batch));
  EXPECT_TRUE(simulator->WaitFor([](const Stats& s) { return s.batch_items == 100; }, seconds(20)));
  EXPECT_EQ(StatusOf(*simulator, batch), "finalizing");
  simulator->Advance(std::chrono::minutes(10));
  const Json done = Get(*simulator, IdOf(batch)).json();
  EXPECT_EQ(done["status"], "completed");
  const auto since = [&](const char* name) {
    return done[name].get<int64_t>() - done["created_at"].get<int64_t>();
  };
  EXPECT_NEAR(static_cast<double>(since("in_progress_at")), 600, 1);
  EXPECT_NEAR(static_cast<double>(since("finalizing_at")), 5400, 1);
  EXPECT_NEAR(static_cast<double>(since("completed_at")), 6000, 1);
}

TEST(Batches, FailTheirValidationForWhatIsWrongWithALine) {
  auto simulator = Start();
  const auto other = [](const char* member, const Json& value) {
    Json item = Json::parse(Item("x"));
    item[member] = value;
    return Dump(item) + "\n";
  };
  EXPECT_EQ(Faults(*simulator, "\n"), "empty_file:null ");
  EXPECT_EQ(Faults(*simulator, Item("a") + "{broken\n" + Item("a")),
            "invalid_json_line:2 duplicate_custom_id:3 ");
  EXPECT_EQ(Faults(*simulator, "[1]\n"), "invalid_json_line:1 ");
  EXPECT_EQ(Faults(*simulator, Item("a") + other("url", "/v1/embeddings")), "url_mismatch:2 ");
  EXPECT_EQ(Faults(*simulator, other("method", "GET")), "invalid_method:1 ");
  EXPECT_EQ(Faults(*simulator, other("custom_id", nullptr)), "missing_required_parameter:1 ");
  EXPECT_EQ(Faults(*simulator, other("custom_id", 7)), "invalid_type:1 ");
  EXPECT_EQ(Faults(*simulator, other("body", "text")), "invalid_type:1 ");
  EXPECT_EQ(Faults(*simulator, Item("a") + Item("b", "gpt-4.1")), "model_mismatch:2 ");
  EXPECT_EQ(Faults(*simulator, Item("a", "no-such-model")), "model_not_found:1 ");
  EXPECT_EQ(Faults(*simulator, Item("a"), "batch_time=0; batch_fail=odd_code"), "odd_code:null ");
}

TEST(Batches, TakeFiftyThousandItemsAndNotOneMore) {
  auto simulator = Start();
  std::string lines = Items(50'000);
  const Json batch = Create(*simulator, lines, "batch_time=0; batch_run=1h");
  while (StatusOf(*simulator, batch) == "validating") {
  }
  EXPECT_EQ(Get(*simulator, IdOf(batch)).json()["request_counts"]["total"], 50'000);
  lines += Item("one-more");
  EXPECT_EQ(Faults(*Start(), lines), "too_many_tasks:null ");
}

TEST(Batches, PutFailedItemsIntoTheErrorFile) {
  auto simulator = Start();
  const Json batch = RunBatch(*simulator, Item("good") + Item("bad", "gpt-4.1-mini+status=400") +
                                              Item("odd", "gpt-4.1-mini+nonsense"));
  EXPECT_EQ(batch["status"], "completed");
  EXPECT_EQ(batch["request_counts"], Json({{"total", 3}, {"completed", 1}, {"failed", 2}}));
  EXPECT_EQ(CustomIds(Lines(*simulator, batch["output_file_id"])), std::set<std::string>{"good"});
  const auto errors = Lines(*simulator, batch["error_file_id"]);
  EXPECT_EQ(CustomIds(errors), (std::set<std::string>{"bad", "odd"}));
  for (const Json& line : errors) {
    EXPECT_EQ(line["response"]["status_code"], 400);
    EXPECT_TRUE(line["response"]["body"]["error"]["message"].is_string());
  }
  const Json hopeless = RunBatch(*simulator, Items(2, "gpt-4.1-mini+status=500"));
  EXPECT_EQ(hopeless["status"], "completed");
  EXPECT_TRUE(hopeless["output_file_id"].is_null());
  EXPECT_EQ(Lines(*simulator, hopeless["error_file_id"]).size(), 2u);
}

TEST(Batches, ItemsAreScriptedByRules) {
  auto simulator = Start();
  ASSERT_TRUE(
      simulator->SetRules({{.path = "/v1/batches/items", .every = 4, .set = "status=429"}}));
  const Json batch = RunBatch(*simulator, Items(40));
  EXPECT_EQ(batch["request_counts"], Json({{"total", 40}, {"completed", 30}, {"failed", 10}}));
}

TEST(Batches, LinesComeInAnyOrderMissingTwiceOrBroken) {
  auto simulator = Start();
  const auto ids = [&](const std::string& script) {
    const Json batch = RunBatch(*simulator, Items(20), "batch_time=0; " + script);
    std::vector<std::string> found;
    for (const Json& line : Lines(*simulator, batch["output_file_id"])) {
      found.push_back(line["custom_id"]);
    }
    return found;
  };
  const auto in_order = ids("batch_order=input");
  EXPECT_EQ(in_order.front(), "item-0");
  auto reversed = ids("batch_order=reverse");
  EXPECT_NE(reversed, in_order);
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(reversed, in_order);
  EXPECT_THAT(ids(""), ::testing::UnorderedElementsAreArray(in_order));
  EXPECT_NE(ids(""), in_order);

  const Json batch = RunBatch(
      *simulator,
      Item("a", "gpt-4.1-mini+line=missing") + Item("b", "gpt-4.1-mini+line=duplicate") +
          Item("c", "gpt-4.1-mini+line=garbage") + Item("d", "gpt-4.1-mini+line=truncated") +
          Item("e", "gpt-4.1-mini+line=foreign"),
      "batch_time=0; batch_order=input");
  EXPECT_EQ(batch["request_counts"]["completed"], 5);
  const auto lines = Lines(*simulator, batch["output_file_id"]);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0]["custom_id"], "b");
  EXPECT_EQ(lines[1], lines[0]);
  EXPECT_TRUE(lines[2].is_discarded());
  EXPECT_TRUE(lines[3].is_discarded());
  EXPECT_EQ(lines[4]["custom_id"], "e-foreign");
}

TEST(Batches, ExpireWithWhatIsDone) {
  auto simulator = Start();
  const Json batch = RunBatch(*simulator, Items(10), "batch_time=0; batch_expire=0.4");
  EXPECT_EQ(batch["status"], "expired");
  EXPECT_TRUE(batch["expired_at"].is_number());
  EXPECT_EQ(batch["request_counts"], Json({{"total", 10}, {"completed", 4}, {"failed", 6}}));
  EXPECT_EQ(Lines(*simulator, batch["output_file_id"]).size(), 4u);
  const auto errors = Lines(*simulator, batch["error_file_id"]);
  ASSERT_EQ(errors.size(), 6u);
  EXPECT_EQ(errors[0]["error"]["code"], "batch_expired");
  EXPECT_TRUE(errors[0]["response"].is_null());

  const Json slow = Create(*simulator, Items(10), "batch_time=0; batch_run=48h");
  simulator->Advance(hours(25));
  Get(*simulator, IdOf(slow));
  const Json ended = Ended(*simulator, slow);
  EXPECT_EQ(ended["status"], "expired");
  EXPECT_EQ(ended["request_counts"]["completed"], 5);
}

TEST(Batches, AreCancelledWithWhatIsDone) {
  auto simulator = Start();
  const Json batch =
      Create(*simulator, Items(10), "batch_time=0; batch_run=10m; batch_cancelling=1m");
  simulator->Advance(std::chrono::minutes(3));
  Get(*simulator, IdOf(batch));
  EXPECT_TRUE(simulator->WaitFor([](const Stats& s) { return s.batch_items == 3; }, seconds(20)));
  const Json cancelling = Send(*simulator, "POST", IdOf(batch) + "/cancel").json();
  EXPECT_EQ(cancelling["status"], "cancelling");
  EXPECT_TRUE(cancelling["cancelling_at"].is_number());
  EXPECT_EQ(Send(*simulator, "POST", IdOf(batch) + "/cancel").json()["status"], "cancelling");
  simulator->Advance(std::chrono::minutes(2));
  Get(*simulator, IdOf(batch));
  const Json ended = Ended(*simulator, batch);
  EXPECT_EQ(ended["status"], "cancelled");
  EXPECT_EQ(ended["request_counts"], Json({{"total", 10}, {"completed", 3}, {"failed", 7}}));
  EXPECT_EQ(Lines(*simulator, ended["error_file_id"])[0]["error"]["code"], "batch_cancelled");
  const Response again = Send(*simulator, "POST", IdOf(batch) + "/cancel");
  EXPECT_EQ(again.status, 409);
  EXPECT_THAT(again.body, HasSubstr("Cannot cancel a batch with status 'cancelled'."));
}

TEST(Batches, CancelledBeforeTheyBeganHaveNoFiles) {
  auto simulator = Start();
  const Json batch = Create(*simulator, Items(10), "batch_time=1h");
  Send(*simulator, "POST", IdOf(batch) + "/cancel");
  simulator->Advance(hours(1));
  const Json ended = Get(*simulator, IdOf(batch)).json();
  EXPECT_EQ(ended["status"], "cancelled");
  EXPECT_EQ(ended["request_counts"]["total"], 0);
  EXPECT_TRUE(ended["output_file_id"].is_null());
}

TEST(Batches, WaitForTheTokensOfTheModelsQueue) {
  Options options;
  options.limits.batch_queue_tokens = 100;
  auto simulator = Start(options);
  const Json running = Create(*simulator, Items(10), "batch_time=0; batch_run=1h");
  EXPECT_TRUE(
      simulator->WaitFor([](const Stats& s) { return s.batches_created == 1; }, seconds(5)));
  Get(*simulator, IdOf(running));
  const std::string second = UploadBatchInput(*simulator, Items(10));
  const Json refused = CreateBatch(*simulator, second).json();
  EXPECT_TRUE(simulator->WaitFor([](const Stats& s) { return s.batches_ended == 1; }, seconds(20)));
  const Json failed = Get(*simulator, IdOf(refused)).json();
  EXPECT_EQ(failed["status"], "failed");
  EXPECT_EQ(failed["errors"]["data"][0]["code"], "token_limit_exceeded");
  EXPECT_THAT(failed["errors"]["data"][0]["message"].get<std::string>(),
              HasSubstr("Limit: 100 enqueued tokens"));
  simulator->Advance(hours(2));
  Get(*simulator, IdOf(running));
  EXPECT_TRUE(simulator->WaitFor([](const Stats& s) { return s.batches_ended == 2; }, seconds(20)));
  EXPECT_EQ(Ended(*simulator, CreateBatch(*simulator, second).json())["status"], "completed");
}

TEST(Batches, AreRefusedAsTheRealApiRefusesThem) {
  auto simulator = Start();
  const std::string file = UploadBatchInput(*simulator, Items(1));
  const Json good = {
      {"input_file_id", file}, {"endpoint", "/v1/chat/completions"}, {"completion_window", "24h"}};
  const auto refused = [&](const char* member, const Json& value) {
    Json request = good;
    request[member] = value;
    const Response response = Post(*simulator, "/v1/batches", request);
    return std::to_string(response.status) + " " + ErrorCode(response);
  };
  EXPECT_EQ(refused("input_file_id", nullptr), "400 missing_required_parameter");
  EXPECT_THAT(refused("input_file_id", "file-none"), HasSubstr("404"));
  EXPECT_EQ(refused("endpoint", "/v1/images"), "400 invalid_value");
  EXPECT_EQ(refused("completion_window", "1h"), "400 invalid_value");
  EXPECT_EQ(refused("metadata", {{"a", 1}}), "400 invalid_type");
  EXPECT_EQ(refused("metadata", {{"a", std::string(513, 'x')}}), "400 string_above_max_length");
  EXPECT_EQ(refused("output_expires_after", {{"anchor", "created_at"}, {"seconds", 1}}),
            "400 integer_below_min_value");
  EXPECT_EQ(Post(*simulator, "/v1/batches", good).status, 200);
  EXPECT_EQ(Get(*simulator, "/v1/batches/batch_none").status, 404);
  EXPECT_EQ(Send(*simulator, "POST", "/v1/batches/batch_none/cancel").status, 404);
  EXPECT_EQ(Send(*simulator, "DELETE", "/v1/batches/batch_none").status, 405);
}

TEST(Batches, ArePagedAndCarryTheirMetadata) {
  auto simulator = Start();
  const std::string file = UploadBatchInput(*simulator, Items(1));
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(CreateBatch(*simulator, file).json()["id"]);
  const Json first = Get(*simulator, "/v1/batches?limit=2").json();
  ASSERT_EQ(first["data"].size(), 2u);
  EXPECT_EQ(first["data"][0]["id"], ids[2]);
  EXPECT_EQ(first["data"][0]["metadata"]["simulator"], "batch_time=0");
  EXPECT_EQ(first["last_id"], ids[1]);
  EXPECT_EQ(first["has_more"], true);
  const Json second = Get(*simulator, "/v1/batches?limit=2&after=" + ids[1]).json();
  ASSERT_EQ(second["data"].size(), 1u);
  EXPECT_EQ(second["data"][0]["id"], ids[0]);
  EXPECT_EQ(second["has_more"], false);
}

TEST(Batches, AreCreatedThoughTheAnswerIsLost) {
  auto simulator = Start();
  const std::string file = UploadBatchInput(*simulator, Items(1));
  const auto created = [&](const std::string& words) {
    EXPECT_NE(CreateBatch(*simulator, file, "batch_time=0", {{"x-simulator", words}}).status, 200);
    return Get(*simulator, "/v1/batches").json()["data"].size();
  };
  EXPECT_EQ(created("reset; effect=none"), 0u);
  EXPECT_EQ(created("status=500"), 0u);
  EXPECT_EQ(created("reset"), 1u);
  EXPECT_EQ(created("status=502; effect=done"), 2u);
  ASSERT_TRUE(
      simulator->SetRules({{.path = "/v1/batches", .method = "GET", .set = "list_lag=1m"}}));
  EXPECT_EQ(Get(*simulator, "/v1/batches").json()["data"].size(), 0u);
  simulator->Advance(seconds(61));
  EXPECT_EQ(Get(*simulator, "/v1/batches").json()["data"].size(), 2u);
}

TEST(Batches, RulesAreReplacedOverHttp) {
  auto simulator = Start();
  const std::string rules = "rules: [{match: {path: /v1/models, method: GET}, set: status=503}]";
  EXPECT_EQ(Send(*simulator, "PUT", "/simulator/rules", {}, rules).status, 200);
  EXPECT_EQ(Get(*simulator, "/v1/models").status, 503);
  EXPECT_EQ(Send(*simulator, "PUT", "/simulator/rules", {}, "rules: [{odd: 1}]").status, 400);
  EXPECT_EQ(Get(*simulator, "/v1/models").status, 503);
  EXPECT_EQ(Send(*simulator, "POST", "/simulator/advance?by=tomorrow").status, 400);
}

TEST(Batches, EmbedAndModerateToo) {
  auto simulator = Start();
  const auto run = [&](const char* endpoint, const Json& body) {
    const Json item = {{"custom_id", "a"}, {"method", "POST"}, {"url", endpoint}, {"body", body}};
    const std::string file = UploadBatchInput(*simulator, Dump(item));
    const Json created = Post(*simulator, "/v1/batches",
                              {{"input_file_id", file},
                               {"endpoint", endpoint},
                               {"completion_window", "24h"},
                               {"metadata", {{"simulator", "batch_time=0"}}}})
                             .json();
    const auto lines = Lines(*simulator, Ended(*simulator, created)["output_file_id"]);
    return lines.empty() ? Json() : lines[0]["response"]["body"];
  };
  EXPECT_EQ(run("/v1/embeddings", {{"model", "text-embedding-3-small"}, {"input", "x"}})["object"],
            "list");
  EXPECT_EQ(run("/v1/moderations", {{"input", "x"}})["results"].size(), 1u);
}

}  // namespace
}  // namespace inferwire::simulator::testing
