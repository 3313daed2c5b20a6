#include "batch/upload.h"

#include <utility>

#include "batch/line.h"

namespace inferwire::batch {
namespace {

constexpr int kItemsPerFill = 256;
constexpr size_t kBytesPerFill = 512 * 1024;
constexpr size_t kMaxAnswer = 1u << 20;

}  // namespace

Upload::Upload(const WorkerContext& work, const upstream::Upstream& upstream, int64_t job,
               const store::Shard& shard, std::string endpoint, const std::string& file_name,
               std::function<void()> on_end)
    : work_(work),
      job_(job),
      shard_(shard.index),
      endpoint_(std::move(endpoint)),
      model_(shard.route.empty() ? std::string() : shard.model),
      dialect_(*upstream.options().dialect),
      on_end_(std::move(on_end)),
      form_(std::make_shared<openai::FormSource>("inferwire-" + work.runtime.random.Id())),
      fill_timer_(work.runtime.timers, [this] { Fill(); }) {
  stats_.request_id = work.runtime.random.Id();
  form_->SetFields({{"purpose", "batch"}});
  form_->BeginFile({.part = "file", .filename = file_name});
  // Called from within the transfer, where the store has to wait.
  form_->OnRoom([this] { fill_timer_.Set(work_.Now()); });
  upstream::UpstreamCall::Request request;
  request.upstream = &upstream;
  request.model = shard.model;
  request.path = "/files";
  request.content_type = form_->content_type();
  request.source = form_;
  request.source_bytes = form_->overhead() + shard.bytes;
  request.use = upstream::Use::kBatches;
  request.key = shard.key;
  request.max_bytes = kMaxAnswer;
  request.deadline = work.Now() + work.options.transfer_timeout;
  upstream::UpstreamCall::Observer& observer = *this;
  upstream_call_ =
      std::make_unique<upstream::UpstreamCall>(work.runtime, std::move(request), stats_, observer);
}

void Upload::Start() {
  upstream_call_->Start();
  Fill();
}

void Upload::Fill() {
  while (form_->HasRoom()) {
    auto items = work_.jobs.Items(job_, shard_, next_item_, kItemsPerFill, kBytesPerFill);
    if (!items) {
      store_failed_ = true;
      upstream_call_->Cancel();
      return End(std::move(items.error()));
    }
    if (items->empty()) {
      form_->Complete();
      form_->OnRoom({});
      break;
    }
    std::string lines;
    for (const store::Item& item : *items) {
      if (model_.empty()) {
        AppendLine(item.custom_id, endpoint_, item.body, lines);
      } else {
        AppendLine(item.custom_id, endpoint_, ForTarget(item.body, model_, dialect_), lines);
      }
    }
    next_item_ = items->back().index + 1;
    form_->Append(std::move(lines));
  }
}

bool Upload::OnBody(std::string_view bytes) {
  body_ += bytes;
  return true;
}

void Upload::OnEnd(std::optional<Error> error) {
  if (error) return End(std::move(*error));
  End(std::move(body_));
}

void Upload::End(Result<std::string> answer) {
  fill_timer_.Cancel();
  answer_ = std::move(answer);
  on_end_();
}

}  // namespace inferwire::batch
