#include "endpoints/files/request_fields.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <string>

namespace inferwire::endpoints {
namespace {

using google::protobuf::Descriptor;
using openai::FieldPath;

// That the request has it is what makes a path worth telling.
void ExpectExists(const Descriptor& request, const std::string& path) {
  const Descriptor* type = &request;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('.', begin), path.size());
    ASSERT_NE(type, nullptr) << path;
    const auto* field = type->FindFieldByName(path.substr(begin, end - begin));
    ASSERT_NE(field, nullptr) << path;
    type = field->message_type();
    begin = end + 1;
  }
}

TEST(FilesRequestFields, NameWhatTheRequestHas) {
  struct Row {
    const Descriptor* request;
    const openai::RequestFields* fields;
    std::string param, path;
  };
  const Row rows[] = {
      {v1::UploadFileRequest::descriptor(), &kUploadFields, "purpose", "header.purpose"},
      {v1::UploadFileRequest::descriptor(), &kUploadFields, "file", "data"},
      {v1::UploadFileRequest::descriptor(), &kUploadFields, "expires_after.seconds",
       "header.expires_after.seconds"},
      {v1::UploadFileRequest::descriptor(), &kUploadFields, "expires_after.anchor",
       "header.expires_after"},
      {v1::ListFilesRequest::descriptor(), &kListFields, "limit", "page_size"},
      {v1::ListFilesRequest::descriptor(), &kListFields, "after", "page_token"},
      {v1::ListFilesRequest::descriptor(), &kListFields, "order", "ascending"},
      {v1::ListFilesRequest::descriptor(), &kListFields, "purpose", "purpose"},
      {v1::GetFileRequest::descriptor(), &kGetFields, "id", "file_id"},
      {v1::GetFileRequest::descriptor(), &kGetFields, "file_id", "file_id"},
      {v1::DeleteFileRequest::descriptor(), &kDeleteFields, "id", "file_id"},
      {v1::DownloadFileRequest::descriptor(), &kDownloadFields, "id", "file_id"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(FieldPath(row.param, row.fields), row.path);
    ExpectExists(*row.request, row.path);
  }
}

}  // namespace
}  // namespace inferwire::endpoints
