// An upstream with files and batches, in the test's hand: it answers the transfers of a
// FakeTransport from what it has in memory, or fails them in any of the ways in which a request can
// fail.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "http/websocket.h"
#include "unit/rpc/fake_transport.h"

namespace inferwire::batch {

class FakeUpstream final : public http::Transport {
 public:
  struct File {
    std::string id, name, content;
  };
  struct Batch {
    std::string id, input, output, errors, status, metadata, error_list;
    std::string counts;  // JSON; empty: it does not say
    int64_t created = 0;
    int total = 0;
    bool cancel_asked = false;
  };
  // What becomes of one request.
  enum class Fate { kGood, kUnsent, kLostAnswer, kLostRequest, kBusy, kBroken, kRefused };

  // --- http::Transport ---
  http::Transfer* Start(http::Request request, http::TransferObserver& observer) override;
  bool Cancel(http::Transfer* transfer) override;
  void Resume(http::Transfer*) override {}
  std::unique_ptr<http::WebSocket> OpenWebSocket(http::WebSocketRequest,
                                                 http::WebSocketObserver&) override {
    return nullptr;  // batches have none
  }

  // --- The test's side ---
  // Answers one request that is open, of those the oldest; false if there is none.
  bool AnswerOne();
  bool AnswerOne(std::mt19937_64& engine);
  size_t open() const { return open_.size(); }
  // Moves every batch to its end, or to `status`.
  void FinishBatches(const std::string& status = "completed");
  void FinishBatch(Batch& batch, const std::string& status);
  // How a line of the output looks; empty: it is missing.
  std::function<std::string(const std::string& custom_id)> line = Good;
  static std::string Good(const std::string& custom_id);

  std::function<Fate(const std::string& method, const std::string& path)> fate =
      [](const std::string&, const std::string&) { return Fate::kGood; };
  int64_t now = 1'600'000'000;
  bool lists_lag = false;  // the newest batch is not in the list yet
  std::vector<std::unique_ptr<File>> files;
  std::vector<std::unique_ptr<Batch>> batches;
  std::map<std::string, int> requests;  // by method and the path's first segment
  std::string last;                     // request that was answered
  int items = 0;                        // answered by ordinary calls
  std::vector<std::string> keys;        // that came with the requests, in their order
  std::set<std::string> refused_keys;

 private:
  struct Open {
    http::Request request;
    http::TransferObserver* observer;
  };
  struct Reply {
    int status = 200;
    std::string body;
  };
  void Answer(size_t index);
  Reply Serve(const std::string& method, const std::string& path, http::Request& request);
  Reply PostFile(http::Request& request);
  Reply PostBatch(const std::string& body);
  Reply ListBatches(const std::string& path);
  std::string ToJson(const Batch& batch) const;

  std::vector<std::unique_ptr<Open>> open_;
  int next_ = 0;
};

std::vector<std::string> CustomIds(const std::string& jsonl);

}  // namespace inferwire::batch
