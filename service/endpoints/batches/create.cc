// CreateBatch: the items as they come, into the store a few hundred at a time. While one piece is
// on its way the next is collected; more than that the caller is not read.
#include <algorithm>
#include <iterator>
#include <utility>

#include "batch/answer_line.h"
#include "batch/header.h"
#include "batch/line.h"
#include "batch/ownership.h"
#include "batch/splitter.h"
#include "batch/typed_body.h"
#include "codec/encode.h"
#include "endpoints/batches/batch_backend.h"
#include "endpoints/batches/batch_fingerprint.h"
#include "endpoints/batches/batch_item.h"
#include "endpoints/batches/view.h"
#include "endpoints/shared/caller_access.h"
#include "endpoints/shared/store_call.h"
#include "gateway/caller_limits.h"
#include "limits/sums.h"
#include "tenancy/principal.h"

namespace inferwire::endpoints {
namespace {

constexpr size_t kItemsPerPiece = 500;
constexpr size_t kBytesPerPiece = 1u << 20;

Result<void> Owned(store::Jobs& jobs, const std::vector<gateway::OwnedThing>& things,
                   const std::string& owner, const std::optional<batch::OwnershipRules>& rules) {
  return rules ? batch::CheckMayUse(jobs, things, owner, *rules) : Result<void>();
}

class Create final : public gateway::ClientStream {
 public:
  Create(const BatchBackend& service, const upstream::Runtime& runtime,
         const gateway::CallContext& context, gateway::ClientStream::Observer& observer)
      : service_(service),
        runtime_(runtime),
        context_(context),
        observer_(observer),
        calls_(service.executor, runtime),
        options_(service.options()),
        splitter_(std::make_shared<batch::Splitter>(*options_)) {
    stats_.request_id = context.request_id;
    stats_.queued_for = context.queued_for;
    job_.id = "batch_" + runtime.random.Id();
    job_.owner = context.owner;
    if (context.principal) {
      job_.team = context.principal->team;
      job_.key = context.principal->key;
    }
    job_.created = runtime.timers.clock().WallNow();
  }

  ~Create() override {
    // The caller is gone: nothing of it stays.
    if (job_.number != 0 && !sealed_) service_.drop(job_.number);
  }

  void Start() override {}
  void Resume() override {}
  const gateway::CallStats& stats() const override { return stats_; }

  bool HasRoom() override { return !ended_ && !creating_ && !PieceIsFull(); }

  void Take(google::protobuf::Message& message) override {
    auto& request = static_cast<v1::CreateBatchRequest&>(message);
    if (auto known = codec::RefuseUnknownFields(request); !known) return End(known.error());
    if (request.has_header()) {
      if (auto taken = TakeHeader(*request.mutable_header()); !taken) {
        return End(Under("header", std::move(taken.error())));
      }
      return;
    }
    if (!has_header_) return End(InvalidField("header", "must be the first message"));
    if (!request.has_item()) return End(InvalidField("message", "is required: item"));
    if (auto taken = TakeItem(*request.mutable_item()); !taken) {
      Error error = std::move(taken.error());
      error.metadata["item"] = std::to_string(items_);
      if (!custom_id_.empty()) error.metadata["custom_id"] = custom_id_;
      error = batch::OfItem(std::move(error), custom_id_, {"batch", items_ + 1});
      return End(std::move(error));
    }
    SendPiece();
  }

  void EndOfInput() override {
    if (!has_header_) return End(InvalidField("header", "must be the first message"));
    if (items_ == 0 && job_.input_file.empty()) {
      return End(InvalidField("item", "a batch needs one at least"));
    }
    input_ended_ = true;
    SendPiece();
  }

 private:
  bool PieceIsFull() const {
    return piece_.size() >= kItemsPerPiece || piece_bytes_ >= kBytesPerPiece;
  }

  Result<void> TakeHeader(v1::BatchHeader& header) {
    if (std::exchange(has_header_, true)) return InvalidField("header", "may be sent only once");
    if (auto read = batch::ReadHeader(header, job_); !read) return read.error();
    if (auto upstream = CheckUpstream(header); !upstream) return upstream.error();
    // A repetition gets the batch that there is, whatever is left now: Seal knows.
    if (auto room = CheckBudgets(); !room && job_.request_id.empty()) return room.error();
    header_.Swap(&header);
    // Without an endpoint the batch is of its first item's.
    if (header_.endpoint().empty() && job_.input_file.empty()) return {};
    CreateJob();
    return {};
  }

