#include "rpc/registry.h"

#include <utility>

#include "rpc/acceptor.h"
#include "rpc/grpc_wire.h"
#include "rpc/operation_call.h"

namespace inferwire::rpc {

Machine MachineOf(const EndpointSpec& spec) {
  return spec.machine ? spec.machine : &OperationCall::Serve;
}

Registry::Registry(std::vector<EndpointSpec> specs, telemetry::Metrics& metrics) {
  rows_.reserve(specs.size());
  for (EndpointSpec& spec : specs) {
    GrpcService& service = ServiceNamed(spec.service);
    const int method = service.Add(spec.method, spec.kind);
    rows_.push_back({Endpoint(std::move(spec), metrics), service, method});
  }
}

GrpcService& Registry::ServiceNamed(std::string_view name) {
  for (const auto& service : services_) {
    if (service->name() == name) return *service;
  }
  return *services_.emplace_back(std::make_unique<GrpcService>(name));
}

std::vector<std::string> Registry::ServiceNames() const {
  std::vector<std::string> names;
  for (const auto& service : services_) names.push_back(service->name());
  return names;
}

void Registry::Register(grpc::ServerBuilder& builder) {
  for (const auto& service : services_) builder.RegisterService(service.get());
}

http2::Routes Registry::Routes(Loop& loop) const {
  http2::Routes routes;
  for (const Row& row : rows_) {
    const Endpoint& endpoint = row.endpoint;
    http2::Route route;
    route.begins_with_message = !endpoint.reads_stream();
    route.begin = [&loop, &endpoint, machine = MachineOf(endpoint)](std::unique_ptr<Wire> wire) {
      machine(loop.services(), endpoint, std::move(wire));
    };
    const std::string path =
        "/" + std::string(endpoint.service) + "/" + std::string(endpoint.method);
    routes.emplace(path, std::move(route));
  }
  return routes;
}

void Registry::Accept(Loop& loop) {
  for (const Row& row : rows_) acceptors_.push_back(AcceptRow(row, loop));
}

template <class WireType>
std::unique_ptr<Tag> Registry::AcceptOn(const Row& row, Loop& loop) {
  return std::make_unique<Acceptor<WireType>>(loop, row.endpoint, row.service, row.method,
                                              MachineOf(row.endpoint));
}

std::unique_ptr<Tag> Registry::AcceptRow(const Row& row, Loop& loop) {
  switch (row.endpoint.kind) {
    case Kind::kUnary:
      return AcceptOn<UnaryWire>(row, loop);
    case Kind::kClientStream:
      return AcceptOn<ReaderWire>(row, loop);
    case Kind::kServerStream:
      return AcceptOn<WriterWire>(row, loop);
    case Kind::kBidiStream:
      break;
  }
  return AcceptOn<ReaderWriterWire>(row, loop);
}

}  // namespace inferwire::rpc
