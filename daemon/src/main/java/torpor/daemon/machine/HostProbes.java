package torpor.daemon.machine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import torpor.core.instance.Instance;
import torpor.core.instance.spec.HealthCheck.Probe;
import torpor.engine.caller.InstanceSessions;
import torpor.engine.instance.HealthProbes;

/// Probes from the host, at the instance's outside address; and inside, by a command.
///
/// @param threads may block
record HostProbes(Executor threads, HttpClient http, ExecProbe exec) implements HealthProbes {
  private static final int LEAST_BAD_STATUS = 400;

  HostProbes(Executor threads, InstanceSessions sessions) {
    this(
        threads,
        HttpClient.newBuilder()
            .executor(threads)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build(),
        new ExecProbe(sessions));
  }

  @Override
  public CompletionStage<Optional<String>> probe(
      Instance instance, Optional<String> outside, Probe probe, Duration timeout) {
    return switch (probe) {
      case Probe.Tcp(int port) -> at(outside, host -> connect(host, port, timeout));
      case Probe.Http(int port, String path, OptionalInt status) ->
          at(
              outside,
              host -> get(URI.create("http://" + host + ":" + port + path), status, timeout));
      case Probe.Exec command -> exec.probe(instance.id(), command, timeout);
    };
  }

  private static CompletionStage<Optional<String>> at(
      Optional<String> outside, Function<String, CompletionStage<Optional<String>>> probe) {
    return outside
        .map(probe)
        .orElseGet(() -> CompletableFuture.completedFuture(Optional.of("it has no network")));
  }

  private CompletionStage<Optional<String>> connect(String host, int port, Duration timeout) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            return Optional.empty();
          } catch (IOException e) {
            return Optional.of("port " + port + ": " + e.getMessage());
          }
        },
        threads);
  }

  private CompletionStage<Optional<String>> get(URI uri, OptionalInt wanted, Duration timeout) {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(timeout).GET().build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .handle((response, failure) -> {
          if (failure != null) {
            return Optional.of(uri.getPath() + ": " + failure.getMessage());
          }
          int status = response.statusCode();
          boolean well =
              wanted.isPresent() ? status == wanted.getAsInt() : status < LEAST_BAD_STATUS;
          return well ? Optional.empty() : Optional.of(uri.getPath() + " answered " + status);
        });
  }
}
