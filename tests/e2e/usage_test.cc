// UsageService at a whole gateway: what it adds up to is what callers were told and what may be
// billed besides, to the pico-dollar, and each caller sees its own.
#include <gmock/gmock.h>

#include "batch_client.h"
#include "connected.h"
#include "inferwire/v1/usage_service.grpc.pb.h"
#include "support/postgres_cluster.h"
#include "support/temp_folder.h"
#include "tenancy/key_text.h"

namespace inferwire::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Query = v1::QueryUsageRequest;

testing_support::PostgresCluster* Cluster() {
  static const auto cluster = testing_support::PostgresCluster::Start();
  return cluster.get();
}

struct Total {
  int64_t calls = 0, picousd = 0;
  bool operator==(const Total&) const = default;
};

class UsageTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam() && Cluster() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    if (GetParam()) setenv("INFERWIRE_USAGE_TEST_URL", Cluster()->NewDatabase().c_str(), 1);
    acme_ = AddKey("AcmeKey1", "acme");
    second_ = AddKey("AcmeKey2", "acme");
    beta_ = AddKey("BetaKey1", "beta");
    viewer_ = AddKey("Viewer01", "", {tenancy::Role::kViewer});
    acme_viewer_ = AddKey("Viewer02", "acme", {tenancy::Role::kTenantViewer});
    gateway_ = std::make_unique<Gateway>([this](config::Config& config) { Configure(config); });
    usage_ = v1::UsageService::NewStub(gateway_->NewChannel());
  }
  void Configure(config::Config& config) {
    MakeQuick(config);
    config.ledger.path = folder_.File("ledger");
    config.ledger.segment = 1 << 20;
    config.ledger.upload = 10ms;
    if (GetParam()) {
      config.store.url_variable = "INFERWIRE_USAGE_TEST_URL";
    } else {
      config.store.path = folder_.File("store.db");
    }
    for (const char* id : {"acme", "beta"}) config.tenants.emplace_back().id = id;
    config.tenants[0].labels = {"nightly"};
    config.tenants[0].quota.budget.day = "100 USD";
    config.tenants[1].quota.budget.month = "0.02 USD";
    using tenancy::Operation;
    config.tenants[0].access.operations = {Operation::kChat, Operation::kBatches, Operation::kRaw};
    config.identity.keys.entries = keys_;
  }
  std::string AddKey(const std::string& id, const std::string& tenant,
                     std::vector<tenancy::Role> roles = {}) {
    const std::string key = tenancy::NewKey(id, tenancy::SystemRandomBytes).value();
    config::ApiKeyConfig& entry = keys_.emplace_back();
    entry.id = id;
    entry.hash = tenancy::HexOf(tenancy::KeyHasher().Of(key));
    entry.tenant = tenant;
    entry.roles = std::move(roles);
    return key;
  }
  static std::unique_ptr<grpc::ClientContext> With(const std::string& key) {
    auto context = NewContext();
    context->AddMetadata("authorization", "Bearer " + key);
    return context;
  }

  v1::CompleteResponse Ask(const std::string& key, const std::string& model,
                           const v1::CallOptions& options = {}) {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("Hi", model);
    *request.mutable_options() = options;
    v1::CompleteResponse response;
    status_ = gateway_->chat().Complete(With(key).get(), request, &response);
    told_ += response.gateway().cost().total_picousd();
    return response;
  }
  static Query Of(Query::Bucket bucket = Query::BUCKET_ALL,
                  const std::vector<std::string>& group_by = {}) {
    Query query;
    query.mutable_start()->set_seconds(std::time(nullptr) - 86'400);
    query.set_bucket(bucket);
    for (const std::string& name : group_by) query.add_group_by(name);
    return query;
  }
  v1::QueryUsageResponse Ask(const std::string& key, const Query& query) {
    v1::QueryUsageResponse response;
    status_ = usage_->QueryUsage(With(key).get(), query, &response);
    return response;
  }
  Total TotalOf(const std::string& key, const std::vector<int>& sources = {}) {
    Total total;
    const auto usage = Ask(key, Of(Query::BUCKET_ALL, {"source"}));
    for (const v1::UsageRow& row : usage.rows()) {
      if (!sources.empty() && std::ranges::count(sources, row.source()) == 0) continue;
      total.calls += row.calls();
      total.picousd += row.picousd();
    }
    return total;
  }
  bool Eventually(const Total& total, const std::string& key, const std::vector<int>& sources) {
    return Gateway::Eventually([&] { return TotalOf(key, sources) == total; }, 20s);
  }

  testing_support::TempFolder folder_;
  std::vector<config::ApiKeyConfig> keys_;
  std::string acme_, second_, beta_, viewer_, acme_viewer_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<v1::UsageService::Stub> usage_;
  grpc::Status status_;
  int64_t told_ = 0;
};

