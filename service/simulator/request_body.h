// The body of a request, as Boost.Beast's parser hands it on: text, or an upload on its way to a
// file.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "simulator/upload.h"

namespace inferwire::simulator {

struct RequestBody {
  struct value_type {
    // Set between the headers and the body.
    Upload* upload = nullptr;
    int64_t limit = 0;

    std::string text{};  // without upload
    Upload::Next next = Upload::Next::kRead;
    int64_t size = 0;
  };

  class reader {
   public:
    using Error = boost::system::error_code;

    template <bool is_request, class Fields>
    reader(boost::beast::http::header<is_request, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<uint64_t>& length, Error& error) {
      const bool over = length && *length > static_cast<uint64_t>(body_.limit);
      error = over ? boost::beast::http::make_error_code(boost::beast::http::error::body_limit)
                   : Error();
    }

    template <class Buffers>
    size_t put(const Buffers& buffers, Error& error) {
      error = {};
      size_t taken = 0;
      for (const auto buffer : boost::beast::buffers_range_ref(buffers)) {
        const std::string_view bytes(static_cast<const char*>(buffer.data()), buffer.size());
        body_.size += static_cast<int64_t>(bytes.size());
        taken += bytes.size();
        if (body_.size > body_.limit) {
          error = boost::beast::http::make_error_code(boost::beast::http::error::body_limit);
        } else if (body_.upload == nullptr) {
          body_.text += bytes;
        } else if (body_.next == Upload::Next::kRead) {
          body_.next = body_.upload->Put(bytes);
        }
      }
      return taken;
    }

    void finish(Error& error) { error = {}; }

   private:
    value_type& body_;
  };
};

}  // namespace inferwire::simulator
