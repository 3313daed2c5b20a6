// BatchesService through a whole gateway, against the simulator's files and batches.
#include <gmock/gmock.h>

#include "batches_fixture.h"

namespace inferwire::e2e {
namespace {

TEST_F(BatchesTest, ABatchOfARouteGoesToTheNextTargetUntilOneHasAcceptedIt) {
  auto second = simulator::Simulator::Start();
  ASSERT_TRUE(second);
  ASSERT_TRUE((*second)->SetRules({{.path = "/v1/batches", .set = "batch_time=0"},
                                   {.path = "/v1/batches/items", .set = "tokens=5"}}));
  Start("batch_time=0", [&](config::Config& config) {
    config.upstreams.push_back(config.upstreams[0]);
    config.upstreams[1].name = "second";
    config.upstreams[1].base_url = (*second)->base_url();
    config.upstreams[1].is_default = false;
    config::RouteConfig route;
    route.name = "chat";
    route.targets.resize(2);
    route.targets[0].upstream = config.upstreams[0].name;
    route.targets[0].model = "gpt-4.1-mini";
    route.targets[1].upstream = "second";
    route.targets[1].model = "gpt-4.1";
    route.targets[1].group = 2;
    config.routes = {route, route};
    config.routes[1].name = "either";
    config.routes[1].targets[1].group = 1;
  });
  const auto first = client_->Create(10, {}, "chat");
  ASSERT_TRUE(first.status.ok()) << first.status.error_message();
  EXPECT_EQ(WaitForEnd(first.batch.batch_id()).counts().succeeded(), 10);
  EXPECT_EQ((*second)->stats().requests, 0u) << "the first target takes what it is given";

  const auto raw = client_->CreateOf({}, [](grpc::ClientWriter<v1::CreateBatchRequest>& writer) {
    v1::CreateBatchRequest request;
    request.mutable_item()->set_custom_id("raw");
    request.mutable_item()->set_raw_json(
        R"({"model":"chat","messages":[{"role":"user","content":"Hi"}]})");
    writer.Write(request);
  });
  ASSERT_TRUE(raw.status.ok()) << raw.status.error_message();
  const v1::Batch of_raw = WaitForEnd(raw.batch.batch_id());
  EXPECT_EQ(of_raw.counts().succeeded(), 1);
  EXPECT_EQ(of_raw.shards(0).model(), "gpt-4.1-mini");
  const auto either = client_->Create(30, {}, "either");
  EXPECT_EQ(WaitForEnd(either.batch.batch_id()).shards_size(), 1) << "all go where the first went";
  const uint64_t before = (*second)->stats().batch_items;

  ASSERT_TRUE(gateway_->upstream().SetRules(
      {{.path = "/v1/batches", .method = "POST", .set = "status=503; retry_after=1"}}));
  v1::BatchHeader header;
  header.set_request_id("once");
  const auto moved = client_->Create(10, header, "chat");
  ASSERT_TRUE(moved.status.ok()) << moved.status.error_message();
  const v1::Batch ended = WaitForEnd(moved.batch.batch_id());
  EXPECT_EQ(ended.counts().succeeded(), 10);
  ASSERT_EQ(ended.shards_size(), 1);
  EXPECT_EQ(ended.shards(0).upstream(), "second");
  EXPECT_EQ(ended.shards(0).model(), "gpt-4.1");
  EXPECT_EQ((*second)->stats().batch_items, before + 10);
  EXPECT_EQ(Ids(client_->ReadResults(moved.batch.batch_id()).results).size(), 10u);
  EXPECT_TRUE(client_->Create(10, header, "chat").existed)
      << "which target it went to is no part of what was asked for";
}

TEST_F(BatchesTest, TypedItemsGoInAndTypedResultsComeOut) {
  Start();
  v1::BatchHeader header;
  (*header.mutable_metadata())["project"] = "demo";
  const auto created = client_->Create(20, header);
  ASSERT_TRUE(created.status.ok()) << created.status.error_message();
  EXPECT_EQ(created.batch.state(), v1::Batch::STATE_QUEUED);
  EXPECT_EQ(created.batch.counts().total(), 20);
  EXPECT_EQ(created.batch.endpoint(), "/v1/chat/completions");
  EXPECT_EQ(created.batch.metadata().at("project"), "demo");
  const v1::Batch ended = WaitForEnd(created.batch.batch_id());
  EXPECT_EQ(ended.state(), v1::Batch::STATE_COMPLETED);
  EXPECT_EQ(ended.counts().succeeded(), 20);
  EXPECT_GT(ended.usage().input_tokens(), 0);
  EXPECT_EQ(ended.usage().output_tokens(), 100);
  EXPECT_GT(ended.cost().total_picousd(), 0) << "at batch prices";
  ASSERT_EQ(ended.shards_size(), 1);
  EXPECT_EQ(ended.shards(0).state(), v1::BatchShard::STATE_DONE);
  const auto results = client_->ReadResults(created.batch.batch_id());
  ASSERT_TRUE(results.status.ok());
  EXPECT_EQ(Ids(results.results).size(), 20u);
  int64_t cost = 0;
  for (const auto& result : results.results) {
    ASSERT_TRUE(result.has_chat_completion());
    EXPECT_EQ(result.chat_completion().choices_size(), 1);
    EXPECT_EQ(result.http_status(), 200);
    cost += result.cost().total_picousd();
  }
  EXPECT_EQ(cost, ended.cost().total_picousd());
  EXPECT_EQ(results.end.batch().state(), v1::Batch::STATE_COMPLETED);
  EXPECT_EQ(results.end.next_offset(), 20);
  EXPECT_EQ(gateway_->Metric("inferwire_batch_items_total{outcome=\"succeeded\"}"), 20);
  EXPECT_NEAR(
      gateway_->Metric("inferwire_cost_usd_total{gen_ai_operation_name=\"batch\","
                       "gen_ai_provider_name=\"test\",gen_ai_request_model=\"gpt-4.1-mini\"}"),
      static_cast<double>(cost) * 1e-12, 1e-12);
}

TEST_F(BatchesTest, ResultsGoOnWhereTheyWereLeft) {
  Start();
  const auto created = client_->Create(50);
  WaitForEnd(created.batch.batch_id());
  const auto all = client_->ReadResults(created.batch.batch_id());
  const auto rest = client_->ReadResults(created.batch.batch_id(), all.results[29].next_offset());
  ASSERT_EQ(rest.results.size(), 20u);
  for (size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(rest.results[i].custom_id(), all.results[30 + i].custom_id());
  }
  EXPECT_TRUE(client_->ReadResults(created.batch.batch_id(), 1000).results.empty());
  EXPECT_EQ(client_->ReadResults(created.batch.batch_id(), -1).status.error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(BatchesTest, FollowsAndWatchesUntilTheEnd) {
  Start("batch_time=100m",
        [](config::Config& config) { config.upstreams[0].batches.max_items = 10; });
  const auto created = client_->Create(30);
  const std::string id = created.batch.batch_id();
  std::vector<v1::Batch> seen;
  grpc::Status watch_status;
  std::thread watcher([&] {
    BatchClient client(gateway_->NewChannel());
    seen = client.Watch(id, watch_status);
  });
  BatchClient::Results results;
  std::thread follower([&] {
    BatchClient client(gateway_->NewChannel());
    results = client.ReadResults(id, 0, /*follow=*/true);
  });
  WaitForEnd(id);
  watcher.join();
  follower.join();
  EXPECT_TRUE(watch_status.ok()) << watch_status.error_message();
  ASSERT_GE(seen.size(), 2u);
  EXPECT_EQ(seen.back().state(), v1::Batch::STATE_COMPLETED);
  for (size_t i = 1; i < seen.size(); ++i) {
    EXPECT_GE(seen[i].counts().succeeded(), seen[i - 1].counts().succeeded());
  }
  EXPECT_TRUE(results.status.ok()) << results.status.error_message();
  EXPECT_EQ(Ids(results.results).size(), 30u);
  EXPECT_EQ(results.end.batch().state(), v1::Batch::STATE_COMPLETED);
}

TEST_F(BatchesTest, TheSameRequestIdIsTheSameBatch) {
  Start();
  v1::BatchHeader header;
  header.set_request_id("nightly-7");
  const auto first = client_->Create(5, header);
  const auto again = client_->Create(5, header);
  ASSERT_TRUE(again.status.ok());
  EXPECT_FALSE(first.existed);
  EXPECT_TRUE(again.existed);
  EXPECT_EQ(again.batch.batch_id(), first.batch.batch_id());
  const auto other = client_->Create(6, header);
  EXPECT_EQ(other.status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  WaitForEnd(first.batch.batch_id());
  EXPECT_EQ(gateway_->upstream().stats().batches_created, 1u);
}

TEST_F(BatchesTest, ListsPagesFromTheYoungestOn) {
  Start();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client_->Create(1).status.ok());
  v1::ListBatchesRequest request;
  request.set_page_size(2);
  std::vector<std::string> ids;
  int pages = 0;
  do {
    v1::ListBatchesResponse response;
    ASSERT_TRUE(client_->stub().ListBatches(NewContext().get(), request, &response).ok());
    for (const auto& batch : response.batches()) ids.push_back(batch.batch_id());
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 5u);
  request.set_page_token("nonsense");
  v1::ListBatchesResponse response;
  EXPECT_EQ(client_->stub().ListBatches(NewContext().get(), request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(BatchesTest, CancelReachesEveryShard) {
  Start("batch_time=1000m; batch_cancelling=0",
        [](config::Config& config) { config.upstreams[0].batches.max_items = 4; });
  const auto created = client_->Create(12);
  const std::string id = created.batch.batch_id();
  ASSERT_TRUE(gateway_->upstream().WaitFor(
      [](const simulator::Stats& stats) { return stats.batches_created == 3; }, 20s));
  v1::Batch batch;
  ASSERT_TRUE(client_->Cancel(id, batch).ok());
  EXPECT_EQ(batch.state(), v1::Batch::STATE_CANCELLING);
  const v1::Batch ended = WaitForEnd(id);
  EXPECT_EQ(ended.state(), v1::Batch::STATE_CANCELLED);
  EXPECT_EQ(ended.counts().succeeded() + ended.counts().cancelled(), 12);
  EXPECT_GT(ended.counts().cancelled(), 0);
  EXPECT_EQ(Ids(client_->ReadResults(id).results).size(), 12u);
  ASSERT_TRUE(client_->Cancel(id, batch).ok()) << "without effect";
  EXPECT_EQ(batch.state(), v1::Batch::STATE_CANCELLED);
}

// What an endpoint's typed item becomes, whichever way its batch is worked off.
void AskAll(BatchClient& client, const std::function<v1::Batch(const std::string&)>& wait) {
  struct Case {
    std::string endpoint;
    std::function<void(v1::BatchItem&)> ask;
    std::function<bool(const v1::BatchResult&)> is_answer;
  };
  const Case cases[] = {
      {"/v1/responses",
       [](v1::BatchItem& item) {
         item.mutable_response()->set_model("gpt-4.1-mini");
         item.mutable_response()->set_input("Say hello");
       },
       [](const v1::BatchResult& result) {
         return !result.response().output_text().empty() &&
                result.response().usage().output_tokens() > 0 && result.cost().total_picousd() > 0;
       }},
      {"/v1/embeddings",
       [](v1::BatchItem& item) {
         item.mutable_embedding()->set_model("text-embedding-3-small");
         item.mutable_embedding()->add_input("x");
         item.mutable_embedding()->set_dimensions(4);
       },
       [](const v1::BatchResult& result) {
         return result.embedding().embeddings_size() == 1 &&
                result.embedding().embeddings(0).values_size() == 4;
       }},
      {"/v1/completions",
       [](v1::BatchItem& item) {
         item.mutable_text_completion()->set_model("gpt-3.5-turbo-instruct");
         item.mutable_text_completion()->add_prompt("Once upon a time");
       },
       [](const v1::BatchResult& result) {
         return !result.text_completion().choices(0).text().empty();
       }},
      {"/v1/moderations",
       [](v1::BatchItem& item) {
         item.mutable_moderation()->set_model("omni-moderation-latest");
         item.mutable_moderation()->add_input("I bake cakes");
       },
       [](const v1::BatchResult& result) { return result.moderation().results_size() == 1; }},
      {"/v1/images/generations",
       [](v1::BatchItem& item) {
         item.mutable_image_generation()->set_model("gpt-image-1");
         item.mutable_image_generation()->set_prompt("a cat");
       },
       [](const v1::BatchResult& result) { return !result.image().images(0).data().empty(); }},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.endpoint);
    const auto created = client.CreateOf({}, [&](auto& writer) {
      for (int i = 0; i < 2; ++i) {
        v1::CreateBatchRequest request;
        request.mutable_item()->set_custom_id(std::to_string(i));
        each.ask(*request.mutable_item());
        writer.Write(request);
      }
    });
    ASSERT_TRUE(created.status.ok()) << created.status.error_message();
    EXPECT_EQ(created.batch.endpoint(), each.endpoint) << "that of the first item";
    const v1::Batch ended = wait(created.batch.batch_id());
    EXPECT_EQ(ended.counts().succeeded(), 2) << ended.ShortDebugString();
    const auto results = client.ReadResults(created.batch.batch_id());
    ASSERT_EQ(results.results.size(), 2u);
    for (const v1::BatchResult& result : results.results) {
      EXPECT_TRUE(each.is_answer(result)) << result.ShortDebugString().substr(0, 500);
    }
  }
}

TEST_F(BatchesTest, EveryEndpointHasTypedItemsAndResults) {
  Start();
  AskAll(*client_, [this](const std::string& id) { return WaitForEnd(id); });
}

TEST_F(BatchesTest, ItemsOfOneBatchAreOfOneEndpoint) {
  Start();
  const auto mixed = client_->CreateOf({}, [](auto& writer) {
    v1::CreateBatchRequest request;
    request.mutable_item()->set_custom_id("a");
    request.mutable_item()->mutable_response()->set_model("gpt-4.1-mini");
    request.mutable_item()->mutable_response()->set_input("Hi");
    writer.Write(request);
    request.mutable_item()->set_custom_id("b");
    *request.mutable_item()->mutable_chat_completion() = Prompt("Hi");
    writer.Write(request);
  });
  EXPECT_EQ(mixed.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(mixed.status.error_message(), ::testing::HasSubstr("/v1/responses"));
}

TEST_F(BatchesTest, AnotherEndpointsItemsMayBeRawJson) {
  Start();
  v1::BatchHeader header;
  header.set_endpoint("/v1/embeddings");
  const auto created = client_->CreateOf(header, [](auto& writer) {
    for (int i = 0; i < 3; ++i) {
      v1::CreateBatchRequest request;
      request.mutable_item()->set_custom_id(std::to_string(i));
      request.mutable_item()->set_raw_json(
          R"({"model":"text-embedding-3-small","input":"x","dimensions":4})");
      writer.Write(request);
    }
  });
  ASSERT_TRUE(created.status.ok()) << created.status.error_message();
  WaitForEnd(created.batch.batch_id());
  const auto results = client_->ReadResults(created.batch.batch_id());
  ASSERT_EQ(results.results.size(), 3u);
  EXPECT_EQ(results.results[0].embedding().embeddings(0).values_size(), 4);
}

TEST_F(BatchesTest, AFileAtTheUpstreamIsAsGoodAsItems) {
  Start();
  v1::BatchHeader header;
  header.set_input_file_id(Upload(25));
  const auto created = client_->CreateOf(header, [](auto&) {});
  ASSERT_TRUE(created.status.ok()) << created.status.error_message();
  const v1::Batch ended = WaitForEnd(created.batch.batch_id());
  EXPECT_EQ(ended.state(), v1::Batch::STATE_COMPLETED);
  EXPECT_EQ(ended.counts().succeeded(), 25);
  EXPECT_EQ(Ids(client_->ReadResults(created.batch.batch_id()).results).size(), 25u);
  header.set_input_file_id("file-nobody");
  const auto missing = client_->CreateOf(header, [](auto&) {});
  ASSERT_TRUE(missing.status.ok());
  const v1::Batch failed = WaitForEnd(missing.batch.batch_id());
  EXPECT_EQ(failed.state(), v1::Batch::STATE_FAILED);
  ASSERT_GE(failed.errors_size(), 1);
}

TEST_F(BatchesTest, AnUpstreamWithoutBatchesIsServedByTheGateway) {
  Start("", [](config::Config& config) {
    config.upstreams[0].batches.by = config::UpstreamBatchesConfig::By::kGateway;
    config.upstreams[0].batches.concurrency = 3;
  });
  const auto created = client_->Create(30);
  const v1::Batch ended = WaitForEnd(created.batch.batch_id());
  EXPECT_EQ(ended.state(), v1::Batch::STATE_COMPLETED);
  EXPECT_EQ(ended.counts().succeeded(), 30);
  EXPECT_EQ(ended.shards(0).upstream_batch_id(), "");
  EXPECT_EQ(gateway_->upstream().stats().batches_created, 0u);
  EXPECT_EQ(Ids(client_->ReadResults(created.batch.batch_id()).results).size(), 30u);
}

TEST_F(BatchesTest, FailedItemsHaveTheirErrorsAndExpiredOnesToo) {
  Start();
  Script("batch_time=0", "status=400");
  const auto failing = client_->Create(4);
  v1::Batch ended = WaitForEnd(failing.batch.batch_id());
  EXPECT_EQ(ended.counts().failed(), 4);
  for (const auto& result : client_->ReadResults(failing.batch.batch_id()).results) {
    EXPECT_EQ(result.error().code(), static_cast<int>(grpc::StatusCode::INVALID_ARGUMENT));
  }
  Script("batch_time=10m; batch_expire=0.5");
  const auto expiring = client_->Create(10);
  ended = WaitForEnd(expiring.batch.batch_id());
  EXPECT_EQ(ended.state(), v1::Batch::STATE_EXPIRED);
  EXPECT_EQ(ended.counts().succeeded(), 5);
  EXPECT_EQ(ended.counts().expired(), 5);
  Script("batch_fail=invalid_request");
  const auto refused = client_->Create(3);
  ended = WaitForEnd(refused.batch.batch_id());
  EXPECT_EQ(ended.state(), v1::Batch::STATE_FAILED);
  EXPECT_EQ(ended.counts().failed(), 3);
  ASSERT_GE(ended.errors_size(), 1);
}

TEST_F(BatchesTest, WhateverUpstreamsLinesLookLikeEveryItemEndsOnce) {
  Start();
  for (const char* line : {"missing", "duplicate", "garbage", "truncated", "foreign"}) {
    Script("batch_time=0", std::string("tokens=3; line=") + line, 3);
    const auto created = client_->Create(30);
    const v1::Batch ended = WaitForEnd(created.batch.batch_id());
    EXPECT_EQ(ended.state(), v1::Batch::STATE_COMPLETED) << line;
    const int64_t lost = line == std::string("duplicate") ? 0 : 10;
    EXPECT_EQ(ended.counts().succeeded(), 30 - lost) << line;
    EXPECT_EQ(ended.counts().failed(), lost) << line;
    EXPECT_EQ(Ids(client_->ReadResults(created.batch.batch_id()).results).size(), 30u) << line;
  }
  EXPECT_EQ(gateway_->upstream().stats().batches_created, 5u);
}

TEST_F(BatchesTest, ADeletedBatchIsGoneWithItsFilesAtTheUpstream) {
  Start("batch_time=60m");
  const auto created = client_->Create(5);
  ASSERT_TRUE(created.status.ok());
  const std::string id = created.batch.batch_id();
  EXPECT_EQ(client_->Delete(id).error_code(), grpc::FAILED_PRECONDITION) << "it has not ended";
  EXPECT_EQ(client_->Delete("batch_x").error_code(), grpc::NOT_FOUND);
  EXPECT_EQ(WaitForEnd(id).results_ready(), 5);
  EXPECT_TRUE(client_->Delete(id).ok());
  v1::Batch batch;
  EXPECT_EQ(client_->Get(id, batch).error_code(), grpc::NOT_FOUND);
  EXPECT_EQ(client_->ReadResults(id).status.error_code(), grpc::NOT_FOUND);
  EXPECT_EQ(client_->Delete(id).error_code(), grpc::NOT_FOUND);
  EXPECT_TRUE(Gateway::Eventually([this] {
    return gateway_->Metric("inferwire_batch_files_removed_total{outcome=\"removed\"}") >= 2;
  })) << "input and output";
}

}  // namespace
}  // namespace inferwire::e2e
