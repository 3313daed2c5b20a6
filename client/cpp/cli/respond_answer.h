// A response as text: what respond and its get, resume and cancel share.
#pragma once

#include "inferwire/client.h"
#include "session.h"

namespace inferwire::cli {

// completed, in_progress; what upstream calls it where this version has no name for it.
std::string StatusText(const v1::Response& response);

// Text and tool calls on standard output; with --json the whole answer.
ExitCode PrintResponse(Session& session, const v1::Response& response,
                       const v1::GatewayInfo& gateway);

// Prints a stream as it comes, then tool calls and the usage line.
ExitCode PrintStream(Session& session, client::ResponseStream stream);

}  // namespace inferwire::cli
