#include "ledger/recovery.h"

#include <unistd.h>

#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "ledger/held.h"
#include "ledger/reader.h"
#include "ledger/segment_writer.h"

namespace inferwire::ledger {
namespace {

struct Open {
  std::vector<std::string> texts;
  RequestId request_id{};

  Names names() const {
    return {texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], texts[6], texts[7]};
  }
};

// What a writer's files come to, read in order.
struct Content {
  std::map<uint64_t, Open> open;  // by the number of its beginning
  bool closed = false;
  // Of the last file that was begun.
  size_t used = 0;
  uint64_t number = 0;
  uint32_t names = 0;
  bool torn = false;
  const SegmentFile* last = nullptr;
};

void Take(const Line& line, Content& content) {
  if (line.kind == Kind::kBegin) {
    Open open;
    for (const std::string_view name : line.names.all()) open.texts.emplace_back(name);
    open.request_id = line.request_id;
    content.open.emplace(line.number, std::move(open));
  } else if (line.kind == Kind::kEnd) {
    content.open.erase(line.begin);
  }
  content.closed = line.kind == Kind::kClose;
}

Result<void> Read(const SegmentFile& file, Content& content) {
  auto reader = SegmentReader::Open(file.path);
  if (!reader) return reader.error();
  if (!(*reader)->started()) {
    unlink(file.path.c_str());  // allocated ahead and never used
    return {};
  }
  while (const auto line = (*reader)->Next()) Take(*line, content);
  content.used = (*reader)->used();
  content.number = (*reader)->number();
  content.names = (*reader)->names();
  content.torn = (*reader)->torn();
  content.last = &file;
  return {};
}

// Writes the ends that are missing behind what is there, in a further file where there is no room.
class Closer {
 public:
  Closer(const std::string& folder, size_t bytes, const Allocate& allocate, int64_t at)
      : folder_(folder), bytes_(bytes), allocate_(allocate), at_(at) {}

  Result<void> Close(const Content& content) {
    auto segment = Segment::Reopen(content.last->path, content.used);
    if (!segment) return segment.error();
    index_ = content.last->index;
    writer_id_ = content.last->writer;
    writer_ = std::make_unique<SegmentWriter>(std::move(*segment), content.number, content.names);
    for (const auto& [begin, open] : content.open) {
      Record record;
      record.kind = Kind::kEnd;
      record.source = Source::kLost;
      record.code = 2;  // UNKNOWN
      record.begin = begin;
      record.calls = 1;
      record.unpriced = 1;
      record.request_id = open.request_id;
      if (auto written = Write(record, open.names()); !written) return written;
    }
    Record close;
    close.kind = Kind::kClose;
    if (auto written = Write(close, {}); !written) return written;
    writer_->segment().Sync();
    return {};
  }

 private:
  Result<void> Write(Record record, const Names& names) {
    if (writer_->segment().free() < writer_->Find(names).slots) {
      auto next = Segment::Create(folder_, writer_id_, ++index_, bytes_, allocate_);
      if (!next) return next.error();
      (*next)->Start(writer_->number() + 1);
      writer_->segment().Sync();
      writer_ = std::make_unique<SegmentWriter>(std::move(*next), writer_->number());
    }
    record.at = at_;
    writer_->Write(record, names);
    return {};
  }

  const std::string& folder_;
  const size_t bytes_;
  const Allocate& allocate_;
  const int64_t at_;
  uint64_t writer_id_ = 0;
  uint32_t index_ = 0;
  std::unique_ptr<SegmentWriter> writer_;
};

}  // namespace

Result<Recovered> CloseEarlierWriters(const std::string& folder, size_t segment_bytes,
                                      const Allocate& allocate, int64_t at) {
  Recovered recovered;
  const std::vector<SegmentFile> files = ListSegments(folder);
  for (size_t from = 0; from < files.size();) {
    size_t to = from;
    while (to < files.size() && files[to].writer == files[from].writer) ++to;
    const auto own = std::span(files).subspan(from, to - from);
    from = to;
    Content last;
    if (auto read = Read(own.back(), last); !read) return read.error();
    if (last.closed) continue;
    Content content;
    for (const SegmentFile& file : own) {
      if (access(file.path.c_str(), F_OK) != 0) continue;
      if (auto read = Read(file, content); !read) return read.error();
    }
    if (content.last == nullptr || content.closed) continue;
    Closer closer(folder, segment_bytes, allocate, at);
    if (auto closed = closer.Close(content); !closed) return closed.error();
    ++recovered.writers;
    recovered.lost += content.open.size();
    if (content.torn) ++recovered.torn;
  }
  return recovered;
}

}  // namespace inferwire::ledger