TEST_P(UsageTest, AddsUpToWhatCallersWereTold) {
  for (int i = 0; i < 5; ++i) Ask(acme_, "gpt-4.1-mini+tokens=20");
  v1::InvokeRequest raw;
  raw.mutable_call()->set_method("POST");
  raw.mutable_call()->set_path("/chat/completions");
  raw.mutable_call()->set_content_type("application/json");
  raw.mutable_call()->set_body(
      R"({"model":"gpt-4.1","messages":[{"role":"user","content":"Hi"}]})");
  v1::InvokeResponse answer;
  const auto invoked = gateway_->raw().Invoke(With(acme_).get(), raw, &answer);
  ASSERT_TRUE(invoked.ok()) << invoked.error_message();
  told_ += answer.gateway().cost().total_picousd();
  constexpr int64_t calls = 6;
  ASSERT_GT(told_, 0);
  EXPECT_TRUE(Eventually({calls, told_}, acme_, {v1::USAGE_SOURCE_PROVIDER}))
      << TotalOf(acme_).picousd << " instead of " << told_;
  // A refused call is one, and costs nothing.
  Ask(acme_, "gpt-4.1-mini+status=400");
  EXPECT_TRUE(Eventually({calls + 1, told_}, acme_, {}))
      << Ask(acme_, Of(Query::BUCKET_ALL, {"source", "model"})).DebugString() << calls << " "
      << told_;
}

TEST_P(UsageTest, HasWhatACancelledCallMayBeBilledAndTheBudgetHasTheSame) {
  {
    v1::StreamCompleteRequest request;
    *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+rate=50+tokens=5000");
    const auto context = With(acme_);
    const auto reader = gateway_->chat().StreamComplete(context.get(), request);
    v1::StreamCompleteResponse event;
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(reader->Read(&event));
    context->TryCancel();
  }
  ASSERT_TRUE(Gateway::Eventually(
      [&] { return TotalOf(acme_, {v1::USAGE_SOURCE_ESTIMATED}).calls == 1; }, 20s));
  Ask(acme_, "gpt-4.1-mini+tokens=20");
  ASSERT_TRUE(Gateway::Eventually([&] { return TotalOf(acme_).calls == 2; }, 20s));
  const Total total = TotalOf(acme_);
  EXPECT_GT(total.picousd, told_) << "the cancelled one besides";
  v1::GetLimitsResponse limits;
  ASSERT_TRUE(usage_->GetLimits(With(acme_).get(), {}, &limits).ok());
  ASSERT_EQ(limits.limits_size(), 1);
  EXPECT_EQ(limits.limits(0).used(), total.picousd);
  EXPECT_EQ(limits.limits(0).reserved(), 0);
}

