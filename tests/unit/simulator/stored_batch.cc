#include "unit/simulator/stored_batch.h"

#include <gtest/gtest.h>

#include <sstream>

namespace inferwire::simulator::testing {

using std::chrono::seconds;

Form FileForm(std::string_view purpose, std::string_view filename, std::string_view bytes,
              const HeaderList& more_fields) {
  Form form{.body = {}, .content_type = "multipart/form-data; boundary=----boundary7"};
  const auto part = [&](std::string_view disposition, std::string_view content) {
    form.body += "------boundary7\r\nContent-Disposition: form-data; ";
    form.body += disposition;
    form.body += "\r\n\r\n";
    form.body += content;
    form.body += "\r\n";
  };
  part("name=\"purpose\"", purpose);
  for (const auto& [name, value] : more_fields) part("name=\"" + name + "\"", value);
  part("name=\"file\"; filename=\"" + std::string(filename) + "\"", bytes);
  form.body += "------boundary7--\r\n";
  return form;
}

Response Send(const Simulator& simulator, std::string_view method, std::string_view path,
              const HeaderList& headers, std::string_view body) {
  std::string text = std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nhost: x\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  if (!body.empty()) text += "content-length: " + std::to_string(body.size()) + "\r\n";
  text += "\r\n";
  Connection connection(simulator.port());
  connection.Send(text);
  connection.Send(body);
  return connection.Read();
}

Response Upload(const Simulator& simulator, const Form& form, const HeaderList& headers) {
  HeaderList all = headers;
  all.emplace_back("content-type", form.content_type);
  return Send(simulator, "POST", "/v1/files", all, form.body);
}

std::string UploadBatchInput(const Simulator& simulator, std::string_view lines) {
  const Response response = Upload(simulator, FileForm("batch", "in.jsonl", lines));
  EXPECT_EQ(response.status, 200) << response.body;
  return response.json().value("id", "");
}

std::string Item(std::string_view custom_id, std::string_view model, std::string_view text) {
  return Dump({{"custom_id", custom_id},
               {"method", "POST"},
               {"url", "/v1/chat/completions"},
               {"body", Ask(text, model)}}) +
         "\n";
}

std::string Items(int count, std::string_view model) {
  std::string lines;
  const std::string item = Item("ITEM", model);
  const size_t at = item.find("ITEM");
  for (int i = 0; i < count; ++i) {
    lines.append(item, 0, at).append("item-" + std::to_string(i)).append(item, at + 4);
  }
  return lines;
}

Response CreateBatch(const Simulator& simulator, std::string_view file_id, std::string_view script,
                     const HeaderList& headers) {
  return Post(simulator, "/v1/batches",
              {{"input_file_id", file_id},
               {"endpoint", "/v1/chat/completions"},
               {"completion_window", "24h"},
               {"metadata", {{"simulator", script}}}},
              headers);
}

Json Ended(const Simulator& simulator, const Json& batch) {
  const uint64_t before = simulator.stats().batches_created;
  EXPECT_TRUE(simulator.WaitFor([&](const Stats& stats) { return stats.batches_ended >= before; },
                                seconds(60)));
  return Get(simulator, "/v1/batches/" + batch["id"].get<std::string>()).json();
}

std::vector<Json> Lines(const Simulator& simulator, const Json& file_id) {
  std::vector<Json> lines;
  if (!file_id.is_string()) return lines;
  const Response file = Get(simulator, "/v1/files/" + file_id.get<std::string>() + "/content");
  EXPECT_EQ(file.status, 200);
  std::istringstream in(file.body);
  for (std::string line; std::getline(in, line);) {
    lines.push_back(Json::parse(line, nullptr, /*allow_exceptions=*/false));
  }
  return lines;
}

}  // namespace inferwire::simulator::testing
