// Questions to the ledger's sums, on each database.
#include "store/usage_query.h"

#include <gmock/gmock.h>

#include "databases.h"
#include "store/usage.h"

namespace inferwire::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int64_t kHour = 500'000;
const UsageRow kRow{.hour = kHour,
                    .tenant = "acme",
                    .team = "search",
                    .key = "k1",
                    .user = "u",
                    .model = "m",
                    .upstream = "up",
                    .operation = "chat",
                    .label = "l",
                    .source = 1,
                    .calls = 2,
                    .failed = 1,
                    .unpriced = 1,
                    .input = 100,
                    .cached = 60,
                    .output = 20,
                    .reasoning = 5,
                    .picousd = 1'000'001};

class UsageSums : public StoreTest {
 protected:
  void Put(const std::vector<UsageRow>& rows) {
    auto usage = Usage::Connect(location_);
    ASSERT_TRUE(usage);
    ASSERT_TRUE(*(*usage)->Add(7, last_, {last_ + 1, false}, rows, At(100)));
    ++last_;
  }
  std::vector<UsageSum> Ask(UsageQuestion question) {
    auto sums = jobs_->usage().Sums(question);
    EXPECT_TRUE(sums) << sums.error().message;
    return sums ? *sums : std::vector<UsageSum>();
  }
  static UsageQuestion All() { return {.begin = kHour - 10, .end = kHour + 10, .limit = 100}; }
  int64_t last_ = 0;
};

TEST_P(UsageSums, HaveEveryNumberOfTheirRows) {
  Put({kRow, kRow});
  const auto sums = Ask(All());
  ASSERT_EQ(sums.size(), 1u);
  const UsageSum& sum = sums[0];
  EXPECT_EQ(sum.row.tenant, "") << "it was not grouped by";
  EXPECT_EQ(sum.row.calls, 4);
  EXPECT_EQ(sum.row.failed, 2);
  EXPECT_EQ(sum.row.unpriced, 2);
  EXPECT_EQ(sum.row.input, 200);
  EXPECT_EQ(sum.row.cached, 120);
  EXPECT_EQ(sum.row.output, 40);
  EXPECT_EQ(sum.row.reasoning, 10);
  EXPECT_EQ(sum.microusd * 1'000'000 + sum.picousd, 2'000'002);
}

TEST_P(UsageSums, AreOfTheHoursAskedForAndNoOthers) {
  UsageRow before = kRow, last = kRow, after = kRow;
  before.hour = kHour - 1;
  last.hour = kHour + 1;
  after.hour = kHour + 2;
  Put({before, kRow, last, after});
  UsageQuestion question{.begin = kHour, .end = kHour + 2, .limit = 100};
  EXPECT_EQ(Ask(question).at(0).row.calls, 4);
  EXPECT_EQ(*jobs_->usage().FirstHour(question), kHour);
  question = {.begin = kHour + 3, .end = kHour + 10, .limit = 1};
  EXPECT_THAT(Ask(question), IsEmpty());
  EXPECT_EQ(*jobs_->usage().FirstHour(question), std::nullopt);
}

TEST_P(UsageSums, GroupByWhatIsAskedForInTheOrderOfTheirKeys) {
  UsageRow other = kRow, estimated = kRow;
  other.tenant = "other";
  other.model = "a";
  estimated.source = 2;
  Put({kRow, estimated, other});
  UsageQuestion question = All();
  question.groups[static_cast<size_t>(UsageGroup::kTenant)] = true;
  question.groups[static_cast<size_t>(UsageGroup::kSource)] = true;
  const auto sums = Ask(question);
  ASSERT_EQ(sums.size(), 3u);
  EXPECT_EQ(sums[0].row.tenant, "acme");
  EXPECT_EQ(sums[0].row.source, 1);
  EXPECT_EQ(sums[1].row.source, 2);
  EXPECT_EQ(sums[2].row.tenant, "other");
  EXPECT_EQ(sums[2].row.model, "");
}

TEST_P(UsageSums, FilterByNamesWhereAnEmptyOneIsOneToo) {
  UsageRow nobody = kRow, other = kRow;
  nobody.tenant = "";
  other.key = "k2";
  Put({nobody, kRow, other});
  UsageQuestion question = All();
  question.filter.tenant = "";
  EXPECT_EQ(Ask(question).at(0).row.calls, 2);
  question.filter.tenant = "acme";
  EXPECT_EQ(Ask(question).at(0).row.calls, 4);
  question.filter.key = "k2";
  EXPECT_EQ(Ask(question).at(0).row.calls, 2);
  question.filter.model = "another";
  EXPECT_THAT(Ask(question), IsEmpty());
}

