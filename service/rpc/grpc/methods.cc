#include "rpc/grpc/methods.h"

#include "rpc/grpc/acceptor.h"
#include "rpc/grpc/wire.h"

namespace inferwire::rpc {
namespace {

template <class WireType>
std::unique_ptr<Tag> AcceptorOf(const Route& route, GrpcService& service, int method,
                                GrpcQueue& queue) {
  return std::make_unique<Acceptor<WireType>>(service, method, queue.queue(), route.begin);
}

std::unique_ptr<Tag> NewAcceptor(const Route& route, GrpcService& service, int method,
                                 GrpcQueue& queue) {
  switch (route.kind) {
    case Kind::kUnary:
      return AcceptorOf<UnaryWire>(route, service, method, queue);
    case Kind::kClientStream:
      return AcceptorOf<ReaderWire>(route, service, method, queue);
    case Kind::kServerStream:
      return AcceptorOf<WriterWire>(route, service, method, queue);
    case Kind::kBidiStream:
      break;
  }
  return AcceptorOf<ReaderWriterWire>(route, service, method, queue);
}

}  // namespace

GrpcMethods::GrpcMethods(const Routes& routes) {
  for (const auto& [path, route] : routes) {
    const size_t slash = path.rfind('/');
    GrpcService& service = ServiceNamed(std::string_view(path).substr(1, slash - 1));
    const int number = service.Add(std::string_view(path).substr(slash + 1), route.kind);
    methods_.emplace(path, Method{service, number});
  }
}

GrpcService& GrpcMethods::ServiceNamed(std::string_view name) {
  for (const auto& service : services_) {
    if (service->name() == name) return *service;
  }
  return *services_.emplace_back(std::make_unique<GrpcService>(name));
}

void GrpcMethods::Register(grpc::ServerBuilder& builder) {
  for (const auto& service : services_) builder.RegisterService(service.get());
}

void GrpcMethods::Accept(const Routes& routes, GrpcQueue& queue) {
  for (const auto& [path, route] : routes) {
    const Method& method = methods_.at(path);
    queue.Keep(NewAcceptor(route, method.service, method.number, queue));
  }
}

}  // namespace inferwire::rpc
