package dev.tandem.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The rooms of the house and who may import whom, in the order in which data meet them. */
class RoomsTest {

  private static final String HOUSE = "dev.tandem.";

  private static final Map<String, Set<String>> MAY_IMPORT = table();

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.tandem");

  private static Map<String, Set<String>> table() {
    Map<String, Set<String>> table = new LinkedHashMap<>();
    table.put("schema", Set.of());
    table.put("config", Set.of("schema"));
    table.put("feature", Set.of("schema"));
    table.put("graph", Set.of());
    table.put("layer", Set.of("graph", "schema"));
    table.put("model", Set.of("layer", "graph", "schema", "loss"));
    table.put("loss", Set.of("graph", "schema"));
    table.put("metric", Set.of());
    table.put("calibration", Set.of("config", "metric"));
    table.put("archive", Set.of("schema", "config", "feature"));
    table.put("scoring", Set.of("schema", "config", "graph", "feature", "calibration", "archive"));
    table.put("onnx", Set.of("graph", "scoring"));
    table.put("parquet", Set.of("feature"));
    table.put("simulate", Set.of("schema", "config", "feature", "parquet"));
    table.put("source", Set.of("schema", "feature", "parquet"));
    table.put("ingest", Set.of("schema", "config", "feature"));
    table.put("embedding", Set.of("graph"));
    // The rules are configuration records: defaults and sentences are annotations of schema.
    table.put("balance", Set.of("graph", "schema"));
    table.put("train", allBut(table, "simulate", "source"));
    table.put("experiment", allBut(table));
    table.put("inspect", allBut(table));
    table.put("report", allBut(table));
    table.put("figure", allBut(table));
    table.put("cli", allBut(table));
    return table;
  }

  private static Set<String> allBut(Map<String, Set<String>> above, String... rooms) {
    Set<String> all = new TreeSet<>(above.keySet());
    List.of(rooms).forEach(all::remove);
    return all;
  }

  @Test
  void everyImportFollowsTheTable() {
    ArchRuleDefinition.classes()
        .should(
            new ArchCondition<JavaClass>("import only what their room may import") {
              @Override
              public void check(JavaClass from, ConditionEvents events) {
                from.getDirectDependenciesFromSelf().stream()
                    .filter(d -> d.getTargetClass().getPackageName().startsWith(HOUSE))
                    .filter(d -> !allowed(room(from), room(d.getTargetClass())))
                    .forEach(
                        d ->
                            events.add(
                                SimpleConditionEvent.violated(
                                    d,
                                    "%s may not import %s: %s"
                                        .formatted(
                                            room(from),
                                            room(d.getTargetClass()),
                                            d.getDescription()))));
              }
            })
        .check(CLASSES);
  }

  private static boolean allowed(String from, String to) {
    return from.equals(to) || MAY_IMPORT.getOrDefault(from, Set.of()).contains(to);
  }

  @Test
  void everyRoomIsInTheTable() {
    assertThat(CLASSES.stream().map(RoomsTest::room)).allMatch(MAY_IMPORT::containsKey);
  }

  @Test
  void roomsFormNoCycles() {
    SlicesRuleDefinition.slices()
        .matching(HOUSE + "(*)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  @Test
  void noPackageIsInTwoModules() {
    Map<String, Set<String>> homes = new TreeMap<>();
    for (JavaClass c : CLASSES) {
      String uri = c.getSource().orElseThrow().getUri().toString();
      String home = uri.substring(0, uri.lastIndexOf(c.getName().replace('.', '/')));
      homes.computeIfAbsent(c.getPackageName(), p -> new TreeSet<>()).add(home);
    }
    assertThat(homes).allSatisfy((name, modules) -> assertThat(modules).as(name).hasSize(1));
  }

  @Test
  void onlyTheOnnxRoomKnowsOnnxRuntime() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackage(HOUSE + "onnx..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.onnxruntime..", "ai.onnx..")
        .check(CLASSES);
  }

  @Test
  void noRoomIsAMiscellany() {
    List<String> names = new ArrayList<>();
    CLASSES.forEach(c -> names.add(c.getPackageName()));
    assertThat(names)
        .noneMatch(name -> name.matches(".*\\.(util|utils|common|helper|helpers|misc)(\\..*)?"));
  }

  private static String room(JavaClass c) {
    String name = c.getPackageName();
    if (name.length() <= HOUSE.length()) {
      return name;
    }
    String inside = name.substring(HOUSE.length());
    int dot = inside.indexOf('.');
    return dot < 0 ? inside : inside.substring(0, dot);
  }
}
