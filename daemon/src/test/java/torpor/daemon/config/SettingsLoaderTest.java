package torpor.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsLoaderTest {
  @TempDir private Path directory;

  private Sources sources(
      Map<String, String> flags, Map<String, String> environment, Optional<Path> configFile) {
    Map<String, Sources.Flag> typed = new LinkedHashMap<>();
    flags.forEach((key, value) -> typed.put(key, new Sources.Flag("--" + key, value)));
    return new Sources(
        typed,
        environment,
        configFile,
        directory,
        new Sources.Host(
            Path.of("/home/me/data"),
            "My_Host.local",
            1000L << 20,
            2,
            16L << 30,
            SettingsLoaderTest::disk));
  }

  private Configuration load(Map<String, String> flags, Map<String, String> environment) {
    return SettingsLoader.load(sources(flags, environment, Optional.empty()));
  }

  private Configuration loadFile(String toml) throws IOException {
    Files.writeString(directory.resolve("torpor.toml"), toml);
    return load(Map.of(), Map.of());
  }

  private static long disk(Path file) {
    return (file.startsWith("/srv") ? 400L : 100L) << 30;
  }

  private static Settings settings(Configuration configuration) {
    assertThat(configuration).isInstanceOf(Configuration.Valid.class);
    return ((Configuration.Valid) configuration).settings();
  }

  private static List<Problem> problems(Configuration configuration) {
    assertThat(configuration).isInstanceOf(Configuration.Invalid.class);
    return ((Configuration.Invalid) configuration).problems();
  }

  private static String origin(Configuration configuration, String key) {
    return ((Configuration.Valid) configuration)
        .values().stream()
            .filter(value -> value.key().equals(key))
            .map(value -> value.value() + " <- " + value.origin())
            .findFirst()
            .orElse("nothing");
  }

  @Test
  void whatMayBeGivenToMachinesFollowsFromTheHostAndTheRatios() throws IOException {
    Settings.Machines ratios =
        settings(
                loadFile(
                    """
                    [machines]
                    cpu_overcommit = 2
                    memory_overcommit = 1.5
                    disk_overcommit = 3
                    """))
            .machines();
    assertThat(ratios.cpus()).isEqualTo(4);
    assertThat(ratios.memoryBytes()).isEqualTo(24L << 30);
    assertThat(ratios.diskBytes()).isEqualTo(300L << 30);

    Settings.Machines amounts =
        settings(load(Map.of("machines.cpu_overcommit", "4", "machines.cpus", "3"), Map.of()))
            .machines();
    assertThat(amounts.cpus()).isEqualTo(3);
    assertThat(
            settings(
                    load(Map.of("machines.disk_overcommit", "0.5", "data", "/srv/large"), Map.of()))
                .machines()
                .diskBytes())
        .as("of the file system where the data is")
        .isEqualTo(200L << 30);
    assertThat(
            settings(
                    load(
                        Map.of("machines.disk_overcommit", "4", "machines.disk", "7GiB"), Map.of()))
                .machines()
                .diskBytes())
        .isEqualTo(7L << 30);
    assertThat(problems(load(Map.of("machines.disk_overcommit", "0"), Map.of())))
        .singleElement()
        .asString()
        .contains("machines.disk_overcommit");
    assertThat(problems(load(Map.of("machines.memory_overcommit", "much"), Map.of())))
        .singleElement()
        .asString()
        .contains("write a number such as 1.5");
  }

  @Test
  void withoutAnySourceTheDefaultsHold() {
    Settings settings = settings(load(Map.of(), Map.of()));

    assertThat(settings)
        .isEqualTo(
            new Settings(
                Path.of("/home/me/data"),
                new ListenAddress("127.0.0.1", 7070),
                Path.of("/home/me/data/torpor.sock"),
                new StoreSetting.Sqlite(),
                "my-host.local",
                List.of("wasm", "process", "qemu"),
                new Settings.Limits(64, 8L << 20),
                new Settings.Wasm(
                    500L << 20, Path.of("/home/me/data/cache/wasm"), Duration.ofSeconds(1)),
                new Settings.Machines(
                    16,
                    12L << 30,
                    1600L << 30,
                    Path.of("/home/me/data/kernels"),
                    "none",
                    Duration.ofHours(1),
                    Duration.ofHours(1),
                    new Settings.Network(
                        "10.213.0.0/16", List.of(), List.of(), OptionalInt.empty()))));
  }

  @Test
  void listsOfAnyTextAreGivenInAFileOrInOneVariable() throws IOException {
    Files.writeString(
        directory.resolve("torpor.toml"),
        "[network]\nreserved = [\"10.213.1.0/24\", \"10.213.2.0/24\"]\nmtu = 1400\n");
    Settings settings =
        settings(load(Map.of(), Map.of("TORPOR_NETWORK_NAMESERVERS", "192.0.2.53, 192.0.2.54")));
    assertThat(settings.machines().network())
        .isEqualTo(
            new Settings.Network(
                "10.213.0.0/16",
                List.of("10.213.1.0/24", "10.213.2.0/24"),
                List.of("192.0.2.53", "192.0.2.54"),
                OptionalInt.of(1400)));
  }

  @Test
  void everyKeyHasADefaultThatIsShown() {
    Configuration.Valid valid = (Configuration.Valid) load(Map.of(), Map.of());

    assertThat(valid.values())
        .extracting(Configuration.ShownValue::key)
        .containsExactlyInAnyOrderElementsOf(Key.NAMES);
  }

  @Test
  void eachLayerWinsOverTheOnesBelowIt() throws IOException {
    Path named = Files.writeString(directory.resolve("named.toml"), "node = \"named\"\n");
    String toml = "node = \"here\"\n[limits]\nmax_machines = 7\nmax_body = \"1MiB\"\n";
    Files.writeString(directory.resolve("torpor.toml"), toml);
    Map<String, String> environment =
        Map.of("TORPOR_CONFIG", "named.toml", "TORPOR_LIMITS_MAX_BODY", "2MiB");

    Configuration loaded = load(Map.of("data", "d"), environment);

    assertThat(origin(loaded, "data")).isEqualTo(directory.resolve("d") + " <- flag --data");
    assertThat(origin(loaded, "limits.max_body"))
        .isEqualTo("2MiB <- environment TORPOR_LIMITS_MAX_BODY");
    assertThat(origin(loaded, "node")).isEqualTo("named <- " + named + ":1:1");
    assertThat(origin(loaded, "limits.max_machines"))
        .isEqualTo("7 <- " + directory.resolve("torpor.toml") + ":3:1");
    assertThat(origin(loaded, "listen")).isEqualTo("127.0.0.1:7070 <- packaged defaults");
    assertThat(origin(loaded, "socket"))
        .isEqualTo(directory.resolve("d/torpor.sock") + " <- built in");
  }

  @Test
  void aFileNamedByFlagIsTakenBeforeTheOneInTheEnvironment() throws IOException {
    Files.writeString(directory.resolve("a.toml"), "node = \"a\"\n");
    Files.writeString(directory.resolve("b.toml"), "node = \"b\"\n");
    Sources sources =
        sources(Map.of(), Map.of("TORPOR_CONFIG", "b.toml"), Optional.of(Path.of("a.toml")));

    assertThat(settings(SettingsLoader.load(sources)).node()).isEqualTo("a");
  }

  @Test
  void anUnknownKeyIsNamedWithItsPlaceAndTheKeyThatWasMeant() throws IOException {
    List<Problem> problems = problems(loadFile("[limits]\n\nmax_machine = 3\n"));

    assertThat(problems)
        .containsExactly(
            new Problem(
                directory.resolve("torpor.toml") + ":3:1",
                "unknown key limits.max_machine",
                "did you mean limits.max_machines?"));
  }

  @Test
  void everyProblemOfEveryLayerIsToldAtOnce() throws IOException {
    Files.writeString(
        directory.resolve("torpor.toml"),
        """
        listen = 7070
        store = "mysql://x"
        runtimes = ["wasm", "proces"]
        [limits]
        max_machines = "many"
        [wasm]
        durable_sleep = "soon"
        """);

    List<Problem> problems =
        problems(load(Map.of("node", "No Name"), Map.of("TORPOR_LIMITS_MAX_MACHINES", "0")));

    assertThat(problems)
        .extracting(Problem::toString)
        .anySatisfy(text -> assertThat(text).contains("1:1: listen must be a text, not a whole"))
        .anySatisfy(text -> assertThat(text).contains("2:1: store is no store: \"mysql://x\""))
        .anySatisfy(text -> assertThat(text).contains("3:1: runtimes has an unknown entry"))
        .anySatisfy(text -> assertThat(text).contains("5:1: limits.max_machines must be a whole"))
        .anySatisfy(text -> assertThat(text).contains("7:1: wasm.durable_sleep is wrong"))
        .anySatisfy(text -> assertThat(text).startsWith("flag --node: node is no node name"))
        .anySatisfy(text -> assertThat(text).startsWith("environment TORPOR_LIMITS_MAX_MACHINES"))
        .hasSize(7);
  }

  @Test
  void aWrongValueIsAProblemAlsoWhereAnotherLayerOverridesIt() throws IOException {
    Files.writeString(directory.resolve("torpor.toml"), "node = 5\n");

    assertThat(problems(load(Map.of("node", "good"), Map.of()))).hasSize(1);
  }

  @Test
  void aFileThatIsNoTomlIsAProblemWithItsPlace() throws IOException {
    List<Problem> problems = problems(loadFile("node = \n"));

    assertThat(problems).singleElement().asString().contains("torpor.toml:1:", "this is no TOML");
  }

  @Test
  void aNamedFileThatIsMissingIsAProblem() {
    List<Problem> problems = problems(load(Map.of(), Map.of("TORPOR_CONFIG", "gone.toml")));

    assertThat(problems).singleElement().asString().contains("gone.toml", "cannot be read");
  }

  @Test
  void aVariableThatIsASlipAwayFromASettingIsAProblemAndOthersAreNot() {
    Map<String, String> environment =
        Map.of(
            "TORPOR_LISTN", "127.0.0.1:1",
            "TORPOR_HOST", "x",
            "TORPOR_JOB_ID", "x",
            "TORPOR_SERVICE_HOST", "x",
            "TORPOR_API_TOKEN", "x",
            "PATH", "x");

    assertThat(problems(load(Map.of(), environment)))
        .containsExactly(
            new Problem(
                "environment TORPOR_LISTN",
                "there is no such setting",
                "did you mean TORPOR_LISTEN?"));
  }

  @Test
  void noVariableOfAWorkerIsTakenForASlip() {
    for (String name :
        List.of(
            "JOB_ID",
            "INSTANCE_ID",
            "API_URL",
            "API_TOKEN",
            "DEFINITION_NAME",
            "DEFINITION_VERSION",
            "SPAWNED_AT",
            "API_KEY",
            "JAVA_HOME",
            "JAVA_OPTIONS",
            "LOG_LEVEL")) {
      assertThat(load(Map.of(), Map.of("TORPOR_" + name, "x")))
          .as(name)
          .isInstanceOf(Configuration.Valid.class);
    }
  }

  @Test
  void aPasswordIsNeverShown() {
    String url = "postgresql://torpor:s3cr@t@db:5432/torpor?sslmode=require&password=s3cret";

    Configuration loaded = load(Map.of("store", url), Map.of());

    assertThat(problems(loaded).toString()).doesNotContain("s3cr");
    String encoded = "postgresql://torpor:s3cret@db:5432/torpor?sslmode=require&password=s3cret";
    Configuration valid = load(Map.of("store", encoded), Map.of());
    assertThat(origin(valid, "store"))
        .isEqualTo(
            "postgresql://torpor:***@db:5432/torpor?sslmode=require&password=*** <- flag --store");
    assertThat(settings(valid).toString()).doesNotContain("s3cret");
  }

  @Test
  void aSocketPathThatNoSystemTakesIsRefusedAlsoWhereItIsBuiltIn() {
    String deep = "/" + "d".repeat(120);

    assertThat(problems(load(Map.of("data", deep), Map.of())))
        .singleElement()
        .asString()
        .contains("socket is 133 bytes long", "at most 107");
    assertThat(load(Map.of("data", deep, "socket", "/run/t.sock"), Map.of()))
        .isInstanceOf(Configuration.Valid.class);
  }

  @Test
  void pathsInAFileAreRelativeToTheFileAndTheHomeIsKnown() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("folder"));
    Path file = Files.writeString(folder.resolve("t.toml"), "data = \"d\"\nsocket = \"~/s\"\n");

    Settings settings =
        settings(SettingsLoader.load(sources(Map.of(), Map.of(), Optional.of(file))));

    assertThat(settings.data()).isEqualTo(folder.resolve("d"));
    assertThat(settings.socket()).isEqualTo(Path.of(System.getProperty("user.home"), "s"));
  }
}
