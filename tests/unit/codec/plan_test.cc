#include "codec/plan.h"

#include <google/protobuf/descriptor.pb.h>

#include <thread>
#include <vector>

#include "codec_testing.h"

namespace inferwire::codec {
namespace {

TEST(Plan, IsMadeOnceWhicheverThreadAsksFirst) {
  std::vector<std::jthread> threads;
  std::vector<const MessagePlan*> plans(8);
  for (size_t i = 0; i < plans.size(); ++i) {
    threads.emplace_back([&plans, i] {
      PlanFor(*v1::ChatCompletion::descriptor());
      plans[i] = &PlanFor(*v1::ChatCompletionChunk::descriptor());
    });
  }
  threads.clear();
  for (const MessagePlan* plan : plans) EXPECT_EQ(plan, plans[0]);
}

TEST(Plan, FindsEveryMemberAndNoOther) {
  const MessagePlan& plan = PlanFor(*v1::ChatCompletionParams::descriptor());
  for (const Member& member : plan.members) EXPECT_EQ(plan.Find(member.name), &member);
  for (const char* name :
       {"", "m", "modell", "mode", "extra", "web_search_options_json", "stream"}) {
    EXPECT_EQ(plan.Find(name), nullptr) << name;
  }
  EXPECT_NE(plan.Find("web_search_options"), nullptr);
  EXPECT_NE(PlanFor(*v1::Usage::descriptor()).Find("prompt_tokens"), nullptr);
  EXPECT_EQ(PlanFor(*v1::Usage::descriptor()).Find("input_tokens"), nullptr);
}

TEST(Plan, ATypeMayContainItself) {
  const MessagePlan& plan = PlanFor(*v1::TokenLogProb::descriptor());
  EXPECT_EQ(plan.Find("top_logprobs")->fields.at(0)->message, &plan);
}

TEST(PlanDeathTest, ATypeThatTheRulesCannotExpressEndsTheProcess) {
  EXPECT_DEATH(PlanFor(*google::protobuf::FieldDescriptorProto::descriptor()), "no JSON rule for");
}

}  // namespace
}  // namespace inferwire::codec
