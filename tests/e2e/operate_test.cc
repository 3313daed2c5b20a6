// What operators see: health, reflection, the admin port, metrics and the log.
#include <curl/curl.h>
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/unknown_field_set.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/certificate.h"
#include "gateway.h"
#include "support/certificates.h"

namespace inferwire::e2e {
namespace {

// An RPC of a service whose stubs Debian does not package, by its bytes.
grpc::Status CallBytes(Gateway& gateway, const std::string& method, const std::string& request,
                       std::string& response);

struct HttpAnswer {
  long status = 0;
  std::string body;
};

HttpAnswer Get(int port, const std::string& path) {
  HttpAnswer answer;
  CURL* easy = curl_easy_init();
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + path;
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, 10L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(
      easy, CURLOPT_WRITEFUNCTION, +[](char* bytes, size_t size, size_t count, void* body) {
        static_cast<std::string*>(body)->append(bytes, size * count);
        return size * count;
      });
  if (curl_easy_perform(easy) == CURLE_OK) {
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
  }
  curl_easy_cleanup(easy);
  return answer;
}

// Reads one message of a call whose request is given as bytes.
grpc::Status CallBytes(Gateway& gateway, const std::string& method, const std::string& request,
                       std::string& response) {
  grpc::GenericStub stub(gateway.NewChannel());
  grpc::Slice slice(request);
  grpc::ByteBuffer out(&slice, 1), in;
  grpc::CompletionQueue queue;
  auto context = NewContext();
  auto call = stub.PrepareCall(context.get(), method, &queue);
  void* tag = nullptr;
  bool ok = false;
  const auto wait = [&] { return queue.Next(&tag, &ok) && ok; };
  call->StartCall(nullptr);
  wait();
  call->WriteLast(out, {}, nullptr);
  wait();
  call->Read(&in, nullptr);
  if (wait()) {
    grpc::Slice whole;
    if (in.DumpToSingleSlice(&whole).ok()) {
      response.assign(reinterpret_cast<const char*>(whole.begin()), whole.size());
    }
    call->Read(&in, nullptr);
    wait();
  }
  grpc::Status status;
  call->Finish(&status, nullptr);
  wait();
  return status;
}

TEST(Operate, HealthServesTheWholeServerAndEveryService) {
  Gateway gateway;
  for (const std::string service :
       {"", "inferwire.v1.ChatService", "inferwire.v1.FilesService", "inferwire.v1.RawService"}) {
    // HealthCheckRequest{service = 1}; HealthCheckResponse{status = 1}, SERVING = 1.
    std::string request;
    if (!service.empty())
      request = std::string("\x0a") + static_cast<char>(service.size()) + service;
    std::string response;
    const auto status = CallBytes(gateway, "/grpc.health.v1.Health/Check", request, response);
    EXPECT_TRUE(status.ok()) << service << ": " << status.error_message();
    EXPECT_EQ(response, std::string("\x08\x01")) << service;
  }
}

TEST(Operate, HealthKnowsWhatItDoesNotServe) {
  Gateway gateway;
  std::string response;
  const auto check = CallBytes(gateway, "/grpc.health.v1.Health/Check", "\x0a\x06nobody", response);
  EXPECT_EQ(check.error_code(), grpc::NOT_FOUND);
  const auto unreadable = CallBytes(gateway, "/grpc.health.v1.Health/Check", "\x0a\x7f", response);
  EXPECT_EQ(unreadable.error_code(), grpc::INVALID_ARGUMENT);
  const auto watch = CallBytes(gateway, "/grpc.health.v1.Health/Watch", "\x0a\x7f", response);
  EXPECT_EQ(watch.error_code(), grpc::INVALID_ARGUMENT);
}

TEST(Operate, ReflectionIsOffUnlessConfigured) {
  // ServerReflectionRequest{list_services = 7: ""}.
  const std::string request("\x3a\x00", 2);
  const std::string method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  std::string response;
  Gateway closed;
  EXPECT_EQ(CallBytes(closed, method, request, response).error_code(), grpc::UNIMPLEMENTED);
  Gateway open([](config::Config& config) { config.server.reflection = true; });
  EXPECT_TRUE(CallBytes(open, method, request, response).ok());
  EXPECT_NE(response.find("inferwire.v1.ChatService"), std::string::npos);
}

// The length-delimited fields of that number in a message.
std::vector<std::string> FieldsOf(const std::string& message, int number) {
  google::protobuf::UnknownFieldSet fields;
  EXPECT_TRUE(fields.ParseFromString(message));
  std::vector<std::string> found;
  for (int i = 0; i < fields.field_count(); ++i) {
    if (fields.field(i).number() == number) found.push_back(fields.field(i).length_delimited());
  }
  return found;
}

TEST(Operate, ReflectionDescribesEveryServiceThatItLists) {
  const std::string method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  Gateway gateway([](config::Config& config) { config.server.reflection = true; });
  std::string response;
  ASSERT_TRUE(CallBytes(gateway, method, std::string("\x3a\x00", 2), response).ok());
  const auto lists = FieldsOf(response, 6);  // list_services_response
  ASSERT_EQ(lists.size(), 1u);
  std::vector<std::string> names;
  for (const std::string& service : FieldsOf(lists[0], 1)) {
    names.push_back(FieldsOf(service, 1).at(0));
    // file_containing_symbol = 4.
    const std::string request = "\x22" + std::string(1, static_cast<char>(names.back().size()));
    ASSERT_TRUE(CallBytes(gateway, method, request + names.back(), response).ok());
    ASSERT_EQ(FieldsOf(response, 4).size(), 1u) << names.back();  // file_descriptor_response
    google::protobuf::FileDescriptorProto file;
    ASSERT_TRUE(file.ParseFromString(FieldsOf(FieldsOf(response, 4)[0], 1).at(0)));
    bool described = false;
    for (const auto& each : file.service()) {
      described = described || file.package() + "." + each.name() == names.back();
    }
    EXPECT_TRUE(described) << names.back();
  }
  EXPECT_THAT(names, ::testing::IsSupersetOf({"grpc.health.v1.Health", "inferwire.v1.ChatService",
                                              "inferwire.v1.BatchesService"}));
}

TEST(Operate, TheAdminPortTellsHealthMetricsAndConfiguration) {
  Gateway gateway;
  const int port = gateway.server().admin_port();
  EXPECT_EQ(Get(port, "/livez").status, 200);
  EXPECT_EQ(Get(port, "/readyz").status, 200);
  EXPECT_EQ(Get(port, "/nothing").status, 404);
  const auto config = Get(port, "/config");
  EXPECT_EQ(config.status, 200);
  EXPECT_TRUE(nlohmann::ordered_json::accept(config.body)) << config.body;
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi");
  v1::CompleteResponse response;
  ASSERT_TRUE(gateway.chat().Complete(NewContext().get(), request, &response).ok());
  const auto metrics = Get(port, "/metrics");
  EXPECT_EQ(metrics.status, 200);
  for (const char* expected :
       {"grpc_server_handled_total{", "gen_ai_client_token_usage_sum{", "inferwire_build_info{",
        "inferwire_upstream_attempts_total{", "inferwire_overhead_seconds_bucket{",
        "process_resident_memory_bytes"}) {
    EXPECT_NE(metrics.body.find(expected), std::string::npos) << expected;
  }
}

TEST(Operate, TellsWhenItsCertificatesEnd) {
  const testing_support::Certificates certificates;
  Gateway gateway([&](config::Config& config) {
    config.tls = config::TlsConfig{certificates.path("server.pem"), certificates.path("server.key"),
                                   certificates.path("ca.pem"), config::ClientAuth::kRequire, 1s};
  });
  const std::string metrics = Get(gateway.server().admin_port(), "/metrics").body;
  for (const std::string name : {"server", "client_ca"}) {
    const std::string series =
        "inferwire_tls_certificate_expiry_timestamp_seconds{cert=\"" + name + "\"} ";
    const size_t at = metrics.find(series);
    ASSERT_NE(at, std::string::npos) << name;
    EXPECT_GT(std::stod(metrics.substr(at + series.size())), static_cast<double>(time(nullptr)));
  }
  EXPECT_FALSE(CertificateExpiry("/no/such/file"));
  EXPECT_FALSE(CertificateExpiry(certificates.path("server.key")));
}

TEST(Operate, CountsACallOnceInEveryFamily) {
  Gateway gateway;
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi");
  v1::CompleteResponse response;
  ASSERT_TRUE(gateway.chat().Complete(NewContext().get(), request, &response).ok());
  const std::string method =
      R"(grpc_type="unary",grpc_service="inferwire.v1.ChatService",grpc_method="Complete")";
  std::istringstream lines(gateway.server().metrics().Expose());
  double started = 0, handled = 0, attempts = 0, input = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto value = [&] { return std::stod(line.substr(line.rfind(' '))); };
    const bool complete = line.find(R"(grpc_method="Complete")") != std::string::npos;
    if (line.starts_with("grpc_server_started_total") && complete) started += value();
    if (line.starts_with("grpc_server_handled_total") && complete &&
        line.find(R"(grpc_code="OK")") != std::string::npos) {
      handled += value();
    }
    if (line.starts_with("inferwire_upstream_attempts_total")) attempts += value();
    if (line.starts_with("gen_ai_client_token_usage_sum") &&
        line.find(R"(gen_ai_token_type="input")") != std::string::npos) {
      input += value();
    }
  }
  EXPECT_EQ(started, 1);
  EXPECT_EQ(handled, 1);
  EXPECT_EQ(attempts, 1);
  EXPECT_EQ(input, static_cast<double>(response.completion().usage().input_tokens()));
}

TEST(Operate, LogsOneLineForACallAndNeverAPromptAnAnswerOrAKey) {
  constexpr char kKey[] = "sk-canary-key-0123456789abcdef";
  setenv("INFERWIRE_TEST_CANARY_KEY", kKey, 1);
  simulator::Options options;
  options.api_key = "something-else";
  Gateway gateway(
      [](config::Config& config) {
        config.log.level = telemetry::LogLevel::kDebug;
        config.upstreams[0].api_key = {config::KeySource::Kind::kEnv, "INFERWIRE_TEST_CANARY_KEY"};
      },
      options);
  std::vector<std::string> seen;
  for (const char* model : {"gpt-4.1-mini", "gpt-4.1-mini+status=400", "gpt-4.1-mini+garbage=html",
                            "gpt-4.1-mini+reset", "no-such-model"}) {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("canary-prompt-47", model);
    (*request.mutable_params()->mutable_extra())["canary_extra"] = "\"canary-prompt-47\"";
    v1::CompleteResponse response;
    const auto status = gateway.chat().Complete(NewContext().get(), request, &response);
    EXPECT_FALSE(status.ok()) << "the simulator wants another key";
    seen.push_back(status.error_message() + status.error_details());
  }
  gateway.Stop();
  seen.push_back(gateway.log());
  size_t lines = 0;
  std::istringstream log(gateway.log());
  for (std::string line; std::getline(log, line);) {
    EXPECT_TRUE(nlohmann::ordered_json::accept(line)) << line;
    lines += line.find("\"Complete\"") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(lines, 5u);
  for (const auto& text : seen) {
    EXPECT_EQ(text.find("canary-prompt"), std::string::npos) << text;
    EXPECT_EQ(text.find("canary-key"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace inferwire::e2e
