#include "http/content_decoder.h"

#include <brotli/decode.h>
#include <zlib.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"

namespace inferwire::http {
namespace {

enum class Coding { kIdentity, kGzip, kDeflate, kBrotli, kUnknown };

Coding CodingOf(std::string_view name) {
  const std::string lower = Lower(Trim(name));
  if (lower.empty() || lower == "identity") return Coding::kIdentity;
  if (lower == "gzip" || lower == "x-gzip") return Coding::kGzip;
  if (lower == "deflate") return Coding::kDeflate;
  if (lower == "br") return Coding::kBrotli;
  return Coding::kUnknown;
}

// "deflate" means zlib's format, but some send the bare deflate data within it.
class ZlibDecoder final : public ContentDecoder {
 public:
  explicit ZlibDecoder(Coding coding) : coding_(coding) {}
  ~ZlibDecoder() override {
    if (open_) inflateEnd(&zlib_);
  }

 private:
  static constexpr unsigned char kGzipMagic = 0x1f;
  static constexpr int kGzipWindow = 16 + MAX_WBITS;

  size_t Decode(std::string_view& input, char* room, size_t size) override {
    while (!input.empty() || more_output_) {
      if (state_ == State::kBetween && !Begin(input)) return 0;
      if (state_ != State::kWithin) return 0;
      const size_t filled = Inflate(input, room, size);
      if (filled > 0 || state_ == State::kBroken) return filled;
    }
    return 0;
  }

  // Of the body, or of one more gzip member. False: what follows is none, and is left out.
  bool Begin(std::string_view& input) {
    const auto first = static_cast<unsigned char>(input.front());
    if (coding_ == Coding::kGzip && first != kGzipMagic) {
      if (!began_) state_ = State::kPlain;  // a proxy that has decoded it kept the header
      input = began_ ? std::string_view() : input;
      return false;
    }
    if (coding_ == Coding::kDeflate && began_) {
      input = {};
      return false;
    }
    const bool zlib_format = (first & 0x0f) == Z_DEFLATED && (first >> 4) <= 7;
    const int window = coding_ == Coding::kGzip ? kGzipWindow
                       : zlib_format            ? MAX_WBITS
                                                : -MAX_WBITS;
    const int result = open_ ? inflateReset2(&zlib_, window) : inflateInit2(&zlib_, window);
    open_ = open_ || result == Z_OK;
    began_ = true;
    state_ = result == Z_OK ? State::kWithin : State::kBroken;
    return result == Z_OK;
  }

  size_t Inflate(std::string_view& input, char* room, size_t size) {
    // zlib takes no const input and does not change it.
    zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    zlib_.avail_in = static_cast<uInt>(input.size());
    zlib_.next_out = reinterpret_cast<Bytef*>(room);
    zlib_.avail_out = static_cast<uInt>(size);
    const int result = inflate(&zlib_, Z_SYNC_FLUSH);
    input.remove_prefix(input.size() - zlib_.avail_in);
    more_output_ = result == Z_OK && zlib_.avail_out == 0;
    if (result == Z_STREAM_END) state_ = State::kBetween;
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) state_ = State::kBroken;
    return size - zlib_.avail_out;
  }

  const Coding coding_;
  z_stream zlib_{};
  bool open_ = false;
  bool began_ = false;
  bool more_output_ = false;  // there was no room for all
};

class BrotliDecoder final : public ContentDecoder {
 private:
  struct Close {
    void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
  };

  size_t Decode(std::string_view& input, char* room, size_t size) override {
    if (state_ == State::kBetween && ended_) input = {};
    if (input.empty() && (!brotli_ || !BrotliDecoderHasMoreOutput(brotli_.get()))) return 0;
    if (!brotli_) brotli_.reset(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
    auto* next = reinterpret_cast<const uint8_t*>(input.data());
    auto* to = reinterpret_cast<uint8_t*>(room);
    size_t left = input.size(), free = size;
    const BrotliDecoderResult result =
        brotli_ ? BrotliDecoderDecompressStream(brotli_.get(), &left, &next, &free, &to, nullptr)
                : BROTLI_DECODER_RESULT_ERROR;
    input.remove_prefix(input.size() - left);
    ended_ = result == BROTLI_DECODER_RESULT_SUCCESS;
    state_ = ended_                                  ? State::kBetween
             : result == BROTLI_DECODER_RESULT_ERROR ? State::kBroken
                                                     : State::kWithin;
    return size - free;
  }

  std::unique_ptr<BrotliDecoderState, Close> brotli_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ContentDecoder> ContentDecoder::For(std::string_view content_encoding) {
  Coding only = Coding::kIdentity;
  while (!content_encoding.empty()) {
    const size_t comma = std::min(content_encoding.find(','), content_encoding.size());
    const Coding coding = CodingOf(content_encoding.substr(0, comma));
    content_encoding.remove_prefix(std::min(comma + 1, content_encoding.size()));
    if (coding == Coding::kIdentity) continue;
    if (only != Coding::kIdentity) return nullptr;
    only = coding;
  }
  if (only == Coding::kGzip || only == Coding::kDeflate) return std::make_unique<ZlibDecoder>(only);
  if (only == Coding::kBrotli) return std::make_unique<BrotliDecoder>();
  return nullptr;
}

std::string_view ContentDecoder::Next(std::string_view& input) {
  if (state_ == State::kBroken) return {};
  const size_t filled = Decode(input, piece_.data(), piece_.size());
  if (state_ == State::kPlain) return std::exchange(input, {});
  return {piece_.data(), filled};
}

}  // namespace inferwire::http
