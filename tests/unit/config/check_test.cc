// What does not fit together.
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config_fixture.h"

namespace inferwire::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Check, PlainTextForOthersNeedsAWord) {
  EXPECT_THAT(FaultsOf(kUpstream),
              ElementsAre(AllOf(StartsWith("server.listen"), HasSubstr("server.insecure: true"))));
  for (const char* address : {"10.0.0.1:50051", "[::]:50051", "127.example.org:50051"}) {
    const std::string server = "server: {listen: \"" + std::string(address) + "\"";
    EXPECT_THAT(FaultsOf(server + "}\n" + kUpstream), ElementsAre(HasSubstr("plain text")));
    EXPECT_THAT(FaultsOf(server + ", insecure: true}\n" + kUpstream), IsEmpty());
  }
  for (const char* address : {"127.0.0.1:50051", "127.0.0.2:1", "[::1]:50051", "localhost:0"}) {
    EXPECT_THAT(FaultsOf("server: {listen: \"" + std::string(address) + "\"}\n" + kUpstream),
                IsEmpty());
  }
}

TEST(Check, AnAddressOfTheCommandLineIsCheckedInsteadOfTheFiles) {
  const auto faults = [](const std::string& yaml, const Addresses& instead) {
    return TextsOf(ParseConfig(yaml, "test.yaml", instead));
  };
  EXPECT_THAT(faults(kUpstream, {.listen = "127.0.0.1:0"}), IsEmpty());
  EXPECT_THAT(faults(kGood, {.listen = "10.0.0.1:50051"}),
              ElementsAre(HasSubstr("everyone who can reach 10.0.0.1:50051")));
  const Config config = GoodConfig(
      ParseConfig(kUpstream, "test.yaml", {.listen = "127.0.0.1:1", .admin = "127.0.0.1:2"}));
  EXPECT_EQ(config.server.listen, "127.0.0.1:1");
  EXPECT_EQ(config.server.admin, "127.0.0.1:2");
  EXPECT_EQ(GoodConfig(ParseConfig(kGood, "test.yaml", {})).server.listen, "127.0.0.1:0");
}

TEST(Check, ModelsAreTriedByThisMachineOrWithAKey) {
  const auto with = [](const std::string& admin) {
    return "server: {listen: \"127.0.0.1:0\", try_it: true, admin: \"" + admin + "\"}\n" +
           kUpstream;
  };
  EXPECT_THAT(FaultsOf(with("127.0.0.1:0")), IsEmpty());
  EXPECT_THAT(FaultsOf(with("[::1]:9464")), IsEmpty());
  EXPECT_THAT(FaultsOf(with("0.0.0.0:9464")),
              ElementsAre(AllOf(StartsWith("server.try_it"), HasSubstr("0.0.0.0:9464"))));
  const std::string tenants = "tenants: [{id: acme}]\n";
  EXPECT_THAT(FaultsOf(with("0.0.0.0:9464") + tenants), IsEmpty());
  EXPECT_THAT(FaultsOf(with("0.0.0.0:9464") + tenants + "identity: {required: false}\n"),
              ElementsAre(StartsWith("server.try_it")));
}

class CheckTls : public testing::Test {
 protected:
  CheckTls() {
    char name[] = "/tmp/inferwire_config_XXXXXX";
    folder = mkdtemp(name);
    for (const char* file : {"crt", "key", "ca"}) std::ofstream(folder / file) << "pem";
  }
  ~CheckTls() override { std::filesystem::remove_all(folder); }
  std::string File(const std::string& key, const std::string& name) const {
    return "  " + key + ": " + (folder / name).string() + "\n";
  }

  std::filesystem::path folder;
};

TEST_F(CheckTls, MakesAnyAddressFine) {
  const Config config =
      Parsed(kUpstream + "tls:\n" + File("certificate", "crt") + File("key", "key") +
             File("client_ca", "ca") + "  client_auth: require\n");
  ASSERT_TRUE(config.tls);
  EXPECT_EQ(config.tls->client_auth, ClientAuth::kRequire);
  EXPECT_EQ(config.tls->key, folder / "key");
  EXPECT_EQ(config.tls->refresh, std::chrono::seconds(10));
}

TEST_F(CheckTls, NeedsBothCertificateAndKey) {
  EXPECT_THAT(FaultsOf(kUpstream + "tls:\n" + File("key", "key")),
              ElementsAre("tls.certificate (line 4): is missing"));
  EXPECT_THAT(FaultsOf(kUpstream + "tls:\n" + File("certificate", "crt")),
              ElementsAre("tls.key (line 4): is missing"));
}

