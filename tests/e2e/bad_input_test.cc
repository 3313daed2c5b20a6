// A request that cannot be right is refused with the field's path, and never reaches the upstream.
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include "gateway.h"

namespace inferwire::e2e {
namespace {

struct Case {
  const char* name;
  std::function<void(v1::CompleteRequest&)> spoil;
  const char* reason;
  const char* field;
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

std::string FirstField(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  google::rpc::BadRequest bad;
  for (const auto& any : details.details()) {
    if (any.UnpackTo(&bad)) return bad.field_violations(0).field();
  }
  return "";
}

class BadInput : public testing::TestWithParam<Case> {};

TEST_P(BadInput, IsRefusedWithTheFieldsPath) {
  Gateway gateway;
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi");
  GetParam().spoil(request);
  v1::CompleteResponse response;
  const auto status = gateway.chat().Complete(NewContext().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT) << status.error_message();
  EXPECT_EQ(InfoOf(status).reason(), GetParam().reason);
  EXPECT_EQ(InfoOf(status).metadata().at("origin"), "caller");
  EXPECT_EQ(FirstField(status), GetParam().field) << status.error_message();
  EXPECT_EQ(gateway.upstream().stats().requests, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Requests, BadInput,
    testing::Values(
        Case{"NoModel", [](auto& r) { r.mutable_params()->clear_model(); }, "INVALID_PARAMETER",
             "params.model"},
        Case{"NoMessages", [](auto& r) { r.mutable_params()->clear_messages(); },
             "INVALID_PARAMETER", "params.messages"},
        Case{"NoRole", [](auto& r) { r.mutable_params()->mutable_messages(0)->clear_role(); },
             "INVALID_PARAMETER", "params.messages[0].role"},
        Case{"BrokenSchema",
             [](auto& r) {
               r.mutable_params()->add_tools()->mutable_function()->set_parameters_json("{oops");
             },
             "INVALID_JSON_FIELD", "params.tools[0].function.parameters_json"},
        Case{"BrokenExtra",
             [](auto& r) { (*r.mutable_params()->mutable_extra())["x"] = "not json"; },
             "INVALID_JSON_FIELD", "params.extra[\"x\"]"},
        Case{"ConflictingExtra",
             [](auto& r) {
               r.mutable_params()->set_temperature(1);
               (*r.mutable_params()->mutable_extra())["temperature"] = "2";
             },
             "EXTRA_CONFLICT", "params.extra[\"temperature\"]"},
        Case{"ReservedExtra",
             [](auto& r) { (*r.mutable_params()->mutable_extra())["stream"] = "true"; },
             "INVALID_PARAMETER", "params.extra[\"stream\"]"},
        Case{"UnknownProtoField",
             [](auto& r) {
               v1::ChatCompletionParams& params = *r.mutable_params();
               params.GetReflection()->MutableUnknownFields(&params)->AddVarint(777, 1);
             },
             "UNKNOWN_PROTO_FIELD", "params.777"},
        Case{"BadTimeout",
             [](auto& r) { r.mutable_options()->mutable_attempt_timeout()->set_seconds(-1); },
             "INVALID_PARAMETER", "options.attempt_timeout"},
        Case{"TooManyRetries", [](auto& r) { r.mutable_options()->set_max_retries(100); },
             "INVALID_PARAMETER", "options.max_retries"},
        Case{"BadClientRequestId",
             [](auto& r) { r.mutable_options()->set_client_request_id("a\nb"); },
             "INVALID_PARAMETER", "options.client_request_id"},
        Case{"BothContents",
             [](auto& r) {
               r.mutable_params()->mutable_messages(0)->add_content_parts()->set_text("x");
             },
             "INVALID_PARAMETER", "params.messages[0].content_parts"}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(BadInput, OverTheSizeLimitSaysTheLimit) {
  Gateway gateway([](config::Config& config) { config.server.max_request_bytes = 100'000; });
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt(std::string(150'000, 'x'));
  v1::CompleteResponse response;
  const auto status = gateway.chat().Complete(NewContext().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(status).reason(), "REQUEST_TOO_LARGE");
  EXPECT_EQ(InfoOf(status).metadata().at("limit_bytes"), "100000");
}

// Sends bytes that no generated client could.
grpc::Status SendBytes(Gateway& gateway, const std::string& bytes) {
  grpc::GenericStub stub(gateway.NewChannel());
  grpc::Slice slice(bytes);
  grpc::ByteBuffer request(&slice, 1), response;
  grpc::CompletionQueue queue;
  auto context = NewContext();
  auto call =
      stub.PrepareUnaryCall(context.get(), "/inferwire.v1.ChatService/Complete", request, &queue);
  call->StartCall();
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  return status;
}

TEST(BadInput, ThatIsNoProtobufIsSaidToBe) {
  Gateway gateway;
  const auto status = SendBytes(gateway, "\xff\xff\xff\xff");
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(status).reason(), "INVALID_PROTO");
}

TEST(BadInput, ThatIsNotUtf8IsNamedByItsField) {
  Gateway gateway;
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("marker");
  std::string bytes = request.SerializeAsString();
  bytes.replace(bytes.find("marker"), 2, "\xff\xfe");
  const auto status = SendBytes(gateway, bytes);
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(status).reason(), "INVALID_PROTO");
  EXPECT_EQ(FirstField(status), "params.messages[0].content");
  EXPECT_EQ(gateway.upstream().stats().requests, 0u);
}

}  // namespace
}  // namespace inferwire::e2e
