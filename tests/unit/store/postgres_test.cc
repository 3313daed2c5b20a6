// What only a server can do wrong, and what only several replicas can do at once.
#include "store/postgres.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include "store/fault.h"
#include "unit/store/databases.h"

namespace inferwire::store {
namespace {

class PostgresTest : public StoreTest {};

TEST_P(PostgresTest, ALostConnectionIsATypedErrorAndTheNextStatementConnectsAgain) {
  Sealed("b1");
  Cluster()->Stop();
  const auto lost = jobs_->Find("b1", "");
  ASSERT_FALSE(lost);
  EXPECT_TRUE(IsFault(lost.error(), Fault::kConnection));
  EXPECT_TRUE(lost.error().safe_to_retry);
  const auto still = jobs_->Find("b1", "");
  ASSERT_FALSE(still);
  EXPECT_TRUE(IsFault(still.error(), Fault::kConnection));
  Cluster()->Restart();
  auto found = jobs_->Find("b1", "");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(*found);
}

// A host that hangs sends no reset and no error: only our own clock ends the wait.
TEST_P(PostgresTest, AServerThatHangsIsGivenUpInTimeAndTakenUpAgain) {
  location_.wait = std::chrono::milliseconds(100);
  Open();
  Sealed("b1");
  Cluster()->Freeze();
  const auto begun = std::chrono::steady_clock::now();
  const auto first = jobs_->Find("b1", "");
  ASSERT_FALSE(first);
  EXPECT_TRUE(IsFault(first.error(), Fault::kConnection));
  EXPECT_EQ(first.error().reason, v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_TRUE(first.error().safe_to_retry);
  // What queued up behind it is answered at once.
  for (int i = 0; i < 1000; ++i) ASSERT_FALSE(jobs_->Find("b1", ""));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
  EXPECT_FALSE(database_->Connect()) << "connecting is bounded too";
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(8));
  Cluster()->Thaw();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  auto found = jobs_->Find("b1", "");
  while (!found && std::chrono::steady_clock::now() < until) found = jobs_->Find("b1", "");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(*found);
}

// A proxy between us and the server that passes everything on until it is told to cut.
class CuttingProxy {
 public:
  // Cut when: the COMMIT is on its way but never arrives, or it arrived and its answer does not.
  enum class Cut { kBefore, kAfter };
  CuttingProxy(const std::string& server, const std::string& own, Cut cut)
      : server_(server), cut_(cut), listener_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    const sockaddr_un address = Address(own);
    EXPECT_EQ(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    thread_ = std::jthread([this] { Run(); });
  }
  ~CuttingProxy() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  std::atomic<bool> armed = false;
  std::atomic<bool> closed = false;  // takes no connections after the cut

