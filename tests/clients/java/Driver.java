import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Metadata;
import io.inferwire.client.BatchItemResult;
import io.inferwire.client.Batches;
import io.inferwire.client.CallSettings;
import io.inferwire.client.ClientOptions;
import io.inferwire.client.Event;
import io.inferwire.client.InferwireClient;
import io.inferwire.client.InferwireException;
import io.inferwire.client.Many;
import io.inferwire.v1.AttemptInfo;
import io.inferwire.v1.Batch;
import io.inferwire.v1.BatchHeader;
import io.inferwire.v1.BatchItem;
import io.inferwire.v1.BatchResult;
import io.inferwire.v1.CallOptions;
import io.inferwire.v1.ChatCompletion;
import io.inferwire.v1.ChatCompletionParams;
import io.inferwire.v1.ChatMessage;
import io.inferwire.v1.Choice;
import io.inferwire.v1.ChunkChoice;
import io.inferwire.v1.CompareModelsRequest;
import io.inferwire.v1.CompareModelsResponse;
import io.inferwire.v1.CompleteManyItem;
import io.inferwire.v1.CompleteManySummary;
import io.inferwire.v1.CompleteRequest;
import io.inferwire.v1.CompleteResponse;
import io.inferwire.v1.ContentPart;
import io.inferwire.v1.Cost;
import io.inferwire.v1.CreateBatchResponse;
import io.inferwire.v1.EstimateRequest;
import io.inferwire.v1.EstimateResponse;
import io.inferwire.v1.FinishReason;
import io.inferwire.v1.GatewayInfo;
import io.inferwire.v1.GetModelResponse;
import io.inferwire.v1.HttpCall;
import io.inferwire.v1.ImageUrl;
import io.inferwire.v1.InvokeRequest;
import io.inferwire.v1.InvokeResponse;
import io.inferwire.v1.ListModelsRequest;
import io.inferwire.v1.Model;
import io.inferwire.v1.ModelEnd;
import io.inferwire.v1.RequestProblem;
import io.inferwire.v1.RouteInfo;
import io.inferwire.v1.StreamCompleteRequest;
import io.inferwire.v1.StreamInvokeRequest;
import io.inferwire.v1.StreamOptions;
import io.inferwire.v1.ToolCall;
import io.inferwire.v1.Usage;
import io.inferwire.v1.Warning;
import io.inferwire.v1.Workload;
import io.inferwire.v1.WorkloadCost;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Does with the Java client what the cases on standard input ask for, and reports what it saw: one
 * JSON object per line each way (tests/clients/README.md).
 */
public class Driver {
  private static final Gson GSON = new Gson().newBuilder().serializeNulls().create();
  private static final BufferedReader INPUT =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  private static final PrintStream OUTPUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  // Clients live as long as the process: what a call leaves behind is not cleaned up by an end.
  private static final Map<String, InferwireClient> CLIENTS = new HashMap<>();

  public static void main(String[] args) throws IOException {
    for (String line = INPUT.readLine(); line != null; line = INPUT.readLine()) {
      JsonObject task = GSON.fromJson(line, JsonObject.class);
      Map<String, Object> seen;
      try {
        seen = run(task);
      } catch (InferwireException e) {
        seen = new LinkedHashMap<>(Map.of("error", error(task.has("copied") ? copied(e) : e)));
      } catch (IOException | RuntimeException e) {
        seen = new LinkedHashMap<>(Map.of("crash", e.toString()));
      }
      seen.put("name", text(task, "name"));
      OUTPUT.println(GSON.toJson(seen));
    }
    System.exit(0);
  }

