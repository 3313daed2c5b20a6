#include "config/forms.h"
#include "config/sections.h"

namespace inferwire::config {

Keys KeysOf(AdminApiConfig& admin) {
  Keys keys;
  keys.Text("listen", admin.listen, kAddress,
            "Without a tls section here, an address that others can reach is a fault unless "
            "insecure is true.",
            {.example = "0.0.0.0:50052", .instead = "not served"});
  keys.Bool("insecure", admin.insecure,
            "Serve plain text, keys among it, although others can reach the address: something "
            "else encrypts.");
  keys.Optional("tls", admin.tls,
                "TLS of this listener, which has certificates and client authorities of its own.");
  keys.Integer("max_connections", admin.max_connections, 1, 10'000,
               "Connections altogether and from one address; a further one is closed at once.");
  keys.Integer("max_connections_per_peer", admin.max_connections_per_peer, 1, 10'000);
  keys.Integer("max_in_flight", admin.max_in_flight, 1, 10'000,
               "Calls at the same time; a further one is refused with UNAVAILABLE and may be "
               "repeated.");
  return keys;
}

}  // namespace inferwire::config
