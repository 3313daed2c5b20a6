#include "endpoints/files/registration.h"

#include <string_view>

#include "endpoints/files/file_request.h"
#include "endpoints/files/files.h"
#include "rpc/begin.h"

namespace inferwire::endpoints {
namespace {

constexpr std::string_view kService = "inferwire.v1.FilesService";

}  // namespace

std::vector<rpc::EndpointSpec> FilesEndpoints() {
  return {{.service = kService,
           .method = "UploadFile",
           .kind = rpc::Kind::kClientStream,
           .operation = kFiles,
           .begin_client_stream = {.new_request = rpc::NewRequest<v1::UploadFileRequest>,
                                   .operation = NewFileUpload}},
          {.service = kService,
           .method = "GetFile",
           .kind = rpc::Kind::kUnary,
           .operation = kFiles,
           .begin = rpc::Begin(NewGetFile)},
          {.service = kService,
           .method = "ListFiles",
           .kind = rpc::Kind::kUnary,
           .operation = kFiles,
           .begin = rpc::Begin(NewListFiles)},
          {.service = kService,
           .method = "DeleteFile",
           .kind = rpc::Kind::kUnary,
           .operation = kFiles,
           .begin = rpc::Begin(NewDeleteFile)},
          {.service = kService,
           .method = "DownloadFile",
           .kind = rpc::Kind::kServerStream,
           .operation = kFiles,
           .begin = rpc::Begin(NewFileDownload)}};
}

}  // namespace inferwire::endpoints
