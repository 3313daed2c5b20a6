#include "rpc/reflection.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <memory>
#include <set>
#include <utility>

#include "grpc/reflection/v1/reflection.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"
#include "rpc/pump.h"
#include "rpc/rpc.h"
#include "rpc/tag.h"

namespace inferwire::rpc {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;
using Services = std::shared_ptr<const std::vector<std::string>>;

// Both names of reflection itself.
std::vector<std::string> OwnNames() {
  std::vector<std::string> names;
  for (const FileDescriptor* const file :
       {grpc::reflection::v1::ServerReflectionRequest::descriptor()->file(),
        grpc::reflection::v1alpha::ServerReflectionRequest::descriptor()->file()}) {
    names.push_back(file->service(0)->full_name());
  }
  return names;
}

const DescriptorPool& Pool() { return *DescriptorPool::generated_pool(); }

// Each file once, those that it imports after it.
void AddFile(const FileDescriptor& file, std::set<const FileDescriptor*>& added,
             grpc::reflection::v1::FileDescriptorResponse& response) {
  if (!added.insert(&file).second) return;
  google::protobuf::FileDescriptorProto proto;
  file.CopyTo(&proto);
  file.CopyJsonNameTo(&proto);  // else grpcurl writes item_id where JSON has itemId
  proto.SerializeToString(response.add_file_descriptor_proto());
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), added, response);
}

void FillFile(const FileDescriptor* file, ServerReflectionResponse& response) {
  if (!file) {
    response.mutable_error_response()->set_error_code(grpc::StatusCode::NOT_FOUND);
    response.mutable_error_response()->set_error_message("there is no such file or name");
    return;
  }
  std::set<const FileDescriptor*> added;
  AddFile(*file, added, *response.mutable_file_descriptor_response());
}

const FileDescriptor* FileOfExtension(const grpc::reflection::v1::ExtensionRequest& request) {
  const auto* const type = Pool().FindMessageTypeByName(request.containing_type());
  const auto* const extension =
      type ? Pool().FindExtensionByNumber(type, request.extension_number()) : nullptr;
  return extension ? extension->file() : nullptr;
}

void FillExtensions(const std::string& name, ServerReflectionResponse& response) {
  const auto* const type = Pool().FindMessageTypeByName(name);
  if (!type) return FillFile(nullptr, response);
  auto& numbers = *response.mutable_all_extension_numbers_response();
  numbers.set_base_type_name(name);
  std::vector<const google::protobuf::FieldDescriptor*> extensions;
  Pool().FindAllExtensions(type, &extensions);
  for (const auto* const extension : extensions) numbers.add_extension_number(extension->number());
}

ServerReflectionResponse AnswerTo(ServerReflectionRequest& request,
                                  const std::vector<std::string>& services) {
  ServerReflectionResponse response;
  response.set_valid_host(request.host());
  switch (request.message_request_case()) {
    case ServerReflectionRequest::kFileByFilename:
      FillFile(Pool().FindFileByName(request.file_by_filename()), response);
      break;
    case ServerReflectionRequest::kFileContainingSymbol:
      FillFile(Pool().FindFileContainingSymbol(request.file_containing_symbol()), response);
      break;
    case ServerReflectionRequest::kFileContainingExtension:
      FillFile(FileOfExtension(request.file_containing_extension()), response);
      break;
    case ServerReflectionRequest::kAllExtensionNumbersOfType:
      FillExtensions(request.all_extension_numbers_of_type(), response);
      break;
    case ServerReflectionRequest::kListServices:
      for (const std::string& name : services) {
        response.mutable_list_services_response()->add_service()->set_name(name);
      }
      break;
    case ServerReflectionRequest::MESSAGE_REQUEST_NOT_SET:
      response.mutable_error_response()->set_error_code(grpc::StatusCode::INVALID_ARGUMENT);
      response.mutable_error_response()->set_error_message("nothing is asked");
      break;
  }
  *response.mutable_original_request() = std::move(request);
  return response;
}

// Reads a request, answers it, and reads the next.
class ReflectionCall final : public Rpc {
 public:
  static void Serve(Services services, std::unique_ptr<Wire> wire) {
    auto* const call = new ReflectionCall(std::move(services), std::move(wire));
    call->Read();
    call->AwaitEnd();
  }

 private:
  ReflectionCall(Services services, std::unique_ptr<Wire> wire)
      : Rpc(std::move(wire)), services_(std::move(services)) {}

  void Read() {
    in_flight_ = true;
    wire().Read(incoming_, read_tag_);
  }

  void OnRead(bool ok) {
    in_flight_ = false;
    if (!over()) Answer(ok);
    DeleteIfOver();
  }

  void Answer(bool ok) {
    in_flight_ = true;
    if (!ok) return wire().Finish(grpc::Status::OK, finish_tag_);
    ServerReflectionRequest request;
    if (!grpc::GenericDeserialize<grpc::ProtoBufferReader, ServerReflectionRequest>(&incoming_,
                                                                                    &request)
             .ok()) {
      return wire().Finish({grpc::StatusCode::INVALID_ARGUMENT, "the request is not readable"},
                           finish_tag_);
    }
    wire().Write(Serialize(AnswerTo(request, *services_)), /*more_follows=*/false, write_tag_);
  }

  void OnWritten(bool ok) {
    in_flight_ = false;
    if (ok && !over()) Read();
    DeleteIfOver();
  }

  void OnFinished(bool) {
    in_flight_ = false;
    DeleteIfOver();
  }

  bool busy() const override { return in_flight_; }

  const Services services_;
  grpc::ByteBuffer incoming_;
  MemberTag<ReflectionCall> read_tag_{*this, &ReflectionCall::OnRead};
  MemberTag<ReflectionCall> write_tag_{*this, &ReflectionCall::OnWritten};
  MemberTag<ReflectionCall> finish_tag_{*this, &ReflectionCall::OnFinished};
  bool in_flight_ = false;
};

}  // namespace

void AddReflection(std::vector<std::string> services, Routes& routes) {
  const std::vector<std::string> own = OwnNames();
  services.insert(services.end(), own.begin(), own.end());
  const auto shared = std::make_shared<const std::vector<std::string>>(std::move(services));
  for (const std::string& name : own) {
    Route& route = routes["/" + name + "/ServerReflectionInfo"];
    route.kind = Kind::kBidiStream;
    route.begin = [shared](std::unique_ptr<Wire> wire) {
      ReflectionCall::Serve(shared, std::move(wire));
    };
  }
}

}  // namespace inferwire::rpc
