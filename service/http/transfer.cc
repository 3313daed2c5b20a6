#include "http/transfer.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "http/curl_text.h"
#include "http/idle_connection.h"

namespace inferwire::http {
namespace {

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

// The handle's pointers into the request dangle from here until Prepare, and are not looked at.
void Transfer::Release() {
  request_ = {};
  observer_ = nullptr;
  headers_.Clear();
  status_ = 0;
  header_bytes_ = 0;
  headers_done_ = paused_ = resume_wanted = starts_over_ = false;
  decoder_.reset();
  piece_ = {};
  decoded_from_ = 0;
  opened_.clear();
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
  progress.sent = Sent();
  progress.answered = headers_done_ || request_.connect_only;
  if (decoder_ && code == CURLE_OK && !decoder_->complete()) progress.badly_encoded = true;
  progress.error_buffer = error_buffer_.data();
  return MakeOutcome(code, easy(), progress);
}

bool Transfer::Sent() const { return progress_.begun && RequestBytes() > bytes_before_; }

bool Transfer::Reusable(const Outcome& outcome) const {
  long error = 0;  // libcurl keeps it for ever
  curl_easy_getinfo(easy(), CURLINFO_OS_ERRNO, &error);
  return !outcome.failure && progress_.unsolicited == 0 && error == 0 && !connects_only_;
}

// What was behind the answer's end is gone, but more may come, or half of it was there.
void Transfer::SawSurplus() {
  ++progress_.unsolicited;
  curl_easy_setopt(easy(), CURLOPT_FORBID_REUSE, 1L);
}

Request Transfer::TakeRequest() {
  request_.url = url_text_;
  if (!connect_to_.empty()) request_.address = connect_to_.substr(2);
  return std::move(request_);
}

bool Transfer::StartsOver() {
  if (!std::exchange(starts_over_, false)) return false;
  const int unsolicited = progress_.unsolicited;
  progress_ = {};
  progress_.unsolicited = unsolicited;
  bytes_before_ = 0;
  return true;
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
int Transfer::OnBegin(void* self, char* ip, char* local_ip, int port, int local_port) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.WouldResend()) return CURL_PREREQFUNC_ABORT;
  if (!transfer.Accepts({local_port, port, local_ip, ip})) return CURL_PREREQFUNC_ABORT;
  transfer.progress_.begun = true;
  transfer.bytes_before_ = transfer.RequestBytes();
  return CURL_PREREQFUNC_OK;
}

// An abort closes the connection; the transfer then starts over with another.
bool Transfer::Accepts(Sockets::Addresses addresses) {
  long made = 0;
  curl_easy_getinfo(easy(), CURLINFO_NUM_CONNECTS, &made);
  if (made > 0) {
    AddSocket(std::move(addresses));
    return true;
  }
  const int fd = sockets_.Find(addresses);
  curl_tlssessioninfo* tls = nullptr;
  curl_easy_getinfo(easy(), CURLINFO_TLS_SSL_PTR, &tls);
  // Behind TLS to the proxy there is a second one, and we see into neither.
  const bool opaque = connect_options_->proxy.starts_with("https");
  const bool see = !opaque && tls != nullptr && tls->backend == CURLSSLBACKEND_OPENSSL;
  auto* session = see ? static_cast<SSL*>(tls->internals) : nullptr;
  const IdleState state = fd < 0 ? IdleState::kClosed : Inspect(fd, session);
  if (state == IdleState::kEmpty) return true;
  if (state == IdleState::kUnsolicited && !opaque) ++progress_.unsolicited;
  starts_over_ = true;
  return false;
}

// Of the sockets that were opened, the one with this local port is connected.
void Transfer::AddSocket(Sockets::Addresses addresses) {
  for (const int fd : opened_) {
    sockaddr_storage local{};
    socklen_t size = sizeof local;
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&local), &size) != 0) continue;
    // At the same place for both families.
    const in_port_t port = reinterpret_cast<const sockaddr_in&>(local).sin_port;
    if (ntohs(port) != addresses.local_port) continue;
    sockets_.Add(fd, std::move(addresses));
    break;
  }
  opened_.clear();
}

// Refuses the connection for a repetition before it is made, and tells want of descriptors apart.
curl_socket_t Transfer::OnOpenSocket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.WouldResend()) return CURL_SOCKET_BAD;
  int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd >= transfer.max_descriptor_) {
    close(std::exchange(fd, -1));
    errno = EMFILE;
  }
  if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
    transfer.progress_.out_of_descriptors = true;
  }
  if (fd < 0) return CURL_SOCKET_BAD;
  transfer.opened_.push_back(fd);
  return fd;
}

