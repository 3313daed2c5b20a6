// gRPC's calls on one loop: its completion queue as a guest of the loop.
//
// gRPC has the callers' connections in an epoll instance of its own and says nothing when one of
// them has something. So they are watched in one of ours as well, and the queue is asked when
// something has come. To sleep inside gRPC instead takes a second thread that watches upstream and
// wakes the first through grpc::Alarm: four changes of threads for every answer (measured: 0.6 to
// 2 ms per call where this takes 0.2).
#pragma once

#include <grpcpp/completion_queue.h>

#include <memory>
#include <vector>

#include "rpc/loop_guest.h"
#include "rpc/tag.h"

namespace inferwire::rpc {

class GrpcQueue final : public LoopGuest {
 public:
  explicit GrpcQueue(std::unique_ptr<grpc::ServerCompletionQueue> queue);
  ~GrpcQueue() override;
  GrpcQueue(const GrpcQueue&) = delete;
  GrpcQueue& operator=(const GrpcQueue&) = delete;

  // What asks for calls; lives as long as the queue. Before the loop starts.
  void Keep(std::unique_ptr<Tag> acceptor) { acceptors_.push_back(std::move(acceptor)); }
  // Any thread, before gRPC is given the connection. Closing it ends the watch.
  void Watch(int connection);
  grpc::ServerCompletionQueue& queue() { return *queue_; }

  int epoll_fd() const override { return epoll_; }
  bool Turn(const LoopLoad&) override;
  bool EndTurn() override { return false; }
  Duration BeforeSleep(bool has_calls) override;
  // After Server::Shutdown.
  void Close() override;
  // When the last event is taken.
  bool closed() const override { return drained_; }

 private:
  bool TakeEvent();
  int ReadyConnections();

  const std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  const int epoll_;
  std::vector<std::unique_ptr<Tag>> acceptors_;
  bool slept_ = true;
  int looks_ = 0;     // turns in which the loop stays awake, however little there is
  int searches_ = 0;  // short naps left
  bool closing_ = false;
  bool drained_ = false;
};

}  // namespace inferwire::rpc
