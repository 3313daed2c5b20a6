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
                                   .operation = NewFileUpload},
           .costs_nothing = true},
          {.service = kService,
           .method = "GetFile",
           .kind = rpc::Kind::kUnary,
           .operation = kFiles,
           .begin = rpc::Begin(NewGetFile),
           .costs_nothing = true},
          {.service = kService,
           .method = "ListFiles",
           .kind = rpc::Kind::kUnary,
           .operation = kFiles,
           .begin = rpc::Begin(NewListFiles),
           .costs_nothing = true},
          {.service = kService,
           .method = "DeleteFile",
           .kind = rpc::Kind::kUnary,
           .operation = kFiles,
           .begin = rpc::Begin(NewDeleteFile),
           .costs_nothing = true},
          {.service = kService,
           .method = "DownloadFile",
           .kind = rpc::Kind::kServerStream,
           .operation = kFiles,
           .begin = rpc::Begin(NewFileDownload),
           .costs_nothing = true}};
}

}  // namespace inferwire::endpoints
