#include "http/outcome.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <system_error>

namespace inferwire::http {
namespace {

template <class T>
T Info(CURL* easy, CURLINFO info) {
  T value{};
  curl_easy_getinfo(easy, info, &value);
  return value;
}

// The proxy's answer to CONNECT and a TLS handshake use the same codes as the exchange itself.
Failure BrokenOff(const Progress& progress) {
  return progress.begun ? Failure::kReset : Failure::kConnect;
}

Failure Classify(CURLcode code, const Progress& progress) {
  if (progress.resend_refused) return Failure::kReset;
  if (progress.too_many_headers || progress.badly_encoded) return Failure::kProtocol;
  if (progress.out_of_descriptors && !progress.begun) return Failure::kDescriptors;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Failure::kResolve;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return Failure::kConnect;
    case CURLE_OPERATION_TIMEDOUT:
      return Failure::kConnectTimeout;  // the only timeout libcurl is given
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return Failure::kTls;
    case CURLE_RECV_ERROR:
      // libcurl 7.88 has no code of its own for bytes that are not chunked encoding.
      if (std::strstr(progress.error_buffer, "chunk") != nullptr) return Failure::kProtocol;
      return BrokenOff(progress);
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
      return BrokenOff(progress);
    case CURLE_UNSUPPORTED_PROTOCOL:  // before: the URL's scheme; after: an answer without a status
                                      // line
      return progress.begun ? Failure::kProtocol : Failure::kInternal;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_FILESIZE_EXCEEDED:
      return Failure::kProtocol;
    default:
      return Failure::kInternal;
  }
}

// libcurl keeps the last errno of a handle: it belongs to this failure only where a call to the
// system was what failed.
bool IsOfTheSystem(CURLcode code, Failure failure) {
  if (failure != Failure::kConnect && failure != Failure::kReset) return false;
  return code == CURLE_COULDNT_CONNECT || code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR;
}

// libcurl's fixed words. Its error buffer can quote a proxy's URL with its password, so it is used
// for TLS alone, where it names the fault of the certificate.
std::string Describe(CURLcode code, Failure failure, CURL* easy, const Progress& progress) {
  if (progress.resend_refused) return "the reused connection ended before the answer began";
  if (progress.too_many_headers) return "too many header bytes";
  if (progress.badly_encoded) return "the body is not what its content coding says";
  if (progress.out_of_descriptors && !progress.begun) return "out of descriptors";
  std::string message = curl_easy_strerror(code);
  if (failure == Failure::kTls) {
    if (*progress.error_buffer != '\0') message.append(": ").append(progress.error_buffer);
  } else if (const long number = Info<long>(easy, CURLINFO_OS_ERRNO);
             number != 0 && IsOfTheSystem(code, failure)) {
    message.append(": ").append(std::system_category().message(static_cast<int>(number)));
  }
  return message;
}

// libcurl's times all count from the start; a phase is the difference of two, if it happened: then
// a microsecond at least, also where the answer was there when the request had gone.
Duration Phase(CURL* easy, CURLINFO from, CURLINFO to) {
  const auto begin = Info<curl_off_t>(easy, from);
  const auto end = Info<curl_off_t>(easy, to);
  if (end == 0) return Duration::zero();
  return std::chrono::microseconds(std::max<curl_off_t>(1, end - begin));
}

void AddTimes(CURL* easy, Outcome& outcome) {
  if (!outcome.reused_connection) {
    outcome.resolve = std::chrono::microseconds(Info<curl_off_t>(easy, CURLINFO_NAMELOOKUP_TIME_T));
    outcome.connect = Phase(easy, CURLINFO_NAMELOOKUP_TIME_T, CURLINFO_CONNECT_TIME_T);
    outcome.tls = Phase(easy, CURLINFO_CONNECT_TIME_T, CURLINFO_APPCONNECT_TIME_T);
  }
  outcome.first_byte = Phase(easy, CURLINFO_PRETRANSFER_TIME_T, CURLINFO_STARTTRANSFER_TIME_T);
  outcome.total = std::chrono::microseconds(Info<curl_off_t>(easy, CURLINFO_TOTAL_TIME_T));
}

// A body below 64 KiB travels with the head and is counted in both numbers.
int64_t BytesSent(CURL* easy) {
  const int64_t head = Info<long>(easy, CURLINFO_REQUEST_SIZE);
  const int64_t body = Info<curl_off_t>(easy, CURLINFO_SIZE_UPLOAD_T);
  return head > body ? head : head + body;
}

}  // namespace

Outcome MakeOutcome(int curl_code, void* easy, Progress progress) {
  auto code = static_cast<CURLcode>(curl_code);
  // libcurl 7.88 calls a header line beyond its own 100 KB a lack of memory.
  const bool in_head = progress.begun && !progress.answered;
  if (code == CURLE_OUT_OF_MEMORY && in_head) progress.too_many_headers = true;
  // libcurl takes an end within the header block for an empty answer.
  if (code == CURLE_OK && !progress.answered) code = CURLE_PARTIAL_FILE;
  if (code == CURLE_OK && progress.badly_encoded) code = CURLE_BAD_CONTENT_ENCODING;
  Outcome outcome;
  outcome.connected = progress.begun;
  outcome.unsolicited = progress.unsolicited;
  outcome.reused_connection =
      progress.resend_refused || (progress.begun && Info<long>(easy, CURLINFO_NUM_CONNECTS) == 0);
  AddTimes(easy, outcome);
  outcome.bytes_sent = BytesSent(easy);
  outcome.bytes_received =
      Info<long>(easy, CURLINFO_HEADER_SIZE) + Info<curl_off_t>(easy, CURLINFO_SIZE_DOWNLOAD_T);
  if (code != CURLE_OK) {
    outcome.failure = Classify(code, progress);
    outcome.message = Describe(code, *outcome.failure, easy, progress);
    outcome.provably_unsent = !progress.sent;
  }
  return outcome;
}

Outcome InternalFailure(std::string_view message, bool provably_unsent) {
  Outcome outcome;
  outcome.failure = Failure::kInternal;
  outcome.message = message;
  outcome.provably_unsent = provably_unsent;
  return outcome;
}

}  // namespace inferwire::http
