import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.inferwire.client.CallSettings;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;
import io.inferwire.client.Upload;
import io.inferwire.v1.ImageEditParams;
import io.inferwire.v1.TranscriptionParams;
import io.inferwire.v1.TranslationParams;
import io.inferwire.v1.UploadFileHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A call whose request is a file, or several. */
final class FileCase {
  private final InferwireClient client;
  private final JsonObject task;
  private final CallSettings settings;
  private final List<Upload> pictures = new ArrayList<>();
  private Upload mask;
  private long sent;

  private FileCase(InferwireClient client, JsonObject task, CallSettings settings) {
    this.client = client;
    this.task = task;
    this.settings = settings;
    for (JsonElement each : task.getAsJsonArray("files")) {
      JsonObject spec = each.getAsJsonObject();
      Upload upload = Upload.of(spec.get("name").getAsString(), new Zeros(spec)).withProgress(this::progress);
      if (spec.has("mask")) {
        mask = upload;
      } else {
        pictures.add(upload);
      }
    }
  }

  static Map<String, Object> run(InferwireClient client, JsonObject task, CallSettings settings) throws IOException {
    FileCase one = new FileCase(client, task, settings);
    Map<String, Object> seen = new LinkedHashMap<>();
    try {
      seen.put("response", Rpcs.json(one.call()));
    } catch (UncheckedIOException e) {
      seen.put("fault", e.getCause().getMessage());
    } catch (InferwireException e) {
      if (Thread.interrupted()) {
        seen.put("cancelled", e.code() == io.grpc.Status.Code.CANCELLED);
      } else {
        seen.put("error", Driver.error(e));
      }
    }
    seen.put("sent", one.sent);
    return seen;
  }

  private Message call() throws IOException {
    return switch (task.get("method").getAsString()) {
      case "AudioService/Transcribe" ->
          client.transcribe(request(TranscriptionParams.newBuilder()).build(), pictures.get(0), settings);
      case "AudioService/TranslateAudio" ->
          client.translate(request(TranslationParams.newBuilder()).build(), pictures.get(0), settings);
      case "ImagesService/EditImages" ->
          client.editImages(request(ImageEditParams.newBuilder()).build(), pictures, mask, settings);
      default -> client.files().upload(request(UploadFileHeader.newBuilder()).build(), pictures.get(0), settings);
    };
  }

  private <B extends Message.Builder> B request(B builder) throws IOException {
    JsonFormat.parser().merge(task.get("request").toString(), builder);
    return builder;
  }

  private void progress(long bytes) {
    sent = bytes;
    if (task.has("cancel_after") && sent >= task.get("cancel_after").getAsLong()) {
      Thread.currentThread().interrupt();
    }
  }

  /** A file, and perhaps its fault. */
  private static final class Zeros extends InputStream {
    private final boolean fails;
    private int left;

    Zeros(JsonObject spec) {
      left = spec.get("bytes").getAsInt();
      fails = spec.has("fails");
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int size = Math.min(length, left);
      if (size == 0) {
        if (fails) {
          throw new IOException("the file broke");
        }
        return -1;
      }
      java.util.Arrays.fill(into, offset, offset + size, (byte) 0);
      left -= size;
      return size;
    }
  }
}
