// The descriptions of the endpoints beside the API's own: proto/inferwire/v1.
#include "endpoints/all.h"

#include <gmock/gmock.h>
#include <google/protobuf/arena.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "endpoints/administration.h"
#include "rpc/registry.h"
#include "telemetry/metrics.h"
#include "tenancy/access.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using rpc::EndpointSpec;
using rpc::Kind;

std::vector<const MethodDescriptor*> MethodsOfTheApi() {
  std::vector<const MethodDescriptor*> methods;
  const std::filesystem::path folder = INFERWIRE_SOURCE_DIR "/proto/inferwire/v1";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = "inferwire/v1/" + entry.path().filename().string();
    if (!name.ends_with("_service.proto")) continue;
    const FileDescriptor* file = DescriptorPool::generated_pool()->FindFileByName(name);
    if (!file) {
      ADD_FAILURE() << name << " is not in the program: it has no endpoint";
      continue;
    }
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        methods.push_back(file->service(s)->method(m));
      }
    }
  }
  return methods;
}

// Nothing of it is called.
const DirectoryBackend& Directory() {
  static store::DirectoryExecutor executor(1);
  static const DirectoryBackend backend{executor, {}, {}, {}, {}, {}, {}};
  return backend;
}

// Of all ports.
std::vector<EndpointSpec> Everything() {
  std::vector<EndpointSpec> everything = All(nullptr);
  for (EndpointSpec& spec : Administration(Directory())) everything.push_back(std::move(spec));
  return everything;
}

std::string NameOf(const EndpointSpec& spec) {
  return std::string(spec.service) + "." + std::string(spec.method);
}

Kind KindOf(const MethodDescriptor& method) {
  if (!method.client_streaming()) {
    return method.server_streaming() ? Kind::kServerStream : Kind::kUnary;
  }
  return method.server_streaming() ? Kind::kBidiStream : Kind::kClientStream;
}

TEST(AllEndpoints, CallersCanBeAllowedEachOfThem) {
  for (const EndpointSpec& spec : All(nullptr)) {
    const std::string_view access = spec.access.empty() ? spec.operation : spec.access;
    EXPECT_TRUE(std::ranges::any_of(tenancy::kOperations,
                                    [&](const auto& known) { return known.first == access; }))
        << NameOf(spec) << ": " << access;
  }
}

TEST(AllEndpoints, AreServedOnOnePortOnly) {
  std::set<std::string_view> callers, administrators;
  for (const EndpointSpec& spec : All(nullptr)) callers.insert(spec.service);
  for (const EndpointSpec& spec : Administration(Directory())) administrators.insert(spec.service);
  EXPECT_THAT(administrators,
              ::testing::ElementsAre("inferwire.v1.KeysService", "inferwire.v1.TenantsService"));
  for (const std::string_view service : administrators) EXPECT_FALSE(callers.contains(service));
}

TEST(AllEndpoints, AreTheRpcsOfTheApiEachOnce) {
  std::vector<std::string> described, rpcs;
  for (const EndpointSpec& spec : Everything()) described.push_back(NameOf(spec));
  for (const MethodDescriptor* method : MethodsOfTheApi()) rpcs.push_back(method->full_name());
  EXPECT_THAT(described, ::testing::UnorderedElementsAreArray(rpcs));
}

TEST(AllEndpoints, HaveTheKindAndTheRequestOfTheirRpc) {
  for (const EndpointSpec& spec : Everything()) {
    SCOPED_TRACE(NameOf(spec));
    const MethodDescriptor* method =
        DescriptorPool::generated_pool()->FindMethodByName(NameOf(spec));
    ASSERT_TRUE(method);
    EXPECT_EQ(spec.kind, KindOf(*method));
    if (spec.machine) continue;  // makes its messages itself
    const auto new_request =
        spec.reads_stream() ? spec.begin_client_stream.new_request : spec.begin.new_request;
    ASSERT_TRUE(new_request);
    google::protobuf::Arena arena;
    EXPECT_EQ(new_request(&arena)->GetDescriptor(), method->input_type());
  }
}

TEST(AllEndpoints, BeginInOneWay) {
  for (const EndpointSpec& spec : Everything()) {
    SCOPED_TRACE(NameOf(spec));
    const bool one = spec.begin.operation != nullptr;
    const bool stream = spec.begin_client_stream.operation != nullptr;
    const bool own = spec.machine != nullptr;
    EXPECT_EQ(one + stream + own, 1);
    EXPECT_EQ(stream, !own && spec.reads_stream());
    EXPECT_FALSE(spec.operation.empty());
  }
}

TEST(AllEndpoints, MakeOneServiceOfEachName) {
  telemetry::Metrics metrics;
  const rpc::Registry registry(Everything(), metrics);
  std::set<std::string> services;
  for (const MethodDescriptor* method : MethodsOfTheApi()) {
    services.insert(method->service()->full_name());
  }
  EXPECT_THAT(registry.ServiceNames(), ::testing::UnorderedElementsAreArray(services));
}

}  // namespace
}  // namespace inferwire::endpoints
