package torpor.daemon;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "torpor").toAbsolutePath().normalize();

  @TempDir private Path directory;

  private record Ended(int code, String output) {}

  private Ended launch(Map<String, String> environment, String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(LAUNCHER.toString());
    builder.command().addAll(List.of(arguments));
    builder.directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("TORPOR_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), output);
  }

  private Path fakeJdk(String name, String version) throws IOException {
    Path jdk = Files.createDirectories(directory.resolve(name));
    Path javac = Files.createDirectories(jdk.resolve("bin")).resolve("javac");
    Files.writeString(javac, "#!/bin/sh\n");
    assertThat(javac.toFile().setExecutable(true)).isTrue();
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return jdk;
  }

  @Test
  void aNamedDirectoryThatIsNoJdkIsRefusedWithARemedy() throws Exception {
    Ended ended = launch(Map.of("TORPOR_JAVA_HOME", directory.toString()), "version");

    assertThat(ended.code()).isEqualTo(69);
    assertThat(ended.output())
        .contains("TORPOR_JAVA_HOME is no JDK 25: " + directory, "  why:", "adoptium.net");
  }

  @Test
  void anOlderJdkIsRefusedToo() throws Exception {
    Path old = fakeJdk("old", "17.0.15");

    Ended ended = launch(Map.of("TORPOR_JAVA_HOME", old.toString()), "version");

    assertThat(ended.code()).isEqualTo(69);
  }

  @Test
  void withoutMavenItSaysSoBeforeAnythingIsBuilt() throws Exception {
    Path jdk = fakeJdk("new", "25.0.3");
    Path tools = Files.createDirectory(directory.resolve("tools"));
    for (String name : List.of("dirname", "sed", "mkdir", "date", "find", "head")) {
      Path real = Path.of("/usr/bin", name);
      Path tool = tools.resolve(name);
      Files.writeString(
          tool,
          "#!/bin/sh\nexec %s \"$@\"\n"
              .formatted(Files.exists(real) ? real : Path.of("/bin", name)));
      assertThat(tool.toFile().setExecutable(true)).isTrue();
    }

    Ended ended =
        launch(Map.of("TORPOR_JAVA_HOME", jdk.toString(), "PATH", tools.toString()), "build");

    assertThat(ended.code()).isEqualTo(69);
    assertThat(ended.output()).contains("Maven is missing", "  do:");
  }

  /// The build of the first ends only once the second is seen to wait for it.
  @Test
  void ofTwoFirstStartsAtOnceOneBuilds() throws Exception {
    Path house = Files.createDirectories(directory.resolve("house"));
    Path launcher = Files.copy(LAUNCHER, house.resolve("torpor"), COPY_ATTRIBUTES);
    Files.writeString(house.resolve("pom.xml"), "<project/>\n");
    Path jdk = fakeJdk("new", "25.0.3");
    script(jdk.resolve("bin/java"), "echo ran");
    Path tools = Files.createDirectory(directory.resolve("tools"));
    script(
        tools.resolve("mvn"),
        "echo built >>builds && read -r word <go && mkdir -p daemon/target/lib"
            + " && echo jar >daemon/target/torpor.jar");
    Path go = house.resolve("go");
    assertThat(new ProcessBuilder("mkfifo", go.toString()).start().waitFor()).isZero();

    Process first = building(launcher, jdk, tools);
    try (BufferedReader told = first.errorReader()) {
      assertThat(told.readLine()).contains("building");
      Process second = building(launcher, jdk, tools);
      try (BufferedReader waits = second.errorReader()) {
        assertThat(waits.readLine()).contains("waiting for another build");
        Files.writeString(go, "go\n");
        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      }
    }

    assertThat(house.resolve("builds")).hasContent("built");
  }

  private static void script(Path file, String line) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static Process building(Path launcher, Path jdk, Path tools) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(launcher.toString(), "demo");
    builder.environment().keySet().removeIf(name -> name.startsWith("TORPOR_"));
    builder.environment().put("TORPOR_JAVA_HOME", jdk.toString());
    builder.environment().merge("PATH", tools.toString(), (path, first) -> first + ":" + path);
    return builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
  }
}
