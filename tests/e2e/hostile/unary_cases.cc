// Bodies of an answer with status 200 that should be a completion.
#include "hostile/cases.h"
#include "hostile/wire_text.h"

namespace inferwire::e2e::hostile {
namespace {

struct Body {
  std::string name;
  std::string bytes;
};

std::vector<Body> Unusable() {
  const std::string good = Completion("hi");
  return {
      {"Empty", ""},
      {"WhiteSpace", " \r\n\t "},
      {"OnlyByteOrderMark", "\xEF\xBB\xBF"},
      {"Null", "null"},
      {"True", "true"},
      {"Number", "123"},
      {"String", "\"hi\""},
      {"EmptyList", "[]"},
      {"CompletionInList", "[" + good + "]"},
      {"EmptyObject", "{}"},
      {"ObjectOfSomethingElse", R"({"status":"ok","detail":[]})"},
      {"EmptyError", R"({"error":{}})"},
      {"Page", "<!DOCTYPE html><html><title>502 Bad Gateway</title></html>"},
      {"Text", "upstream connect error or disconnect/reset before headers"},
      {"Events", Delta("hi") + Finish() + std::string(kDone)},
      {"TrailingText", good + "x"},
      {"TrailingObject", good + good},
      {"TrailingNul", good + std::string(1, '\0')},
      {"TrailingComma", ReplaceAll(good, "}}", "},}")},
      {"SingleQuotes", ReplaceAll(good, "\"", "'")},
      {"Comment", "/* hi */" + good},
      {"NamesWithoutQuotes", ReplaceAll(good, "\"id\"", "id")},
      {"Hexadecimal", ReplaceAll(good, ":3,", ":0x3,")},
      {"LeadingZero", ReplaceAll(good, ":3,", ":03,")},
      {"Plus", ReplaceAll(good, ":3,", ":+3,")},
      {"PointOnly", ReplaceAll(good, ":3,", ":3.,")},
      {"NulInString", Completion(std::string("h\0i", 3))},
      {"LineEndInString", Completion("h\ni")},
      {"TabInString", Completion("h\ti")},
      {"BadEscape", Completion("\\x41")},
      {"ShortEscape", Completion("\\u12")},
      {"EscapeAtTheEnd", Completion("\\")},
      {"Utf16", Bytes("\xFF\xFE{\0}\0")},
      {"Utf16BigEndian", Bytes("\xFE\xFF\0{\0}")},
      {"NotUtf8OutsideStrings", "{\xFF" + good.substr(1)},
      {"NullChoices", ReplaceAll(good, "\"choices\":[", "\"choices\":null,\"x\":[")},
      {"EmptyBody", ""},
      {"ErrorTooLongToBeOne", R"({"error":{"message":")" + std::string(100'000, 'x') + "\"}}"},
  };
}

std::vector<Body> TooLarge() {
  const std::string good = Completion("hi");
  return {
      {"DeeperThanAllowed",
       good.substr(0, good.size() - 1) + ",\"x\":" + Repeat("[", 70) + Repeat("]", 70) + "}"},
      {"OpenBrackets", Repeat("[", 5000)},
      {"MoreValuesThanAllowed", "{\"choices\":[" + Repeat("{},", 1'000'000) + "{}]}"},
  };
}

struct Fine {
  std::string name;
  std::string bytes;
  std::string text = "hi";
};

std::vector<Fine> Usable() {
  const std::string good = Completion("hi");
  const std::string bad(kReplaced);
  const std::string deep = Repeat("[", 60) + Repeat("]", 60);
  return {
      {"WhiteSpaceAround", "\r\n\t " + good + " \n\n"},
      {"ByteOrderMark", "\xEF\xBB\xBF" + good},
      {"Slow", std::string(100'000, ' ') + good},
      {"EscapedNul", Completion("h\\u0000i"), std::string("h\0i", 3)},
      {"NotUtf8", Completion("h\xFFi"), "h" + bad + "i"},
      {"Overlong", Completion("\xC0\xAF"), bad + bad},
      {"Surrogates8", Completion("\xED\xA0\x80"), bad + bad + bad},
      {"CutCharacter", Completion("h\xE2\x82"), "h" + bad},
      {"AboveUnicode", Completion("\xF4\x90\x80\x80"), bad + bad + bad + bad},
      {"NotUtf8InName", ReplaceAll(good, "\"id\"", "\"i\xFF\"")},
      {"NotUtf8InModel", ReplaceAll(good, "m1", "m\xFF")},
      {"NotUtf8InUnknown", ReplaceAll(good, "\"id\"", "\"x\":\"\xFF\",\"id\"")},
      {"LoneHighSurrogate", Completion("h\\ud83di"), "h" + bad + "i"},
      {"LoneLowSurrogate", Completion("h\\ude00i"), "h" + bad + "i"},
      {"SurrogatesReversed", Completion("\\ude00\\ud83d"), bad + bad},
      {"LoneSurrogateInUnknown", ReplaceAll(good, "\"id\"", "\"x\":\"\\ud83d\",\"id\"")},
      {"LoneSurrogateInName", ReplaceAll(good, "\"id\"", "\"\\ud83d\":1,\"id\"")},
      {"NotANumber", ReplaceAll(good, ":3,", ":NaN,")},
      {"Infinity", ReplaceAll(good, ":3,", ":-Infinity,")},
      {"NumberTooLarge", ReplaceAll(good, ":3,", ":1e400,")},
      {"NumberTooSmall", ReplaceAll(good, ":3,", ":-1e-400,")},
      {"NumberAboveInt64", ReplaceAll(good, ":3,", ":18446744073709551616,")},
      {"NumberOfManyDigits", ReplaceAll(good, ":3,", ":" + std::string(10'000, '9') + ",")},
      {"NegativeTokens", ReplaceAll(good, ":3,", ":-3,")},
      {"HalfATokens", ReplaceAll(good, ":3,", ":0.5,")},
      {"FarFuture", ReplaceAll(good, "\"created\":1", "\"created\":99999999999999")},
      {"ContentTwice", ReplaceAll(good, "\"content\":", "\"content\":\"no\",\"content\":")},
      {"ChoicesTwice", ReplaceAll(good, "\"choices\":", "\"choices\":[{}],\"choices\":")},
      {"NameWithEscapes", ReplaceAll(good, "\"content\"", "\"\\u0063ontent\"")},
      {"EmptyName", ReplaceAll(good, "\"id\"", "\"\":1,\"id\"")},
      {"UnknownFinishReason", ReplaceAll(good, "stop", "eos_token")},
      {"UnknownRole", ReplaceAll(good, "assistant", "oracle")},
      {"DeepButAllowed", good.substr(0, good.size() - 1) + ",\"x\":" + deep + "}"},
      {"ThousandUnknownMembers", "{" + Repeat("\"x\":1,", 1000) + good.substr(1)},
      {"NullError", "{\"error\":null," + good.substr(1)},
      {"EmptyContent", Completion(""), ""},
      {"EmptyContentUnfinished", ReplaceAll(Completion(""), "\"stop\"", "null"), ""},
      {"NoChoicesButTheRest", ReplaceAll(good, "\"choices\"", "\"chances\""), ""},
  };
}

}  // namespace

Cases UnaryBodies() {
  Cases cases;
  for (Body& body : Unusable()) {
    cases.push_back({body.name, WireAnswer(WithLength(kJson, body.bytes)), kProtocol, ""});
  }
  for (Body& body : TooLarge()) {
    cases.push_back({body.name, WireAnswer(WithLength(kJson, body.bytes)), kTooLarge, ""});
  }
  for (Fine& body : Usable()) {
    cases.push_back({body.name, WireAnswer(WithLength(kJson, body.bytes)), kFine, body.text});
  }
  const std::string page = "<html><title>502 Bad Gateway</title></html>";
  for (const char* type : {"", "text/html", "text/event-stream", "application/json; charset=x"}) {
    cases.push_back(
        {std::string("PageAs") + type, WireAnswer(WithLength(type, page)), kProtocol, ""});
  }
  for (const char* coding : {"gzip", "br", "deflate", "zstd", "gzip, gzip"}) {
    const std::string header = std::string("Content-Encoding: ") + coding + "\r\n";
    cases.push_back(
        {std::string("Encoded ") + coding,
         WireAnswer(WithLength(kJson, Bytes("\x1F\x8B\x08\0\0\0\0\0\0\3"), "200 OK", header)),
         kProtocol, ""});
  }
  cases.push_back(
      {"IdentityEncoding",
       WireAnswer(WithLength(kJson, Completion("hi"), "200 OK", "Content-Encoding: identity\r\n")),
       kFine, "hi"});
  cases.push_back({"LengthTooShort",
                   WireAnswer(Head(kJson, "Content-Length: 50\r\n") + Completion("hi")), kProtocol,
                   ""});
  return cases;
}

}  // namespace inferwire::e2e::hostile
