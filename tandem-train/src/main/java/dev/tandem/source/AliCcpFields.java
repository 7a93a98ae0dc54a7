package dev.tandem.source;

import java.util.List;
import java.util.Set;

/** The fields of Ali-CCP's feature lists, and which of them each recipe keeps. */
final class AliCcpFields {
  /** In the order of the output columns; user, item, context, cross. */
  static final List<String> ALL =
      List.of(
          "101", "121", "122", "124", "125", "126", "127", "128", "129", "205", "206", "207", "210",
          "216", "508", "509", "702", "853", "301", "109_14", "110_14", "127_14", "150_14");

  /** Fields with several values per row. */
  static final Set<String> MULTI = Set.of("109_14", "110_14", "127_14", "150_14", "210", "853");

  /** Fields whose weights torch-rechub's recipe reads as numbers. */
  static final List<String> DENSE =
      List.of("109_14", "110_14", "127_14", "150_14", "508", "509", "702", "853");

  private static final Set<String> NOT_IN_AITM =
      Set.of("210", "109_14", "110_14", "127_14", "150_14");

  private AliCcpFields() {}

  static List<String> of(String recipe) {
    return recipe.equals("aitm")
        ? ALL.stream().filter(f -> !NOT_IN_AITM.contains(f)).toList()
        : ALL;
  }
}
