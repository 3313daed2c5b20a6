// Sound and pictures of any size: see Client::Speak, Transcribe, StreamTranscribe and EditImages.
// Neither side holds a whole recording.
//
//   std::ifstream in("talk.mp3", std::ios::binary);
//   v1::TranscribeHeader header;
//   header.mutable_params()->set_model("gpt-4o-transcribe");
//   header.mutable_file()->set_filename("talk.mp3");
//   auto heard = client.Transcribe(header, BytesOf(in));
//   if (heard) std::cout << heard->transcription().text();
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "inferwire/client/files.h"
#include "inferwire/v1/audio_service.pb.h"

namespace inferwire::client {

// Called with the bytes that were sent so far, of all files.
using OnSent = std::function<void(std::int64_t sent)>;

// Called with each event of a transcription; false: no more are wanted.
using OnHeard = std::function<bool(const v1::TranscriptionEvent& event)>;

// An image to be changed, or the mask that says where.
struct ImageFile {
  std::string filename = {};
  std::string mime_type = "image/png";
  bool mask = false;
  ByteSource next = {};
};

}  // namespace inferwire::client
