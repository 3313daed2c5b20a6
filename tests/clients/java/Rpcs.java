import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.inferwire.client.CallSettings;
import io.inferwire.client.EmbedEvent;
import io.inferwire.client.ImageEvent;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;
import io.inferwire.v1.AssistantsServiceGrpc;
import io.inferwire.v1.AudioServiceGrpc;
import io.inferwire.v1.BatchesServiceGrpc;
import io.inferwire.v1.ChatServiceGrpc;
import io.inferwire.v1.CompleteTextRequest;
import io.inferwire.v1.ConversationsServiceGrpc;
import io.inferwire.v1.CreateResponseRequest;
import io.inferwire.v1.EmbedRequest;
import io.inferwire.v1.EmbeddingsServiceGrpc;
import io.inferwire.v1.FilesServiceGrpc;
import io.inferwire.v1.FineTuningServiceGrpc;
import io.inferwire.v1.GenerateImagesRequest;
import io.inferwire.v1.ImagesServiceGrpc;
import io.inferwire.v1.ModerateRequest;
import io.inferwire.v1.ModerationsServiceGrpc;
import io.inferwire.v1.RealtimeServiceGrpc;
import io.inferwire.v1.ResponsesServiceGrpc;
import io.inferwire.v1.StreamCompleteTextRequest;
import io.inferwire.v1.StreamEmbedRequest;
import io.inferwire.v1.StreamGenerateImagesRequest;
import io.inferwire.v1.StreamResponseRequest;
import io.inferwire.v1.TextCompletionsServiceGrpc;
import io.inferwire.v1.ThreadsServiceGrpc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Any RPC by its name: what has a call of its own is called so, every other one by its descriptor. */
final class Rpcs {
  private static final Gson GSON = new Gson();
  private static final List<ServiceDescriptor> SERVICES =
      List.of(
          AssistantsServiceGrpc.getServiceDescriptor(),
          AudioServiceGrpc.getServiceDescriptor(),
          BatchesServiceGrpc.getServiceDescriptor(),
          ChatServiceGrpc.getServiceDescriptor(),
          ConversationsServiceGrpc.getServiceDescriptor(),
          EmbeddingsServiceGrpc.getServiceDescriptor(),
          FilesServiceGrpc.getServiceDescriptor(),
          FineTuningServiceGrpc.getServiceDescriptor(),
          ImagesServiceGrpc.getServiceDescriptor(),
          ModerationsServiceGrpc.getServiceDescriptor(),
          RealtimeServiceGrpc.getServiceDescriptor(),
          ResponsesServiceGrpc.getServiceDescriptor(),
          TextCompletionsServiceGrpc.getServiceDescriptor(),
          ThreadsServiceGrpc.getServiceDescriptor());

  private Rpcs() {}

  static Map<String, Object> unary(InferwireClient client, JsonObject task, CallSettings settings)
      throws IOException {
    MethodDescriptor<Message, Message> method = method(task);
    Message response = called(client, method, request(method, task), settings);
    return new LinkedHashMap<>(Map.of("response", json(response)));
  }

  private static Message called(
      InferwireClient client, MethodDescriptor<Message, Message> method, Message request,
      CallSettings settings) {
    if (request instanceof CreateResponseRequest typed) {
      return client.respond(typed, settings);
    } else if (request instanceof EmbedRequest typed) {
      return client.embed(typed, settings);
    } else if (request instanceof ModerateRequest typed) {
      return client.moderate(typed, settings);
    } else if (request instanceof CompleteTextRequest typed) {
      return client.completeText(typed, settings);
    } else if (request instanceof GenerateImagesRequest typed) {
      return client.generateImages(typed, settings);
    }
    return client.call(method, request, settings);
  }

