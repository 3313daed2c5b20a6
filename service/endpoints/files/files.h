// The RPCs of FilesService as operations: files at an upstream, streamed in both directions.
#pragma once

#include <memory>

#include "base/result.h"
#include "gateway/operation.h"
#include "inferwire/v1/files_service.pb.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

// Takes v1::UploadFileRequest messages; its answer is a v1::UploadFileResponse.
std::unique_ptr<gateway::ClientStream> NewFileUpload(const upstream::Runtime& runtime,
                                                     const gateway::CallContext& context,
                                                     gateway::ClientStream::Observer& observer);

// Each answers with one message, the RPC's response.
Result<std::unique_ptr<gateway::Operation>> NewGetFile(const v1::GetFileRequest& request,
                                                       const upstream::Runtime& runtime,
                                                       const gateway::CallContext& context,
                                                       gateway::Operation::Observer& observer);
Result<std::unique_ptr<gateway::Operation>> NewListFiles(const v1::ListFilesRequest& request,
                                                         const upstream::Runtime& runtime,
                                                         const gateway::CallContext& context,
                                                         gateway::Operation::Observer& observer);
Result<std::unique_ptr<gateway::Operation>> NewDeleteFile(const v1::DeleteFileRequest& request,
                                                          const upstream::Runtime& runtime,
                                                          const gateway::CallContext& context,
                                                          gateway::Operation::Observer& observer);

// Its messages are v1::DownloadFileResponse.
Result<std::unique_ptr<gateway::Operation>> NewFileDownload(const v1::DownloadFileRequest& request,
                                                            const upstream::Runtime& runtime,
                                                            const gateway::CallContext& context,
                                                            gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
