package io.inferwire.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Texts, numbers, booleans, enums, and what is written as a text. */
final class ScalarShapes {
  private static final Map<Class<?>, Shape> SHAPES = new HashMap<>();

  static {
    put(text(null, null, text -> text), String.class);
    put(new Shape(Shape.typed("boolean"), ScalarShapes::truth), boolean.class, Boolean.class);
    put(integer(BigDecimal::intValueExact), int.class, Integer.class);
    put(integer(BigDecimal::longValueExact), long.class, Long.class);
    put(integer(BigDecimal::shortValueExact), short.class, Short.class);
    put(integer(BigDecimal::byteValueExact), byte.class, Byte.class);
    put(integer(BigDecimal::toBigIntegerExact), BigInteger.class);
    put(number("number", number -> finite(number.doubleValue())), double.class, Double.class);
    put(number("number", number -> (float) finite(number.floatValue())), float.class, Float.class);
    put(number("number", number -> number), BigDecimal.class);
    put(text("date", null, LocalDate::parse), LocalDate.class);
    put(text("time", null, ScalarShapes::time), LocalTime.class);
    put(text("date-time", null, OffsetDateTime::parse), OffsetDateTime.class);
    put(text("date-time", null, ZonedDateTime::parse), ZonedDateTime.class);
    put(text("date-time", null, text -> OffsetDateTime.parse(text).toInstant()), Instant.class);
    put(text(null, "ISO 8601 without a zone, e.g. 2026-05-03T10:15:30", LocalDateTime::parse), LocalDateTime.class);
    put(text("duration", "ISO 8601 in days and less, e.g. PT1H30M", Duration::parse), Duration.class);
    put(text("duration", "ISO 8601 in years to days, e.g. P1Y2M3D", Period::parse), Period.class);
    put(text(null, "ISO 8601, e.g. 2026-05", YearMonth::parse), YearMonth.class);
    put(text("uuid", null, UUID::fromString), UUID.class);
    put(text(null, "a URI", URI::create), URI.class);
  }

  private ScalarShapes() {}

  /** Null: not one of these. */
  static Shape of(Class<?> type) {
    return type.isEnum() ? constants(type) : SHAPES.get(type);
  }

  private static void put(Shape shape, Class<?>... types) {
    for (Class<?> type : types) {
      SHAPES.put(type, shape);
    }
  }

  private static Shape constants(Class<?> type) {
    Map<String, Object> byName =
        Arrays.stream(type.getEnumConstants())
            .collect(Collectors.toMap(constant -> ((Enum<?>) constant).name(), Function.identity()));
    JsonObject schema = Shape.typed("string");
    JsonArray names = new JsonArray();
    Arrays.stream(type.getEnumConstants()).forEach(constant -> names.add(((Enum<?>) constant).name()));
    schema.add("enum", names);
    return new Shape(
        schema,
        (json, path) -> {
          Object constant = byName.get(string(json, path));
          if (constant == null) {
            throw new DoesNotFit(path, "is none of the enum's names");
          }
          return constant;
        });
  }

  private static Shape text(String format, String description, Function<String, Object> parse) {
    JsonObject schema = Shape.typed("string");
    if (format != null) {
      schema.addProperty("format", format);
    }
    Shape.Reader reader =
        (json, path) -> {
          try {
            return parse.apply(string(json, path));
          } catch (RuntimeException e) { // each of these types has its own
            throw e instanceof DoesNotFit ? e : new DoesNotFit(path, "is not of the format of its type");
          }
        };
    return new Shape(schema, reader).described(description);
  }

  /** RFC 3339 has an offset, which is dropped. */
  private static LocalTime time(String text) {
    return LocalTime.parse(text.replaceFirst("(Z|[+-]\\d\\d:\\d\\d)$", ""));
  }

  private static Shape integer(Function<BigDecimal, Object> convert) {
    return number("integer", convert);
  }

  private static Shape number(String type, Function<BigDecimal, Object> convert) {
    return new Shape(
        Shape.typed(type),
        (json, path) -> {
          if (!json.isJsonPrimitive() || !json.getAsJsonPrimitive().isNumber()) {
            throw new DoesNotFit(path, "is not a number");
          }
          try {
            return convert.apply(json.getAsBigDecimal());
          } catch (ArithmeticException | NumberFormatException e) {
            throw new DoesNotFit(path, "is not within the range of its type");
          }
        });
  }

  private static double finite(double value) {
    if (Double.isInfinite(value)) {
      throw new ArithmeticException();
    }
    return value;
  }

  private static Object truth(JsonElement json, String path) {
    if (!json.isJsonPrimitive() || !json.getAsJsonPrimitive().isBoolean()) {
      throw new DoesNotFit(path, "is not a boolean");
    }
    return json.getAsBoolean();
  }

  static String string(JsonElement json, String path) {
    if (!json.isJsonPrimitive() || !json.getAsJsonPrimitive().isString()) {
      throw new DoesNotFit(path, "is not a string");
    }
    return json.getAsString();
  }
}
