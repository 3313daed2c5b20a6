// Lists that come in pages.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "session.h"

namespace inferwire::cli {

// Calls a listing RPC until there are no more pages, or limit things (0: all), and gives every page
// to see: page -> how many things it has.
template <class Response, class Request, class See>
client::Result<void> ForEachPage(Session& session, const std::string& method, Request request,
                                 int limit, See see) {
  constexpr int kPage = 100;
  int left = limit == 0 ? INT32_MAX : limit;
  do {
    request.set_page_size(std::min(left, kPage));
    const auto page = session.client.CallRpc<Response>(method, request, session.Arm());
    session.interrupts.Disarm();
    if (!page) return page.error();
    left -= see(*page);
    request.set_page_token(page->next_page_token());
  } while (left > 0 && !request.page_token().empty());
  return {};
}

}  // namespace inferwire::cli
