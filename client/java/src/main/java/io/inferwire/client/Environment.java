package io.inferwire.client;

import java.io.File;
import java.util.function.UnaryOperator;

/**
 * What is taken from the environment where the program says nothing: INFERWIRE_SERVER,
 * INFERWIRE_MODEL, INFERWIRE_CA (a PEM file: TLS by these roots) and INFERWIRE_API_KEY.
 */
record Environment(UnaryOperator<String> variables) {
  private static final String DEFAULT_SERVER = "localhost:50051";

  static Environment ofProcess() {
    return new Environment(System::getenv);
  }

  String server() {
    return get("INFERWIRE_SERVER", DEFAULT_SERVER);
  }

  ClientOptions complete(ClientOptions given, Target target) {
    ClientOptions options = given;
    if (options.bearerToken().isEmpty()) {
      options = options.withBearerToken(get("INFERWIRE_API_KEY", ""));
    }
    if (options.model().isEmpty()) {
      options = options.withModel(get("INFERWIRE_MODEL", InferwireClient.DEFAULT_MODEL));
    }
    String ca = get("INFERWIRE_CA", "");
    boolean mayHaveTls = !Boolean.FALSE.equals(target.tls()) && !target.uri().startsWith("unix");
    if (options.tls() == null && mayHaveTls && !ca.isEmpty()) {
      options = options.withTls(new ClientOptions.Tls(new File(ca), null, null, null));
    }
    return options;
  }

  private String get(String name, String otherwise) {
    String value = variables.apply(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }
}