TEST_F(CheckTls, NeedsAnAuthorityToRequireClients) {
  const std::string files = "tls:\n" + File("certificate", "crt") + File("key", "key");
  EXPECT_THAT(FaultsOf(kUpstream + files + "  client_auth: require\n"),
              ElementsAre(StartsWith("tls.client_ca (line 4): is missing")));
  EXPECT_THAT(FaultsOf(kUpstream + files + "  client_auth: request\n"), IsEmpty());
}

TEST_F(CheckTls, NeedsFilesThatCanBeRead) {
  EXPECT_THAT(FaultsOf(kUpstream + "tls:\n" + File("certificate", "nothing") + File("key", "") +
                       File("client_ca", "ca")),
              ElementsAre("tls.certificate (line 5): names no readable file",
                          "tls.key (line 6): names no readable file"));
  std::ofstream(folder / "crt", std::ios::trunc).close();
  mkfifo((folder / "pipe").c_str(), 0600);
  EXPECT_THAT(FaultsOf(kUpstream + "tls:\n" + File("certificate", "crt") + File("key", "pipe")),
              ElementsAre("tls.certificate (line 5): names an empty file",
                          "tls.key (line 6): names no readable file"));
  EXPECT_THAT(FaultsOf(kUpstream + "tls: {certificate: \"\"}\n"),
              testing::Contains("tls.certificate (line 4): must be the path of a file"));
}

TEST(Check, DrainingWaitsForConnectionsToAge) {
  const auto with = [](const char* wait, const char* age) {
    return FaultsOf("server: {listen: \"127.0.0.1:0\", max_connection_age: " + std::string(age) +
                    "}\n" + kUpstream + "drain: {connection_wait: " + wait + "}\n");
  };
  EXPECT_THAT(with("66s", "60s"), IsEmpty());
  EXPECT_THAT(with("65999ms", "60s"),
              ElementsAre(AllOf(StartsWith("drain.connection_wait (line 5): is 65999ms but must be "
                                           "at least 66s"))));
  EXPECT_THAT(with("70s", "5m"), ElementsAre(HasSubstr("at least 330s")));
}

TEST(Check, DeadlinesAreWithinTheirBound) {
  EXPECT_THAT(FaultsOf(kGood + "deadlines: {max: 500s}\n"),
              ElementsAre(AllOf(StartsWith("deadlines.max (line 5)"),
                                HasSubstr("at least 10m (deadlines.stream)"))));
  EXPECT_THAT(FaultsOf(kGood + "deadlines: {unary: 20m}\n"),
              ElementsAre(HasSubstr("at least 20m (deadlines.unary)")));
}

TEST(Check, AnEventFitsIntoAStream) {
  EXPECT_THAT(FaultsOf(kGood + "limits: {sse_event_bytes: 2MiB, stream_bytes: 1MiB}\n"),
              ElementsAre(StartsWith("limits.sse_event_bytes (line 5)")));
}

TEST(Check, KeysAreSharedByADatabaseThatReplicasShare) {
  const std::string shared = kGood + "idempotency: {shared: true}\n";
  EXPECT_THAT(FaultsOf(shared + "store: {postgresql: {env: DATABASE}}\n"), IsEmpty());
  for (const char* store : {"", "store: {path: /tmp/store.db}\n"}) {
    EXPECT_THAT(FaultsOf(shared + store), ElementsAre(StartsWith("idempotency.shared (line 5)")));
  }
}

TEST(Check, RawRulesAreSound) {
  EXPECT_THAT(FaultsOf(kGood + "raw:\n  allow:\n"
                               "    - {method: PUT, path: /files}\n"
                               "    - {method: GET, path: /organization/**}\n"
                               "    - {method: GET, path: /**}\n"
                               "    - {method: GET, path: /files, body: x}\n"),
              ElementsAre(StartsWith("raw.allow[0] (line 7): has a method"),
                          StartsWith("raw.allow[1] (line 8): opens /organization"),
                          StartsWith("raw.allow[2] (line 9): opens every path"),
                          StartsWith("raw.allow[3].body (line 10): is not known here")));
  EXPECT_THAT(Parsed(kGood + "raw: {allow: []}\n").raw.allow, IsEmpty());
  EXPECT_EQ(Parsed(kGood + "raw: {}\n").raw.allow, DefaultRawRules());
}

}  // namespace
}  // namespace inferwire::config
