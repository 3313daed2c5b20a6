// One exchange with an upstream on one libcurl easy handle, which outlives it and is used again.
// Transfers makes, drives and pools them; everything happens on its thread.
//
// libcurl sends a request a second time by itself when a reused connection ends without a byte of
// answer, a POST like any other, although the upstream may have worked on it (measured on 7.88.1).
// It may do so only while no byte of the request has been sent; after that the transfer fails with
// kReset on a reused connection, and the caller decides. No extra system call is needed for this.
//
// A handle is used again only after a complete answer: libcurl leaves state behind in one whose
// transfer failed (7.88 keeps the receive buffer if there was no connection yet, and then refuses
// to be set up for ever).
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/content_decoder.h"
#include "http/headers.h"
#include "http/outcome.h"
#include "http/sockets.h"
#include "http/transfers.h"

namespace inferwire::http {

class Transfer {
 public:
  // share: a CURLSH of the loop's handles, or null; it, the owner and its sockets outlive the
  // transfer.
  Transfer(const TransferLimits& limits, void* share, Transfers& owner, Sockets& sockets);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Takes up a new exchange. False: libcurl or we refuse the request, and Refusal says why.
  bool Prepare(Request request, TransferObserver& observer);
  // Prepare failed because libcurl refused an option, which another handle may take.
  bool refused_option() const { return refused_option_; }
  // What Prepare took, for another handle.
  Request TakeRequest();
  // Its connection was not fit for use and nothing has been sent: to be added to the multi handle
  // once more. Prepares that.
  bool StartsOver();
  // Forgets the exchange; its memory goes, the handle stays.
  void Release();

  // From here on the observer hears nothing.
  void Detach() { observer_ = nullptr; }
  TransferObserver* observer() const { return observer_; }
  CURL* easy() const { return easy_.get(); }
  bool paused() const { return paused_; }
  bool connect_only() const { return request_.connect_only; }
  // The body may come again. Delivers to the observer before it returns.
  CURLcode Unpause();
  Outcome End(CURLcode code) const;
  // A byte of the request has left this machine.
  bool Sent() const;
  // After the end: nothing is left behind in the handle that could be felt by the next transfer.
  bool Reusable(const Outcome& outcome) const;
  // libcurl has read bytes behind the answer's end and dropped them.
  void SawSurplus();
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
  void SetConnectOptions(const ConnectOptions& connect_options);
  void SetMethod();
  void SetUrl();
  void SetAddress();
  void SetConnectTimeout();
  void SetConnectOnly();
  bool SetHeaders();
  template <class T>
  void Set(CURLoption option, T value);
  int64_t RequestBytes() const;
  bool WouldResend();
  // Whether the request may go out on this connection.
  bool Accepts(Sockets::Addresses addresses);
  void AddSocket(Sockets::Addresses addresses);
  size_t Decode(std::string_view bytes);
  void BeginBody();
  bool AddHeaderLine(std::string_view line);
  bool EndHeaderBlock();
  void ForgetRequest();

  static int OnBegin(void* self, char* ip, char* local_ip, int port, int local_port);
  static curl_socket_t OnOpenSocket(void* self, curlsocktype type, curl_sockaddr* address);
  static int OnCloseSocket(void* sockets, curl_socket_t fd);
  static int OnText(CURL* easy, curl_infotype type, char* text, size_t size, void* self);
  static size_t OnHeader(char* bytes, size_t unit, size_t size, void* self);
  static size_t OnRead(char* buffer, size_t unit, size_t count, void* self);
  static size_t OnWrite(char* bytes, size_t unit, size_t size, void* self);

  struct CloseUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
  };

  std::unique_ptr<CURLU, CloseUrl> url_;  // outlives the handle that uses it
  std::string url_text_;
  // What the handle has been told of the address; libcurl keeps the pointer.
  std::string connect_to_;
  curl_slist connect_to_item_{};
  std::unique_ptr<CURL, CloseEasy> easy_;
  std::optional<ConnectOptions> connect_options_;  // that the handle is set to
  std::chrono::milliseconds connect_timeout_{};    // the same
  bool connects_only_ = false;                     // the same
  Transfers& owner_;
  Sockets& sockets_;
  std::vector<int> opened_;  // by this transfer, until one of them is connected
  const int max_descriptor_;
  size_t max_header_bytes_;
  bool usable_ = false;
  bool refused_option_ = false;
  std::array<char, CURL_ERROR_SIZE> error_buffer_{};
  std::vector<curl_slist> header_list_;  // points into request_.headers: no copy, no allocation

  Request request_;
  TransferObserver* observer_ = nullptr;
  std::string_view problem_;
  Headers headers_;
  int status_ = 0;
  size_t header_bytes_ = 0;
  bool headers_done_ = false;
  bool paused_ = false;
  bool starts_over_ = false;
  std::unique_ptr<ContentDecoder> decoder_;  // of an encoded body
  std::string_view piece_;                   // decoded, not yet taken
  size_t decoded_from_ = 0;                  // how much of what libcurl offers is decoded already
  Progress progress_;
  int64_t bytes_before_ = 0;  // of a proxy's CONNECT, when the request began
};

}  // namespace inferwire::http
