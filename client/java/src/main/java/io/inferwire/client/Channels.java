package io.inferwire.client;

import static io.inferwire.client.InferwireException.invalidOption;

import com.google.gson.Gson;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The channel's arguments, credentials and what they refuse. */
final class Channels {
  private static final int MEGABYTES = 1 << 20;

  private Channels() {}

  static ManagedChannel open(Target target, ClientOptions options) {
    return builder(target, options).build();
  }

  /**
   * Of calls whose request is a long stream, which nobody repeats. Where it could retry, gRPC keeps
   * every message until the call is answered.
   */
  static ManagedChannel openForLongRequests(Target target, ClientOptions options) {
    return builder(target, options).disableRetry().build();
  }

  private static NettyChannelBuilder builder(Target target, ClientOptions options) {
    ClientOptions.Tls tls = check(target, options);
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(target.encodedUri(), credentials(tls))
            .maxInboundMessageSize(options.maxMessageBytes())
            .keepAliveTime(options.keepaliveTime().toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(options.keepaliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
            // A fixed window: of its own choice, it grows for streams that nobody reads.
            .flowControlWindow(MEGABYTES)
            .perRpcBufferLimit(options.retryBufferBytes())
            // Of all calls together; beyond it requests are sent but not repeated.
            .retryBufferSize(4 * options.retryBufferBytes())
            .defaultServiceConfig(serviceConfig(options.maxAttempts()))
            // The rules are the client's; a TXT look-up for others would only cost time.
            .disableServiceConfigLookUp()
            .userAgent("inferwire-java/" + InferwireClient.VERSION)
            .intercept(reversed(options.interceptors()));
    if (target.uri().startsWith("unix:")) {
      UnixSockets.use(builder);
    }
    if (tls != null && tls.serverName() != null) {
      builder.overrideAuthority(tls.serverName());
    }
    options.channel().accept(builder);
    return builder;
  }

  /** With which TLS the channel goes; null: none. */
  private static ClientOptions.Tls check(Target target, ClientOptions options) {
    ClientOptions.Tls tls = options.tls();
    String token = options.bearerToken();
    if (tls != null && Boolean.FALSE.equals(target.tls())) {
      throw invalidOption("target: this URL means no TLS, but tls is given");
    }
    if (tls == null && Boolean.TRUE.equals(target.tls())) {
      tls = ClientOptions.Tls.systemRoots();
    }
    if (options.maxAttempts() < 0 || options.maxAttempts() > 5) {
      throw invalidOption("maxAttempts: must be 1 to 5");
    }
    if (tls != null && (tls.cert() == null) != (tls.key() == null)) {
      throw invalidOption("tls: the client's certificate and key go together");
    }
    if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw invalidOption("bearerToken: must be printable ASCII without spaces");
    }
    if (!token.isEmpty() && tls == null && !target.local()) {
      throw invalidOption("bearerToken: refused without TLS, except to this machine");
    }
    return tls;
  }

  private static ChannelCredentials credentials(ClientOptions.Tls tls) {
    if (tls == null) {
      return InsecureChannelCredentials.create();
    }
    TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
    try {
      if (tls.ca() != null) {
        builder.trustManager(tls.ca());
      }
      if (tls.cert() != null) {
        builder.keyManager(tls.cert(), tls.key());
      }
    } catch (IOException e) {
      throw invalidOption("tls: " + e.getMessage());
    }
    return builder.build();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, ?> serviceConfig(int maxAttempts) {
    Map<String, Object> config;
    try (var text =
        new InputStreamReader(
            Channels.class.getResourceAsStream("service_config.json"), StandardCharsets.UTF_8)) {
      config = new Gson().fromJson(text, Map.class);
    } catch (IOException e) {
      throw new IllegalStateException("service_config.json is part of this package", e);
    }
    if (maxAttempts > 0) {
      for (Map<String, Object> method : (List<Map<String, Object>>) config.get("methodConfig")) {
        ((Map<String, Object>) method.get("retryPolicy")).put("maxAttempts", (double) maxAttempts);
        if (maxAttempts == 1) {
          method.remove("retryPolicy");
        }
      }
    }
    return config;
  }

  /** gRPC calls the last one first. */
  private static List<ClientInterceptor> reversed(List<ClientInterceptor> interceptors) {
    List<ClientInterceptor> last = new ArrayList<>(interceptors);
    Collections.reverse(last);
    return last;
  }
}
