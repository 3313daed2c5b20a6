// Files that go up: what the cases say of them as streams of bytes, and what comes of the calls.
import * as v1 from "@inferwire/client/v1";

/** Zeros, and perhaps a fault; named as it says. */
async function* zeros({ bytes, fails }) {
  for (let left = bytes; left > 0; left -= 65_536) yield new Uint8Array(Math.min(left, 65_536));
  if (fails) throw new Error("the file broke");
}

const fileOf = (spec) => Object.assign(zeros(spec), { path: spec.name });

/** seenError throws what is none of the client's. */
export async function upload(client, { method, request, files, cancel_after: cancelAfter, timeout_ms: timeoutMs }, seenError) {
  const pictures = files.filter(({ mask }) => !mask).map(fileOf);
  const mask = files.filter(({ mask }) => mask).map(fileOf)[0];
  const cancel = new AbortController();
  const seen = { sent: 0 };
  const options = {
    timeoutMs, signal: cancel.signal, mask,
    onProgress: (sent) => {
      seen.sent = sent;
      if (sent >= cancelAfter) cancel.abort();
    },
  };
  const calls = {
    "AudioService/Transcribe": (file) => client.transcribe(file, { ...options, params: v1.fromJson(v1.TranscriptionParamsSchema, request) }),
    "AudioService/TranslateAudio": (file) => client.translate(file, { ...options, params: v1.fromJson(v1.TranslationParamsSchema, request) }),
    "FilesService/UploadFile": async (file) => ({ file: await client.uploadFile(file, { ...options, ...request }) }),
    "ImagesService/EditImages": () => client.editImage(pictures, v1.fromJson(v1.ImageEditParamsSchema, request), options),
  };
  try {
    return { ...seen, response: JSON.parse(JSON.stringify(await calls[method](pictures[0]))), sent: seen.sent };
  } catch (error) {
    if (error.message === "the file broke") return { ...seen, fault: error.message };
    const known = seenError(error);
    return known.code === "CANCELLED" && cancel.signal.aborted ? { ...seen, cancelled: true } : { ...seen, error: known };
  }
}
