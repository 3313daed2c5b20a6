#include "inferwire/client/batches.h"

#include <utility>

#include "client_state.h"
#include "inferwire/client.h"
#include "patience.h"
#include "status.h"

namespace inferwire::client {

namespace {

class BatchResultSource final : public MessageSource<v1::BatchResult> {
 public:
  BatchResultSource(std::shared_ptr<grpc::Channel> channel, CallDefaults defaults,
                    const std::string& batch_id, const ResultsOptions& options)
      : stub_(v1::BatchesService::NewStub(std::move(channel))),
        defaults_(std::move(defaults)),
        patience_(options.patience),
        cancellation_(options.patience.cancellation) {
    request_.set_batch_id(batch_id);
    request_.set_offset(options.offset);
    request_.set_follow(options.follow);
  }
  ~BatchResultSource() override { Close(); }

  bool Next(v1::BatchResult& result) override {
    while (!over_) {
      if (!reader_) Open();
      v1::StreamBatchResultsResponse message;
      while (reader_->Read(&message)) {
        complete_ = complete_ || message.has_end();
        if (!message.has_result()) continue;
        request_.set_offset(message.result().next_offset());
        patience_.Reset();
        result.Swap(message.mutable_result());
        return true;
      }
      status_ = ToResult(reader_->Finish());
      reader_.reset();
      if (status_ && !complete_) status_ = Truncated();
      over_ = status_.ok() || cancelled_ || !patience_.GoOn(status_.error());
    }
    return false;
  }

  Result<void> status() const override { return status_; }
  void Cancel() override {
    cancelled_ = true;
    if (call_) call_->Cancel();
  }

 private:
  void Open() {
    complete_ = false;
    call_ = std::make_unique<Call>(defaults_, patience_.Left(defaults_.timeout), cancellation_);
    reader_ = stub_->StreamBatchResults(&call_->context(), request_);
  }
  // gRPC wants every call finished; a cancelled one ends at once.
  void Close() {
    if (!reader_) return;
    call_->Cancel();
    v1::StreamBatchResultsResponse rest;
    while (reader_->Read(&rest)) {
    }
    (void)reader_->Finish();
  }

  const std::unique_ptr<v1::BatchesService::Stub> stub_;
  const CallDefaults defaults_;
  Patience patience_;
  const std::stop_token cancellation_;
  v1::StreamBatchResultsRequest request_;
  std::unique_ptr<Call> call_;
  std::unique_ptr<grpc::ClientReader<v1::StreamBatchResultsResponse>> reader_;
  Result<void> status_;
  bool complete_ = false, over_ = false, cancelled_ = false;
};

}  // namespace

bool IsFinal(v1::Batch::State state) {
  switch (state) {
    case v1::Batch::STATE_COMPLETED:
    case v1::Batch::STATE_FAILED:
    case v1::Batch::STATE_EXPIRED:
    case v1::Batch::STATE_CANCELLED:
      return true;
    default:
      return false;
  }
}

Result<v1::CreateBatchResponse> Client::CreateBatch(const v1::BatchHeader& header,
                                                    const BatchItems& next,
                                                    const CallOptions& options) {
  Call call(state_->defaults, options);
  v1::CreateBatchResponse response;
  const auto writer = state_->batch_creations.CreateBatch(&call.context(), &response);
  v1::CreateBatchRequest message;
  *message.mutable_header() = header;
  std::optional<Error> fault;
  bool taken = writer->Write(message);
  while (taken) {
    auto item = next();
    if (!item) fault = item.error();
    if (fault || !*item) break;
    message.mutable_item()->Swap(&**item);
    taken = writer->Write(message);
  }
  if (fault) {
    call.Cancel();
  } else if (taken) {
    writer->WritesDone();
  }
  const grpc::Status status = writer->Finish();
  if (fault) return *fault;
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

Result<v1::CreateBatchResponse> Client::CreateBatch(const v1::BatchHeader& header,
                                                    std::vector<v1::BatchItem> items,
                                                    const CallOptions& options) {
  std::size_t index = 0;
  const BatchItems next = [&]() -> Result<std::optional<v1::BatchItem>> {
    if (index == items.size()) return std::optional<v1::BatchItem>();
    return std::optional(std::move(items[index++]));
  };
  return CreateBatch(header, next, options);
}

Result<v1::Batch> Client::GetBatch(const std::string& batch_id, const CallOptions& options) {
  v1::GetBatchRequest request;
  request.set_batch_id(batch_id);
  auto response =
      Read<v1::GetBatchResponse>(state_->defaults, options, [&](auto* context, auto* answer) {
        return state_->batches.GetBatch(context, request, answer);
      });
  if (!response) return response.error();
  return std::move(*response->mutable_batch());
}

Result<v1::ListBatchesResponse> Client::ListBatches(const v1::ListBatchesRequest& request,
                                                    const CallOptions& options) {
  return Read<v1::ListBatchesResponse>(
      state_->defaults, options, [&](auto* context, auto* response) {
        return state_->batches.ListBatches(context, request, response);
      });
}

Result<v1::Batch> Client::CancelBatch(const std::string& batch_id, const CallOptions& options) {
  v1::CancelBatchRequest request;
  request.set_batch_id(batch_id);
  auto response =
      Read<v1::CancelBatchResponse>(state_->defaults, options, [&](auto* context, auto* answer) {
        return state_->batches.CancelBatch(context, request, answer);
      });
  if (!response) return response.error();
  return std::move(*response->mutable_batch());
}

Result<void> Client::DeleteBatch(const std::string& batch_id, const CallOptions& options) {
  v1::DeleteBatchRequest request;
  request.set_batch_id(batch_id);
  auto response =
      Read<v1::DeleteBatchResponse>(state_->defaults, options, [&](auto* context, auto* answer) {
        return state_->batches.DeleteBatch(context, request, answer);
      });
  return response ? Result<void>() : Result<void>(response.error());
}

Result<v1::Batch> Client::WatchBatch(const std::string& batch_id,
                                     const std::function<void(const v1::Batch&)>& on_change,
                                     const PatientOptions& options) {
  Patience patience(options);
  v1::WatchBatchRequest request;
  request.set_batch_id(batch_id);
  v1::Batch batch;
  while (true) {
    Call call(state_->defaults, patience.Left(state_->defaults.timeout), options.cancellation);
    const auto reader = state_->batches.WatchBatch(&call.context(), request);
    v1::WatchBatchResponse message;
    while (reader->Read(&message)) {
      patience.Reset();
      if (!message.has_batch()) continue;
      batch.Swap(message.mutable_batch());
      if (on_change) on_change(batch);
    }
    auto ended = ToResult(reader->Finish());
    if (ended && !IsFinal(batch.state())) ended = Truncated();
    if (ended) return batch;
    if (!patience.GoOn(ended.error())) return ended.error();
  }
}

BatchResultStream Client::BatchResults(const std::string& batch_id, const ResultsOptions& options) {
  return BatchResultStream(
      std::make_unique<BatchResultSource>(state_->channel, state_->defaults, batch_id, options));
}

}  // namespace inferwire::client
