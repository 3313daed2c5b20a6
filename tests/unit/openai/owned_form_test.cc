#include <gmock/gmock.h>

#include "openai/form_parts.h"
#include "openai/owned_ids.h"

namespace inferwire::openai {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kType = "multipart/form-data; boundary=b1";

std::string Part(const std::string& head, const std::string& value) {
  return "--b1\r\n" + head + "\r\n\r\n" + value + "\r\n";
}
std::string Field(const std::string& name, const std::string& value) {
  return Part("Content-Disposition: form-data; name=\"" + name + "\"", value);
}
constexpr char kEnd[] = "--b1--\r\n";

// "kind id", or one that says that the form is refused.
std::vector<std::string> Found(const std::string& body, std::string_view type = kType) {
  const auto found = OwnedInForm(type, body, "up");
  if (!found) return {"refused"};
  std::vector<std::string> things;
  for (const gateway::OwnedThing& thing : *found) {
    EXPECT_EQ(thing.upstream, "up");
    things.push_back(thing.kind + " " + thing.id);
  }
  return things;
}

TEST(OwnedForm, FieldsNameThingsByTheNamesThatMembersOfJsonHave) {
  EXPECT_THAT(Found(Field("training_file", "f") + Field("validation_file", "g") + kEnd),
              ElementsAre("files f", "files g"));
  EXPECT_THAT(Found(Field("file_id", " f ") + kEnd), ElementsAre("files f"));
  EXPECT_THAT(Found(Field("file_ids[]", "f") + Field("file_ids[]", "g") + kEnd),
              ElementsAre("files f", "files g"));
  EXPECT_THAT(Found(Field("attachments[0][file_id]", "f") + kEnd), ElementsAre("files f"));
  EXPECT_THAT(Found(Field("input.file_id", "f") + kEnd), ElementsAre("files f"));
  EXPECT_THAT(Found(Field("previous_response_id", "r") + kEnd), ElementsAre("responses r"));
  EXPECT_THAT(Found(Field("conversation", "c") + kEnd), ElementsAre("conversations c"));
  EXPECT_THAT(Found(Field("file_id", "f")), ElementsAre("files f")) << "it has no end";
}

TEST(OwnedForm, FieldsThatAreJsonAreSearchedToo) {
  EXPECT_THAT(Found(Field("file_ids", R"(["f","g"])") + kEnd), ElementsAre("files f", "files g"));
  EXPECT_THAT(Found(Field("file_id", R"("f")") + kEnd), ElementsAre("files f"));
  EXPECT_THAT(Found(Field("body", R"({"x":[{"file_id":"f"}]})") + kEnd), ElementsAre("files f"));
}

TEST(OwnedForm, WhatNamesNothingIsFound) {
  EXPECT_THAT(Found(Field("purpose", "batch") +
                    Part("Content-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"",
                         "{\"file_id\":\"f\"}") +
                    kEnd),
              IsEmpty())
      << "what a file holds is data";
  EXPECT_THAT(Found(Field("prompt", "file_id of a file") + kEnd), IsEmpty());
  EXPECT_THAT(Found(Field("file_id", "") + kEnd), IsEmpty());
  EXPECT_THAT(Found("", kType), IsEmpty());
}

TEST(OwnedForm, OtherSpellingsOfTheSameHideNothing) {
  for (const std::string head :
       {"content-disposition:form-data;name=file_id",
        "CONTENT-DISPOSITION: FORM-DATA; NAME=\"file_id\"",
        "Content-Disposition: form-data; name = \"file_id\"",
        "Content-Type: text/plain\r\nContent-Disposition: form-data;\r\n name=\"file_id\"",
        "Content-Disposition: form-data; name=\"x\"; name=\"file_id\"",
        "Content-Disposition: form-data; name=\"file_id\"; filename=\"\"",
        "Content-Transfer-Encoding: binary\r\nContent-Disposition: form-data; name=file_id"}) {
    EXPECT_THAT(Found(Part(head, "f") + kEnd), ElementsAre("files f")) << head;
  }
  EXPECT_THAT(Found("--b1\nContent-Disposition: form-data; name=\"file_id\"\n\nf\n--b1--\n"),
              ElementsAre("files f"));
  EXPECT_THAT(Found(Field("x", "file--b1--") + Field("file_id", "f") + kEnd),
              ElementsAre("files f"))
      << "not every server takes that for the end";
  EXPECT_THAT(Found(Field("file_id", "f") + kEnd, "multipart/form-data; boundary=\"b1\""),
              ElementsAre("files f"));
}

TEST(OwnedForm, WhatServersCouldReadInTwoWaysIsRefused) {
  const std::string good = Field("file_id", "f") + kEnd;
  for (const std::string_view type :
       {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=b2",
        "multipart/form-data; boundary=b2; boundary=b1", "multipart/form-data; boundary*0=b1",
        "multipart/form-data; xboundary=b2; boundary=b1",
        R"(multipart/form-data; boundary="b\1")"}) {
    EXPECT_THAT(Found(good, type), ElementsAre("refused")) << type;
  }
  for (const std::string head :
       {R"(Content-Disposition: form-data; name="file\_id")",
        "Content-Disposition: form-data; name*=utf-8''file_id",
        "Content-Disposition: form-data; name*0=file; name*1=_id",
        "Content-Disposition: form-data; name=\"file%5fid\"",
        "Content-Disposition: form-data; name=\"=?utf-8?q?file_id?=\"",
        "Content-Disposition: form-data; name=file_id\r\nContent-Transfer-Encoding: base64",
        "Content-Disposition: form-data; name=x\r\nContent-Type: multipart/mixed; boundary=c"}) {
    EXPECT_THAT(Found(Part(head, "file") + kEnd), ElementsAre("refused")) << head;
  }
  EXPECT_THAT(Found(Field("file_id", "fi--b1le") + kEnd), ElementsAre("refused"));
  EXPECT_THAT(Found("--b1\r\nfile_id without a blank line\r\n" + std::string(kEnd)),
              ElementsAre("refused"));
}

TEST(OwnedForm, ItsPartsAreBounded) {
  std::string body;
  for (int i = 0; i < 1000; ++i) body += Field("file_id", std::to_string(i));
  EXPECT_EQ(Found(body + kEnd).size(), 1000u);
  EXPECT_THAT(Found(body + Field("file_id", "more") + kEnd), ElementsAre("refused"));
}

TEST(FormParts, AMultipartTypeIsKnownInEverySpelling) {
  for (const char* type : {"multipart/form-data; boundary=x", " Multipart/Mixed", "MULTIPART/x"}) {
    EXPECT_TRUE(IsMultipart(type)) << type;
  }
  for (const char* type : {"", "application/json", "x-multipart/form-data"}) {
    EXPECT_FALSE(IsMultipart(type)) << type;
  }
}

}  // namespace
}  // namespace inferwire::openai
