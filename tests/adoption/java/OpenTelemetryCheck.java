import io.inferwire.client.ClientOptions;
import io.inferwire.client.InferwireClient;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** OpenTelemetry's instrumentation of gRPC sees the calls of the client. */
public class OpenTelemetryCheck {
  private static final class First extends CompletableFuture<SpanData> implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      complete(spans.iterator().next());
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  public static void main(String[] args) throws Exception {
    First first = new First();
    SdkTracerProvider tracers =
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(first)).build();
    var telemetry = GrpcTelemetry.create(OpenTelemetrySdk.builder().setTracerProvider(tracers).build());
    ClientOptions options = ClientOptions.defaults().withInterceptors(telemetry.createClientInterceptor());
    try (InferwireClient client = InferwireClient.connect(options)) {
      client.complete("Hi");
    }
    SpanData span = first.get(10, TimeUnit.SECONDS);
    if (span.getKind() != SpanKind.CLIENT || !span.getName().equals("inferwire.v1.ChatService/Complete")) {
      throw new IllegalStateException(span.toString());
    }
    System.out.println("ok");
  }
}
