// inferwire conversation
#include <map>
#include <string>

#include "inferwire/v1/conversations_service.pb.h"
#include "output.h"
#include "pages.h"
#include "request.h"
#include "session.h"
#include "table.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

constexpr std::size_t kShownText = 60;  // characters of an item in the list

// The beginning of what an item says, on one line.
std::string TextOf(const v1::ResponseItem& item) {
  std::string text = item.content() + item.arguments() + item.output();
  for (const auto& part : item.content_parts()) text += part.text() + part.refusal();
  for (const auto& part : item.output_parts()) text += part.text();
  return ShortText(text, kShownText);
}

std::string MetadataText(const google::protobuf::Map<std::string, std::string>& metadata) {
  std::string text;
  for (const auto& [name, value] :
       std::map<std::string, std::string>(metadata.begin(), metadata.end())) {
    text += (text.empty() ? "" : ", ") + name + "=" + value;
  }
  return text;
}

ExitCode Create(Session& session, const ConversationArgs& args) {
  v1::CreateConversationRequest request;
  request.set_upstream(args.upstream);
  v1::ConversationParams& params = *request.mutable_params();
  for (const std::string& text : args.messages) {
    if (auto good = CheckText(text, "--message"); !good) {
      return Report(session.global, good.error());
    }
    v1::ResponseItem& item = *params.add_items();
    item.set_type("message");
    item.set_role("user");
    item.set_content(text);
  }
  if (auto added = AddMetadata(*params.mutable_metadata(), args.metadata); !added) {
    return Report(session.global, added.error());
  }
  const auto made = session.client.CallRpc<v1::CreateConversationResponse>(
      "ConversationsService/CreateConversation", request, session.Arm());
  session.interrupts.Disarm();
  if (!made) return Report(session.global, made.error());
  return Print(session.global.json ? OpenAiJson(made->conversation(), &made->gateway()) + "\n"
                                   : made->conversation().id() + "\n")
             ? kOk
             : kCallFailed;
}

ExitCode Show(Session& session, const ConversationArgs& args) {
  v1::GetConversationRequest request;
  request.set_conversation_id(args.ids.front());
  request.set_upstream(args.upstream);
  const auto found = session.client.CallRpc<v1::GetConversationResponse>(
      "ConversationsService/GetConversation", request, session.Arm());
  session.interrupts.Disarm();
  if (!found) return Report(session.global, found.error());
  const v1::Conversation& conversation = found->conversation();
  if (session.global.json) {
    return Print(OpenAiJson(conversation, &found->gateway()) + "\n") ? kOk : kCallFailed;
  }
  Table table({"id", conversation.id()});
  table.Add({"created", TimeText(conversation.has_created_at(), conversation.created_at())});
  if (!conversation.metadata().empty()) {
    table.Add({"metadata", MetadataText(conversation.metadata())});
  }
  return Print(table.Text()) ? kOk : kCallFailed;
}

ExitCode ShowItems(Session& session, const ConversationArgs& args) {
  v1::ListConversationItemsRequest request;
  request.set_conversation_id(args.ids.front());
  request.set_upstream(args.upstream);
  if (args.oldest_first) request.set_order("asc");
  Table table({"id", "type", "role", "text"});
  const auto listed = ForEachPage<v1::ListConversationItemsResponse>(
      session, "ConversationsService/ListConversationItems", std::move(request), args.limit,
      [&](const auto& page) {
        for (const v1::ResponseItem& item : page.items()) {
          if (session.global.json) {
            Print(OpenAiJson(item) + "\n");
          } else {
            table.Add({item.id(), item.has_type() ? item.type() : "message",
                       item.role().empty() ? "-" : item.role(), TextOf(item)});
          }
        }
        return page.items_size();
      });
  if (!listed) return Report(session.global, listed.error());
  if (!session.global.json) Print(table.Text());
  return kOk;
}

ExitCode Delete(Session& session, const ConversationArgs& args) {
  ExitCode code = kOk;
  for (const std::string& id : args.ids) {
    v1::DeleteConversationRequest request;
    request.set_conversation_id(id);
    request.set_upstream(args.upstream);
    const auto deleted = session.client.CallRpc<v1::DeleteConversationResponse>(
        "ConversationsService/DeleteConversation", request, session.Arm());
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

ExitCode Run(Session& session, const ConversationArgs& args) {
  switch (args.verb) {
    case ConversationArgs::Verb::kCreate:
      return Create(session, args);
    case ConversationArgs::Verb::kShow:
      return Show(session, args);
    case ConversationArgs::Verb::kItems:
      return ShowItems(session, args);
    case ConversationArgs::Verb::kDelete:
      break;
  }
  return Delete(session, args);
}

}  // namespace inferwire::cli
