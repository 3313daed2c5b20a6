#include "ledger/book.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "books.h"

namespace inferwire::ledger {
namespace {

using Books = LedgerTest;

TEST_F(Books, KeepsWhatACallWasAndWhatItUsed) {
  const Names names{.tenant = "acme",
                    .team = "search",
                    .key = "k1",
                    .user = "u",
                    .model = "gpt-4.1-mini",
                    .upstream = "openai",
                    .operation = "chat",
                    .label = "night"};
  const RequestId id = ToRequestId("00112233445566778899aabbccddeeff");
  {
    const auto book = Open();
    const uint64_t begin = book->Begin({.tenant = "acme"}, id);
    Usage usage = Used(100, 42);
    usage.cached = 60;
    usage.output = 7;
    usage.reasoning = 3;
    usage.attempts = 2;
    usage.unpriced = 1;
    usage.code = 4;
    book->End(begin, names, id, usage);
  }
  const auto file = ListSegments(options.folder).front();
  const auto reader = std::move(*SegmentReader::Open(file.path));
  const auto begin = reader->Next();
  ASSERT_TRUE(begin);
  EXPECT_EQ(begin->kind, Kind::kBegin);
  EXPECT_EQ(begin->names.tenant, "acme");
  EXPECT_EQ(begin->names.model, "");
  const auto end = reader->Next();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->kind, Kind::kEnd);
  EXPECT_EQ(end->begin, begin->number);
  EXPECT_EQ(end->names.all(), names.all());
  EXPECT_EQ(end->request_id, id);
  EXPECT_EQ(end->usage.source, Source::kProvider);
  EXPECT_EQ(end->usage.code, 4);
  EXPECT_EQ(end->usage.attempts, 2);
  EXPECT_EQ(end->usage.calls, 1u);
  EXPECT_EQ(end->usage.unpriced, 1u);
  EXPECT_EQ(end->usage.input, 100);
  EXPECT_EQ(end->usage.cached, 60);
  EXPECT_EQ(end->usage.output, 7);
  EXPECT_EQ(end->usage.reasoning, 3);
  EXPECT_EQ(end->usage.picousd, 42);
  EXPECT_GT(end->at, 0);
  const auto close = reader->Next();
  ASSERT_TRUE(close);
  EXPECT_EQ(close->kind, Kind::kClose);
  EXPECT_FALSE(reader->Next());
  EXPECT_FALSE(reader->torn());
}

TEST_F(Books, EverySegmentCanBeReadByItself) {
  constexpr int kCalls = 20'000;  // 40,000 slots: five segments of 8,191
  {
    const auto book = Open();
    for (int i = 0; i < kCalls; ++i) {
      Call(*book, {.tenant = "t" + std::to_string(i % 10), .model = "m"}, i);
      // The next file is made by another thread: this one alone is faster.
      while (book->held() > 0) std::this_thread::yield();
    }
  }
  EXPECT_GE(ListSegments(options.folder).size(), 5u);
  const auto ends = Ends(options.folder);
  ASSERT_EQ(ends.size(), static_cast<size_t>(kCalls));
  std::set<int64_t> seen;
  for (const Kept& end : ends) {
    seen.insert(end.usage.input);
    EXPECT_EQ(end.model, "m");
    EXPECT_EQ(end.tenant, "t" + std::to_string(end.usage.input % 10));
  }
  EXPECT_EQ(seen.size(), static_cast<size_t>(kCalls));
}

TEST_F(Books, LongNamesAreKeptAndTooLongOnesAreCutEachInItsOwnWay) {
  const std::string longest(kMaxName, 'x'), one = longest + "1", other = longest + "2";
  const std::string wide = std::string(kMaxName - 18, 'x') + std::string(9, '\xe2') + longest;
  {
    const auto book = Open();
    for (const std::string& model : {longest, one, other, one, wide}) {
      Call(*book, {.model = model}, 1);
    }
  }
  const auto ends = Ends(options.folder);
  ASSERT_EQ(ends.size(), 5u);
  EXPECT_EQ(ends[0].model, longest);
  EXPECT_EQ(ends[1].model.size(), kMaxName);
  EXPECT_NE(ends[1].model, ends[2].model);
  EXPECT_EQ(ends[1].model, ends[3].model);
  EXPECT_EQ(ends[4].model, CutName(wide));
  EXPECT_LE(ends[4].model.size(), kMaxName);
}

TEST_F(Books, ThreadsShareIt) {
  constexpr int kThreads = 4, kEach = 2'000;
  {
    const auto book = Open();
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) Call(*book, {.tenant = std::to_string(t)}, t * kEach + i);
      });
    }
    for (auto& thread : threads) thread.join();
  }
  int64_t calls = 0, input = 0;
  for (const Kept& end : Ends(options.folder)) {
    calls += end.usage.calls;
    input += end.usage.input;
  }
  constexpr int64_t kAll = kThreads * kEach;
  EXPECT_EQ(calls, kAll);
  EXPECT_EQ(input, kAll * (kAll - 1) / 2);
}

TEST_F(Books, OneProcessHasTheFolder) {
  const auto book = Open();
  const auto second = Book::Open(options, clock, metrics.Of<telemetry::LedgerMetrics>(), 8);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another process"), std::string::npos);
}

TEST_F(Books, AFolderThatCannotBeMadeIsAnError) {
  options.folder = folder.File("file") + "/below";
  std::ofstream(folder.File("file")) << "no folder";
  EXPECT_FALSE(Book::Open(options, clock, metrics.Of<telemetry::LedgerMetrics>(), 7));
}

TEST_F(Books, TheOldestFilesGoWhenThereIsTooMuch) {
  options.max_bytes = 3 << 20;
  options.sync = std::chrono::milliseconds(1);
  const auto book = Open();
  for (int i = 0; i < 40'000; ++i) {
    Call(*book, {.tenant = "t"}, i);
    while (book->held() > 0) std::this_thread::yield();
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (ListSegments(options.folder).size() > 3 && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  const auto files = ListSegments(options.folder);
  EXPECT_LE(files.size(), 3u);
  EXPECT_GT(files.front().index, 0u);
  EXPECT_EQ(Ends(options.folder).back().usage.input, 39'999);
}

TEST(Checksum, IsCastagnolisCrc) {
  // 124 bytes of zeros behind the four that are skipped.
  Record record;
  record.kind = static_cast<Kind>(0);
  const uint32_t zeros = SlotChecksum(&record);
  EXPECT_NE(zeros, 0u) << "an empty slot is none";
  record.checksum = 99;
  EXPECT_EQ(SlotChecksum(&record), zeros) << "the checksum is not part of itself";
  record.picousd = 1;
  EXPECT_NE(SlotChecksum(&record), zeros);
}

TEST(RequestIds, AreTheirHexadecimalDigits) {
  const RequestId id = ToRequestId("000102030405060708090a0b0c0d0eff");
  EXPECT_EQ(id[1], 1);
  EXPECT_EQ(id[15], 0xff);
  EXPECT_EQ(ToRequestId("short"), RequestId{});
  EXPECT_EQ(ToRequestId("g00102030405060708090a0b0c0d0eff"), RequestId{});
}

}  // namespace
}  // namespace inferwire::ledger
