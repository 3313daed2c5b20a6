package io.inferwire.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Collection;

/**
 * How values of a Java type are written in JSON.
 *
 * @param schema in the strict subset that models are held to
 * @param whenAbsent what JSON's null is, if it may be null
 */
record Shape(JsonObject schema, Reader reader, boolean nullable, Object whenAbsent) {
  /** Throws DoesNotFit; never sees JSON's null. */
  interface Reader {
    Object read(JsonElement json, String path);
  }

  Shape(JsonObject schema, Reader reader) {
    this(schema, reader, false, null);
  }

  Object read(JsonElement json, String path) {
    if (json != null && !json.isJsonNull()) {
      return reader.read(json, path);
    }
    if (!nullable) {
      throw new DoesNotFit(path, json == null ? "is missing" : "is null");
    }
    return whenAbsent;
  }

  /** The same, or null. */
  Shape orNull(Object absent) {
    if (nullable) {
      return this;
    }
    JsonArray either = new JsonArray();
    either.add(schema);
    either.add(typed("null"));
    JsonObject both = new JsonObject();
    both.add("anyOf", either);
    return new Shape(both, reader, true, absent);
  }

  Shape described(String text) {
    if (text == null) {
      return this;
    }
    JsonObject with = schema.deepCopy();
    with.addProperty("description", text);
    return new Shape(with, reader, nullable, whenAbsent);
  }

  static JsonObject typed(String type) {
    JsonObject schema = new JsonObject();
    schema.addProperty("type", type);
    return schema;
  }

  /** All members are required: strict schemas know no other ones. */
  static JsonObject object(JsonObject members, Collection<String> names) {
    JsonObject schema = typed("object");
    JsonArray required = new JsonArray();
    names.forEach(required::add);
    schema.add("properties", members);
    schema.add("required", required);
    schema.addProperty("additionalProperties", false);
    return schema;
  }

  static JsonObject array(JsonObject items) {
    JsonObject schema = typed("array");
    schema.add("items", items);
    return schema;
  }
}
