#include "policy/chain.h"

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

namespace inferwire::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Error Refusal() {
  Error error;
  error.code = Code::kResourceExhausted;
  error.reason = v1::ERROR_REASON_BUDGET_EXCEEDED;
  error.message = "no";
  return error;
}

// Notes what it is asked, and refuses if told to.
class Recorder final : public Policy {
 public:
  Recorder(std::string name, bool refuses, std::vector<std::string>& notes)
      : name_(std::move(name)), refuses_(refuses), notes_(notes) {}

  Result<void> Admit(Call& call) override {
    notes_.push_back("admit " + name_);
    call.model += name_;
    if (refuses_) return Refusal();
    return {};
  }
  void Settle(const Call&, const Settlement& settlement) override {
    notes_.push_back("settle " + name_ + " " + std::string(ReasonName(settlement.reason)));
  }

 private:
  const std::string name_;
  const bool refuses_;
  std::vector<std::string>& notes_;
};

class ChainTest : public testing::Test {
 protected:
  // Policies named a, b, c, ...; the one of that name refuses.
  Chain Of(int count, char refusing = 0) {
    std::vector<std::unique_ptr<Policy>> policies;
    for (char name = 'a'; name < 'a' + count; ++name) {
      policies.push_back(std::make_unique<Recorder>(std::string(1, name), name == refusing, notes));
    }
    return Chain(std::move(policies));
  }

  std::vector<std::string> notes;
  Call call;
};

TEST_F(ChainTest, AdmitsInOrderAndSettlesInReverse) {
  const Chain chain = Of(3);
  auto admission = chain.Admit(call);
  ASSERT_TRUE(admission.ok());
  EXPECT_TRUE(admission->open());
  EXPECT_EQ(call.model, "abc");
  EXPECT_THAT(notes, ElementsAre("admit a", "admit b", "admit c"));

  notes.clear();
  admission->Settle({.code = Code::kOk});
  EXPECT_FALSE(admission->open());
  EXPECT_THAT(notes,
              ElementsAre("settle c UNSPECIFIED", "settle b UNSPECIFIED", "settle a UNSPECIFIED"));
}

TEST_F(ChainTest, ARefusalSettlesThoseThatHadAdmittedAndAsksNoFurther) {
  const Chain chain = Of(4, 'c');
  const auto admission = chain.Admit(call);
  ASSERT_FALSE(admission.ok());
  EXPECT_EQ(admission.error().message, "no");
  EXPECT_EQ(admission.error().code, Code::kResourceExhausted);
  EXPECT_THAT(notes, ElementsAre("admit a", "admit b", "admit c", "settle b BUDGET_EXCEEDED",
                                 "settle a BUDGET_EXCEEDED"));
}

TEST_F(ChainTest, ARefusalOfTheFirstSettlesNothing) {
  EXPECT_FALSE(Of(2, 'a').Admit(call).ok());
  EXPECT_THAT(notes, ElementsAre("admit a"));
}

TEST_F(ChainTest, SettlesOnceHoweverOftenItIsTold) {
  const Chain chain = Of(1);
  {
    auto admission = chain.Admit(call);
    notes.clear();
    admission->Settle({.reason = v1::ERROR_REASON_DEADLINE});
    admission->Settle({.reason = v1::ERROR_REASON_CANCELLED});
  }
  EXPECT_THAT(notes, ElementsAre("settle a DEADLINE"));
}

TEST_F(ChainTest, AnAbandonedAdmissionIsSettledAsCancelled) {
  const Chain chain = Of(1);
  { const auto admission = chain.Admit(call); }
  EXPECT_THAT(notes, ElementsAre("admit a", "settle a CANCELLED"));
}

TEST_F(ChainTest, AMovedAdmissionIsSettledByItsNewOwnerOnly) {
  const Chain chain = Of(1);
  Admission owner;
  {
    auto admission = chain.Admit(call);
    owner = std::move(*admission);
  }
  EXPECT_THAT(notes, ElementsAre("admit a"));
  Admission next(std::move(owner));
  owner.Settle({});  // NOLINT(bugprone-use-after-move): this is what is promised
  EXPECT_THAT(notes, ElementsAre("admit a"));
  next.Settle({});
  EXPECT_THAT(notes, ElementsAre("admit a", "settle a UNSPECIFIED"));
}

TEST_F(ChainTest, AssigningSettlesWhatWasHeldBefore) {
  const Chain chain = Of(1);
  Call other;
  Admission owner = std::move(*chain.Admit(call));
  notes.clear();
  owner = std::move(*chain.Admit(other));
  EXPECT_THAT(notes, ElementsAre("admit a", "settle a CANCELLED"));
  EXPECT_TRUE(owner.open());
}

TEST_F(ChainTest, WithoutPoliciesAdmitsEverything) {
  const Chain chain = Of(0);
  EXPECT_TRUE(chain.Admit(call).ok());
  EXPECT_THAT(notes, IsEmpty());
}

}  // namespace
}  // namespace inferwire::policy
