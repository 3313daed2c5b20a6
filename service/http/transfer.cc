#include "http/transfer.h"

#include <sys/socket.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace llmgate::http {
namespace {

constexpr long kKeepaliveIdleSeconds = 30;
constexpr long kKeepaliveIntervalSeconds = 10;
constexpr long kUploadBuffer = 64 * 1024;  // one per transfer whose body is larger than that

// libcurl would ask for 100-continue and wait for it: above 1 MiB, and where it knows no size.
constexpr size_t kMayExpect = 512 * 1024;
char kNoExpect[] = "Expect:";
char kChunked[] = "Transfer-Encoding: chunked";
char kNoContentType[] = "Content-Type:";  // libcurl would say it is a form

bool IsMethod(std::string_view method) {
  return !method.empty() &&
         std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool StartsWithNoCase(std::string_view text, std::string_view lower_prefix) {
  return text.size() >= lower_prefix.size() &&
         std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(), [](char want, char c) {
           return want == c || (c >= 'A' && c <= 'Z' && want == c - 'A' + 'a');
         });
}

// 0 if the line is not one; libcurl has already refused what is not HTTP.
int StatusOf(std::string_view line) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return 0;
  const std::string_view digits = line.substr(space + 1);
  int status = 0;
  std::from_chars(digits.data(), digits.data() + std::min<size_t>(3, digits.size()), status);
  return status;
}

}  // namespace

Transfer::Transfer(const TransferLimits& limits, void* share)
    : easy_(curl_easy_init()), max_header_bytes_(limits.header_bytes) {
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
  if (curl_easy_setopt(easy(), option, value) != CURLE_OK) problem_ = "libcurl refused an option";
}

void Transfer::SetConstants(const TransferLimits& limits) {
  Set(CURLOPT_PRIVATE, this);
  Set(CURLOPT_ERRORBUFFER, error_buffer_.data());
  Set(CURLOPT_PREREQFUNCTION, &OnBegin);
  Set(CURLOPT_PREREQDATA, this);
  Set(CURLOPT_OPENSOCKETFUNCTION, &OnOpenSocket);
  Set(CURLOPT_OPENSOCKETDATA, this);
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

bool Transfer::Prepare(Request request, Sink& sink) {
  request_ = std::move(request);
  sink_ = &sink;
  if (!usable_) return false;
  assert(request_.endpoint != nullptr);
  problem_ = {};
  if (!IsMethod(request_.method)) problem_ = "not an HTTP method";
  if (!SetHeaders()) problem_ = "a header with a control character";
  SetMethod();
  SetEndpoint(*request_.endpoint);
  SetUrl();
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
void Transfer::SetEndpoint(const Endpoint& endpoint) {
  if (endpoint_ == endpoint) return;
  endpoint_ = endpoint;
  Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(endpoint.connect_timeout.count()));
  Set(CURLOPT_PROTOCOLS_STR, endpoint.allow_plain_http ? "http,https" : "https");
  Set(CURLOPT_PROXY,
      endpoint.proxy.c_str());  // empty, not null: none even if the environment has one
  const bool system = endpoint.ca_bundle.empty();
  const curl_version_info_data& defaults = *curl_version_info(CURLVERSION_NOW);
  // A bundle of one's own replaces the system's directory too, or it would not pin anything.
  Set(CURLOPT_CAINFO, system ? defaults.cainfo : endpoint.ca_bundle.c_str());
  Set(CURLOPT_CAPATH, system ? defaults.capath : nullptr);
}

// Taking a URL apart costs libcurl as much as sending a small request: it is done once for all
// transfers that go to the same one.
void Transfer::SetUrl() {
  std::string url = std::exchange(request_.url, {});  // a long answer does not keep it twice
  if (url_text_ == url) return;
  url_text_ = std::move(url);
  if (!url_) url_.reset(curl_url());
  const bool good = url_ && curl_url_set(url_.get(), CURLUPART_URL, url_text_.c_str(),
                                         CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  Set(CURLOPT_URL, url_text_.c_str());
  Set(CURLOPT_CURLU, good ? url_.get() : nullptr);  // null: the transfer says what is wrong with it
}

// False if a header could smuggle in another one: libcurl passes control characters on.
bool Transfer::SetHeaders() {
  bool safe = true, has_type = false;
  header_list_.clear();
  for (std::string& header : request_.headers) {
    safe = safe && IsSafeHeaderValue(header);
    has_type = has_type || StartsWithNoCase(header, "content-type:");
    header_list_.push_back({header.data(), nullptr});
  }
  if (request_.source || (request_.body && request_.body->size() > kMayExpect)) {
    header_list_.push_back({kNoExpect, nullptr});
  }
  if (request_.source && !request_.source_bytes) header_list_.push_back({kChunked, nullptr});
  if (!has_type) header_list_.push_back({kNoContentType, nullptr});
  if (header_list_.empty()) {
    Set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
    return safe;
  }
  for (size_t i = 0; i + 1 < header_list_.size(); ++i) header_list_[i].next = &header_list_[i + 1];
  Set(CURLOPT_HTTPHEADER, header_list_.data());
  return safe;
}

// The handle's pointers into the request dangle from here until Prepare, and are not looked at.
void Transfer::Release() {
  request_ = {};
  sink_ = nullptr;
  headers_.Clear();
  status_ = 0;
  header_bytes_ = 0;
  headers_done_ = paused_ = resume_wanted = false;
  progress_ = {};
  bytes_before_ = 0;
  error_buffer_[0] = '\0';
  place = Place::kPool;
}

CURLcode Transfer::Unpause() {
  paused_ = false;
  return curl_easy_pause(easy(), CURLPAUSE_CONT);
}

Outcome Transfer::End(CURLcode code) const {
  Progress progress = progress_;
  progress.sent = progress.begun && RequestBytes() > bytes_before_;
  progress.answered = headers_done_;
  progress.error_buffer = error_buffer_.data();
  return MakeOutcome(code, easy(), progress);
}

Outcome Transfer::Refusal() const {
  return InternalFailure(problem_.empty() ? "libcurl failed" : problem_, !progress_.begun);
}

int64_t Transfer::RequestBytes() const {
  long request = 0;
  curl_off_t upload = 0;
  curl_easy_getinfo(easy(), CURLINFO_REQUEST_SIZE, &request);
  curl_easy_getinfo(easy(), CURLINFO_SIZE_UPLOAD_T, &upload);
  return request + upload;
}

bool Transfer::WouldResend() {
  if (progress_.begun && RequestBytes() > bytes_before_) progress_.resend_refused = true;
  return progress_.resend_refused;
}

// A connection, new or reused, is ready for the request. A second time means that libcurl repeats
// it.
int Transfer::OnBegin(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.WouldResend()) return CURL_PREREQFUNC_ABORT;
  transfer.progress_.begun = true;
  transfer.bytes_before_ = transfer.RequestBytes();
  return CURL_PREREQFUNC_OK;
}

// Refuses the connection for a repetition before it is made, and tells want of descriptors apart.
curl_socket_t Transfer::OnOpenSocket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.WouldResend()) return CURL_SOCKET_BAD;
  const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
    transfer.progress_.out_of_descriptors = true;
  }
  return fd < 0 ? CURL_SOCKET_BAD : fd;
}