int Transfer::OnCloseSocket(void* sockets, curl_socket_t fd) {
  static_cast<Sockets*>(sockets)->Close(fd);
  return 0;
}

int Transfer::OnText(CURL*, curl_infotype type, char* text, size_t size, void* self) {
  if (type == CURLINFO_TEXT && SaysSurplus({text, size}))
    static_cast<Transfer*>(self)->SawSurplus();
  return 0;
}

size_t Transfer::OnHeader(char* bytes, size_t, size_t size, void* self) {
  return static_cast<Transfer*>(self)->AddHeaderLine({bytes, size}) ? size : 0;
}

bool Transfer::AddHeaderLine(std::string_view line) {
  if (observer_ == nullptr) return false;
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
  BeginBody();
  observer_->OnHeaders(status_, headers_);
  if (observer_ != nullptr && request_.long_answer) ForgetRequest();
  return observer_ != nullptr;
}

// The observer hears nothing of a coding that is undone: neither of it nor of the encoded length.
void Transfer::BeginBody() {
  const std::string_view coding = headers_.Get("content-encoding");
  // A part of an encoded body cannot be decoded.
  if (coding.empty() || status_ == 206) return;
  decoder_ = ContentDecoder::For(coding);
  if (!decoder_) return;
  headers_.Remove("content-encoding");
  headers_.Remove("content-length");
}

// A server may answer before it has read everything: libcurl still reads the rest.
void Transfer::ForgetRequest() {
  curl_off_t sent = 0;
  curl_easy_getinfo(easy(), CURLINFO_SIZE_UPLOAD_T, &sent);
  if (!request_.body || sent < static_cast<curl_off_t>(request_.body->size())) return;
  curl_easy_setopt(easy(), CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  curl_easy_setopt(easy(), CURLOPT_POSTFIELDS, "");
  request_.body.reset();
  header_list_ = {};
  request_.headers = {};
  headers_ = {};
}

size_t Transfer::OnRead(char* buffer, size_t unit, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.observer_ == nullptr || !transfer.request_.source) return CURL_READFUNC_ABORT;
  const int64_t bytes = transfer.request_.source->Read(buffer, unit * count);
  if (bytes >= 0) return static_cast<size_t>(bytes);
  if (bytes != BodySource::kNothingNow) return CURL_READFUNC_ABORT;
  transfer.paused_ = true;
  return CURL_READFUNC_PAUSE;
}

size_t Transfer::OnWrite(char* bytes, size_t, size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.observer_ == nullptr) return CURL_WRITEFUNC_ERROR;
  if (size == 0) return 0;
  if (transfer.decoder_) return transfer.Decode({bytes, size});
  const bool taken = transfer.observer_->OnBody({bytes, size});
  if (transfer.observer_ == nullptr) return CURL_WRITEFUNC_ERROR;  // cancelled from within
  if (taken) return size;
  transfer.paused_ = true;
  return CURL_WRITEFUNC_PAUSE;
}

// After a pause libcurl offers the same bytes again; those that are decoded already are passed
// over. A small body that becomes a large one is given out over several turns of the loop.
size_t Transfer::Decode(std::string_view bytes) {
  constexpr size_t kMostPerTurn = 256 * 1024;
  std::string_view left = bytes.substr(std::min(decoded_from_, bytes.size()));
  size_t given = 0;
  while (true) {
    if (piece_.empty()) piece_ = decoder_->Next(left);
    decoded_from_ = bytes.size() - left.size();
    if (piece_.empty()) break;
    const bool turn_over = given >= kMostPerTurn;
    const bool taken = !turn_over && observer_->OnBody(piece_);
    if (observer_ == nullptr) return CURL_WRITEFUNC_ERROR;  // cancelled from within
    if (!taken) {
      paused_ = true;
      if (turn_over) owner_.Resume(this);
      return CURL_WRITEFUNC_PAUSE;
    }
    given += std::exchange(piece_, {}).size();
  }
  decoded_from_ = 0;
  if (!decoder_->broken()) return bytes.size();
  progress_.badly_encoded = true;
  return CURL_WRITEFUNC_ERROR;
}

}  // namespace inferwire::http
