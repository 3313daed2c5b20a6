// What the events of a stream hold.
#include "hostile/cases.h"
#include "hostile/wire_text.h"

namespace inferwire::e2e::hostile {
namespace {

std::string Rest() { return Delta("lo") + Finish() + std::string(kDone); }

// Between "Hel" and "lo": one event with this data.
Case Between(std::string name, std::string_view data, Expected expected = kFine,
             std::string text = "Hello") {
  return {std::move(name), WireAnswer(Chunked(kEvents, Delta("Hel") + Event(data) + Rest())),
          std::move(expected), std::move(text)};
}

Case Unusable(std::string name, std::string_view data) {
  return Between(std::move(name), data, kCut, "Hel");
}

// As the first event, with nothing delivered before.
Case First(std::string name, std::string_view data) {
  return {std::move(name), WireAnswer(Chunked(kEvents, Event(data) + Rest())), kProtocol, ""};
}

std::string Choices(std::string_view choices) {
  return R"({"id":"c1","object":"chat.completion.chunk","choices":[)" + std::string(choices) + "]}";
}

std::string Calls(std::string_view calls) {
  return Choices(R"({"index":0,"delta":{"tool_calls":[)" + std::string(calls) + "]}}");
}

}  // namespace

Cases StreamContents() {
  const std::string bad(kReplaced);
  Cases cases = {
      Between("NotUtf8", DeltaJson("\xFF"), kFine, "Hel" + bad + "lo"),
      Between("Overlong", DeltaJson("\xC0\x80"), kFine, "Hel" + bad + bad + "lo"),
      Between("NotUtf8InName", "{\"\xFF\":1}"),
      Between("NotUtf8InModel", R"({"model":")"
                                "\xC3"
                                R"("})"),
      Between("LoneSurrogate", DeltaJson("\\ud83d"), kFine, "Hel" + bad + "lo"),
      Between("SurrogatePair", DeltaJson("\\ud83d\\ude00"), kFine, "Hel\xF0\x9F\x98\x80lo"),
      Between("EscapedNul", DeltaJson("\\u0000"), kFine, std::string("Hel\0lo", 6)),
      Between("NumberTooLarge", R"({"created":1e400,"usage":{"prompt_tokens":1e400}})"),
      Between("NumberAboveInt64", R"({"usage":{"total_tokens":18446744073709551616}})"),
      Between("EmptyObject", "{}"),
      Between("NoChoices", Choices("")),
      Between("NullChoices", R"({"choices":null})"),
      Between("ChoicesOfNulls", Choices("null")),
      Between("ChoiceWithoutDelta", Choices(R"({"index":0})")),
      Between("NullDelta", Choices(R"({"index":0,"delta":null})")),
      Between("ListAsDelta", Choices(R"({"index":0,"delta":[]})")),
      Between("ListAsContent", Choices(R"({"index":0,"delta":{"content":[]}})")),
      Between("UnknownRole", Choices(R"({"index":0,"delta":{"role":"oracle"}})")),
      Between("UnknownFinish", Choices(R"({"index":0,"finish_reason":"eos_token"})")),
      Between("ContentTwice", Choices(R"({"index":0,"delta":{"content":"no","content":" "}})"),
              kFine, "Hel lo"),
      Between("NullError", R"({"error":null})"),
      Between("EmptyError", R"({"error":{}})"),
      Between("CallWithoutIndex", Calls(R"({"id":"a","function":{"name":"f","arguments":""}})")),
      Between("CallWithNullIndex", Calls(R"({"index":null,"function":{"name":"f"}})")),
      Between("CallWithNegativeIndex", Calls(R"({"index":-1,"function":{"name":"f"}})")),
      Between("CallWithHugeIndex", Calls(R"({"index":2147483647,"function":{"name":"f"}},)"
                                         R"({"id":"b","function":{"name":"g"}})")),
      Between("CallWithIndexAboveInt64",
              Calls(R"({"index":18446744073709551616,"function":{"name":"f"}})")),
      Between("CallWithoutFunction", Calls(R"({"index":0})")),
      Between("CallWithNullFunction", Calls(R"({"index":0,"function":null})")),
      Between("CallOfUnknownType", Calls(R"({"index":0,"type":"spell","spell":{}})")),
      Between("ArgumentsAsObject",
              Calls(R"({"index":0,"function":{"name":"f","arguments":{"a":1}}})")),
      Between("CallsWithTheSameIndex",
              Calls(R"({"index":0,"id":"a","function":{"name":"f","arguments":"{"}},)"
                    R"({"index":0,"id":"b","function":{"name":"g","arguments":"}"}})")),
      Between("CallsWithTheSameId", Calls(R"({"index":0,"id":"a","function":{"name":"f"}},)"
                                          R"({"index":1,"id":"a","function":{"name":"g"}})")),
      Between("CallsAsObject", Choices(R"({"index":0,"delta":{"tool_calls":{"index":0}}})")),
      // What is no object is no part of the answer, and its end is elsewhere.
      Between("Null", "null"),
      Between("Number", "1"),
      Between("String", "\"hi\""),
      Between("List", "[]"),
      Between("Text", "Internal Server Error"),
      Between("Page", "<html></html>"),
      Between("MuchTooDeepList", Repeat("[", 500'000)),
      Between("Progress", R"({"type":"status","message":"searching"})"),
      Between("CodeOfSuccess", R"({"code":0,"msg":"success"})"),
      Unusable("CutJson", "{\"choices\":[{"),
      Unusable("TwoObjects", "{}{}"),
      Unusable("NotUtf8OutsideStrings", "{\xFF}"),
      Between("TooDeep", Repeat("{\"a\":", 70) + "1" + Repeat("}", 70), kTooLarge, "Hel"),
      First("CutJsonFirst", "{\"choices\":[{"),
  };
  std::string many;
  for (int i = 0; i < 1100; ++i) many += ",{\"index\":" + std::to_string(i) + "}";
  cases.push_back(Between("TooManyChoices", Choices(many.substr(1)), kTooLarge, "Hel"));
  return cases;
}

std::vector<ReportedError> ReportedErrors() {
  const auto same = [](std::string name, const std::string& json, Expected before, Expected after) {
    return ReportedError{std::move(name), json, Event(json), std::move(before), std::move(after)};
  };
  const auto only_event = [](std::string name, const std::string& event, Expected before) {
    return ReportedError{std::move(name), "", event, std::move(before), kCut};
  };
  const std::string anthropic =
      R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})";
  return {
      same("OpenAi", R"({"error":{"message":"Oops","type":"server_error","code":null}})", kFailed,
           kCut),
      same("OpenAiLimit",
           R"({"error":{"message":"Slow","type":"requests","code":"rate_limit_exceeded"}})",
           kLimited, kLimited),
      same("OpenAiQuota",
           R"({"error":{"message":"Pay","type":"insufficient_quota","code":"insufficient_quota"}})",
           kQuota, kQuota),
      same("OpenAiContext", R"({"error":{"message":"Too long","code":"context_length_exceeded"}})",
           kContext, kContext),
      same("AzurePolicy",
           R"({"error":{"message":"No","code":"content_filter","innererror":)"
           R"({"code":"ResponsibleAIPolicyViolation"}}})",
           kPolicy, kPolicy),
      same("Anthropic", anthropic, kOverloaded, kCut),
      only_event("AnthropicNamed", "event: error\ndata: " + anthropic + "\n\n", kOverloaded),
      same("Gemini", R"([{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}])",
           kOverloaded, kCut),
      same("Ollama", R"({"error":"model runner has unexpectedly stopped"})", kFailed, kCut),
      same("VllmOld", R"({"object":"error","message":"bad","type":"BadRequestError","code":400})",
           kInvalid, kInvalid),
      same("Vllm", R"({"error":{"message":"died","type":"InternalServerError","code":500}})",
           kFailed, kCut),
      same(
          "GroqModel",
          R"({"error":{"message":"gone","type":"invalid_request_error","code":"model_decommissioned"}})",
          kNoModel, kNoModel),
      same("OpenRouter",
           R"({"error":{"code":502,"message":"Provider returned error","metadata":)"
           R"({"provider_name":"x","raw":"upstream died"}}})",
           kOverloaded, kCut),
      only_event(
          "OpenRouterWithChoice",
          Event(R"({"id":"g","object":"chat.completion.chunk","error":{"code":502,"message":)"
                R"("Provider disconnected"},"choices":[{"index":0,"delta":{"content":""},)"
                R"("finish_reason":"error"}]})"),
          kOverloaded),
      only_event("LlamaCppField", "error: {\"code\":500,\"message\":\"slot\"}\n\n", kFailed),
      only_event("NamedText", "event: error\ndata: the model crashed\n\n", kFailed),
      only_event("NamedWithoutError",
                 "event: error\ndata: {\"type\":\"overloaded_error\",\"message\":\"Busy\"}\n\n",
                 kOverloaded),
      only_event("NoEmptyLine", R"(data: {"error":{"message":"Oops","type":"server_error"}})",
                 kFailed),
      same("NotUtf8", "{\"error\":{\"message\":\"\xFF\",\"code\":\"insufficient_quota\"}}", kQuota,
           kQuota),
      same("CutEmoji", R"({"error":{"message":"\ud83d","code":"insufficient_quota"}})", kQuota,
           kQuota),
      same("ByteOrderMark", "\xEF\xBB\xBF{\"error\":{\"code\":\"insufficient_quota\"}}", kQuota,
           kQuota),
      same("WhiteSpace", " \t {\"error\":{\"code\":\"insufficient_quota\"}} \t", kQuota, kQuota),
      // Where nothing of a completion is, less says that something failed.
      same("Zhipu", R"({"code":1113,"msg":"Insufficient balance","success":false})", kQuota,
           kQuota),
      same(
          "MiniMax",
          R"({"id":"04","choices":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}})",
          kQuota, kQuota),
      same("Detail", R"({"detail":"Invalid api key"})", kKeyRejected, kKeyRejected),
      same("MessageOnly", R"({"message":"no healthy upstream"})", kFailed, kCut),
      same("NoSuccess", R"({"success":false,"message":"Too many requests","data":null})", kLimited,
           kLimited),
      same("Baidu", R"({"error_code":18,"error_msg":"Open api qps request limit reached"})",
           kFailed, kCut),
      same("CodeAsText", R"({"code":"InvalidParameter","message":"bad","request_id":"x"})", kFailed,
           kCut),
      same("Status", R"({"status":"failed","message":"the model is overloaded"})", kOverloaded,
           kCut),
      same("TypeTwice", R"({"error":{"code":1,"code":"insufficient_quota"}})", kQuota, kQuota),
  };
}

}  // namespace inferwire::e2e::hostile
