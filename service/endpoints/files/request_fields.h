// What the upstream's names of parameters mean in the requests of FilesService.
#pragma once

#include <array>

#include "inferwire/v1/files_service.pb.h"
#include "openai/param_path.h"

namespace inferwire::endpoints {

inline constexpr std::array kRenamedInUpload = {
    openai::RequestFields::Renamed{"file", "data"},
};
inline constexpr openai::RequestFields kUploadFields{&v1::UploadFileHeader::descriptor, "header",
                                                     kRenamedInUpload};

inline constexpr std::array kRenamedInList = {
    openai::RequestFields::Renamed{"limit", "page_size"},
    openai::RequestFields::Renamed{"after", "page_token"},
    openai::RequestFields::Renamed{"order", "ascending"},
};
inline constexpr openai::RequestFields kListFields{&v1::ListFilesRequest::descriptor, "",
                                                   kRenamedInList};

inline constexpr std::array kRenamedId = {
    openai::RequestFields::Renamed{"id", "file_id"},
};
inline constexpr openai::RequestFields kGetFields{&v1::GetFileRequest::descriptor, "", kRenamedId};
inline constexpr openai::RequestFields kDeleteFields{&v1::DeleteFileRequest::descriptor, "",
                                                     kRenamedId};
inline constexpr openai::RequestFields kDownloadFields{&v1::DownloadFileRequest::descriptor, "",
                                                       kRenamedId};

}  // namespace inferwire::endpoints
