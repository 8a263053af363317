package torpor.bench.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import torpor.bench.process.ChildJvm;
import torpor.core.job.JobId;
import torpor.daemon.command.ServeCommand;
import torpor.daemon.guest.DerivedSecrets;
import torpor.daemon.guest.SecretKeyFile;

/// A real daemon with one program running in it.
final class Serve implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");
  private static final Pattern ID = Pattern.compile("\"job_?[iI]d\"\\s*:\\s*\"([^\"]+)\"");

  private final ChildJvm process;
  private final Path data;
  private final Path socket;
  private final InetSocketAddress tcp;

  private Serve(ChildJvm process, Path data, Path socket, InetSocketAddress tcp) {
    this.process = process;
    this.data = data;
    this.socket = socket;
    this.tcp = tcp;
  }

  static Serve start(Path data, Path socket) throws IOException {
    ChildJvm process =
        ChildJvm.start(
            List.of("-XX:-DontCompileHugeMethods", "-XX:+UseG1GC", "-Xss8m"),
            "torpor.daemon.Main",
            List.of(
                "serve",
                "--data",
                data.toString(),
                "--socket",
                socket.toString(),
                "--listen",
                "127.0.0.1:0",
                "--store",
                "sqlite",
                "--node",
                "bench"),
            ServeCommand.READY);
    try {
      process.awaitReady();
      URI address = URI.create(found(LISTENING, String.join("\n", process.said())));
      return new Serve(
          process, data, socket, new InetSocketAddress(address.getHost(), address.getPort()));
    } catch (IOException | RuntimeException e) {
      process.close();
      throw e;
    }
  }

  InetSocketAddress tcp() {
    return tcp;
  }

  UnixDomainSocketAddress unix() {
    return UnixDomainSocketAddress.of(socket);
  }

  /// Starts a program that waits, and answers with its id. Cancelled by [#end], since programs
  /// outlive their daemon.
  JobId runningJob() throws IOException {
    try (KeepAlive connection = new KeepAlive(tcp)) {
      expect(
          connection.call(
              "POST",
              "/v1/definitions",
              """
              {"name": "waits", "version": "1", "runtime": "process",
               "config": {"command": ["/bin/sleep", "3600"]}}\
              """));
      String spawned =
          expect(
              connection.call(
                  "POST",
                  "/v1/jobs",
                  "{\"definition_name\": \"waits\", \"definition_version\": \"1\"}"));
      return JobId.parse(found(ID, spawned));
    }
  }

  /// Where a program finds its guest API.
  String guestPath(JobId job) {
    byte[] key = SecretKeyFile.readOrCreate(data.resolve("secret.key"));
    return "/s/%s/jobs/%s".formatted(new DerivedSecrets(key).of(job), job);
  }

  /// Returns once nothing of the job's program is left.
  void end(JobId job) throws IOException {
    try (KeepAlive connection = new KeepAlive(tcp)) {
      expect(connection.call("POST", "/v1/jobs/%s/cancel".formatted(job), "{}"));
      expect(connection.call("GET", "/v1/jobs/%s/result?wait=true&timeout=30s".formatted(job), ""));
    }
  }

  static String expect(KeepAlive.Answer answer) throws IOException {
    if (answer.status() / 100 != 2) {
      throw new IOException("the daemon answered %d: %s".formatted(answer.status(), answer.body()));
    }
    return answer.body();
  }

  private static String found(Pattern pattern, String text) throws IOException {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IOException("no %s in %s".formatted(pattern, text));
    }
    return matcher.group(1);
  }

  @Override
  public void close() {
    process.close();
  }
}
