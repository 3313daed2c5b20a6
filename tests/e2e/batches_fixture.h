// A gateway with a store, and the simulator's batches behind it.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "batch_client.h"
#include "inferwire/v1/files_service.grpc.pb.h"
#include "support/temp_folder.h"

namespace inferwire::e2e {

class BatchesTest : public ::testing::Test {
 protected:
  // script: of every batch at the simulator.
  void Start(const std::string& script = "batch_time=0",
             const std::function<void(config::Config&)>& adjust = {}) {
    gateway_ = std::make_unique<Gateway>([&](config::Config& config) {
      MakeQuick(config);
      config.store.path = folder_.File("store.db");
      if (adjust) adjust(config);
    });
    Script(script);
    client_ = std::make_unique<BatchClient>(gateway_->NewChannel());
  }
  // item: of every item of every batch.
  void Script(const std::string& script, const std::string& item = "tokens=5", uint64_t every = 1) {
    ASSERT_TRUE(gateway_->upstream().SetRules(
        {{.path = "/v1/batches", .set = script},
         {.path = "/v1/batches/items", .every = every, .set = item}}));
  }
  v1::Batch WaitForEnd(const std::string& id) {
    v1::Batch batch;
    EXPECT_TRUE(Gateway::Eventually(
        [&] {
          gateway_->upstream().Advance(std::chrono::minutes(5));
          return client_->Get(id, batch).ok() && Ended(batch);
        },
        60s));
    return batch;
  }
  static std::set<std::string> Ids(const std::vector<v1::BatchResult>& results) {
    std::set<std::string> ids;
    for (const auto& result : results) ids.insert(result.custom_id());
    EXPECT_EQ(ids.size(), results.size()) << "an item has two results";
    return ids;
  }

  // The id of a file with so many lines.
  std::string Upload(int count) {
    auto files = v1::FilesService::NewStub(gateway_->NewChannel());
    std::string lines;
    for (int i = 0; i < count; ++i) {
      lines += R"({"custom_id":"line-)" + std::to_string(i) +
               R"(","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4.1-mini",)"
               R"("messages":[{"role":"user","content":"hi"}]}})"
               "\n";
    }
    const auto context = NewContext();
    v1::UploadFileResponse uploaded;
    const auto writer = files->UploadFile(context.get(), &uploaded);
    v1::UploadFileRequest part;
    part.mutable_header()->set_filename("mine.jsonl");
    part.mutable_header()->set_purpose("batch");
    writer->Write(part);
    part.set_data(lines);
    writer->Write(part);
    part.mutable_end();
    writer->Write(part);
    writer->WritesDone();
    EXPECT_TRUE(writer->Finish().ok());
    return uploaded.file().file_id();
  }

  testing_support::TempFolder folder_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<BatchClient> client_;
};

}  // namespace inferwire::e2e
