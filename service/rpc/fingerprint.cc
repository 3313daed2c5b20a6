#include "rpc/fingerprint.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <string_view>
#include <utility>

#include "base/sha256.h"

namespace inferwire::rpc {
namespace {

class HashingStream final : public google::protobuf::io::CopyingOutputStream {
 public:
  explicit HashingStream(Sha256& hash) : hash_(hash) {}
  bool Write(const void* bytes, int size) override {
    hash_.Add({static_cast<const char*>(bytes), static_cast<size_t>(size)});
    return true;
  }

 private:
  Sha256& hash_;
};

}  // namespace

std::string FingerprintOf(const google::protobuf::Message& request, v1::CallOptions& options) {
  v1::CallOptions counting;
  counting.set_validate_only(options.validate_only());
  counting.set_include_raw_response(options.include_raw_response());
  const v1::CallOptions whole = std::exchange(options, counting);
  Sha256 hash;
  {
    HashingStream sink(hash);
    google::protobuf::io::CopyingOutputStreamAdaptor adaptor(&sink);
    google::protobuf::io::CodedOutputStream coded(&adaptor);
    coded.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&coded);
  }
  options = whole;
  return hash.Hex();
}

}  // namespace inferwire::rpc