  static Map<String, Object> streamed(InferwireClient client, JsonObject task, CallSettings settings)
      throws IOException {
    MethodDescriptor<Message, Message> method = method(task);
    Message request = request(method, task);
    Reading reading = new Reading();
    try {
      if (request instanceof StreamResponseRequest typed) {
        try (var stream = client.streamResponse(typed, settings)) {
          reading.all(stream, event -> event.message(), event -> event.text());
        }
      } else if (request instanceof StreamCompleteTextRequest typed) {
        try (var stream = client.streamCompleteText(typed, settings)) {
          reading.all(stream, event -> event.message(), event -> event.text());
        }
      } else if (request instanceof StreamEmbedRequest typed) {
        try (var stream = client.streamEmbed(typed, settings)) {
          reading.all(stream, event -> reading.floats(event), event -> "");
        }
      } else if (request instanceof StreamGenerateImagesRequest typed) {
        try (var stream = client.streamImages(typed, settings)) {
          reading.all(stream, event -> reading.picture(event), event -> "");
        }
      } else {
        try (var stream = client.streamCall(method, request, settings)) {
          reading.all(stream, message -> message, message -> "");
        }
      }
    } catch (InferwireException e) {
      Map<String, Object> seen = reading.result();
      seen.put("error", Driver.error(e));
      return seen;
    }
    return reading.result();
  }

  /** What a streamed RPC brings. */
  private static final class Reading {
    private final Map<String, Integer> types = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();
    private final List<String> pictures = new ArrayList<>();
    private final MessageDigest digest;
    private int events;
    private long bytes;
    private Message last;

    Reading() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    private void take(byte[] data) {
      bytes += data.length;
      digest.update(data);
    }

    Message floats(EmbedEvent event) {
      event.embedding().ifPresent(embedding -> {
        ByteBuffer packed =
            ByteBuffer.allocate(4 * embedding.getValuesCount()).order(ByteOrder.LITTLE_ENDIAN);
        embedding.getValuesList().forEach(packed::putFloat);
        take(packed.array());
      });
      return event.message();
    }

    Message picture(ImageEvent event) {
      event.picture().ifPresent(picture -> {
        take(picture.data().toByteArray());
        boolean preview = picture.preview().isPresent();
        pictures.add(picture.index() + (preview ? " preview " + picture.preview().getAsInt() : ""));
      });
      return event.message();
    }

    <E> void all(Iterable<E> stream, Function<E, Message> message, Function<E, String> added) {
      for (E event : stream) {
        last = message.apply(event);
        ++events;
        types.merge(kind(last), 1, Integer::sum);
        text.append(added.apply(event));
      }
    }

    private static String kind(Message message) {
      FieldDescriptor set =
          message.getOneofFieldDescriptor(message.getDescriptorForType().getRealOneofs().get(0));
      return set == null ? "unknown" : set.getName();
    }

    Map<String, Object> result() throws IOException {
      Map<String, Object> seen = new LinkedHashMap<>();
      seen.put("events", events);
      seen.put("types", types);
      seen.put("text", text.toString());
      seen.put("bytes", bytes);
      seen.put("sha256", HexFormat.of().formatHex(digest.digest()));
      seen.put("pictures", pictures);
      seen.put("last", last == null ? null : json(last));
      return seen;
    }
  }

  @SuppressWarnings("unchecked")
  private static MethodDescriptor<Message, Message> method(JsonObject task) {
    String wanted = "inferwire.v1." + task.get("method").getAsString();
    for (ServiceDescriptor service : SERVICES) {
      for (MethodDescriptor<?, ?> method : service.getMethods()) {
        if (method.getFullMethodName().equals(wanted)) {
          return (MethodDescriptor<Message, Message>) method;
        }
      }
    }
    throw new IllegalArgumentException("no RPC " + wanted);
  }

  private static Message request(MethodDescriptor<Message, Message> method, JsonObject task)
      throws IOException {
    var marshaller = (MethodDescriptor.PrototypeMarshaller<Message>) method.getRequestMarshaller();
    Message.Builder request = marshaller.getMessagePrototype().newBuilderForType();
    if (task.has("request")) {
      JsonFormat.parser().merge(GSON.toJson(task.get("request")), request);
    }
    return request.build();
  }

  static JsonObject json(Message message) throws IOException {
    return GSON.fromJson(JsonFormat.printer().print(message), JsonObject.class);
  }
}
