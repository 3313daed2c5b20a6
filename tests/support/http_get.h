// What a scraper, a probe or a person with curl sees of a port on this machine.
#pragma once

#include <curl/curl.h>

#include <string>

namespace llmgate::testing_support {

struct HttpAnswer {
  long status = 0;  // 0: none came
  std::string body;
};

inline HttpAnswer Get(int port, const std::string& path) {
  HttpAnswer answer;
  CURL* easy = curl_easy_init();
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + path;
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, 10L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(
      easy, CURLOPT_WRITEFUNCTION, +[](char* bytes, size_t size, size_t count, void* body) {
        static_cast<std::string*>(body)->append(bytes, size * count);
        return size * count;
      });
  if (curl_easy_perform(easy) == CURLE_OK) {
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
  }
  curl_easy_cleanup(easy);
  return answer;
}

}  // namespace llmgate::testing_support
