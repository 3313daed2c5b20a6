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
   * How a connection is encrypted, and who the client is. Files are PEM; what is null is not given.
   *
   * @param ca the authorities to trust; null: the system's roots
   * @param cert the client's own certificate (mutual TLS), with key or not at all
   * @param key the private key of cert, not encrypted
   * @param serverName the name that the server's certificate must have; null: the target's
   */
  public record Tls(File ca, File cert, File key, String serverName) {
    /**
     * TLS by the system's roots, without a client's certificate.
     *
     * @return with four nulls
     */
    public static Tls systemRoots() {
      return new Tls(null, null, null, null);
    }
  }

  /**
   * Every default.
   *
   * @return to be changed by the other methods
   */
  public static ClientOptions defaults() {
    return new ClientOptions();
  }

  /**
   * How connections are encrypted.
   *
   * @param value null: not, unless the target or INFERWIRE_CA says otherwise
   * @return a copy
   */
  public ClientOptions withTls(Tls value) {
    return with(copy -> copy.tls = value);
  }

  /**
   * An API key or other token, sent as "authorization: Bearer ...". Connecting is refused with one
   * and without TLS, unless the target is this machine.
   *
   * @param value printable ASCII without spaces; empty: the environment's INFERWIRE_API_KEY, if
   *     there is one
   * @return a copy
   */
  public ClientOptions withBearerToken(String value) {
    return with(copy -> copy.bearerToken = value);
  }

  /**
   * The model of chats and responses that name none.
   *
   * @param value empty: the environment's INFERWIRE_MODEL, else InferwireClient.DEFAULT_MODEL
   * @return a copy
   */
  public ClientOptions withModel(String value) {
    return with(copy -> copy.model = value);
  }

  /**
   * Of calls whose settings have no timeout.
   *
   * @param work for calls that make a model work: 600 s
   * @param read for calls that only read: 30 s
   * @return a copy
   */
  public ClientOptions withTimeouts(Duration work, Duration read) {
    return with(
        copy -> {
          copy.timeout = work;
          copy.readTimeout = read;
        });
  }

  /**
   * The largest message, both ways.
   *
   * @param value bytes: 64 MiB
   * @return a copy
   */
  public ClientOptions withMaxMessageBytes(int value) {
    return with(copy -> copy.maxMessageBytes = value);
  }

  /**
   * How often calls that may be repeated are sent.
   *
   * @param attempts 1 to 5, the first one included; 1: never repeat; 0: as in service_config.json
   * @return a copy
   */
  public ClientOptions withRetries(int attempts) {
    return withRetries(attempts, retryBufferBytes);
  }

  /**
   * How often calls that may be repeated are sent, and what is kept for it.
   *
   * @param attempts 1 to 5, the first one included; 1: never repeat; 0: as in service_config.json
   * @param bufferBytes a larger request is not repeated: 64 MiB
   * @return a copy
   */
  public ClientOptions withRetries(int attempts, long bufferBytes) {
    return with(
        copy -> {
          copy.maxAttempts = attempts;
          copy.retryBufferBytes = bufferBytes;
        });
  }

  /**
   * How a connection that has died silently is noticed.
   *
   * @param time without traffic until a ping is sent: 60 s
   * @param timeoutOfIt until a ping without an answer ends the connection: 20 s
   * @return a copy
   */
  public ClientOptions withKeepalive(Duration time, Duration timeoutOfIt) {
    return with(
        copy -> {
          copy.keepaliveTime = time;
          copy.keepaliveTimeout = timeoutOfIt;
        });
  }

  /**
   * What sees every call: OpenTelemetry's, a log's, a test's. They replace those that were given
   * before.
   *
   * @param values the first one sees a call first
   * @return a copy
   */
  public ClientOptions withInterceptors(ClientInterceptor... values) {
    return with(copy -> copy.interceptors = List.of(values));
  }

  /**
   * The last word over the channel: executor, proxy, further gRPC options.
   *
   * @param value called for each channel that is opened: one, and one more for uploads and batches
   * @return a copy
   */
  public ClientOptions withChannel(Consumer<ManagedChannelBuilder<?>> value) {
    return with(copy -> copy.channel = value);
  }

  /**
   * How connections are encrypted.
   *
   * @return null: not given
   */
  public Tls tls() {
    return tls;
  }

  /**
   * The token that calls are made with.
   *
   * @return empty: not given
   */
  public String bearerToken() {
    return bearerToken;
  }

  /**
   * The model of chats and responses that name none.
   *
   * @return empty: not given
   */
  public String model() {
    return model;
  }

  /**
   * Of calls that make a model work.
   *
   * @return 600 s, unless changed
   */
  public Duration timeout() {
    return timeout;
  }

  /**
   * Of calls that only read.
   *
   * @return 30 s, unless changed
   */
  public Duration readTimeout() {
    return readTimeout;
  }

  /**
   * The largest message, both ways.
   *
   * @return 64 MiB, unless changed
   */
  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  /**
   * The largest request that is repeated.
   *
   * @return 64 MiB, unless changed
   */
  public long retryBufferBytes() {
    return retryBufferBytes;
  }

  /**
   * How often a call is sent at most.
   *
   * @return 1 to 5; 0: as in service_config.json
   */
  public int maxAttempts() {
    return maxAttempts;
  }

  /**
   * Without traffic until a ping is sent.
   *
   * @return 60 s, unless changed
   */
  public Duration keepaliveTime() {
    return keepaliveTime;
  }

  /**
   * Until a ping without an answer ends the connection.
   *
   * @return 20 s, unless changed
   */
  public Duration keepaliveTimeout() {
    return keepaliveTimeout;
  }

  /**
   * What sees every call, the first one first.
   *
   * @return immutable
   */
  public List<ClientInterceptor> interceptors() {
    return interceptors;
  }

  /**
   * What has the last word over the channel.
   *
   * @return never null
   */
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