TEST_P(UsageSums, GoOnBehindAKeyWithoutLosingOrRepeatingOne) {
  std::vector<UsageRow> rows;
  for (int i = 0; i < 7; ++i) {
    rows.push_back(kRow);
    rows.back().tenant = "t" + std::to_string(i / 3);
    rows.back().label = "l" + std::to_string(i);
  }
  Put(rows);
  UsageQuestion question = All();
  question.groups.fill(true);
  question.limit = 2;
  std::vector<std::string> labels;
  for (;;) {
    const auto sums = Ask(question);
    for (const UsageSum& sum : sums) labels.push_back(sum.row.label);
    if (sums.size() < 2) break;
    question.after = sums.back().row;
  }
  EXPECT_THAT(labels, ElementsAre("l0", "l1", "l2", "l3", "l4", "l5", "l6"));
}

TEST_P(UsageSums, AddUpToMoreThanFits) {
  UsageRow large = kRow;
  large.picousd = 9'000'000'000'000'000'000;
  UsageRow second = large;
  second.label = "m";
  Put({large, second});
  const auto sums = Ask(All());
  EXPECT_EQ(sums.at(0).microusd, 18'000'000'000'000);
  EXPECT_EQ(sums.at(0).picousd, 0);
}

TEST_P(UsageSums, AreCompleteUntilTheSlowestWriterThatIsHeardOf) {
  const auto until = [&](int forgotten) {
    auto complete = jobs_->usage().CompleteUntil(At(forgotten));
    EXPECT_TRUE(complete);
    return *complete;
  };
  EXPECT_EQ(until(0), std::nullopt) << "nobody writes";
  auto usage = Usage::Connect(location_);
  ASSERT_TRUE((*usage)->Reached(1, At(500)));
  ASSERT_TRUE((*usage)->Reached(2, At(300)));
  EXPECT_EQ(until(0), At(300));
  ASSERT_TRUE((*usage)->Reached(2, At(400)));
  EXPECT_EQ(until(0), At(400));
  ASSERT_TRUE(*(*usage)->Add(2, 0, {1, true}, {}, At(450)));
  ASSERT_TRUE((*usage)->Reached(2, At(460)));
  EXPECT_EQ(until(0), At(500)) << "what is closed lacks nothing";
  ASSERT_TRUE((*usage)->Reached(3, At(10)));
  EXPECT_EQ(until(0), At(10));
  EXPECT_EQ(until(11), At(500)) << "nothing was heard of it for so long that it is given up";
}

TEST_P(UsageSums, TakeWhatResultsOfABatchUsedInTheTransactionThatKeepsThem) {
  Job job = Sealed("b");
  const Lease lease = Claimed();
  NewResult result;
  result.custom_id = "item-0";
  result.outcome = ItemOutcome::kSucceeded;
  result.usage = {.input = 10, .output = 5, .answers = 1, .picousd = 77};
  UsageRow names;
  names.hour = kHour;
  names.tenant = "acme";
  names.operation = "batch";
  names.source = 1;
  ASSERT_TRUE(jobs_->AddResults(lease, job.shards[0], {result}, nullptr, &names));
  // The same once more: nothing is new.
  ASSERT_TRUE(jobs_->AddResults(lease, job.shards[0], {result}, nullptr, &names));
  Lease lost = lease;
  ++lost.token;
  result.custom_id = "item-1";
  EXPECT_FALSE(jobs_->AddResults(lost, job.shards[0], {result}, nullptr, &names));
  const auto sums = Ask(All());
  ASSERT_EQ(sums.size(), 1u);
  EXPECT_EQ(sums[0].row.calls, 1);
  EXPECT_EQ(sums[0].row.input, 10);
  EXPECT_EQ(sums[0].picousd, 77);
}

INSTANTIATE_TEST_SUITE_P(Each, UsageSums,
                         ::testing::Values(Location::Kind::kSqlite, Location::Kind::kPostgres),
                         [](const auto& info) {
                           return info.param == Location::Kind::kSqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace inferwire::store
