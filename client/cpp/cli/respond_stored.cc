// inferwire respond get, watch, resume, cancel and delete
#include <iostream>

#include "output.h"
#include "respond_answer.h"
#include "watch.h"

namespace inferwire::cli {
namespace {

// Of Get and Cancel, which are asked and answered alike.
template <class Request, class Response>
ExitCode Show(Session& session, const std::string& method, const RespondStoredArgs& args) {
  Request request;
  request.set_response_id(args.ids.front());
  request.set_upstream(args.upstream);
  const auto response = session.client.CallRpc<Response>(method, request, session.Arm());
  session.interrupts.Disarm();
  if (!response) return Report(session.global, response.error());
  return PrintResponse(session, response->response(), response->gateway());
}

// Each status as it comes, and in the end what get prints.
ExitCode WatchOne(Session& session, const RespondStoredArgs& args) {
  v1::WatchResponseRequest request;
  request.set_response_id(args.ids.front());
  request.set_upstream(args.upstream);
  v1::Response now;
  const auto watched = Watch<v1::WatchResponseResponse>(
      session, "ResponsesService/WatchResponse", request, [&](const auto& message) {
        if (!message.has_response()) return true;
        now = message.response();
        if (session.global.json) return Print(OpenAiJson(now) + "\n");
        std::cerr << "inferwire: " << now.id() << ' ' << StatusText(now) << '\n';
        return true;
      });
  if (!watched) return Report(session.global, watched.error());
  if (!session.global.json) return PrintResponse(session, now, {});
  return now.status() == v1::RESPONSE_STATUS_FAILED ? kCallFailed : kOk;
}

ExitCode Resume(Session& session, const RespondStoredArgs& args) {
  v1::ResponseResumption from;
  from.set_response_id(args.ids.front());
  from.set_upstream(args.upstream);
  if (args.after) from.set_starting_after(*args.after);
  return PrintStream(session, session.client.StreamResponse(from, session.Arm()));
}

ExitCode Delete(Session& session, const RespondStoredArgs& args) {
  ExitCode code = kOk;
  for (const std::string& id : args.ids) {
    v1::DeleteResponseRequest request;
    request.set_response_id(id);
    request.set_upstream(args.upstream);
    const auto deleted = session.client.CallRpc<v1::DeleteResponseResponse>(
        "ResponsesService/DeleteResponse", request, session.Arm());
    session.interrupts.Disarm();
    if (deleted) {
      PrintDeleted(session.global, id);
    } else {
      code = ReportOf(session.global, id, deleted.error());
    }
  }
  return code;
}

}  // namespace

ExitCode Run(Session& session, const RespondStoredArgs& args) {
  switch (args.verb) {
    case RespondStoredArgs::Verb::kGet:
      return Show<v1::GetResponseRequest, v1::GetResponseResponse>(
          session, "ResponsesService/GetResponse", args);
    case RespondStoredArgs::Verb::kWatch:
      return WatchOne(session, args);
    case RespondStoredArgs::Verb::kCancel:
      return Show<v1::CancelResponseRequest, v1::CancelResponseResponse>(
          session, "ResponsesService/CancelResponse", args);
    case RespondStoredArgs::Verb::kResume:
      return Resume(session, args);
    case RespondStoredArgs::Verb::kDelete:
      break;
  }
  return Delete(session, args);
}

}  // namespace inferwire::cli
