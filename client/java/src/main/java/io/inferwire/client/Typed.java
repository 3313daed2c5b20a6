package io.inferwire.client;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.Strictness;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;

/**
 * A Java type as a model is told of it, and what the model says as a value of it. A root that is no
 * record is the only member, value, of an object: a schema has to be one.
 */
record Typed<T>(String name, Shape root, boolean wrapped) {
  private static final TypeAdapter<JsonElement> JSON = new Gson().getAdapter(JsonElement.class);
  private static final String MEMBER = "value";
  private static final int MAX_NAME = 64;

  static <T> Typed<T> of(Class<T> type) {
    Shape shape = Shapes.of(type);
    String name = type.getSimpleName().replaceAll("[^a-zA-Z0-9_-]", "_");
    String shown = name.isEmpty() ? "answer" : name.substring(0, Math.min(name.length(), MAX_NAME));
    return new Typed<>(shown, shape, !type.isRecord());
  }

  String schema() {
    if (!wrapped) {
      return root.schema().toString();
    }
    JsonObject members = new JsonObject();
    members.add(MEMBER, root.schema());
    return Shape.object(members, List.of(MEMBER)).toString();
  }

  @SuppressWarnings("unchecked")
  T read(String text) {
    JsonElement json = parse(text);
    if (!wrapped) {
      return (T) root.read(json, "");
    }
    if (!json.isJsonObject() || !json.getAsJsonObject().has(MEMBER)) {
      throw new DoesNotFit("", "is not an object with " + MEMBER);
    }
    return (T) root.read(json.getAsJsonObject().get(MEMBER), "");
  }

  private static JsonElement parse(String text) {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      JsonElement json = JSON.read(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new DoesNotFit("", "has more behind its JSON");
      }
      return json;
    } catch (IOException | JsonParseException e) {
      throw new DoesNotFit("", "is not JSON"); // the parser's words would show what it read
    }
  }
}
