// A caller of BatchesService.
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway.h"
#include "inferwire/v1/batches_service.grpc.pb.h"

namespace inferwire::e2e {

class BatchClient {
 public:
  explicit BatchClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::BatchesService::NewStub(channel)) {}

  struct Created {
    grpc::Status status;
    v1::Batch batch;
    bool existed = false;
  };
  // Items item-0, item-1, ... with the given header.
  Created Create(int items, const v1::BatchHeader& header = {},
                 const std::string& model = "gpt-4.1-mini") {
    return CreateOf(header, [&](grpc::ClientWriter<v1::CreateBatchRequest>& writer) {
      for (int i = 0; i < items; ++i) {
        v1::CreateBatchRequest request;
        request.mutable_item()->set_custom_id("item-" + std::to_string(i));
        *request.mutable_item()->mutable_chat_completion() =
            Prompt("Question " + std::to_string(i), model);
        if (!writer.Write(request)) return;
      }
    });
  }
  Created CreateOf(const v1::BatchHeader& header,
                   const std::function<void(grpc::ClientWriter<v1::CreateBatchRequest>&)>& write,
                   std::chrono::milliseconds deadline = std::chrono::seconds(120)) {
    const auto context = NewContext(deadline);
    v1::CreateBatchResponse response;
    const auto writer = stub_->CreateBatch(context.get(), &response);
    v1::CreateBatchRequest first;
    *first.mutable_header() = header;
    writer->Write(first);
    write(*writer);
    writer->WritesDone();
    Created created{writer->Finish(), {}, response.existed()};
    created.batch = std::move(*response.mutable_batch());
    return created;
  }

  grpc::Status Get(const std::string& id, v1::Batch& batch) {
    v1::GetBatchRequest request;
    request.set_batch_id(id);
    v1::GetBatchResponse response;
    const auto status = stub_->GetBatch(NewContext().get(), request, &response);
    batch = std::move(*response.mutable_batch());
    return status;
  }
  grpc::Status Cancel(const std::string& id, v1::Batch& batch) {
    v1::CancelBatchRequest request;
    request.set_batch_id(id);
    v1::CancelBatchResponse response;
    const auto status = stub_->CancelBatch(NewContext().get(), request, &response);
    batch = std::move(*response.mutable_batch());
    return status;
  }

  grpc::Status Delete(const std::string& id) {
    v1::DeleteBatchRequest request;
    request.set_batch_id(id);
    v1::DeleteBatchResponse response;
    return stub_->DeleteBatch(NewContext().get(), request, &response);
  }

  // Every batch that WatchBatch shows until the end.
  std::vector<v1::Batch> Watch(const std::string& id, grpc::Status& status) {
    v1::WatchBatchRequest request;
    request.set_batch_id(id);
    const auto context = NewContext(std::chrono::seconds(120));
    const auto reader = stub_->WatchBatch(context.get(), request);
    std::vector<v1::Batch> seen;
    for (v1::WatchBatchResponse event; reader->Read(&event);) {
      if (event.has_batch()) seen.push_back(event.batch());
    }
    status = reader->Finish();
    return seen;
  }

  struct Results {
    grpc::Status status;
    std::vector<v1::BatchResult> results;
    v1::BatchResultsEnd end;
  };
  Results ReadResults(const std::string& id, int64_t offset = 0, bool follow = false) {
    v1::StreamBatchResultsRequest request;
    request.set_batch_id(id);
    request.set_offset(offset);
    request.set_follow(follow);
    const auto context = NewContext(std::chrono::seconds(120));
    const auto reader = stub_->StreamBatchResults(context.get(), request);
    Results results;
    for (v1::StreamBatchResultsResponse event; reader->Read(&event);) {
      if (event.has_result()) results.results.push_back(event.result());
      if (event.has_end()) results.end = event.end();
    }
    results.status = reader->Finish();
    return results;
  }

  v1::BatchesService::Stub& stub() { return *stub_; }

 private:
  const std::unique_ptr<v1::BatchesService::Stub> stub_;
};

inline bool Ended(const v1::Batch& batch) {
  return batch.state() == v1::Batch::STATE_COMPLETED || batch.state() == v1::Batch::STATE_FAILED ||
         batch.state() == v1::Batch::STATE_EXPIRED || batch.state() == v1::Batch::STATE_CANCELLED;
}

// Times that suit a test.
inline void MakeQuick(config::Config& config) {
  auto& batches = config.batches;
  batches.poll_min = batches.retry_min = std::chrono::milliseconds(10);
  batches.poll_max = batches.retry_max = std::chrono::milliseconds(50);
  batches.queue_poll = batches.claim_interval = batches.watch_interval =
      std::chrono::milliseconds(20);
  batches.reconcile_wait = std::chrono::milliseconds(50);
}

}  // namespace inferwire::e2e
