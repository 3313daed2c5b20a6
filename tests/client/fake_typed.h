// A gateway in the test's own process for the services besides chat: real gRPC over a real port,
// any RPC scripted by its name with its own messages.
#pragma once

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace inferwire::testing_support {

class FakeTyped final : public grpc::CallbackGenericService {
 public:
  // What one call is answered with. hold: it stays open until the caller leaves.
  template <class Message>
  struct Stream {
    std::vector<Message> messages = {};
    grpc::Status status = grpc::Status::OK;
    bool hold = false;
  };

  FakeTyped();
  ~FakeTyped() override;

  std::string target() const { return "127.0.0.1:" + std::to_string(port_); }

  // method: "EmbeddingsService/Embed". answer: (const Request&, Response&) -> grpc::Status.
  template <class Request, class Response, class Answer>
  void On(const std::string& method, Answer answer) {
    scripts_["/inferwire.v1." + method] = [answer](const std::string& bytes) {
      Request request;
      request.ParseFromString(bytes);
      Response response;
      const grpc::Status status = answer(std::as_const(request), response);
      return Outcome{{response.SerializeAsString()}, status, false};
    };
  }
  // answer: (const Request&) -> Stream<Message>.
  template <class Request, class Answer>
  void OnStream(const std::string& method, Answer answer) {
    scripts_["/inferwire.v1." + method] = [answer](const std::string& bytes) {
      Request request;
      request.ParseFromString(bytes);
      const auto stream = answer(std::as_const(request));
      Outcome outcome{{}, stream.status, stream.hold};
      for (const auto& message : stream.messages) {
        outcome.messages.push_back(message.SerializeAsString());
      }
      return outcome;
    };
  }

  // --- What the last call said. ---
  std::string authorization() const;
  std::chrono::system_clock::duration time_left() const;

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

 private:
  class Call;
  struct Outcome {
    std::vector<std::string> messages;
    grpc::Status status;
    bool hold = false;
  };

  std::map<std::string, std::function<Outcome(const std::string&)>> scripts_;
  mutable std::mutex mutex_;
  std::string authorization_;
  std::chrono::system_clock::duration time_left_{};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace inferwire::testing_support
