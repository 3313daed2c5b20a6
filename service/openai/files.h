// The RPCs of FilesService as operations: files at an upstream, streamed in both directions.
#pragma once

#include <memory>

#include "base/result.h"
#include "inferwire/v1/files_service.pb.h"
#include "openai/operation.h"

namespace inferwire::openai {

// Takes v1::UploadFileRequest messages; its answer is a v1::UploadFileResponse.
std::unique_ptr<Intake> NewFileUpload(const Runtime& runtime, const CallContext& context,
                                      Intake::Sink& sink);

// Each answers with one message, the RPC's response.
Result<std::unique_ptr<Operation>> NewGetFile(const v1::GetFileRequest& request,
                                              const Runtime& runtime, const CallContext& context,
                                              Operation::Sink& sink);
Result<std::unique_ptr<Operation>> NewListFiles(const v1::ListFilesRequest& request,
                                                const Runtime& runtime, const CallContext& context,
                                                Operation::Sink& sink);
Result<std::unique_ptr<Operation>> NewDeleteFile(const v1::DeleteFileRequest& request,
                                                 const Runtime& runtime, const CallContext& context,
                                                 Operation::Sink& sink);

// Its messages are v1::DownloadFileResponse.
Result<std::unique_ptr<Operation>> NewFileDownload(const v1::DownloadFileRequest& request,
                                                   const Runtime& runtime,
                                                   const CallContext& context,
                                                   Operation::Sink& sink);

}  // namespace inferwire::openai
