// Any text as x-forwarded-client-cert: a proxy appends its own element, and whatever stands before
// it changes nothing, or nobody is named at all.
#include "identity/forwarded_certificate.h"

#include <string>

#include "fuzz/input.h"
#include "fuzz/require.h"

namespace inferwire::fuzz {

void Run(std::string_view header) {
  const auto uri = identity::ForwardedUri(header);
  if (uri) {
    Require(!uri->empty(), "a name is not empty", header);
    Require(uri->size() <= header.size(), "a name stands in the header", header);
    // What comes behind a comma is another element, and the last one counts.
    Require(!identity::ForwardedUri(std::string(header) + ",By=x"), "the last one counts", header);
  }
  for (const char* own : {"URI=spiffe://prod/caller", "Hash=ab;URI=\"spiffe://prod/caller\""}) {
    const auto with_own = identity::ForwardedUri(std::string(header) + "," + own);
    Require(!with_own || *with_own == "spiffe://prod/caller",
            "what came from outside is not taken for the proxy's word", header);
    const auto within = identity::ForwardedUri("Subject=\"" + std::string(header) + "\";" + own);
    // A quote within it ends the quoting: then it is not the proxy that wrote this.
    Require(header.find_first_of("\"\\") != header.npos ||
                (within && *within == "spiffe://prod/caller"),
            "a quoted text says nothing", header);
  }
  identity::AddressOfPeer(header);
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run(inferwire::fuzz::Input(data, size).Rest());
  return 0;
}
