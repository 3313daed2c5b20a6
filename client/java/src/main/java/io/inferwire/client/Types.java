package io.inferwire.client;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Generic types without their variables: classes and Generic are all that is left. */
final class Types {
  /** A class with its arguments, or an array with its component. */
  record Generic(Class<?> raw, List<Type> arguments) implements Type {
    /** What the class's own variables stand for. */
    Map<TypeVariable<?>, Type> bound() {
      Map<TypeVariable<?>, Type> bound = new HashMap<>();
      for (int i = 0; i < arguments.size(); ++i) {
        bound.put(raw.getTypeParameters()[i], arguments.get(i));
      }
      return bound;
    }
  }

  private Types() {}

  /** A variable that nothing is known of is Object. */
  static Type resolve(Type type, Map<TypeVariable<?>, Type> bound) {
    if (type instanceof TypeVariable<?> variable) {
      return bound.getOrDefault(variable, Object.class);
    }
    if (type instanceof WildcardType wildcard) {
      return resolve(wildcard.getUpperBounds()[0], bound);
    }
    if (type instanceof GenericArrayType array) {
      Type component = resolve(array.getGenericComponentType(), bound);
      return new Generic(raw(component).arrayType(), List.of(component));
    }
    if (type instanceof ParameterizedType generic) {
      List<Type> arguments =
          Arrays.stream(generic.getActualTypeArguments()).map(argument -> resolve(argument, bound)).toList();
      return new Generic((Class<?>) generic.getRawType(), arguments);
    }
    return type;
  }

  private static Class<?> raw(Type resolved) {
    return resolved instanceof Generic generic ? generic.raw() : (Class<?>) resolved;
  }
}