TEST_P(UsageTest, HasTheResultsOfBatchesOnceAndNoneOfTheQuestionsAboutThem) {
  ASSERT_TRUE(gateway_->upstream().SetRules({{.path = "/v1/batches", .set = "batch_time=0"},
                                             {.path = "/v1/batches/items", .set = "tokens=5"}}));
  const auto stub = v1::BatchesService::NewStub(gateway_->NewChannel());
  v1::CreateBatchResponse created;
  const auto context = With(acme_);
  const auto writer = stub->CreateBatch(context.get(), &created);
  v1::CreateBatchRequest message;
  message.mutable_header();
  writer->Write(message);
  for (int i = 0; i < 30; ++i) {
    message.mutable_item()->set_custom_id("item-" + std::to_string(i));
    *message.mutable_item()->mutable_chat_completion() = Prompt("Question", "gpt-4.1-mini");
    writer->Write(message);
  }
  writer->WritesDone();
  const auto made = writer->Finish();
  ASSERT_TRUE(made.ok()) << made.error_message();
  v1::GetBatchResponse batch;
  v1::GetBatchRequest get;
  get.set_batch_id(created.batch().batch_id());
  ASSERT_TRUE(Gateway::Eventually(
      [&] {
        gateway_->upstream().Advance(std::chrono::minutes(5));
        return stub->GetBatch(With(acme_).get(), get, &batch).ok() && Ended(batch.batch());
      },
      60s));
  const auto usage = Ask(acme_, Of(Query::BUCKET_ALL, {"operation"}));
  ASSERT_EQ(usage.rows_size(), 1) << "with the results themselves: there is nothing to wait for";
  EXPECT_EQ(usage.rows(0).operation(), "batch");
  EXPECT_EQ(usage.rows(0).calls(), 30);
  EXPECT_EQ(usage.rows(0).picousd(), batch.batch().cost().total_picousd());
  EXPECT_GT(usage.rows(0).picousd(), 0);
  EXPECT_THAT(Ask(second_, Of()).rows(), IsEmpty()) << "of the key that made it";
  v1::GetLimitsResponse limits;
  EXPECT_TRUE(usage_->GetLimits(With(acme_).get(), {}, &limits).ok());
  ASSERT_EQ(limits.limits_size(), 1);
  EXPECT_EQ(limits.limits(0).meter(), v1::METER_MONEY_PER_DAY);
  EXPECT_EQ(limits.limits(0).used(), usage.rows(0).picousd()) << "the budget has it too";
}

TEST_P(UsageTest, ABatchThatABudgetHasNoRoomForIsRefusedAndLeavesNothing) {
  const auto stub = v1::BatchesService::NewStub(gateway_->NewChannel());
  v1::CreateBatchResponse created;
  const auto create = [&](int items, const std::string& request_id = "") {
    const auto context = With(beta_);
    const auto writer = stub->CreateBatch(context.get(), &created);
    v1::CreateBatchRequest message;
    message.mutable_header()->set_request_id(request_id);
    writer->Write(message);
    for (int i = 0; i < items; ++i) {
      message.mutable_item()->set_custom_id("item-" + std::to_string(i));
      *message.mutable_item()->mutable_chat_completion() = Prompt("Question", "gpt-4.1-mini");
      writer->Write(message);
    }
    writer->WritesDone();
    return writer->Finish();
  };
  const grpc::Status refused = create(30);  // some 0.05 USD, of 0.02 USD
  EXPECT_EQ(InfoOf(refused).reason(), "BUDGET_EXCEEDED") << refused.error_message();
  v1::ListBatchesResponse list;
  EXPECT_TRUE(stub->ListBatches(With(beta_).get(), {}, &list).ok());
  EXPECT_THAT(list.batches(), IsEmpty());
  EXPECT_EQ(InfoOf(create(30, "again")).reason(), "BUDGET_EXCEEDED");
  EXPECT_TRUE(create(9, "once").ok());
  const std::string first = created.batch().batch_id();
  // What is spent meanwhile is no reason not to say what was made.
  ASSERT_TRUE(Ask(beta_, "gpt-4.1-mini+tokens=4000").has_completion());
  EXPECT_EQ(InfoOf(create(9, "other")).reason(), "BUDGET_EXCEEDED");
  const grpc::Status again = create(9, "once");
  EXPECT_TRUE(again.ok()) << again.error_message();
  EXPECT_TRUE(created.existed());
  EXPECT_EQ(created.batch().batch_id(), first);
  while (Ask(beta_, "gpt-4.1-mini+tokens=4000").has_completion()) {
  }
  v1::GetBatchRequest get;
  get.set_batch_id(first);
  v1::GetBatchResponse batch;
  EXPECT_TRUE(stub->GetBatch(With(beta_).get(), get, &batch).ok());
  v1::CancelBatchRequest cancel;
  cancel.set_batch_id(first);
  v1::CancelBatchResponse cancelled;
  const grpc::Status stopped = stub->CancelBatch(With(beta_).get(), cancel, &cancelled);
  EXPECT_TRUE(stopped.ok()) << stopped.error_message();
}

