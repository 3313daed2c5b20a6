// A header or trailer as nghttp2 takes it.
#pragma once

#include <nghttp2/nghttp2.h>

#include <boost/container/small_vector.hpp>
#include <string_view>

namespace inferwire::rpc::http2 {

using HeaderList = boost::container::small_vector<nghttp2_nv, 8>;

// nghttp2 copies it when it is submitted.
inline nghttp2_nv Header(std::string_view name, std::string_view value,
                         uint8_t flags = NGHTTP2_NV_FLAG_NONE) {
  return {reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
          reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
          flags};
}

// Of literals, which nobody needs to copy.
inline nghttp2_nv Constant(std::string_view name, std::string_view value) {
  return Header(name, value, NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE);
}

}  // namespace inferwire::rpc::http2
