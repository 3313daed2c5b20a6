package io.inferwire.client;

import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannelBuilder;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** How a client reaches its gateway. Every value has a default; the methods return copies. */
public final class ClientOptions implements Cloneable {
  private static final int MEGABYTES = 1 << 20;

  private Tls tls;
  private String bearerToken = "";
  private String model = "";
  private Duration timeout = Duration.ofSeconds(600);
  private Duration readTimeout = Duration.ofSeconds(30);
  private int maxMessageBytes = 64 * MEGABYTES;
  private long retryBufferBytes = 64L * MEGABYTES;
  private int maxAttempts;
  private Duration keepaliveTime = Duration.ofSeconds(60);
  private Duration keepaliveTimeout = Duration.ofSeconds(20);
  private List<ClientInterceptor> interceptors = List.of();
  private Consumer<ManagedChannelBuilder<?>> channel = builder -> {};

  private ClientOptions() {}

  /**
   * PEM files; null where there is none. No ca: the system's roots. cert and key go together: they
   * are the client's own identity (mutual TLS). serverName: the name that the server's certificate
   * must have, if it is not the target's.
   */
  public record Tls(File ca, File cert, File key, String serverName) {
    public static Tls systemRoots() {
      return new Tls(null, null, null, null);
    }
  }

  public static ClientOptions defaults() {
    return new ClientOptions();
  }

  /** Null: none, unless the target or INFERWIRE_CA says otherwise. */
  public ClientOptions withTls(Tls value) {
    return with(copy -> copy.tls = value);
  }

  /**
   * An API key or other token, sent as "authorization: Bearer ..."; refused without TLS unless the
   * target is this machine. Empty: the environment's INFERWIRE_API_KEY, if there is one.
   */
  public ClientOptions withBearerToken(String value) {
    return with(copy -> copy.bearerToken = value);
  }

  /**
   * Of chat and responses that name none. Empty: the environment's INFERWIRE_MODEL, else
   * InferwireClient.DEFAULT_MODEL.
   */
  public ClientOptions withModel(String value) {
    return with(copy -> copy.model = value);
  }

  /** For calls that make a model work, and for calls that only read. */
  public ClientOptions withTimeouts(Duration work, Duration read) {
    return with(
        copy -> {
          copy.timeout = work;
          copy.readTimeout = read;
        });
  }

  public ClientOptions withMaxMessageBytes(int value) {
    return with(copy -> copy.maxMessageBytes = value);
  }

  /**
   * Attempts of calls that may be repeated, the first one included, 1 to 5; 1: never repeat; 0: as
   * in service_config.json.
   */
  public ClientOptions withRetries(int attempts) {
    return withRetries(attempts, retryBufferBytes);
  }

  /** A request larger than the buffer is not repeated. */
  public ClientOptions withRetries(int attempts, long bufferBytes) {
    return with(
        copy -> {
          copy.maxAttempts = attempts;
          copy.retryBufferBytes = bufferBytes;
        });
  }

  public ClientOptions withKeepalive(Duration time, Duration timeoutOfIt) {
    return with(
        copy -> {
          copy.keepaliveTime = time;
          copy.keepaliveTimeout = timeoutOfIt;
        });
  }

  /** See every call, the first one first: of OpenTelemetry, of logs, of tests. */
  public ClientOptions withInterceptors(ClientInterceptor... values) {
    return with(copy -> copy.interceptors = List.of(values));
  }

  /** Has the last word over the channel: executor, proxy, further gRPC options. */
  public ClientOptions withChannel(Consumer<ManagedChannelBuilder<?>> value) {
    return with(copy -> copy.channel = value);
  }

  public Tls tls() {
    return tls;
  }

  public String bearerToken() {
    return bearerToken;
  }

  public String model() {
    return model;
  }

  public Duration timeout() {
    return timeout;
  }

  public Duration readTimeout() {
    return readTimeout;
  }

  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  public long retryBufferBytes() {
    return retryBufferBytes;
  }

  public int maxAttempts() {
    return maxAttempts;
  }

  public Duration keepaliveTime() {
    return keepaliveTime;
  }

  public Duration keepaliveTimeout() {
    return keepaliveTimeout;
  }

  public List<ClientInterceptor> interceptors() {
    return interceptors;
  }

  public Consumer<ManagedChannelBuilder<?>> channel() {
    return channel;
  }

  private ClientOptions with(Consumer<ClientOptions> change) {
    try {
      ClientOptions copy = (ClientOptions) clone();
      change.accept(copy);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }
}
