#include "batch/download.h"

#include <utility>

#include "base/text.h"
#include "batch/header.h"
#include "openai/path_segment.h"

namespace inferwire::batch {
namespace {

constexpr size_t kResultsPerFlush = 500;
constexpr size_t kBytesPerFlush = 2u << 20;
constexpr size_t kMaxFile = size_t{64} << 30;

}  // namespace

Download::Download(const WorkerContext& work, const upstream::Upstream& upstream,
                   const store::Shard& shard, const store::Job& job, const std::string& file,
                   Keep keep, std::function<void()> on_end)
    : work_(work), endpoint_(job.endpoint), keep_(std::move(keep)), on_end_(std::move(on_end)) {
  stats_.request_id = work.runtime.random.Id();
  attempt_.upstream = upstream.name();
  attempt_.model = shard.model;
  attempt_.fields = ItemFields(job);
  pricing_ = PricingOf(work.runtime.router, upstream, attempt_.model, catalogue::kBatchTier);
  upstream::UpstreamCall::Request request;
  request.upstream = &upstream;
  request.model = shard.model;
  request.method = "GET";
  request.path = "/files/";
  openai::AppendPercentEncoded(file, request.path);
  request.path += "/content";
  request.accept = "*/*";
  request.use = upstream::Use::kBatches;
  request.key = shard.key;
  request.max_bytes = kMaxFile;
  request.max_retries = upstream.options().max_retries;
  request.deadline = work.Now() + work.options.transfer_timeout;
  upstream::UpstreamCall::Observer& observer = *this;
  upstream_call_ =
      std::make_unique<upstream::UpstreamCall>(work.runtime, std::move(request), stats_, observer);
}

bool Download::OnBody(std::string_view bytes) {
  while (!stopped_ && !bytes.empty()) {
    const size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    // Of a line that is too long its beginning is kept: it names the item.
    too_long_ = too_long_ || line_.size() + piece.size() > work_.options.max_line_bytes;
    if (!too_long_ || line_.empty()) line_ += piece.substr(0, work_.options.max_line_bytes);
    if (end == std::string_view::npos) break;
    TakeLine(line_);
    line_.clear();
    too_long_ = false;
    bytes.remove_prefix(end + 1);
  }
  return true;
}

void Download::TakeLine(std::string_view line) {
  ++line_number_;
  if (Trim(line).empty() && !too_long_) return;
  const LineOf place{"results", line_number_};
  auto result = too_long_ ? ReadLongLine(line, work_.options.max_line_bytes, attempt_, place)
                          : ReadAnswerLine(line, endpoint_, attempt_, pricing_, work_.WallNow(),
                                           work_.runtime.limits.json, place);
  if (!result) {
    ++lost_.unreadable;
    lost_.too_long += too_long_;
    return;
  }
  result_bytes_ += result->body.size();
  results_.push_back(std::move(*result));
  if (results_.size() >= kResultsPerFlush || result_bytes_ >= kBytesPerFlush) Flush();
}

bool Download::Flush() {
  if (!results_.empty() && !stopped_ && !keep_(results_)) stopped_ = true;
  results_.clear();
  result_bytes_ = 0;
  return !stopped_;
}

void Download::OnEnd(std::optional<Error> error) {
  // What came before the connection broke is good all the same; its last line is not.
  if (!error) TakeLine(line_);
  Flush();
  error_ = std::move(error);
  on_end_();
}

}  // namespace inferwire::batch
