#include "tenancy/access.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace inferwire::tenancy {
namespace {

// gpt-4.1 with a snapshot, gpt-5, o3, an alias of each kind, and a route to two models.
class Names final : public ModelNames {
 public:
  ModelMeaning MeaningOf(std::string_view asked) const override {
    const auto found = known_.find(asked);
    if (found != known_.end()) return found->second;
    return {.models = {{std::string(asked), std::string(asked)}}};
  }

 private:
  const std::map<std::string, ModelMeaning, std::less<>> known_ = {
      {"gpt-4.1-2025-04-14", {.models = {{"gpt-4.1", "gpt-4.1-2025-04-14"}}}},
      {"cheap", {.models = {{"gpt-4.1", "gpt-4.1"}}}},
      {"gpt-4.1-trap", {.models = {{"o3", "o3"}}}},
      {"smart", {.route = true, .models = {{"gpt-5", "gpt-5"}, {"o3", "my-o3"}}}},
      {"gone", {}},
  };
};

class AccessTest : public testing::Test {
 protected:
  bool MayUse(const Access& access, std::string_view model) const {
    return access.MayUse(model, names_);
  }
  static Access Models(std::vector<std::string> models) {
    return Access(AccessRules{.models = std::move(models)});
  }
  const Names names_;
};

TEST_F(AccessTest, WhatIsNotUnderstoodOrStoredOrChangesOthersCallsHasToBeNamed) {
  const Access access{AccessRules{}};
  for (const char* allowed : {"chat", "batches", "models", "routes"}) {
    EXPECT_TRUE(access.MayCall(allowed)) << allowed;
  }
  for (const char* named : {"raw", "files", "route_admin"}) {
    EXPECT_FALSE(access.MayCall(named)) << named;
  }
  const Access wide{AccessRules{.operations = {Operation::kRaw, Operation::kFiles}}};
  EXPECT_TRUE(wide.MayCall("raw"));
  EXPECT_TRUE(wide.MayCall("files"));
  EXPECT_FALSE(wide.MayCall("chat")) << "a list is the whole list";
  EXPECT_TRUE(wide.MayCall("models")) << "which only says what may be used";
}

TEST_F(AccessTest, AnOperationThatIsNotKnownIsAllowedToNobody) {
  EXPECT_FALSE(Access(AccessRules{}).MayCall("invented"));
  EXPECT_FALSE(Access(AccessRules{}).MayCall(""));
}

TEST_F(AccessTest, BelowATenantThingsOnlyGetNarrower) {
  const Access tenant{AccessRules{.models = {"gpt-*"},
                                  .operations = {Operation::kChat, Operation::kRaw},
                                  .max_output_tokens = 1000}};
  const Access team = tenant.NarrowedBy({.models = {"gpt-5", "o3"},
                                         .operations = {Operation::kChat, Operation::kFiles},
                                         .max_output_tokens = 5000});
  EXPECT_TRUE(team.MayCall("chat"));
  EXPECT_FALSE(team.MayCall("files")) << "the tenant has it not";
  EXPECT_FALSE(team.MayCall("raw")) << "the team has it not";
  EXPECT_TRUE(MayUse(team, "gpt-5"));
  EXPECT_FALSE(MayUse(team, "o3")) << "the tenant has it not";
  EXPECT_FALSE(MayUse(team, "gpt-4.1")) << "the team has it not";
  EXPECT_EQ(team.max_output_tokens(), 1000);
  EXPECT_EQ(tenant.NarrowedBy({.max_output_tokens = 10}).max_output_tokens(), 10);
}

TEST_F(AccessTest, ATeamCannotTakeWhatItsTenantHasNotNamed) {
  const Access team = Access(AccessRules{}).NarrowedBy({.operations = {Operation::kRaw}});
  EXPECT_FALSE(team.MayCall("raw"));
}

TEST_F(AccessTest, WithoutAListAllModelsAreAllowed) {
  const Access access{AccessRules{}};
  EXPECT_FALSE(access.restricts_models());
  EXPECT_TRUE(MayUse(access, "anything"));
}

TEST_F(AccessTest, ModelsMatrix) {
  const struct {
    const char* rule;
    const char* asked;
    bool allowed;
  } kCases[] = {
      {"gpt-4.1", "gpt-4.1", true},
      {"gpt-4.1", "gpt-4.1-2025-04-14", true},  // a version is its model
      {"gpt-4.1", "cheap", true},               // an alias means its model
      {"gpt-4.1", "gpt-4.1-mini", false},
      {"gpt-4.1*", "gpt-4.1-mini", true},
      {"gpt-4.1*", "gpt-4.1-trap", false},  // whatever the alias is called
      {"gpt-4.1-trap", "gpt-4.1-trap", true},
      {"gpt-4.1-trap", "o3", true},  // an alias among the rules means its model too
      {"cheap", "gpt-4.1", true},
      {"cheap", "gpt-5", false},
      {"gpt-4.1-2025-04-14", "gpt-4.1-2025-04-14", true},
      {"gpt-4.1-2025-04-14", "gpt-4.1", false},  // one version is not all of them
      {"smart", "smart", true},
      {"smart", "gpt-5", false},  // a route's name opens the route
      {"gpt-5", "smart", false},  // one of its models is not all of them
      {"s*", "smart", false},     // a part of a name never opens a route
      {"GPT-4.1", "gpt-4.1", false},
      {"gpt-4.1", "GPT-4.1", false},
      {"gpt-4.1", "gone", false},
      {"*", "gone", false},
      {"*", "smart", true},
  };
  for (const auto& [rule, asked, allowed] : kCases) {
    EXPECT_EQ(MayUse(Models({rule}), asked), allowed) << rule << " for " << asked;
  }
  EXPECT_TRUE(MayUse(Models({"gpt-5", "o3"}), "smart")) << "all its models are there";
}

TEST_F(AccessTest, AModelByWhatItIsSentAsIsJudgedTheSame) {
  EXPECT_TRUE(Models({"o3"}).MayUse(NamedModel{"o3", "my-o3"}, names_));
  EXPECT_TRUE(Models({"my-o3"}).MayUse(NamedModel{"o3", "my-o3"}, names_));
  EXPECT_FALSE(Models({"gpt-*"}).MayUse(NamedModel{"o3", "my-o3"}, names_));
}

}  // namespace
}  // namespace inferwire::tenancy
