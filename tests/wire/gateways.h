// Real servers, one per dialect and made when needed, all in front of one replaying upstream.
#pragma once

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <sstream>
#include <string>

#include "app/server.h"
#include "inferwire/v1/chat_service.grpc.pb.h"
#include "inferwire/v1/files_service.grpc.pb.h"
#include "inferwire/v1/raw_service.grpc.pb.h"
#include "wire/replay_upstream.h"

namespace inferwire::wire {

class Gateways {
 public:
  struct Gateway {
    std::unique_ptr<app::Server> server;
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<v1::ChatService::Stub> chat;
    std::unique_ptr<v1::RawService::Stub> raw;
    std::unique_ptr<v1::FilesService::Stub> files;
  };

  // The gateway whose dialect fits the provider: its own if there is one, else the tolerant one.
  Gateway& For(const std::string& provider);
  ReplayUpstream& upstream() { return upstream_; }

 private:
  ReplayUpstream upstream_;
  std::ostringstream log_;
  std::map<std::string, Gateway> by_dialect_;
};

}  // namespace inferwire::wire
