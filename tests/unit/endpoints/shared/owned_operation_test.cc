// What is made of a list of things that have owners.
#include "endpoints/shared/owned_operation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "endpoints/shared/one_answer.h"
#include "gateway/ownership.h"
#include "inferwire/v1/files_service.pb.h"
#include "unit/rpc/call_fixture.h"

namespace inferwire::endpoints {
namespace {

// Everything is everybody's but "alices".
class AlicesFile final : public gateway::Ownership {
 public:
  std::optional<Error> Refusal(const std::string&) const override { return std::nullopt; }
  void Check(std::vector<gateway::OwnedThing>, std::string, Mailbox& mailbox, Done done) override {
    mailbox.Post([done] { done(std::nullopt); });
  }
  void Sort(std::vector<gateway::OwnedThing> things, std::string owner, Mailbox& mailbox,
            Sorted done) override {
    std::vector<bool> own;
    for (const auto& thing : things) own.push_back(thing.id != "alices" || owner == "alice");
    mailbox.Post([done, own] { done(own); });
  }
  void Keep(gateway::OwnedThing, std::string, WallTime, Mailbox& mailbox, Done done) override {
    mailbox.Post([done] { done(std::nullopt); });
  }
  void Forget(gateway::OwnedThing) override {}
};

template <class Response>
class Answers final : public OneAnswer {
 public:
  Answers(Response response, const gateway::CallContext& context,
          gateway::Operation::Observer& observer)
      : OneAnswer(context, observer), response_(std::move(response)) {}
  void Start() override { Answer(response_); }

 private:
  Response response_;
};

class Heard final : public gateway::Operation::Observer {
 public:
  bool Full() override { return false; }
  void OnMessage(google::protobuf::Message& message) override {
    messages.push_back(message.ShortDebugString());
  }
  void OnEnd(std::optional<Error> error) override { end = std::move(error); }

  std::vector<std::string> messages;
  std::optional<Error> end;
};

class OwnedLists : public ::testing::Test {
 protected:
  template <class Response>
  void Ask(const Response& response) {
    upstream::Runtime runtime = world.services->runtime;
    runtime.ownership = &ownership;
    openai::OwnedCall call;
    call.lists = true;
    const gateway::CallContext context{
        .request_id = "r", .deadline = world.clock.Now(), .owner = "bob"};
    auto made = OnlyForOwner(
        call, runtime, context, heard,
        [&](gateway::Operation::Observer& to) -> Result<std::unique_ptr<gateway::Operation>> {
          return std::unique_ptr<gateway::Operation>(
              std::make_unique<Answers<Response>>(response, context, to));
        });
    ASSERT_TRUE(made);
    (*made)->Start();
    world.mailbox.Run();
  }

  rpc::World world;
  AlicesFile ownership;
  Heard heard;
};

TEST_F(OwnedLists, AListOfFilesHasTheCallersOnly) {
  v1::ListFilesResponse list;
  list.add_files()->set_file_id("alices");
  list.add_files()->set_file_id("bobs");
  Ask(list);
  EXPECT_THAT(heard.messages, ::testing::ElementsAre(::testing::HasSubstr("bobs")));
  EXPECT_THAT(heard.messages[0], ::testing::Not(::testing::HasSubstr("alices")));
  EXPECT_FALSE(heard.end);
}

TEST_F(OwnedLists, WhatElseIsMadeOfAListIsWithheld) {
  v1::GetFileResponse other;
  other.mutable_file()->set_file_id("alices");
  Ask(other);
  EXPECT_THAT(heard.messages, ::testing::IsEmpty());
  ASSERT_TRUE(heard.end);
  EXPECT_EQ(heard.end->reason, v1::ERROR_REASON_GATEWAY_ERROR);
}

}  // namespace
}  // namespace inferwire::endpoints