TEST_P(UsageTest, ACallerSeesItsOwnKeysUsageAndNobodyElses) {
  Ask(acme_, "gpt-4.1-mini+tokens=20");
  const int64_t of_first = told_;
  Ask(second_, "gpt-4.1-mini+tokens=40");
  const int64_t of_second = told_ - of_first;
  EXPECT_TRUE(Eventually({1, of_first}, acme_, {}));
  EXPECT_TRUE(Eventually({1, of_second}, second_, {}));
  EXPECT_THAT(Ask(beta_, Of()).rows(), IsEmpty());
  for (const auto& [tenant, key] : {std::pair("beta", ""), {"acme", "AcmeKey2"}}) {
    Query foreign = Of();
    foreign.mutable_scope()->set_tenant_id(tenant);
    foreign.mutable_scope()->set_key_id(key);
    Ask(acme_, foreign);
    EXPECT_EQ(status_.error_code(), grpc::StatusCode::NOT_FOUND) << tenant << key;
  }
}

TEST_P(UsageTest, BooksLabelsAndUsersAndRefusesLabelsThatAreNotTheTenants) {
  v1::CallOptions options;
  options.set_label("weekly");
  Ask(acme_, "gpt-4.1-mini+tokens=20", options);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  options.set_label("nightly");
  options.set_user("jane@example.org");
  Ask(acme_, "gpt-4.1-mini+tokens=20", options);
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  ASSERT_TRUE(Eventually({1, told_}, acme_, {}));
  const auto usage = Ask(acme_, Of(Query::BUCKET_DAY, {"label", "user", "model", "operation"}));
  ASSERT_EQ(usage.rows_size(), 1);
  EXPECT_EQ(usage.rows(0).label(), "nightly");
  EXPECT_EQ(usage.rows(0).operation(), "chat");
  EXPECT_EQ(usage.rows(0).scope().user().size(), 32u);
  EXPECT_EQ(usage.rows(0).scope().tenant_id(), "") << "not grouped by";
  EXPECT_GT(usage.complete_until().seconds(), std::time(nullptr) - 60);
}

TEST_P(UsageTest, AnAnswerSaysWhereItsUsageComesFromAndWhatWasSetAside) {
  v1::CallOptions options;
  options.set_include_limits(true);
  const auto response = Ask(acme_, "gpt-4.1-mini", options);
  ASSERT_TRUE(status_.ok());
  EXPECT_EQ(response.gateway().usage_source(), v1::USAGE_SOURCE_PROVIDER);
  EXPECT_GT(response.gateway().reserved_picousd(), 0);
  ASSERT_EQ(response.gateway().limits_size(), 1);
  EXPECT_EQ(response.gateway().limits(0).meter(), v1::METER_MONEY_PER_DAY);
  EXPECT_THAT(Ask(acme_, "gpt-4.1-mini+tokens=20").gateway().limits(), IsEmpty());
}

