// One exchange with an upstream on one libcurl easy handle, which outlives it and is used again.
// Transfers makes, drives and pools them; everything happens on its thread.
//
// libcurl sends a request a second time by itself when a reused connection ends without a byte of
// answer, a POST like any other, although the upstream may have worked on it (measured on 7.88.1).
// It may do so only while no byte of the request has been sent; after that the transfer fails with
// kReset on a reused connection, and the caller decides. No extra system call is needed for this.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/headers.h"
#include "http/outcome.h"
#include "http/transfers.h"

namespace llmgate::http {

class Transfer {
 public:
  // share: a CURLSH of the loop's handles, or null; outlives the transfer.
  Transfer(const TransferLimits& limits, void* share);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Takes up a new exchange. False: libcurl or we refuse the request, and Refusal says why.
  bool Prepare(Request request, Sink& sink);
  // Forgets the exchange; its memory goes, the handle stays.
  void Release();

  // From here on the sink hears nothing.
  void Detach() { sink_ = nullptr; }
  Sink* sink() const { return sink_; }
  CURL* easy() const { return easy_.get(); }
  bool paused() const { return paused_; }
  // The body may come again. Delivers to the sink before it returns.
  CURLcode Unpause();
  Outcome End(CURLcode code) const;
  // The end of an exchange that Prepare or the multi handle gave up.
  Outcome Refusal() const;

  // Where Transfers keeps it.
  enum class Place { kPool, kWaiting, kMulti, kRefused, kCancelled };
  Place place = Place::kPool;
  size_t index = 0;  // among the active ones
  bool resume_wanted = false;

 private:
  struct CloseEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };

  void SetConstants(const TransferLimits& limits);
  void SetEndpoint(const Endpoint& endpoint);
  void SetMethod();
  void SetUrl();
  bool SetHeaders();
  template <class T>
  void Set(CURLoption option, T value);
  int64_t RequestBytes() const;
  bool WouldResend();
  bool AddHeaderLine(std::string_view line);
  bool EndHeaderBlock();
  void ForgetRequest();

  static int OnBegin(void* self, char* ip, char* local_ip, int port, int local_port);
  static curl_socket_t OnOpenSocket(void* self, curlsocktype type, curl_sockaddr* address);
  static size_t OnHeader(char* bytes, size_t unit, size_t size, void* self);
  static size_t OnRead(char* buffer, size_t unit, size_t count, void* self);
  static size_t OnWrite(char* bytes, size_t unit, size_t size, void* self);

  struct CloseUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
  };

  std::unique_ptr<CURLU, CloseUrl> url_;  // outlives the handle that uses it
  std::string url_text_;
  std::unique_ptr<CURL, CloseEasy> easy_;
  std::optional<Endpoint> endpoint_;  // that the handle is set to
  size_t max_header_bytes_;
  bool usable_ = false;
  std::array<char, CURL_ERROR_SIZE> error_buffer_{};
  std::vector<curl_slist> header_list_;  // points into request_.headers: no copy, no allocation

  Request request_;
  Sink* sink_ = nullptr;
  std::string_view problem_;
  Headers headers_;
  int status_ = 0;
  size_t header_bytes_ = 0;
  bool headers_done_ = false;
  bool paused_ = false;
  Progress progress_;
  int64_t bytes_before_ = 0;  // of a proxy's CONNECT, when the request began
};

}  // namespace llmgate::http
