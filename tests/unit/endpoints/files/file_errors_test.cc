// What an upstream refuses of a call on files is told as a field of that call.
#include "endpoints/files/files.h"
#include "unit/rpc/call_fixture.h"

namespace inferwire::endpoints {
namespace {

using http::FakeTransport;

class Caller final : public gateway::ClientStream::Observer {
 public:
  bool Full() override { return false; }
  void OnMessage(google::protobuf::Message&) override {}
  void OnEnd(std::optional<Error> error) override { error_ = std::move(error); }
  void OnRoom() override {}

  // "none" if the call did not end with an error.
  std::string Fields() const {
    if (!error_) return "none";
    std::string fields;
    for (const auto& each : error_->fields) fields += each.field + ";";
    return fields;
  }

 private:
  std::optional<Error> error_;
};

class FileErrorsTest : public ::testing::Test {
 protected:
  gateway::CallContext Context() {
    return {.request_id = "r1", .deadline = world.timers.Now() + std::chrono::minutes(1)};
  }

  // As an error of its own, or in an answer that says it is good.
  void Refuse(std::string_view param, int status) {
    http::PlayedTransfer& transfer = *world.transport.transfers.back();
    FakeTransport::Head(transfer, status, "application/json");
    FakeTransport::Body(transfer, R"({"error":{"message":"no","type":"invalid_request_error",)"
                                  R"("code":"invalid_value","param":")" +
                                      std::string(param) + R"("}})");
    FakeTransport::End(transfer);
  }

  std::string Uploaded(std::string_view param, int status = 400) {
    Caller caller;
    const auto upload = NewFileUpload(world.services->runtime, Context(), caller);
    upload->Start();
    v1::UploadFileRequest header;
    header.mutable_header()->set_filename("in.jsonl");
    header.mutable_header()->set_purpose("bogus");
    upload->Take(header);
    Refuse(param, status);
    return caller.Fields();
  }

  std::string Listed(std::string_view param, int status = 400) {
    Caller caller;
    const auto list =
        NewListFiles(v1::ListFilesRequest(), world.services->runtime, Context(), caller);
    if (!list) return "refused";
    (*list)->Start();
    Refuse(param, status);
    return caller.Fields();
  }

  rpc::World world;
};

TEST_F(FileErrorsTest, AnUploadsParametersAreThoseOfItsHeader) {
  for (const int status : {400, 422, 200}) {
    EXPECT_EQ(Uploaded("purpose", status), "header.purpose;") << status;
    EXPECT_EQ(Uploaded("expires_after[seconds]", status), "header.expires_after.seconds;");
    EXPECT_EQ(Uploaded("file", status), "data;");
    EXPECT_EQ(Uploaded("messages[2].content", status), "messages[2].content;");
  }
}

TEST_F(FileErrorsTest, AListsParametersAreThoseOfItsRequest) {
  for (const int status : {400, 200}) {
    EXPECT_EQ(Listed("limit", status), "page_size;") << status;
    EXPECT_EQ(Listed("purpose", status), "purpose;");
    EXPECT_EQ(Listed("before", status), "before;");
  }
}

}  // namespace
}  // namespace inferwire::endpoints
