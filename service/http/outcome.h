// What libcurl says of an ended exchange, in the words of transport.h.
#pragma once

#include "http/transport.h"

namespace inferwire::http {

// What only the transfer's own callbacks know.
struct Progress {
  bool begun = false;           // a connection was ready: the request was about to be sent
  bool sent = false;            // a byte of the request left this machine
  bool resend_refused = false;  // a reused connection died after that (see Transfer)
  bool answered = false;        // the final header block came
  bool too_many_headers = false;
  bool out_of_descriptors = false;
  bool badly_encoded = false;     // the body is not what its content coding says
  int unsolicited = 0;            // see Outcome
  const char* error_buffer = "";  // libcurl's own words for this failure
};

// curl_code and easy are libcurl's; the transfer is over.
Outcome MakeOutcome(int curl_code, void* easy, Progress progress);

// A failure of ours before or beside libcurl.
Outcome InternalFailure(std::string_view message, bool provably_unsent);

}  // namespace inferwire::http