  private static Map<String, Object> run(JsonObject task) throws IOException {
    switch (text(task, "call")) {
      case "encode":
        return encoded(params(task));
      case "reencode":
        return encoded(ChatCompletionParams.parseFrom(HexFormat.of().parseHex(text(task, "hex"))));
      case "text":
        String text = InferwireClient.text(parse(task, "completion", ChatCompletion.newBuilder()).build());
        return new LinkedHashMap<>(Map.of("text", text));
      case "cost":
        OptionalLong cost = InferwireClient.cost(parse(task, "cost", Cost.newBuilder()).build());
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("cost", cost.isPresent() ? cost.getAsLong() : null);
        return seen;
      case "closed":
        return closed(text(task.getAsJsonObject("client"), "target"));
      default:
    }
    InferwireClient client = client(task.getAsJsonObject("client"));
    return switch (text(task, "call")) {
      case "complete" -> {
        CompleteResponse response = client.complete(unary(task), settings(task));
        Map<String, Object> whole = completion(response.getCompletion());
        whole.put("gateway", gateway(response.getGateway()));
        yield whole;
      }
      case "target" -> new LinkedHashMap<>(Map.of("target", client.target()));
      case "complete_text" -> {
        ChatCompletionParams.Builder params = InferwireClient.ask(text(task, "prompt"), text(task, "model"));
        CompleteRequest request = CompleteRequest.newBuilder().setParams(params).build();
        yield seenText(InferwireClient.text(client.completeAsync(request).join().getCompletion()));
      }
      case "stream" -> stream(client, task);
      case "many" -> many(client, task);
      case "batch" -> batch(client, task);
      case "delete_batch" -> deleteBatch(client, task);
      case "models" -> models(client, task);
      case "model" -> {
        GetModelResponse response = client.models().get(text(task, "model_id"));
        yield new LinkedHashMap<>(
            Map.of(
                "model_id", response.getModel().getModelId(), "snapshot_id", response.getSnapshotId(),
                "priced", response.getModel().getPriced()));
      }
      case "compare" -> compare(client, task);
      case "estimate" -> {
        EstimateResponse response =
            client.models().estimate(EstimateRequest.newBuilder().setParams(params(task)).build());
        yield new LinkedHashMap<>(
            Map.of(
                "input_tokens", response.getInputTokens(), "fits", response.getFitsContextWindow(),
                "problems", response.getProblemsList().stream().map(RequestProblem::getReason).toList()));
      }
      case "health" -> new LinkedHashMap<>(Map.of("status", client.health(text(task, "service")).name()));
      case "invoke" -> invoke(client, task.getAsJsonObject("http"));
      case "rpc" -> Rpcs.unary(client, task, settings(task));
      case "rpc_stream" -> Rpcs.streamed(client, task, settings(task));
      case "rpc_upload" -> FileCase.run(client, task, settings(task));
      case "session" -> Talk.run(client, task, settings(task));
      case "bench_unary" -> {
        long begin = System.nanoTime();
        int count = 0;
        for (; seconds(begin) < task.get("seconds").getAsDouble(); ++count) {
          client.complete(unary(task));
        }
        yield new LinkedHashMap<>(Map.of("count", count, "seconds", seconds(begin)));
      }
      case "bench_stream" -> {
        long begin = System.nanoTime();
        int count = 0;
        try (var stream = client.stream(streamed(task))) {
          for (Event event : stream) {
            count += event.text().isEmpty() ? 0 : 1;
          }
        }
        yield new LinkedHashMap<>(Map.of("count", count, "seconds", seconds(begin)));
      }
      default -> throw new IllegalArgumentException("unknown call");
    };
  }

