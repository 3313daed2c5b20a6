package io.inferwire.client;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.inferwire.v1.HttpCall;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Which requests of OpenAI's API are answered by a stream, or by what may be too long for a message. */
final class OpenAIRequests {
  private static final Pattern BYTES = Pattern.compile("/audio/speech|.*/content(?:/[^/]*)?");
  private static final Pattern STREAM_FIELD =
      Pattern.compile("name=\"?stream\"?[^\\r\\n]*(?:\\r\\n[^\\r\\n]+)*\\r\\n\\r\\ntrue\\r\\n");

  private OpenAIRequests() {}

  static boolean streams(HttpCall call) {
    if (BYTES.matcher(call.getPath()).matches()) {
      return true;
    }
    if (call.getMethod().equals("GET")) {
      return call.getQueryList().stream()
          .anyMatch(parameter -> parameter.getName().equals("stream") && parameter.getValue().equals("true"));
    }
    return call.getContentType().startsWith("multipart/")
        ? STREAM_FIELD.matcher(call.getBody().toString(StandardCharsets.ISO_8859_1)).find()
        : saysStream(call);
  }

  /** "stream": true among the members of the body, wherever it stands. */
  private static boolean saysStream(HttpCall call) {
    try (JsonReader json =
        new JsonReader(new InputStreamReader(call.getBody().newInput(), StandardCharsets.UTF_8))) {
      if (call.getBody().isEmpty() || json.peek() != JsonToken.BEGIN_OBJECT) {
        return false;
      }
      json.beginObject();
      while (json.hasNext()) {
        boolean stream = json.nextName().equals("stream");
        if (stream && json.peek() == JsonToken.BOOLEAN) {
          return json.nextBoolean();
        }
        json.skipValue();
      }
      return false;
    } catch (IOException | IllegalStateException e) {
      return false; // not JSON: the upstream will say so
    }
  }
}
