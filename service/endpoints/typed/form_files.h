// The files of a form that a caller streams: how they are called, how many may come, how long they
// are, and whether all of them came.
#pragma once

#include <google/protobuf/message.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "endpoints/shared/upload_parts.h"
#include "endpoints/typed/typed_method.h"
#include "openai/form_source.h"

namespace inferwire::endpoints {

class FormFiles {
 public:
  // most: bytes of all files together.
  FormFiles(const TypedMethod::Form& form, size_t most) : form_(form), size_(most) {}

  // What the header says of them.
  Result<void> TakeHeader(const google::protobuf::Message& header);
  // False: the header names images that lie elsewhere, and none may come.
  bool uploaded() const { return uploads_ > 0; }
  // The bytes that will come, where the header says so.
  std::optional<int64_t> announced() const { return size_.announced(); }
  // Of a form with one file, which the header names.
  void BeginOnly(const google::protobuf::Message& header, openai::FormSource& source);
  // Of the others: upload is an ImageUpload.
  Result<void> Begin(const google::protobuf::Message& upload, openai::FormSource& source);
  // Of the file that has begun.
  Result<void> Add(std::string_view data);
  Result<void> CheckComplete() const;

 private:
  const TypedMethod::Form& form_;
  UploadSize size_;
  int uploads_ = 1;  // that will come, without the mask
  int came_ = 0;
  bool has_mask_ = false, in_file_ = false;
};

}  // namespace inferwire::endpoints
