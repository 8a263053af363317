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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import torpor.core.instance.Instance;
import torpor.core.instance.spec.HealthCheck.Probe;
import torpor.engine.instance.HealthProbes;

/// Probes from the host, at the instance's outside address.
///
/// @param threads may block
record HostProbes(Executor threads, HttpClient http) implements HealthProbes {
  private static final int LEAST_BAD_STATUS = 400;

  HostProbes(Executor threads) {
    this(
        threads,
        HttpClient.newBuilder()
            .executor(threads)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build());
  }

  @Override
  public CompletionStage<Optional<String>> probe(
      Instance instance, Optional<String> outside, Probe probe, Duration timeout) {
    if (outside.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.of("it has no network"));
    }
    return switch (probe) {
      case Probe.Tcp(int port) -> connect(outside.orElseThrow(), port, timeout);
      case Probe.Http(int port, String path) ->
          get(URI.create("http://" + outside.orElseThrow() + ":" + port + path), timeout);
      case Probe.Exec _ ->
          CompletableFuture.completedFuture(
              Optional.of("checks by a command inside are not built yet"));
    };
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

  private CompletionStage<Optional<String>> get(URI uri, Duration timeout) {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(timeout).GET().build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .handle((response, failure) -> {
          if (failure != null) {
            return Optional.of(uri.getPath() + ": " + failure.getMessage());
          }
          return response.statusCode() < LEAST_BAD_STATUS
              ? Optional.empty()
              : Optional.of(uri.getPath() + " answered " + response.statusCode());
        });
  }
}