size_t Transfer::OnHeader(char* bytes, size_t, size_t size, void* self) {
  return static_cast<Transfer*>(self)->AddHeaderLine({bytes, size}) ? size : 0;
}

bool Transfer::AddHeaderLine(std::string_view line) {
  if (sink_ == nullptr) return false;
  header_bytes_ += line.size();
  if (header_bytes_ > max_header_bytes_) {
    progress_.too_many_headers = true;
    return false;
  }
  if (headers_done_) return true;  // a trailer
  if (status_ == 0) {
    status_ = StatusOf(line);
    return true;
  }
  const std::string_view field = Trim(line);
  if (field.empty()) return EndHeaderBlock();
  const size_t colon = field.find(':');
  const bool folded = line.front() == ' ' || line.front() == '\t';  // obsolete, and never needed
  if (colon != std::string_view::npos && !folded) {
    headers_.Add(Trim(field.substr(0, colon)), Trim(field.substr(colon + 1)));
  }
  return true;
}

bool Transfer::EndHeaderBlock() {
  if (status_ < 200 && status_ != 101) {  // the final block is yet to come
    headers_.Clear();
    status_ = 0;
    return true;
  }
  headers_done_ = true;
  sink_->OnHeaders(status_, headers_);
  if (sink_ != nullptr && request_.long_answer) ForgetRequest();
  return sink_ != nullptr;
}

// A server may answer before it has read everything: libcurl still reads the rest.
void Transfer::ForgetRequest() {
  curl_off_t sent = 0;
  curl_easy_getinfo(easy(), CURLINFO_SIZE_UPLOAD_T, &sent);
  if (!request_.body || sent < static_cast<curl_off_t>(request_.body->size())) return;
  Set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  Set(CURLOPT_POSTFIELDS, "");
  request_.body.reset();
  header_list_ = {};
  request_.headers = {};
  headers_ = {};
}

size_t Transfer::OnRead(char* buffer, size_t unit, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.sink_ == nullptr || !transfer.request_.source) return CURL_READFUNC_ABORT;
  const int64_t bytes = transfer.request_.source->Read(buffer, unit * count);
  if (bytes >= 0) return static_cast<size_t>(bytes);
  if (bytes != BodySource::kNothingNow) return CURL_READFUNC_ABORT;
  transfer.paused_ = true;
  return CURL_READFUNC_PAUSE;
}

size_t Transfer::OnWrite(char* bytes, size_t, size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.sink_ == nullptr) return CURL_WRITEFUNC_ERROR;
  if (size == 0) return 0;
  const bool taken = transfer.sink_->OnBody({bytes, size});
  if (transfer.sink_ == nullptr) return CURL_WRITEFUNC_ERROR;  // cancelled from within
  if (taken) return size;
  transfer.paused_ = true;
  return CURL_WRITEFUNC_PAUSE;
}

}  // namespace llmgate::http
