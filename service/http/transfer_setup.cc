// How a handle is set up: once for all its transfers, and for each of them.
#include <algorithm>
#include <cassert>
#include <utility>

#include "base/text.h"
#include "http/curl_text.h"
#include "http/transfer.h"

namespace inferwire::http {
namespace {

constexpr long kKeepaliveIdleSeconds = 30;
constexpr long kKeepaliveIntervalSeconds = 10;
constexpr long kUploadBuffer = 64 * 1024;  // one per transfer whose body is larger than that

// libcurl would ask for 100-continue and wait for it: above 1 MiB, and where it knows no size.
constexpr size_t kMayExpect = 512 * 1024;
char kNoExpect[] = "Expect:";
char kChunked[] = "Transfer-Encoding: chunked";
char kNoCoding[] = "Accept-Encoding: identity";  // without it, any coding is welcome (RFC 9110)
char kNoContentType[] = "Content-Type:";         // libcurl would say it is a form

bool IsMethod(std::string_view method) {
  return !method.empty() &&
         std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

Transfer::Transfer(const TransferLimits& limits, void* share, Transfers& owner, Sockets& sockets)
    : easy_(curl_easy_init()),
      owner_(owner),
      sockets_(sockets),
      max_descriptor_(limits.max_descriptor),
      max_header_bytes_(limits.header_bytes) {
  if (!easy_) {
    problem_ = "out of memory";
    return;
  }
  SetConstants(limits);
  Set(CURLOPT_SHARE, share);
  usable_ = problem_.empty();
}

template <class T>
void Transfer::Set(CURLoption option, T value) {
  if (curl_easy_setopt(easy(), option, value) == CURLE_OK) return;
  problem_ = "libcurl refused an option";
  refused_option_ = true;
}

void Transfer::SetConstants(const TransferLimits& limits) {
  Set(CURLOPT_PRIVATE, this);
  Set(CURLOPT_ERRORBUFFER, error_buffer_.data());
  Set(CURLOPT_PREREQFUNCTION, &OnBegin);
  Set(CURLOPT_PREREQDATA, this);
  Set(CURLOPT_OPENSOCKETFUNCTION, &OnOpenSocket);
  Set(CURLOPT_OPENSOCKETDATA, this);
  Set(CURLOPT_CLOSESOCKETFUNCTION, &OnCloseSocket);
  Set(CURLOPT_CLOSESOCKETDATA, &sockets_);
  if (!HearsCurlText()) {
    Set(CURLOPT_DEBUGFUNCTION, &OnText);
    Set(CURLOPT_DEBUGDATA, this);
    Set(CURLOPT_VERBOSE, 1L);
  }
  Set(CURLOPT_HEADERFUNCTION, &OnHeader);
  Set(CURLOPT_HEADERDATA, this);
  Set(CURLOPT_WRITEFUNCTION, &OnWrite);
  Set(CURLOPT_WRITEDATA, this);
  Set(CURLOPT_READFUNCTION, &OnRead);
  Set(CURLOPT_READDATA, this);
  // HTTP/1.1: curl 7.88 buffers up to 32 MB for a paused HTTP/2 stream, and a cancel must close.
  Set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  Set(CURLOPT_NOSIGNAL, 1L);
  Set(CURLOPT_QUICK_EXIT, 1L);  // a cancel must not wait for a resolver's thread
  Set(CURLOPT_TCP_NODELAY, 1L);
  Set(CURLOPT_TCP_KEEPALIVE, 1L);
  Set(CURLOPT_TCP_KEEPIDLE, kKeepaliveIdleSeconds);
  Set(CURLOPT_TCP_KEEPINTVL, kKeepaliveIntervalSeconds);
  Set(CURLOPT_FOLLOWLOCATION, 0L);
  Set(CURLOPT_HTTP_CONTENT_DECODING, 0L);
  Set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  Set(CURLOPT_NOPROXY, "");  // or the environment's no_proxy would decide
  Set(CURLOPT_SSL_VERIFYPEER, 1L);
  Set(CURLOPT_SSL_VERIFYHOST, 2L);
  Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  Set(CURLOPT_UPLOAD_BUFFERSIZE, kUploadBuffer);
  Set(CURLOPT_MAXAGE_CONN, static_cast<long>(limits.max_idle.count()));
  Set(CURLOPT_MAXLIFETIME_CONN, static_cast<long>(limits.max_lifetime.count()));
}

bool Transfer::Prepare(Request request, TransferObserver& observer) {
  request_ = std::move(request);
  observer_ = &observer;
  if (!usable_) return false;
  assert(request_.connect_options != nullptr);
  problem_ = {};
  if (!IsMethod(request_.method)) problem_ = "not an HTTP method";
  if (!SetHeaders()) problem_ = "a header with a control character";
  SetMethod();
  SetConnectOptions(*request_.connect_options);
  SetConnectTimeout();
  SetConnectOnly();
  SetUrl();
  SetAddress();
  Set(CURLOPT_BUFFERSIZE, static_cast<long>(request_.receive_bytes));
  Set(CURLOPT_FRESH_CONNECT, request_.fresh_connection ? 1L : 0L);
  return problem_.empty();
}

void Transfer::SetMethod() {
  const std::string& method = request_.method;
  Set(CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
  if (method == "HEAD") {
    Set(CURLOPT_NOBODY, 1L);
  } else if (request_.source) {
    Set(CURLOPT_POST, 1L);
    Set(CURLOPT_POSTFIELDS, static_cast<const char*>(nullptr));
    Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.source_bytes.value_or(-1)));
    if (method != "POST") Set(CURLOPT_CUSTOMREQUEST, method.c_str());
  } else if (!request_.body && (method == "GET" || method == "DELETE")) {
    Set(CURLOPT_HTTPGET, 1L);
    if (method != "GET") Set(CURLOPT_CUSTOMREQUEST, method.c_str());
  } else {
    Set(CURLOPT_POST, 1L);
    Set(CURLOPT_POSTFIELDS, request_.body ? request_.body->data() : "");
    Set(CURLOPT_POSTFIELDSIZE_LARGE,
        static_cast<curl_off_t>(request_.body ? request_.body->size() : 0));
    if (method != "POST") Set(CURLOPT_CUSTOMREQUEST, method.c_str());
  }
}

// libcurl copies every text that it is told: most transfers go where the one before went.
void Transfer::SetConnectOptions(const ConnectOptions& connect_options) {
  if (connect_options_ == connect_options) return;
  connect_options_ = connect_options;
  Set(CURLOPT_PROTOCOLS_STR, connect_options.allow_plain_http ? "http,https" : "https");
  Set(CURLOPT_PROXY,
      connect_options.proxy.c_str());  // empty, not null: none even if the environment has one
  const bool system = connect_options.ca_bundle.empty();
  const curl_version_info_data& defaults = *curl_version_info(CURLVERSION_NOW);
  // A bundle of one's own replaces the system's directory too, or it would not pin anything.
  Set(CURLOPT_CAINFO, system ? defaults.cainfo : connect_options.ca_bundle.c_str());
  Set(CURLOPT_CAPATH, system ? defaults.capath : nullptr);
}

void Transfer::SetConnectTimeout() {
  std::chrono::milliseconds timeout = request_.connect_options->connect_timeout;
  const std::chrono::milliseconds least{1};  // 0 would be libcurl's own
  if (request_.connect_timeout.count() > 0) timeout = std::min(timeout, request_.connect_timeout);
  timeout = std::max(timeout, least);
  if (std::exchange(connect_timeout_, timeout) == timeout) return;
  Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout.count()));
}

