package torpor.daemon.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Debian's registry server on loopback, which lets in one user.
final class TestRegistry implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile("listening on 127\\.0\\.0\\.1:([0-9]+)");
  private static final String USER = "torpor";
  private static final String PASSWORD = "a password";

  private final Process process;

  /// host:port
  private final String address;

  private TestRegistry(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  static TestRegistry start(Path directory) throws IOException, InterruptedException {
    Files.writeString(
        directory.resolve("htpasswd"), HostTools.run("htpasswd", "-Bbn", USER, PASSWORD));
    Path config = directory.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: "%s/data"}}
        http: {addr: "127.0.0.1:0"}
        auth: {htpasswd: {realm: test, path: "%s/htpasswd"}}
        """
            .formatted(directory, directory));
    Process process =
        new ProcessBuilder(
                HostTools.find("docker-registry").orElseThrow().toString(),
                "serve",
                config.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      Matcher match = LISTENS.matcher(line);
      if (match.find()) {
        Thread.ofVirtual().start(() -> said.lines().forEach(ignored -> {}));
        return new TestRegistry(process, "localhost:" + match.group(1));
      }
    }
    process.destroyForcibly();
    throw new AssertionError("the registry did not start");
  }

  /// Credentials as `docker login` leaves them in a home directory.
  Path logIn(Path home) throws IOException {
    Path file = Files.createDirectories(home.resolve(".docker")).resolve("config.json");
    String secret =
        Base64.getEncoder()
            .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    Files.writeString(file, "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(address, secret));
    return file;
  }

  /// @param layout an OCI layout and a tag in it
  /// @return by what it is pulled
  String push(String layout, String name, Path credentials)
      throws IOException, InterruptedException {
    HostTools.run(
        "skopeo",
        "copy",
        "--quiet",
        "--dest-tls-verify=false",
        "--dest-authfile",
        credentials.toString(),
        "oci:" + layout,
        "docker://" + address + "/" + name);
    return address + "/" + name;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new AssertionError("the registry does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