TEST_P(UsageTest, APageAtATimeIsTheSameAsAllAtOnce) {
  v1::CallOptions options;
  for (int i = 0; i < 7; ++i) {
    options.set_user("user-" + std::to_string(i));
    Ask(acme_, "gpt-4.1-mini+tokens=20", options);
  }
  ASSERT_TRUE(Eventually({7, told_}, acme_, {}));
  Query query = Of(Query::BUCKET_HOUR, {"user"});
  const auto all = Ask(acme_, query);
  query.set_page_size(2);
  std::vector<std::string> users;
  int64_t picousd = 0;
  do {
    const auto page = Ask(acme_, query);
    ASSERT_TRUE(status_.ok()) << status_.error_message();
    for (const auto& row : page.rows())
      users.push_back(row.scope().user()), picousd += row.picousd();
    query.set_page_token(page.next_page_token());
  } while (!query.page_token().empty());
  EXPECT_EQ(static_cast<int>(users.size()), all.rows_size());
  EXPECT_EQ(picousd, told_);
  query = Of(Query::BUCKET_HOUR, {"user"});
  query.set_page_token("bogus");
  Ask(acme_, query);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_P(UsageTest, AnExportThatBreaksGoesOnWhereItWas) {
  v1::CallOptions options;
  for (int i = 0; i < 5; ++i) {
    options.set_user("user-" + std::to_string(i));
    Ask(acme_, "gpt-4.1-mini+tokens=20", options);
  }
  ASSERT_TRUE(Eventually({5, told_}, acme_, {}));
  v1::ExportUsageRequest request;
  request.mutable_start()->set_seconds(std::time(nullptr) - 86'400);
  int64_t picousd = 0;
  v1::ExportUsageResponse response;
  {
    const auto context = With(acme_);
    const auto reader = usage_->ExportUsage(context.get(), request);
    ASSERT_TRUE(reader->Read(&response));
    for (const auto& row : response.rows()) picousd += row.picousd();
    context->TryCancel();
  }
  EXPECT_EQ(picousd, told_);
  // A call whose row is behind all that were exported.
  options.set_user("user-5");
  options.set_label("nightly");
  Ask(acme_, "gpt-4.1-mini+tokens=40", options);
  ASSERT_TRUE(status_.ok());
  ASSERT_TRUE(Eventually({6, told_}, acme_, {}));
  request.set_resume_token(response.resume_token());
  const auto context = With(acme_);
  const auto reader = usage_->ExportUsage(context.get(), request);
  int rows = 0;
  while (reader->Read(&response)) rows += response.rows_size();
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_LE(rows, 1) << "what was exported does not come again";
  request.set_resume_token("bogus");
  const auto refused = With(acme_);
  const auto none = usage_->ExportUsage(refused.get(), request);
  EXPECT_FALSE(none->Read(&response));
  EXPECT_EQ(none->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_P(UsageTest, WithoutALedgerItSaysSo) {
  Gateway bare;
  const auto stub = v1::UsageService::NewStub(bare.NewChannel());
  v1::QueryUsageResponse response;
  const auto status = stub->QueryUsage(NewContext().get(), Of(), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("ledger.path"));
  v1::GetLimitsResponse limits;
  EXPECT_TRUE(stub->GetLimits(NewContext().get(), {}, &limits).ok());
  EXPECT_EQ(limits.principal().method(), "none");
}

TEST_P(UsageTest, SaysWhoTheCallerIs) {
  v1::GetLimitsResponse limits;
  ASSERT_TRUE(usage_->GetLimits(With(acme_).get(), {}, &limits).ok());
  EXPECT_EQ(limits.principal().tenant_id(), "acme");
  EXPECT_EQ(limits.principal().key_id(), "AcmeKey1");
  EXPECT_EQ(limits.principal().method(), "api_key");
  EXPECT_THAT(limits.principal().roles(), testing::ElementsAre("caller"));
  EXPECT_THAT(limits.operations(), testing::Contains("raw"));
  EXPECT_THAT(limits.operations(), testing::Not(testing::Contains("files")));
}

TEST_P(UsageTest, ViewersSeeMoreThanTheirOwnAndCallNoModels) {
  for (const std::string* const key : {&acme_, &second_, &beta_}) Ask(*key, "gpt-4.1-mini");
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_TRUE(Gateway::Eventually([&] { return TotalOf(viewer_).calls == 3; }, 20s));
  EXPECT_EQ(TotalOf(acme_viewer_).calls, 2);
  EXPECT_EQ(TotalOf(acme_).calls, 1);
  v1::GetLimitsResponse limits;
  const grpc::Status seen = usage_->GetLimits(With(acme_viewer_).get(), {}, &limits);
  EXPECT_TRUE(seen.ok()) << seen.error_message();
  EXPECT_EQ(limits.principal().roles(0), "tenant_viewer");
  Ask(viewer_, "gpt-4.1-mini");
  EXPECT_EQ(InfoOf(status_).reason(), "OPERATION_NOT_ALLOWED");
}

INSTANTIATE_TEST_SUITE_P(Each, UsageTest, ::testing::Values(false, true),
                         [](const auto& info) { return info.param ? "Postgres" : "Sqlite"; });

}  // namespace
}  // namespace inferwire::e2e