void Transfer::SetConnectOnly() {
  if (std::exchange(connects_only_, request_.connect_only) == request_.connect_only) return;
  Set(CURLOPT_CONNECT_ONLY, connects_only_ ? 1L : 0L);
  Set(CURLOPT_HTTPPROXYTUNNEL, connects_only_ ? 1L : 0L);
}

// Taking a URL apart costs libcurl as much as sending a small request: it is done once for all
// transfers that go to the same one.
void Transfer::SetUrl() {
  std::string url = std::exchange(request_.url, {});  // a long answer does not keep it twice
  if (url_text_ == url) return;
  url_text_ = std::move(url);
  // A new one: within the old a relative URL would become one of the upstream before.
  std::unique_ptr<CURLU, CloseUrl> parsed(curl_url());
  const bool good = parsed && curl_url_set(parsed.get(), CURLUPART_URL, url_text_.c_str(),
                                           CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  Set(CURLOPT_URL, url_text_.c_str());
  Set(CURLOPT_CURLU,
      good ? parsed.get() : nullptr);  // null: the transfer says what is wrong with it
  url_ = std::move(parsed);
}

// libcurl keeps connections apart by it, and reuses them.
void Transfer::SetAddress() {
  std::string connect_to =
      request_.address.empty() ? std::string() : "::" + std::exchange(request_.address, {});
  if (connect_to_ == connect_to) return;
  connect_to_ = std::move(connect_to);
  connect_to_item_ = {connect_to_.data(), nullptr};
  Set(CURLOPT_CONNECT_TO, connect_to_.empty() ? nullptr : &connect_to_item_);
}

// False if a header could smuggle in another one: libcurl passes control characters on.
bool Transfer::SetHeaders() {
  bool safe = true, has_type = false;
  header_list_.clear();
  for (std::string& header : request_.headers) {
    safe = safe && IsSafeHeaderValue(header);
    has_type = has_type || StartsWithIgnoringCase(header, "content-type:");
    header_list_.push_back({header.data(), nullptr});
  }
  if (request_.source || (request_.body && request_.body->size() > kMayExpect)) {
    header_list_.push_back({kNoExpect, nullptr});
  }
  if (request_.source && !request_.source_bytes) header_list_.push_back({kChunked, nullptr});
  if (!has_type) header_list_.push_back({kNoContentType, nullptr});
  header_list_.push_back({kNoCoding, nullptr});
  for (size_t i = 0; i + 1 < header_list_.size(); ++i) header_list_[i].next = &header_list_[i + 1];
  Set(CURLOPT_HTTPHEADER, header_list_.data());
  return safe;
}

}  // namespace inferwire::http
