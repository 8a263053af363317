package torpor.daemon;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The walls of the whole house. Only the daemon sees every module, so they are measured here; what
/// keeps `core` pure is measured in `core`.
class ArchitectureTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("torpor");

  private static final Set<String> NAMES_THAT_SAY_NOTHING =
      Set.of(
          "util", "utils", "common", "helper", "helpers", "impl", "impls", "manager", "managers");

  /// A module, and where its packages begin.
  enum Module {
    CORE("torpor.core"),
    WIRE("torpor.wire"),
    HOST("torpor.host"),
    ENGINE("torpor.engine"),
    TESTKIT("torpor.testkit"),
    STORE("torpor.store"),
    RUNTIME_WASM("torpor.runtime.wasm"),
    RUNTIME_PROCESS("torpor.runtime.process"),
    RUNTIME_QEMU("torpor.runtime.qemu"),
    IMAGES("torpor.images"),
    NETWORK("torpor.network"),
    API("torpor.api"),
    CLI("torpor.cli"),
    DAEMON("torpor.daemon");

    private final String root;

    Module(String root) {
      this.root = root;
    }

    /// The other modules that it may see.
    private Set<Module> visible() {
      return switch (this) {
        case CORE, WIRE, HOST -> Set.of();
        case ENGINE -> Set.of(CORE);
        case TESTKIT -> Set.of(CORE, ENGINE);
        case STORE -> Set.of(CORE, ENGINE, HOST);
        case NETWORK, API -> Set.of(CORE, ENGINE, WIRE);
        case IMAGES, RUNTIME_WASM, RUNTIME_PROCESS, RUNTIME_QEMU ->
            Set.of(CORE, ENGINE, WIRE, HOST);
        case CLI -> Set.of(WIRE);
        case DAEMON -> EnumSet.complementOf(EnumSet.of(TESTKIT));
      };
    }

    private String packages() {
      return root + "..";
    }

    private String[] hidden() {
      return Arrays.stream(values())
          .filter(other -> other != this && !visible().contains(other))
          .map(Module::packages)
          .toArray(String[]::new);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aModuleSeesOnlyWhatItMay(Module module) {
    noClasses()
        .that()
        .resideInAPackage(module.packages())
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(module.hidden())
        .check(HOUSE);
  }

  @Test
  void everyClassIsInAModule() {
    List<String> homeless =
        HOUSE.stream()
            .map(JavaClass::getPackageName)
            .distinct()
            .filter(name -> Arrays.stream(Module.values()).noneMatch(m -> isIn(name, m.root)))
            .toList();
    assertThat(homeless).isEmpty();
  }

  private static boolean isIn(String name, String root) {
    return name.equals(root) || name.startsWith(root + ".");
  }

  @ParameterizedTest
  @EnumSource
  void noPackagesOfAModuleDependOnEachOtherInACircle(Module module) {
    slices().matching(module.root + ".(*)..").should().beFreeOfCycles().check(HOUSE);
  }

  @Test
  void nothingHasANameThatSaysNothing() {
    Map<String, Set<String>> found = new TreeMap<>();
    for (JavaClass type : HOUSE) {
      Set<String> empty = words(type);
      empty.retainAll(NAMES_THAT_SAY_NOTHING);
      if (!empty.isEmpty()) {
        found.put(type.getName(), empty);
      }
    }
    assertThat(found).isEmpty();
  }

  private static Set<String> words(JavaClass type) {
    return Stream.concat(
            Stream.of(type.getPackageName().split("\\.")),
            Stream.of(type.getSimpleName().split("(?=\\p{Upper})")))
        .map(word -> word.toLowerCase(Locale.ROOT))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<String> unmarked =
        HOUSE.stream()
            .map(JavaClass::getPackage)
            .filter(p -> !p.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(unmarked).isEmpty();
  }

  @Test
  void nobodySleeps() {
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class, int.class)
        .orShould()
        .callMethod(Thread.class, "sleep", Duration.class)
        .orShould()
        .callMethod(TimeUnit.class, "sleep", long.class)
        .check(HOUSE);
  }

  /// Standard output is data, and only commands have any.
  @Test
  void onlyCommandsWriteToTheTerminal() {
    noClasses()
        .that()
        .resideOutsideOfPackages(Module.CLI.packages(), "torpor.daemon.command..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(HOUSE);
  }
}
