package io.inferwire.client;

import static io.inferwire.client.InferwireException.invalidOption;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.lang.reflect.Array;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The shape of a Java type: scalars, records of any of these, lists, sets, arrays, maps and
 * Optional. Strict schemas know no free member names: a map is a list of its entries, as objects with
 * key and value.
 */
final class Shapes {
  private static final int MAX_DEPTH = 100; // of records; a generic one may contain ever larger ones

  private final List<Type> open = new ArrayList<>(); // the records around the one that is looked at

  private Shapes() {}

  /** Throws INVALID_OPTIONS for a type that no schema can say. */
  static Shape of(Class<?> type) {
    return new Shapes().plain(type);
  }

  private Shape shape(Type resolved) {
    return resolved instanceof Types.Generic generic ? generic(generic) : plain((Class<?>) resolved);
  }

  private Shape plain(Class<?> type) {
    Shape scalar = ScalarShapes.of(type);
    if (scalar != null) {
      return scalar;
    }
    if (type.isArray()) {
      return array(plain(type.getComponentType()), type.getComponentType());
    }
    if (type == OptionalInt.class) {
      return optional(plain(int.class), OptionalInt.empty(), number -> OptionalInt.of((Integer) number));
    }
    if (type == OptionalLong.class) {
      return optional(plain(long.class), OptionalLong.empty(), number -> OptionalLong.of((Long) number));
    }
    if (type == OptionalDouble.class) {
      return optional(plain(double.class), OptionalDouble.empty(), number -> OptionalDouble.of((Double) number));
    }
    return record(type, type, Map.of());
  }

  private Shape generic(Types.Generic type) {
    List<Type> arguments = type.arguments();
    Class<?> raw = type.raw();
    if (raw == List.class || raw == Collection.class || raw == Iterable.class) {
      return list(shape(arguments.get(0)), Collections::unmodifiableList);
    }
    if (raw == Set.class) {
      return list(shape(arguments.get(0)), items -> Collections.unmodifiableSet(new LinkedHashSet<>(items)));
    }
    if (raw == Optional.class) {
      return optional(shape(arguments.get(0)), Optional.empty(), Optional::of);
    }
    if (raw == Map.class) {
      return map(shape(arguments.get(0)), shape(arguments.get(1)));
    }
    if (raw.isArray()) {
      return array(shape(arguments.get(0)), raw.getComponentType());
    }
    return record(raw, type, type.bound());
  }

  private Shape record(Class<?> type, Type whole, Map<TypeVariable<?>, Type> bound) {
    if (!type.isRecord()) {
      throw invalidOption(
          "type: " + type.getTypeName() + " has no schema; records, enums, lists, sets, maps, Optional, texts,"
              + " numbers, booleans and java.time have one");
    }
    if (open.contains(whole) || open.size() == MAX_DEPTH) {
      throw invalidOption("type: " + type.getSimpleName() + " contains itself, which has no schema here");
    }
    open.add(whole);
    Shape shape = RecordShape.of(type, component -> shape(Types.resolve(component, bound)));
    open.remove(open.size() - 1);
    return shape;
  }

  private interface Wrap {
    Object apply(Object value);
  }

  private static Shape optional(Shape inner, Object empty, Wrap wrap) {
    return new Shape(inner.schema(), (json, path) -> wrap.apply(inner.read(json, path))).orNull(empty);
  }

  private interface Collect {
    Object apply(List<Object> items);
  }

  private static Shape list(Shape item, Collect collect) {
    return new Shape(Shape.array(item.schema()), (json, path) -> collect.apply(items(item, json, path)));
  }

  private static Shape array(Shape item, Class<?> component) {
    return list(
        item,
        items -> {
          Object array = Array.newInstance(component, items.size());
          for (int i = 0; i < items.size(); ++i) {
            Array.set(array, i, items.get(i));
          }
          return array;
        });
  }

  private static List<Object> items(Shape item, JsonElement json, String path) {
    if (!json.isJsonArray()) {
      throw new DoesNotFit(path, "is not an array");
    }
    List<Object> items = new ArrayList<>();
    for (JsonElement each : json.getAsJsonArray()) {
      items.add(item.read(each, path + "[" + items.size() + "]"));
    }
    return items;
  }

  private static Shape map(Shape key, Shape value) {
    JsonObject members = new JsonObject();
    members.add("key", key.schema());
    members.add("value", value.schema());
    JsonObject schema = Shape.array(Shape.object(members, List.of("key", "value")));
    Shape entry =
        new Shape(
            members,
            (json, path) -> {
              if (!json.isJsonObject()) {
                throw new DoesNotFit(path, "is not an object");
              }
              JsonObject pair = json.getAsJsonObject();
              return new Object[] {key.read(pair.get("key"), path + ".key"), value.read(pair.get("value"), path + ".value")};
            });
    return new Shape(
        schema,
        (json, path) -> {
          Map<Object, Object> map = new LinkedHashMap<>();
          for (Object item : items(entry, json, path)) {
            map.put(((Object[]) item)[0], ((Object[]) item)[1]);
          }
          return Collections.unmodifiableMap(map);
        });
  }
}
