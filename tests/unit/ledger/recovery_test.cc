#include "ledger/recovery.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "books.h"
#include "ledger/spent.h"

namespace inferwire::ledger {
namespace {

namespace fs = std::filesystem;

class Recovery : public LedgerTest {
 protected:
  Recovery() { fs::create_directories(options.folder); }

  // What a killed process leaves: its files as they are at this moment.
  void Crash(const std::function<void(Book&)>& work) {
    const std::string living = folder.File("living" + std::to_string(++crashes_));
    Book::Options own = options;
    own.folder = living;
    auto book = Book::Open(own, clock, metrics.Of<telemetry::LedgerMetrics>(), crashes_);
    ASSERT_TRUE(book);
    work(**book);
    for (const SegmentFile& file : ListSegments(living)) {
      fs::copy(file.path, options.folder, fs::copy_options::overwrite_existing);
    }
  }
  Recovered Recover() {
    auto recovered = CloseEarlierWriters(options.folder, options.segment_bytes, options.allocate,
                                         /*at=*/1234);
    EXPECT_TRUE(recovered) << recovered.error().message;
    return recovered ? *recovered : Recovered{};
  }

  uint64_t crashes_ = 0;
};

TEST_F(Recovery, ACallWithoutAnEndIsLostAndKeepsItsNames) {
  Crash([](Book& book) {
    const Names done{.tenant = "done"};
    const uint64_t begin = book.Begin(done, {});
    book.Begin({.tenant = "acme", .model = "gpt-5", .operation = "chat"},
               ToRequestId(std::string(32, 'a')));
    book.End(begin, done, {}, Used(1));
  });
  const Recovered recovered = Recover();
  EXPECT_EQ(recovered.writers, 1u);
  EXPECT_EQ(recovered.lost, 1u);
  EXPECT_EQ(recovered.torn, 0u);
  const auto ends = Ends(options.folder);
  ASSERT_EQ(ends.size(), 2u);
  EXPECT_EQ(ends[1].usage.source, Source::kLost);
  EXPECT_EQ(ends[1].usage.unpriced, 1u);
  EXPECT_EQ(ends[1].tenant, "acme");
  EXPECT_EQ(ends[1].model, "gpt-5");
  EXPECT_EQ(ends[1].request_id, ToRequestId(std::string(32, 'a')));
  EXPECT_EQ(ends[1].at, 1234);
}

// What a process that died had spent, of somebody and in a time.
TEST_F(Recovery, WhatAWriterHasSpentIsInItsFiles) {
  uint64_t writer = 0;
  Crash([&](Book& book) {
    writer = book.writer();
    const auto end = [&](const Names& names, int64_t picousd) {
      Usage usage;
      usage.source = Source::kProvider;
      usage.picousd = picousd;
      book.End(book.Begin(names, {}), names, {}, usage);
    };
    end({.tenant = "acme", .team = "search", .model = "gpt-5"}, 100);
    end({.tenant = "acme", .team = "other", .model = "gpt-5"}, 20);
    end({.tenant = "globex", .team = "search"}, 3000);
    book.Begin({.tenant = "acme", .team = "search"}, {});
  });
  Recover();
  const int64_t now =
      std::chrono::floor<std::chrono::seconds>(clock.WallNow().time_since_epoch()).count();
  const auto of = [&](const Names& whose, int64_t from, int64_t until) {
    return SpentBy(options.folder, writer, whose, from, until);
  };
  EXPECT_EQ(of({.tenant = "acme"}, now - 60, now + 60).picousd, 120);
  EXPECT_EQ(of({.tenant = "acme", .team = "search"}, now - 60, now + 60).picousd, 100);
  EXPECT_EQ(of({.tenant = "acme"}, now - 60, now + 60).lost, 1u);
  EXPECT_EQ(of({.tenant = "acme"}, now + 60, now + 90).picousd, 0);
  EXPECT_TRUE(of({.tenant = "acme"}, 0, 1).known);
  EXPECT_FALSE(SpentBy(options.folder, writer + 1, {.tenant = "acme"}, 0, now + 60).known);
}

TEST_F(Recovery, IsDoneOnce) {
  Crash([](Book& book) { book.Begin({.tenant = "a"}, {}); });
  Crash([](Book& book) { book.Begin({.tenant = "b"}, {}); });
  EXPECT_EQ(Recover().lost, 2u);
  EXPECT_EQ(Recover().writers, 0u);
  EXPECT_EQ(Ends(options.folder).size(), 2u);
}

TEST_F(Recovery, KilledOnTheWayItGoesOnWhereItWas) {
  Crash([](Book& book) {
    for (int i = 0; i < 5; ++i) book.Begin({.tenant = "t" + std::to_string(i)}, {});
  });
  const std::string path = ListSegments(options.folder).front().path;
  Recover();
  // Its last slots: the close, and the last end.
  const auto reader = std::move(*SegmentReader::Open(path));
  while (reader->Next()) {
  }
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>((reader->used() - 1) * kSlot));
  file.write(std::string(2 * kSlot, '\0').data(), 2 * kSlot);
  file.close();
  EXPECT_EQ(Recover().lost, 1u);
  EXPECT_EQ(Ends(options.folder).size(), 5u);
}

TEST_F(Recovery, CallsThatBeganInAnEarlierFileAreFound) {
  Crash([](Book& book) {
    book.Begin({.tenant = "early"}, {});
    for (int i = 0; i < 10'000; ++i) {
      book.End(book.Begin({.tenant = "t"}, {}), {.tenant = "t"}, {}, Used(1));
      while (book.held() > 0) std::this_thread::yield();
    }
  });
  EXPECT_EQ(Recover().lost, 1u);
  EXPECT_EQ(Ends(options.folder).back().tenant, "early");
}

TEST_F(Recovery, WhereThereIsNoRoomTheEndsGoIntoAFurtherFile) {
  const size_t slots = options.segment_bytes / kSlot - 1;
  Crash([slots](Book& book) {
    // As many as two files keep room for.
    while (book.Begin({.tenant = std::string(400, 'x')}, {}) != 0) {
    }
    (void)slots;
  });
  const auto lost = Recover().lost;
  EXPECT_GT(lost, slots / 2);
  EXPECT_EQ(Ends(options.folder).size(), lost);
  EXPECT_EQ(Recover().lost, 0u);
}

TEST_F(Recovery, ATornEndAtAnyByteLosesOnlyWhatIsTorn) {
  std::vector<int64_t> inputs;
  Crash([&](Book& book) {
    for (int i = 0; i < 4; ++i) {
      const std::string tenant = "tenant-" + std::to_string(i);
      book.End(book.Begin({.tenant = tenant}, {}), {.tenant = tenant}, {}, Used(i));
    }
  });
  const std::string path = ListSegments(options.folder).front().path;
  std::string whole(options.segment_bytes, '\0');
  std::ifstream(path, std::ios::binary)
      .read(whole.data(), static_cast<std::streamsize>(whole.size()));
  constexpr size_t kUsed = 1 + 4 * 3;  // the head; a name, a beginning and an end of each call
  for (size_t cut = kSlot; cut < kUsed * kSlot; ++cut) {
    // Old bytes before the cut, and none after it: as a power cut may leave a page.
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        << whole.substr(0, cut) + std::string(4 * kSlot + kUsed * kSlot - cut, '\0');
    const size_t good = cut / kSlot - 1;  // whole slots
    const size_t ended = good / 3, begun = (good + 1) / 3;
    // A slot whose tail is zeros anyway is whole without it.
    const auto reader = std::move(*SegmentReader::Open(path));
    while (reader->Next()) {
    }
    ASSERT_GE(reader->used(), good);
    ASSERT_LE(reader->used(), good + 1);
    if (reader->used() > good) continue;
    const Recovered recovered = Recover();
    ASSERT_EQ(recovered.lost, begun - ended) << cut;
    const auto ends = Ends(options.folder);
    ASSERT_EQ(ends.size(), begun) << cut;
    for (size_t i = 0; i < ended; ++i) ASSERT_EQ(ends[i].usage.input, static_cast<int64_t>(i));
    ASSERT_EQ(Recover().writers, 0u);
  }
}

TEST_F(Recovery, AFlippedBitEndsTheFileThere) {
  Crash([](Book& book) {
    for (int i = 0; i < 3; ++i) book.End(0, {}, {}, Used(i));
  });
  const std::string path = ListSegments(options.folder).front().path;
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(2 * kSlot + 70);
  file.put('\x01');
  file.close();
  EXPECT_EQ(Recover().torn, 1u);
  EXPECT_EQ(Ends(options.folder).size(), 1u);
}

TEST_F(Recovery, WhatIsNoLedgerIsLeftAlone) {
  std::ofstream(options.folder + "/notes.txt") << "mine";
  std::ofstream(options.folder + "/0000000000000001-1.ledger") << "mine too";
  EXPECT_EQ(Recover().writers, 0u);
  EXPECT_TRUE(fs::exists(options.folder + "/notes.txt"));
  EXPECT_TRUE(fs::exists(options.folder + "/0000000000000001-1.ledger"));
}

TEST_F(Recovery, HappensAtTheStartAndIsCounted) {
  Crash([](Book& book) { book.Begin({.tenant = "a"}, {}); });
  const auto book = Open();
  EXPECT_EQ(book->recovered().lost, 1u);
  EXPECT_NE(metrics.Expose().find(R"(inferwire_ledger_records_total{source="lost"} 1)"),
            std::string::npos);
}

}  // namespace
}  // namespace inferwire::ledger
