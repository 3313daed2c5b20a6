// A whole gateway in the test's process: real sockets on both sides, the simulator upstream.
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <ostream>
#include <sstream>
#include <streambuf>
#include <string>
#include <vector>

#include "app/server.h"
#include "config/config.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "inferwire/v1/chat_service.grpc.pb.h"
#include "inferwire/v1/models_service.grpc.pb.h"
#include "inferwire/v1/raw_service.grpc.pb.h"
#include "simulator/simulator.h"

namespace inferwire::e2e {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace): 100ms reads better

// What the server logs, readable while it runs.
class LogBuffer final : public std::streambuf {
 public:
  std::string text() const {
    std::lock_guard lock(mutex_);
    return text_;
  }

 protected:
  int overflow(int c) override {
    std::lock_guard lock(mutex_);
    text_ += static_cast<char>(c);
    return c;
  }
  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    std::lock_guard lock(mutex_);
    text_.append(bytes, static_cast<size_t>(count));
    return count;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

class Gateway {
 public:
  // adjust changes the configuration before the start; options are the simulator's.
  explicit Gateway(const std::function<void(config::Config&)>& adjust = {},
                   simulator::Options options = {});

  simulator::Simulator& upstream() { return *simulator_; }
  app::Server& server() { return *server_; }
  // Ends the server, as the process would after SIGTERM.
  void Stop() { server_.reset(); }

  std::string target() const { return "127.0.0.1:" + std::to_string(port_); }
  std::shared_ptr<grpc::Channel> NewChannel() const;
  v1::ChatService::Stub& chat() { return *chat_; }
  v1::RawService::Stub& raw() { return *raw_; }
  v1::ModelsService::Stub& models() { return *models_; }

  // The value of one series, e.g. `inferwire_draining` or `x_total{a="b"}`; 0 if there is none.
  double Metric(const std::string& series);
  std::string log() const { return log_.text(); }

  // True as soon as it holds; tests wait for events, not for time to pass.
  static bool Eventually(const std::function<bool()>& condition,
                         std::chrono::milliseconds limit = std::chrono::seconds(10));

 private:
  LogBuffer log_;
  std::ostream log_stream_{&log_};
  std::unique_ptr<simulator::Simulator> simulator_;
  std::unique_ptr<app::Server> server_;
  int port_ = 0;
  bool plain_ = true;  // without TLS
  std::unique_ptr<v1::ChatService::Stub> chat_;
  std::unique_ptr<v1::RawService::Stub> raw_;
  std::unique_ptr<v1::ModelsService::Stub> models_;
};

// A configuration with that base URL as its only upstream, on free ports of the loopback address.
config::Config TestConfig(const std::string& base_url);

// One user message. The model's suffix scripts the simulator, e.g. "gpt-4.1-mini+fault".
v1::ChatCompletionParams Prompt(const std::string& text, const std::string& model = "gpt-4.1-mini");

// The google.rpc.ErrorInfo of a status; empty if it has none.
google::rpc::ErrorInfo InfoOf(const grpc::Status& status);

struct StreamResult {
  std::vector<v1::StreamCompleteResponse> events;
  std::string text;  // all content deltas
  grpc::Status status;
};
// Reads a stream to its end.
StreamResult ReadAll(grpc::ClientReader<v1::StreamCompleteResponse>& reader);

// A context whose deadline keeps a failing test from hanging.
std::unique_ptr<grpc::ClientContext> NewContext(
    std::chrono::milliseconds deadline = std::chrono::seconds(30));

// Open descriptors of this process.
size_t OpenDescriptors();

}  // namespace inferwire::e2e
