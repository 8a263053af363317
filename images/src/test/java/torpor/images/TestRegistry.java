package torpor.images;

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
  private static final Pattern LISTENS = Pattern.compile("listening on (127\\.0\\.0\\.1:[0-9]+)");
  private static final String USER = "torpor";
  private static final String PASSWORD = "a password";

  private final Path directory;
  private final Process process;
  private final String address;

  private TestRegistry(Path directory, Process process, String address) {
    this.directory = directory;
    this.process = process;
    this.address = address;
  }

  static TestRegistry start(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory.resolve("data"));
    Files.writeString(
        directory.resolve("htpasswd"), TestTools.run("htpasswd", "-Bbn", USER, PASSWORD));
    Path config = directory.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: "%s/data"}, delete: {enabled: true}}
        http: {addr: "127.0.0.1:0"}
        auth: {htpasswd: {realm: test, path: "%s/htpasswd"}}
        """
            .formatted(directory, directory));
    Process process =
        new ProcessBuilder(
                TestTools.TOOLS.find("docker-registry").orElseThrow().toString(),
                "serve",
                config.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      Matcher match = LISTENS.matcher(line);
      if (match.find()) {
        Thread.ofVirtual().start(() -> said.lines().forEach(ignored -> {}));
        return new TestRegistry(directory, process, match.group(1));
      }
    }
    process.destroyForcibly();
    throw new AssertionError("the registry did not start");
  }

  /// host:port
  String address() {
    return address;
  }

  /// Credentials as docker and podman write them.
  Path authFile() throws IOException {
    Path file = directory.resolve("auth.json");
    String secret =
        Base64.getEncoder()
            .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    Files.writeString(file, "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(address, secret));
    return file;
  }

  /// Copies an image from an OCI layout.
  void push(Path layout, String tag, String name) throws IOException, InterruptedException {
    TestTools.run(
        "skopeo",
        "copy",
        "--dest-tls-verify=false",
        "--dest-authfile",
        authFile().toString(),
        "oci:" + layout + ":" + tag,
        "docker://" + address + "/" + name);
  }

  /// What the registry keeps, for tests that damage it.
  Path blob(String hex) {
    return directory
        .resolve("data/docker/registry/v2/blobs/sha256")
        .resolve(hex.substring(0, 2))
        .resolve(hex)
        .resolve("data");
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
    }
  }
}