  /** As a queue or a cache does. */
  private static InferwireException copied(InferwireException e) {
    try (var bytes = new ByteArrayOutputStream();
        var out = new ObjectOutputStream(bytes)) {
      out.writeObject(e);
      out.flush();
      try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        return (InferwireException) in.readObject();
      }
    } catch (IOException | ClassNotFoundException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** What every kind of call of a closed client says. */
  private static Map<String, Object> closed(String target) {
    InferwireClient client = InferwireClient.connect(target);
    client.close();
    client.close(); // no harm
    Map<String, Runnable> calls = new LinkedHashMap<>();
    calls.put("complete", () -> client.complete("Hi"));
    calls.put("stream", () -> client.stream("Hi").forEach(event -> {}));
    calls.put("many", () -> client.completeMany(List.of(), Many.Options.maxInFlight(1)).forEach(result -> {}));
    calls.put("models", () -> client.models().list(ListModelsRequest.getDefaultInstance()).forEach(model -> {}));
    calls.put("health", () -> client.health(""));
    calls.put(
        "create_batch",
        () -> client.batches().create(BatchHeader.getDefaultInstance(), List.of(), CallSettings.defaults()));
    calls.put("batch_results", () -> client.batches().results("batch_1", 0).forEach(result -> {}));
    calls.put(
        "stream_invoke",
        () ->
            client
                .streamInvoke(StreamInvokeRequest.getDefaultInstance(), CallSettings.defaults())
                .forEach(part -> {}));
    Map<String, Object> seen = new LinkedHashMap<>();
    calls.forEach(
        (name, call) -> {
          try {
            call.run();
          } catch (InferwireException e) {
            seen.put(name, error(e));
          }
        });
    return seen;
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  private static String text(JsonObject from, String name) {
    return from.has(name) ? from.get(name).getAsString() : "";
  }

  private static int number(JsonObject from, String name) {
    return from.has(name) ? from.get(name).getAsInt() : 0;
  }

  private static List<JsonElement> list(JsonObject from, String name) {
    return from.has(name) ? from.getAsJsonArray(name).asList() : new JsonArray().asList();
  }

  private static File file(JsonObject from, String name) {
    return from.has(name) ? new File(text(from, name)) : null;
  }

  private static InferwireClient client(JsonObject to) {
    return CLIENTS.computeIfAbsent(
        to.toString(),
        key -> {
          ClientOptions options = ClientOptions.defaults().withBearerToken(text(to, "bearer_token"));
          options = options.withRetries(number(to, "max_attempts"), options.retryBufferBytes());
          if (to.has("tls")) {
            JsonObject tls = to.getAsJsonObject("tls");
            options =
                options.withTls(
                    new ClientOptions.Tls(
                        file(tls, "ca"), file(tls, "cert"), file(tls, "key"),
                        tls.has("server_name") ? text(tls, "server_name") : null));
          }
          return InferwireClient.connect(text(to, "target"), options);
        });
  }

  private static <B extends Message.Builder> B parse(JsonObject task, String name, B builder) throws IOException {
    if (task.has(name)) {
      JsonFormat.parser().merge(task.get(name).toString(), builder);
    }
    return builder;
  }

  private static ChatCompletionParams params(JsonObject task) throws IOException {
    ChatCompletionParams.Builder params = parse(task, "params", ChatCompletionParams.newBuilder());
    params.mergeFrom(HexFormat.of().parseHex(text(task, "params_hex")));
    if (task.has("pad_bytes")) {
      ChatMessage.Builder message = params.getMessagesBuilder(0);
      message.setContent(message.getContent() + "x".repeat(number(task, "pad_bytes")));
    }
    if (task.has("image_bytes")) {
      byte[] bytes = new byte[number(task, "image_bytes")];
      for (int i = 0; i < bytes.length; ++i) {
        bytes[i] = (byte) "\u0089PNG".charAt(i % 4);
      }
      ImageUrl.Builder image =
          ImageUrl.newBuilder().setData(ByteString.copyFrom(bytes)).setMimeType("image/png");
      params.getMessagesBuilder(0).addContentParts(ContentPart.newBuilder().setImageUrl(image));
    }
    return params.build();
  }

  private static CompleteRequest unary(JsonObject task) throws IOException {
    return CompleteRequest.newBuilder()
        .setParams(params(task))
        .setOptions(parse(task, "options", CallOptions.newBuilder()))
        .build();
  }

  private static StreamCompleteRequest streamed(JsonObject task) throws IOException {
    return StreamCompleteRequest.newBuilder()
        .setParams(params(task))
        .setOptions(parse(task, "options", CallOptions.newBuilder()))
        .setStream(StreamOptions.newBuilder().setAccumulate(task.has("accumulate")))
        .build();
  }

  private static CallSettings settings(JsonObject task) {
    Metadata metadata = new Metadata();
    if (task.has("metadata")) {
      task.getAsJsonObject("metadata").entrySet().forEach(
          entry ->
              metadata.put(
                  Metadata.Key.of(entry.getKey(), Metadata.ASCII_STRING_MARSHALLER),
                  entry.getValue().getAsString()));
    }
    Duration timeout = task.has("timeout_ms") ? Duration.ofMillis(number(task, "timeout_ms")) : null;
    String key = text(task, "idempotency_key");
    return new CallSettings(timeout, metadata).withIdempotencyKey(key);
  }

  private static Map<String, Object> encoded(Message message) throws IOException {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    message.writeTo(out);
    return new LinkedHashMap<>(Map.of("hex", HexFormat.of().formatHex(bytes)));
  }

  private static Map<String, Object> seenText(String text) {
    Map<String, Object> seen = new LinkedHashMap<>();
    seen.put("text", text.substring(0, Math.min(text.length(), 2000)));
    seen.put("text_bytes", text.getBytes(StandardCharsets.UTF_8).length);
    return seen;
  }

  private static Map<String, Object> gateway(GatewayInfo gateway) {
    return Map.of(
        "request_id", gateway.getRequestId(), "client_request_id", gateway.getClientRequestId(),
        "upstream", gateway.getUpstream(), "model", gateway.getModel(), "attempts", gateway.getAttempts(),
        "replayed", gateway.getReplayed(),
        "warnings",
        gateway.getWarningsList().stream().collect(Collectors.toMap(Warning::getReason, Driver::warning)),
        "route", route(gateway.getRoute()),
        "attempt_log", gateway.getAttemptLogList().stream().map(Driver::attempt).toList());
  }

  private static Map<String, Object> warning(Warning warning) {
    ModelEnd end = warning.getModelEnd();
    return Map.of(
        "model", end.getModelId(), "dated", !end.getShutdownDate().isEmpty(),
        "replacement", end.getReplacementModelId(), "says", warning.getMessage());
  }

  private static Map<String, Object> route(RouteInfo route) {
    return Map.of(
        "route", route.getRoute(), "chosen_by", route.getChosenBy(), "group", route.getGroup(),
        "fallback", route.getFallback());
  }

  private static Map<String, Object> attempt(AttemptInfo attempt) {
    return Map.of(
        "upstream", attempt.getUpstream(), "key", attempt.getKey(), "http_status", attempt.getHttpStatus(),
        "reason", attempt.getReason(), "may_be_billed", attempt.getMayBeBilled(), "cause", attempt.getCause());
  }

  private static Map<String, Object> usage(Usage usage) {
    return Map.of(
        "input", usage.getInputTokens(), "output", usage.getOutputTokens(), "total", usage.getTotalTokens());
  }

  private static Map<String, Object> completion(ChatCompletion completion) {
    if (completion.getChoicesCount() == 0) {
      return new LinkedHashMap<>(Map.of("choices", 0));
    }
    Choice choice = completion.getChoices(0);
    List<Object> calls = new ArrayList<>();
    for (ToolCall call : choice.getMessage().getToolCallsList()) {
      calls.add(
          Map.of(
              "id", call.getId(), "name", call.getFunction().getName(),
              "arguments", call.getFunction().getArguments()));
    }
    Map<String, Object> seen = seenText(InferwireClient.text(completion));
    seen.put("model", completion.getModel());
    seen.put("finish", choice.getFinishReason().name());
    seen.put("role", choice.getMessage().getRole().name());
    seen.put("tool_calls", calls);
    seen.put("has_content", choice.getMessage().hasContent());
    seen.put("choices", completion.getChoicesCount());
    seen.put("usage", usage(completion.getUsage()));
    return seen;
  }

  private static Map<String, Object> limit(InferwireException.Limit limit) {
    return Map.of(
        "name", limit.name(), "scope", limit.scope(), "amount", limit.amount(), "needed",
        limit.needed(), "resets_at", limit.resetsAt());
  }

  static Map<String, Object> error(InferwireException e) {
    Map<String, Object> seen = new LinkedHashMap<>();
    seen.put("code", e.code().name());
    seen.put("domain", e.domain());
    seen.put("reason", e.reason());
    seen.put("retryable", e.retryable());
    seen.put("may_be_billed", e.mayBeBilled());
    seen.put("retry_after_ms", e.retryAfter().map(Duration::toMillis).orElse(null));
    seen.put("request_id", e.requestId());
    seen.put("origin", e.origin());
    seen.put("fields", e.fields().stream().map(InferwireException.FieldViolation::field).toList());
    seen.put("quotas", e.quotas().stream().map(InferwireException.QuotaViolation::subject).toList());
    seen.put("upstream", e.metadata().getOrDefault("upstream", ""));
    seen.put("route", e.metadata().getOrDefault("route", ""));
    seen.put("tried", e.metadata().getOrDefault("tried", ""));
    seen.put("first_request_id", e.firstRequestId());
    seen.put("limit", e.limit().map(Driver::limit).orElse(null));
    seen.put("unfinished", e.unfinished());
    seen.put("line", e.getMessage());
    seen.put("message", e.detail());
    return seen;
  }

  private static Map<String, Object> stream(InferwireClient client, JsonObject task) throws IOException {
    Map<String, Integer> events = new HashMap<>();
    Map<String, Object> seen = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder();
    int pieces = 0;
    seen.put("left", false);
    try (var stream = client.stream(streamed(task), settings(task))) {
      for (Event event : stream) {
        events.merge(event.message().getEventCase().name().toLowerCase(Locale.ROOT), 1, Integer::sum);
        text.append(event.text());
        for (ChunkChoice choice : event.message().getChunk().getChoicesList()) {
          if (choice.getFinishReason() != FinishReason.FINISH_REASON_UNSPECIFIED) {
            seen.put("finish", choice.getFinishReason().name());
          }
        }
        event.completed().ifPresent(
            done -> {
              seen.put("usage", usage(done.getUsage()));
              seen.put("gateway", gateway(done.getGateway()));
              if (done.hasCompletion()) {
                seen.put("accumulated", completion(done.getCompletion()));
              }
            });
        if (event.text().isEmpty()) {
          continue;
        }
        if (++pieces == number(task, "pause_after")) {
          OUTPUT.println(GSON.toJson(Map.of("paused", text(task, "name"))));
          INPUT.readLine();
        }
        if (pieces == number(task, "leave_after")) {
          seen.put("left", true);
          break;
        }
      }
    } catch (InferwireException e) {
      seen.put("error", error(e));
    }
    seen.put("events", events);
    seen.putAll(seenText(text.toString()));
    return seen;
  }

  private static Map<String, Object> many(InferwireClient client, JsonObject task) throws IOException {
    Map<String, List<Object>> results = new LinkedHashMap<>();
    Map<String, Object> seen = new LinkedHashMap<>();
    int[] counts = new int[2];
    int seenResults = 0;
    List<CompleteManyItem> items = new ArrayList<>();
    for (JsonElement item : list(task, "items")) {
      CompleteManyItem.Builder builder = CompleteManyItem.newBuilder();
      JsonFormat.parser().merge(item.toString(), builder);
      items.add(builder.build());
    }
    Many.Options options =
        new Many.Options(
            number(task, "max_in_flight"),
            task.has("stream_chunks"),
            parse(task, "options", CallOptions.newBuilder()).build(),
            p -> {
              seen.put(
                  "progress",
                  Map.of(
                      "sent", p.sent(), "succeeded", p.succeeded(), "failed", p.failed(),
                      "cancelled", p.cancelled(), "in_flight", p.inFlight(), "max_in_flight", p.maxInFlight()));
              counts[1] = Math.max(counts[1], p.inFlight());
            },
            chunk -> counts[0]++);
    Many many = client.completeMany(items.iterator(), options, settings(task));
    try (many) {
      for (Many.Result result : many) {
        seenResults++;
        results
            .computeIfAbsent(result.itemId(), id -> new ArrayList<>())
            .add(result.error().isPresent() ? error(result.error().get()) : completion(result.completion()));
        if (seenResults == number(task, "leave_after")) {
          break;
        }
        list(task, "cancel_after_first_result").forEach(id -> many.cancelItem(id.getAsString()));
      }
    } catch (InferwireException e) {
      seen.put("error", error(e));
    }
    if (many.summary().isPresent()) {
      CompleteManySummary summary = many.summary().get();
      seen.put(
          "summary",
          Map.of(
              "succeeded", summary.getSucceeded(), "failed", summary.getFailed(),
              "cancelled", summary.getCancelled(), "total_tokens", summary.getUsage().getTotalTokens()));
    }
    seen.put("results", results);
    seen.put("chunks", counts[0]);
    seen.put("highest_in_flight", counts[1]);
    seen.put("results_seen", seenResults);
    return seen;
  }

  private static List<BatchItem> batchItems(JsonObject task) throws IOException {
    List<BatchItem> items = new ArrayList<>();
    for (JsonElement item : list(task, "items")) {
      BatchItem.Builder builder = BatchItem.newBuilder();
      JsonFormat.parser().merge(item.toString(), builder);
      items.add(builder.build());
    }
    return items;
  }

  private static Map<String, Object> deleteBatch(InferwireClient client, JsonObject task) throws IOException {
    Batches batches = client.batches();
    String id =
        batches.create(BatchHeader.getDefaultInstance(), batchItems(task), settings(task)).getBatch().getBatchId();
    Map<String, Object> seen = new LinkedHashMap<>();
    step(seen, "running", () -> batches.delete(id));
    batches.cancel(id);
    try (var changes = batches.watch(id)) {
      for (Batch change : changes) {
        seen.put("state", change.getState().name());
      }
    }
    step(seen, "deleted", () -> batches.delete(id));
    step(seen, "get", () -> batches.get(id));
    step(seen, "again", () -> batches.delete(id));
    seen.put("listed", false);
    for (Batch known : batches.list()) {
      if (known.getBatchId().equals(id)) {
        seen.put("listed", true);
      }
    }
    return seen;
  }

  /** What a call says: an error, or null. */
  private static void step(Map<String, Object> seen, String name, Runnable call) {
    seen.put(name, null);
    try {
      call.run();
    } catch (InferwireException e) {
      seen.put(name, error(e));
    }
  }

  private static Map<String, Object> batch(InferwireClient client, JsonObject task) throws IOException {
    CreateBatchResponse created =
        client
            .batches()
            .create(parse(task, "header", BatchHeader.newBuilder()).build(), batchItems(task), settings(task));
    String id = created.getBatch().getBatchId();
    Map<String, Object> seen = new LinkedHashMap<>();
    seen.put("total", created.getBatch().getCounts().getTotal());
    seen.put("existed", created.getExisted());
    try (var changes = client.batches().watch(id)) {
      for (Batch change : changes) {
        seen.put("state", change.getState().name());
        seen.put("ended", Batches.hasEnded(change));
      }
    }
    Map<String, List<Object>> results = new LinkedHashMap<>();
    long offset = 0;
    int count = 0;
    for (int loop = 0; loop < 2; ++loop) { // the second one goes on where the first one was left
      try (var stream = client.batches().results(id, offset)) {
        for (BatchItemResult result : stream) {
          offset = result.message().getNextOffset();
          results
              .computeIfAbsent(result.customId(), custom -> new ArrayList<>())
              .add(
                  result.error().isPresent()
                      ? error(result.error().get())
                      : answer(result.message()));
          if (++count == number(task, "leave_after")) {
            break;
          }
        }
      }
    }
    Batch now = client.batches().get(id);
    seen.put("results", results);
    seen.put("results_seen", count);
    seen.put("succeeded", now.getCounts().getSucceeded());
    seen.put("failed", now.getCounts().getFailed());
    for (Batch known : client.batches().list()) {
      if (known.getBatchId().equals(id)) {
        seen.put("listed", true);
      }
    }
    return seen;
  }

  private static Map<String, Object> answer(BatchResult result) throws IOException {
    if (result.hasChatCompletion()) {
      return completion(result.getChatCompletion());
    }
    FieldDescriptor kind = result.getOneofFieldDescriptor(BatchResult.getDescriptor().getRealOneofs().get(0));
    Map<String, Object> seen = new LinkedHashMap<>();
    seen.put("kind", kind.getName());
    seen.put("answer", result.getField(kind) instanceof Message message ? Rpcs.json(message) : result.getField(kind));
    return seen;
  }

  private static Map<String, Object> models(InferwireClient client, JsonObject task) {
    ListModelsRequest request =
        ListModelsRequest.newBuilder().setFilter(text(task, "filter")).setOrderBy(text(task, "order_by")).build();
    List<String> ids = new ArrayList<>();
    for (Model model : client.models().list(request)) {
      ids.add(model.getModelId());
    }
    return new LinkedHashMap<>(Map.of("ids", ids));
  }

  private static Map<String, Object> compare(InferwireClient client, JsonObject task) throws IOException {
    CompareModelsRequest.Builder request = CompareModelsRequest.newBuilder();
    request.setWorkload(parse(task, "workload", Workload.newBuilder()));
    list(task, "model_ids").forEach(id -> request.addModelIds(id.getAsString()));
    CompareModelsResponse response = client.models().compare(request.build());
    return new LinkedHashMap<>(
        Map.of(
            "ids", response.getModelsList().stream().map(Model::getModelId).toList(),
            "costs", response.getWorkloadCostsList().stream().map(WorkloadCost::getMonthlyMicrousd).toList()));
  }

  private static Map<String, Object> invoke(InferwireClient client, JsonObject http) {
    HttpCall.Builder call =
        HttpCall.newBuilder()
            .setMethod(text(http, "method"))
            .setPath(text(http, "path"))
            .setBody(ByteString.copyFromUtf8(text(http, "body")));
    InvokeResponse response =
        client.invoke(InvokeRequest.newBuilder().setCall(call).build(), CallSettings.defaults());
    Map<String, Object> seen = new LinkedHashMap<>();
    seen.put("http_status", response.getHttpStatus());
    seen.put("body", response.getBody().toStringUtf8());
    return seen;
  }
}