 private:
  static sockaddr_un Address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
  }
  void Run() {
    for (;;) {
      const int client = accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      if (closed) {
        close(client);
        continue;
      }
      Serve(client);
      close(client);
    }
  }
  // One connection at a time: that is what a test has.
  void Serve(int client) {
    const int server = socket(AF_UNIX, SOCK_STREAM, 0);
    const sockaddr_un address = Address(server_);
    EXPECT_EQ(connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    std::array<pollfd, 2> ready{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    std::string bytes(1 << 16, '\0');
    bool committing = false;
    while (poll(ready.data(), 2, 10'000) > 0) {
      if (ready[1].revents != 0) {
        const ssize_t got = read(server, bytes.data(), bytes.size());
        if (got <= 0 || committing) break;  // the server has committed, and we do not say so
        if (write(client, bytes.data(), static_cast<size_t>(got)) != got) break;
      } else {
        const ssize_t got = read(client, bytes.data(), bytes.size());
        if (got <= 0) break;
        const bool commit =
            armed && std::string_view(bytes.data(), static_cast<size_t>(got)).find("COMMIT") !=
                         std::string_view::npos;
        if (commit) armed = false;
        if (commit && cut_ == Cut::kBefore) break;
        committing = commit;
        if (write(server, bytes.data(), static_cast<size_t>(got)) != got) break;
      }
    }
    close(server);
  }

  const std::string server_;
  const Cut cut_;
  const int listener_;
  std::jthread thread_;
};

TEST_P(PostgresTest, WhatBecameOfACommitThatWasCutIsLookedUp) {
  using Cut = CuttingProxy::Cut;
  for (const Cut cut : {Cut::kBefore, Cut::kAfter}) {
    for (const bool reachable : {true, false}) {
      SCOPED_TRACE(std::string(cut == Cut::kBefore ? "before" : "after") +
                   (reachable ? "" : ", unreachable"));
      Location through = location_;
      CuttingProxy proxy(Cluster()->socket(), folder_.File(".s.PGSQL.5432"), cut);
      const size_t host = through.url.find("host=") + 5;
      through.url.replace(host, through.url.find('&', host) - host, folder_.File("."));
      auto sql = ConnectPostgres(through.url, std::chrono::milliseconds(500));
      ASSERT_TRUE(sql) << sql.error().message;
      const std::string id =
          std::to_string(static_cast<int>(cut)) + std::to_string(static_cast<int>(reachable));
      ASSERT_TRUE((*sql)->Begin());
      ASSERT_TRUE((*sql)->Run("INSERT INTO owners VALUES ('up', 'files', $1, 'alice', 0)",
                              {std::string_view(id)}));
      proxy.armed = true;
      proxy.closed = !reachable;
      const auto committed = (*sql)->Commit();
      EXPECT_EQ(jobs_->OwnerOf({"up", "files", id})->has_value(), cut == Cut::kAfter);
      if (!reachable) {
        ASSERT_FALSE(committed);
        EXPECT_TRUE(IsOutcomeUnknown(committed.error()));
        EXPECT_FALSE(committed.error().safe_to_retry);
        EXPECT_EQ(committed.error().reason, v1::ERROR_REASON_STORE_UNAVAILABLE);
      } else if (cut == Cut::kAfter) {
        EXPECT_TRUE(committed) << committed.error().message;
      } else {
        ASSERT_FALSE(committed);
        EXPECT_FALSE(IsOutcomeUnknown(committed.error()));
        EXPECT_TRUE(committed.error().safe_to_retry);
      }
      sql->reset();
      std::filesystem::remove(folder_.File(".s.PGSQL.5432"));
    }
  }
}

TEST_P(PostgresTest, ReplicasThatClaimAtOnceGetDifferentJobs) {
  constexpr int kJobs = 40, kReplicas = 4;
  for (int i = 0; i < kJobs; ++i) Sealed("b" + std::to_string(i), 1);
  std::vector<std::vector<int64_t>> claimed(kReplicas);
  std::vector<std::unique_ptr<Jobs>> connections;
  for (int i = 0; i < kReplicas; ++i) connections.push_back(Connect());
  {
    std::vector<std::jthread> replicas;
    for (size_t i = 0; i < kReplicas; ++i) {
      replicas.emplace_back([&, i] {
        while (true) {
          auto lease = connections[i]->Claim("w" + std::to_string(i), At(0), At(30));
          if (!lease || !*lease) return;
          claimed[i].push_back((*lease)->job);
        }
      });
    }
  }
  std::set<int64_t> distinct;
  size_t total = 0;
  for (const auto& each : claimed) {
    total += each.size();
    distinct.insert(each.begin(), each.end());
  }
  EXPECT_EQ(distinct.size(), total) << "no job twice";
  // Whoever was skipped because another was about to take it is left for the next look.
  while (*jobs_->Claim("late", At(0), At(30))) ++total;
  EXPECT_EQ(total, static_cast<size_t>(kJobs));
}

TEST_P(PostgresTest, TheQueuesLimitHoldsAlsoWhenReplicasAdmitAtOnce) {
  constexpr int kReplicas = 4;
  std::vector<std::unique_ptr<Jobs>> connections;
  std::vector<Lease> leases;
  for (int i = 0; i < kReplicas; ++i) {
    Sealed("b" + std::to_string(i), 1);
    leases.push_back(Claimed());
    connections.push_back(Connect());
  }
  std::atomic<int> admitted = 0;
  {
    std::vector<std::jthread> replicas;
    for (size_t i = 0; i < kReplicas; ++i) {
      replicas.emplace_back([&, i] {
        Job job = *connections[i]->Load(leases[i]);
        if (*connections[i]->Admit(leases[i], job.shards[0], 250)) ++admitted;
      });
    }
  }
  EXPECT_EQ(admitted, 2);
}

TEST_P(PostgresTest, AnUnreachableServerIsATypedErrorThatShowsNoPassword) {
  Location nowhere = location_;
  nowhere.url = "postgresql://user:sesame@127.0.0.1:1/db";
  const auto database = Database::Open(nowhere);
  ASSERT_FALSE(database);
  EXPECT_TRUE(IsFault(database.error(), Fault::kConnection));
  EXPECT_EQ(database.error().message.find("sesame"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Only, PostgresTest, ::testing::Values(Location::Kind::kPostgres),
                         [](const auto&) { return "Postgres"; });

}  // namespace
}  // namespace inferwire::store
