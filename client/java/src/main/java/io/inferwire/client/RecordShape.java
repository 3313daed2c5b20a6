package io.inferwire.client;

import static io.inferwire.client.InferwireException.invalidOption;

import com.google.gson.JsonObject;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** A record as an object: its components are the members. */
final class RecordShape {
  // By their simple names, whoever's they are: this package depends on none of them.
  private static final List<String> NULLABLE = List.of("Nullable", "CheckForNull");
  private static final List<String> DESCRIPTIONS = List.of("Description", "JsonPropertyDescription", "JsonClassDescription");

  private RecordShape() {}

  static Shape of(Class<?> type, Function<Type, Shape> shapes) {
    Map<String, Shape> members = new LinkedHashMap<>();
    JsonObject schemas = new JsonObject();
    for (RecordComponent component : type.getRecordComponents()) {
      Shape shape = shapes.apply(component.getGenericType());
      if (isNullable(component)) {
        shape = shape.orNull(null);
      }
      shape = shape.described(description(component));
      members.put(component.getName(), shape);
      schemas.add(component.getName(), shape.schema());
    }
    Constructor<?> constructor = constructor(type);
    Shape.Reader reader =
        (json, path) -> {
          if (!json.isJsonObject()) {
            throw new DoesNotFit(path, "is not an object");
          }
          JsonObject object = json.getAsJsonObject();
          Object[] values =
              members.entrySet().stream()
                  .map(member -> member.getValue().read(object.get(member.getKey()), below(path, member.getKey())))
                  .toArray();
          return make(constructor, values, path);
        };
    return new Shape(Shape.object(schemas, members.keySet()), reader).described(description(type));
  }

  private static String below(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static Constructor<?> constructor(Class<?> type) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> canonical = type.getDeclaredConstructor(types);
      canonical.setAccessible(true);
      return canonical;
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw invalidOption("type: " + type.getTypeName() + " is not open to this package");
    }
  }

  private static Object make(Constructor<?> constructor, Object[] values, String path) {
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new DoesNotFit(path, "is refused by its record", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isNullable(RecordComponent component) {
    return Stream.of(component, component.getAnnotatedType(), component.getAccessor())
        .flatMap(place -> Arrays.stream(place.getAnnotations()))
        .anyMatch(annotation -> NULLABLE.contains(annotation.annotationType().getSimpleName()));
  }

  private static String description(AnnotatedElement place) {
    for (Annotation annotation : place.getAnnotations()) {
      if (DESCRIPTIONS.contains(annotation.annotationType().getSimpleName())) {
        try {
          return String.valueOf(annotation.annotationType().getMethod("value").invoke(annotation));
        } catch (ReflectiveOperationException e) {
          return null; // one of that name without words
        }
      }
    }
    return null;
  }
}