  void CreateJob() {
    created_ = true;
    fingerprint_.AddHeader(header_, job_);
    creating_ = true;
    std::vector<gateway::OwnedThing> uses;
    if (!job_.input_file.empty()) uses.push_back({job_.upstream, "files", job_.input_file});
    calls_.Ask<int64_t>(
        [job = job_, uses = std::move(uses),
         rules = options_->owned](store::Jobs& jobs) -> Result<int64_t> {
          if (auto own = Owned(jobs, uses, job.owner, rules); !own) {
            return own.error();
          }
          return jobs.Create(job);
        },
        [this](Result<int64_t> number) {
          creating_ = false;
          if (!number) return End(std::move(number.error()));
          job_.number = *number;
          SendPiece();
          if (HasRoom()) observer_.OnRoom();
        });
  }

  Result<void> CheckUpstream(const v1::BatchHeader& header) {
    if (job_.input_file.empty()) {
      if (!header.upstream().empty()) {
        return InvalidField("upstream", "goes with input_file_id only");
      }
      return {};
    }
    if (auto may = MayUseUnseen(runtime_, context_); !may) return may.error();
    auto upstream = runtime_.router.ByName(header.upstream());
    if (!upstream) return InvalidField("upstream", "no upstream of this name is configured");
    job_.upstream = (*upstream)->name();
    if (!options_->FactsOf(job_.upstream).native) {
      return InvalidField("input_file_id", "this upstream has no files");
    }
    return {};
  }

  Result<void> TakeItem(v1::BatchItem& item) {
    if (!job_.input_file.empty()) {
      return InvalidField("item", "there are none besides header.input_file_id");
    }
    custom_id_.clear();
    if (auto good = batch::CheckCustomId(item.custom_id()); !good) {
      return Under("item", std::move(good.error()));
    }
    custom_id_ = item.custom_id();
    const auto* const typed = batch::TypedBodyOf(item);
    if (!created_ && typed) job_.endpoint = typed->endpoint;
    auto read = ReadItem(item, job_.endpoint, *options_, runtime_, context_, targets_);
    if (!read) return read.error();
    if (!created_) CreateJob();
    std::move(read->uses.begin(), read->uses.end(), std::back_inserter(piece_uses_));
    read->uses = {};
    // Which target it goes to is not the caller's doing.
    fingerprint_.AddItem(custom_id_, read->route.empty()
                                         ? read->item.body
                                         : batch::WithModel(read->item.body, read->route));
    if (caller_limits()) {
      const auto bytes = static_cast<int64_t>(read->item.body.size());
      expected_picousd_ = limits::Plus(
          expected_picousd_,
          caller_limits()->ExpectedCost(CallerScope(), read->model, bytes, runtime_.router));
    }
    piece_bytes_ += read->item.body.size();
    ++items_;
    piece_.push_back(std::move(*read));
    return {};
  }

  // Null: the caller has none.
  gateway::CallerLimits* caller_limits() const {
    return context_.principal ? runtime_.caller_limits : nullptr;
  }
  gateway::CallerLimits::Scope CallerScope() const {
    const tenancy::Principal& who = *context_.principal;
    return {who.tenant, who.team, who.key};
  }
  // What it will probably cost has to be left of the caller's budgets; it is not set aside.
  Result<void> CheckBudgets() {
    if (!caller_limits()) return {};
    return caller_limits()->CheckBudgets(CallerScope(), expected_picousd_);
  }

  // What the store says of one item, e.g. that it is there twice.
  static Error WithItem(Error error) {
    const auto id = error.metadata.find("custom_id");
    if (id == error.metadata.end()) return error;
    const std::string custom_id = id->second;
    return batch::OfItem(std::move(error), custom_id, {});
  }

