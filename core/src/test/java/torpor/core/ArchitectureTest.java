package torpor.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// What keeps core pure: values and total functions, and nothing that touches the world.
class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("torpor.core");
  private static final Set<String> EMPTY_NAMES =
      Set.of("util", "utils", "common", "helper", "helpers", "impl", "manager");

  @Test
  void coreDependsOnTheLanguageAndItsValuesAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "torpor.core..",
            "java.lang",
            "java.lang.runtime",
            "java.lang.invoke",
            "java.time",
            "java.util",
            "java.util.function",
            "java.util.regex",
            "java.util.stream",
            "org.jspecify.annotations")
        .check(CORE);
  }

  @Test
  void coreReadsNoClockDrawsNoNumberAndStartsNoThread() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(
            Thread.class,
            Clock.class,
            ThreadLocal.class,
            java.util.Random.class,
            java.util.UUID.class,
            java.util.Timer.class)
        .check(CORE);
  }

  @Test
  void noPackagesDependOnEachOtherInACircle() {
    slices().matching("torpor.core.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void theJobRulesDoNotKnowThatInstancesExist() {
    noClasses()
        .that()
        .resideInAPackage("torpor.core.job")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("torpor.core.instance")
        .check(CORE);
  }

  @Test
  void nothingHasANameThatSaysNothing() {
    Set<String> names =
        CORE.stream()
            .flatMap(type ->
                Stream.concat(
                    Stream.of(type.getPackageName().split("\\.")),
                    Stream.of(type.getSimpleName().split("(?=\\p{Upper})"))))
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(names).doesNotContainAnyElementsOf(EMPTY_NAMES).contains("job", "rules");
  }

  @Test
  void everyPackageTellsItsStoryAndIsNullMarked() {
    Set<String> packages =
        CORE.stream().map(type -> type.getPackageName()).collect(Collectors.toSet());
    assertThat(packages).contains("torpor.core.job", "torpor.core.instance");
    for (String name : packages) {
      assertThat(CORE.getPackage(name).isAnnotatedWith(NullMarked.class)).as(name).isTrue();
    }
  }

  @Test
  void everyClassOfValuesIsARecordAnEnumOrSealed() {
    Set<String> open =
        CORE.stream()
            .filter(type -> type.isInterface() && !type.isAnnotation())
            .filter(type -> !type.reflect().isSealed())
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .map(type -> type.getName())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(open).isEmpty();
  }
}
