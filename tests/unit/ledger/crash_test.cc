// kill -9 at any moment: every call whose end was acknowledged is in the files, once.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <set>
#include <thread>

#include "books.h"

namespace inferwire::ledger {
namespace {

constexpr int kThreads = 2;

// The child: calls without end, each acknowledged by its number once it is booked.
[[noreturn]] void Work(const Book::Options& options, int acknowledge, int64_t first) {
  static const SystemClock clock;
  telemetry::Metrics metrics;
  auto book = Book::Open(options, clock, metrics.Of<telemetry::LedgerMetrics>(), 1);
  if (!book) _exit(1);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int64_t call = first + t;; call += kThreads) {
        const std::string tenant = "t" + std::to_string(call % 20);
        const Names names{.tenant = tenant, .model = "m"};
        const uint64_t begin = (*book)->Begin(names, {});
        if (begin == 0) continue;  // no file yet: held in memory, which is nobody's promise
        (*book)->End(begin, names, {}, Used(call, call * 7));
        if ((*book)->held() > 0) _exit(2);
        if (write(acknowledge, &call, sizeof call) != sizeof call) _exit(0);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  _exit(0);
}

TEST_F(LedgerTest, KilledAtAnyMomentItHasEveryAcknowledgedCallOnce) {
  constexpr int kKills = 20;
  constexpr int64_t kEach = 1'000'000;
  std::mt19937 random(20);
  std::set<int64_t> acknowledged;
  for (int kill = 0; kill < kKills; ++kill) {
    int pipe[2] = {-1, -1};
    ASSERT_EQ(pipe2(pipe, O_CLOEXEC), 0);
    const pid_t child = fork();
    if (child == 0) Work(options, pipe[1], kill * kEach);
    close(pipe[1]);
    // After so many calls.
    const size_t wanted = acknowledged.size() + random() % 9'000;
    int64_t call = 0;
    while (read(pipe[0], &call, sizeof call) == sizeof call) {
      acknowledged.insert(call);
      if (acknowledged.size() == wanted + 1) ::kill(child, SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
    close(pipe[0]);
  }
  const auto book = Open();
  EXPECT_LE(book->recovered().lost, static_cast<uint64_t>(kThreads)) << "of the last one";
  std::set<int64_t> booked;
  size_t lost = 0;
  int64_t money = 0, inputs = 0;
  for (const Kept& end : Ends(options.folder)) {
    if (end.usage.source == Source::kLost) {
      ++lost;
      continue;
    }
    EXPECT_TRUE(booked.insert(end.usage.input).second) << "twice: " << end.usage.input;
    EXPECT_EQ(end.tenant, "t" + std::to_string(end.usage.input % 20));
    money += end.usage.picousd;
    inputs += end.usage.input;
  }
  EXPECT_EQ(money, 7 * inputs);
  for (const int64_t call : acknowledged) EXPECT_TRUE(booked.contains(call)) << call;
  // Written, and killed before it could be said.
  EXPECT_LE(booked.size() - acknowledged.size(), static_cast<size_t>(kKills * kThreads));
  EXPECT_LE(lost, static_cast<size_t>(kKills * kThreads));
  RecordProperty("calls", static_cast<int>(booked.size()));
}

}  // namespace
}  // namespace inferwire::ledger