  // One piece at a time: a full one, or the rest.
  void SendPiece() {
    if (creating_ || sending_ || ended_) return;
    if (piece_.empty()) {
      if (input_ended_) Seal();
      return;
    }
    if (!PieceIsFull() && !input_ended_) return;
    sending_ = true;
    auto taken = std::make_shared<std::vector<RoutedItem>>(std::move(piece_));
    piece_.clear();
    piece_bytes_ = 0;
    const int64_t first = next_index_;
    next_index_ += static_cast<int64_t>(taken->size());
    calls_.Ask<bool>(
        [number = job_.number, first, taken, splitter = splitter_, options = options_,
         uses = std::exchange(piece_uses_, {}), owner = job_.owner,
         rules = options_->owned](store::Jobs& jobs) -> Result<bool> {
          if (auto own = Owned(jobs, uses, owner, rules); !own) return own.error();
          auto items = Split(*taken, first, *options, *splitter);
          if (!items) return items.error();
          auto added = jobs.AddItems(number, first, *items);
          if (!added) return added.error();
          return true;
        },
        [this](Result<bool> added) {
          sending_ = false;
          if (!added) return End(WithItem(std::move(added.error())));
          const bool had_room = HasRoom();
          SendPiece();
          if (!had_room && HasRoom()) observer_.OnRoom();
        });
  }

  void Seal() {
    if (std::exchange(sealing_, true)) return;
    job_.fingerprint = fingerprint_.Hex();
    job_.shards = splitter_->shards();
    std::optional<Error> refusal;
    if (auto room = CheckBudgets(); !room) refusal = std::move(room.error());
    calls_.Ask<store::Jobs::Sealed>([job = job_, refusal = std::move(refusal)](
                                        store::Jobs& jobs) { return jobs.Seal(job, refusal); },
                                    [this](Result<store::Jobs::Sealed> sealed) {
                                      if (!sealed) return NotSealed(std::move(sealed.error()));
                                      Answer(*sealed);
                                    });
  }

  // It may be sealed all the same. Dropping spares those that are.
  void NotSealed(Error error) {
    if (store::IsOutcomeUnknown(error)) {
      error.message += job_.request_id.empty()
                           ? ": ListBatches shows whether the batch was created"
                           : ": the same request_id gives the batch if it was created";
      error.safe_to_retry = !job_.request_id.empty();
      error.metadata["batch_id"] = job_.id;
      service_.nudge();
    }
    End(std::move(error));
  }

  void Answer(const store::Jobs::Sealed& sealed) {
    sealed_ = !sealed.existed;  // else what was collected is dropped
    if (sealed_) service_.nudge();
    v1::CreateBatchResponse response;
    *response.mutable_batch() = ToProto(sealed.job, options_->retention);
    response.set_existed(sealed.existed);
    stats_.finished = true;
    ended_ = true;
    observer_.OnMessage(response);
    observer_.OnEnd(std::nullopt);
  }

  void End(Error error) {
    if (std::exchange(ended_, true)) return;
    observer_.OnEnd(std::move(error));
  }

  const BatchBackend& service_;
  const upstream::Runtime& runtime_;
  const gateway::CallContext context_;
  gateway::ClientStream::Observer& observer_;
  StoreCalls calls_;
  gateway::CallStats stats_;
  store::Job job_;
  const std::shared_ptr<const batch::Options> options_;
  // With the piece that is on its way: what it finds there decides where an item goes.
  const std::shared_ptr<batch::Splitter> splitter_;
  v1::BatchHeader header_;
  int64_t items_ = 0;
  int64_t expected_picousd_ = 0;
  std::string custom_id_;  // of the item that was taken last
  BatchFingerprint fingerprint_;
  BatchTargets targets_;
  std::vector<RoutedItem> piece_;
  std::vector<gateway::OwnedThing> piece_uses_;  // what its items name
  size_t piece_bytes_ = 0;
  int64_t next_index_ = 0;
  bool has_header_ = false, created_ = false, input_ended_ = false;
  bool creating_ = false, sending_ = false, sealing_ = false;
  bool sealed_ = false, ended_ = false;
};

}  // namespace

Result<std::unique_ptr<gateway::ClientStream>> NewCreateBatch(
    const BatchBackend& service, const upstream::Runtime& runtime,
    const gateway::CallContext& context, gateway::ClientStream::Observer& observer) {
  return std::unique_ptr<gateway::ClientStream>(
      std::make_unique<Create>(service, runtime, context, observer));
}

}  // namespace inferwire::endpoints
