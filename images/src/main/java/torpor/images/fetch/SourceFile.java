package torpor.images.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import torpor.core.image.ImageDigest;
import torpor.images.digest.Sha256;
import torpor.images.refused.ImageRefusedException;
import torpor.images.source.ImageSource.Origin;

/// Gets one file, and checks it while it comes.
record SourceFile(long limitBytes, Duration deadline) {
  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final int OK = 200;

  /// @param percent told how far it is, where the length is known
  /// @return the digest of the file
  ImageDigest fetch(Origin origin, Path target, IntConsumer percent)
      throws ImageRefusedException, IOException, InterruptedException {
    ImageDigest found =
        switch (origin) {
          case Origin.LocalFile local -> fromFile(local, target, percent);
          case Origin.Download download -> fromUrl(download, target, percent);
        };
    Optional<ImageDigest> expected = origin.checksum();
    if (expected.isPresent() && !expected.get().equals(found)) {
      throw ImageRefusedException.failed(
          "%s has the checksum %s and should have %s"
              .formatted(place(origin), found.hex(), expected.get().hex()),
          "Correct the checksum in the field image, or see why the file is another one.");
    }
    return found;
  }

  private static String place(Origin origin) {
    return switch (origin) {
      case Origin.LocalFile local -> local.path().toString();
      case Origin.Download download -> download.uri().toString();
    };
  }

  private ImageDigest fromFile(Origin.LocalFile local, Path target, IntConsumer percent)
      throws ImageRefusedException, IOException, InterruptedException {
    if (!Files.isRegularFile(local.path())) {
      throw ImageRefusedException.failed(
          "there is no file " + local.path(), "Give the path of a file on the daemon's host.");
    }
    try (InputStream input = Files.newInputStream(local.path())) {
      OptionalLong length = OptionalLong.of(Files.size(local.path()));
      return copy(input, length, target, percent);
    }
  }

  private ImageDigest fromUrl(Origin.Download download, Path target, IntConsumer percent)
      throws ImageRefusedException, IOException, InterruptedException {
    try (HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()) {
      // Ends also a download that stalls.
      var stop =
          CompletableFuture.runAsync(
              client::shutdownNow,
              CompletableFuture.delayedExecutor(deadline.toMillis(), TimeUnit.MILLISECONDS));
      try {
        HttpRequest request = HttpRequest.newBuilder(download.uri()).timeout(ANSWER).build();
        var asked = client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        HttpResponse<InputStream> answer = asked.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        try (InputStream body = answer.body()) {
          if (answer.statusCode() != OK) {
            throw unreachable(download, "it answered with status " + answer.statusCode());
          }
          return copy(body, answer.headers().firstValueAsLong("content-length"), target, percent);
        }
      } catch (ExecutionException e) {
        throw unreachable(download, String.valueOf(e.getCause()));
      } catch (TimeoutException e) {
        throw unreachable(download, "it did not answer in time");
      } finally {
        stop.cancel(false);
        client.shutdownNow();
      }
    }
  }

  private static ImageRefusedException unreachable(Origin.Download download, String why) {
    return ImageRefusedException.failed(
        "%s cannot be fetched: %s".formatted(download.uri(), why),
        "See that the URL is right and can be reached from here, and ask again.");
  }

  private ImageDigest copy(InputStream input, OptionalLong length, Path target, IntConsumer percent)
      throws ImageRefusedException, IOException, InterruptedException {
    long began = System.nanoTime();
    var digest = Sha256.begin();
    try (InputStream checked = new DigestInputStream(input, digest);
        OutputStream out = Files.newOutputStream(target)) {
      byte[] buffer = new byte[256 * 1024];
      long total = 0;
      for (int read = checked.read(buffer); read >= 0; read = checked.read(buffer)) {
        total += read;
        requireWithin(total, began);
        out.write(buffer, 0, read);
        if (length.isPresent()) {
          percent.accept((int) (total * 100 / Math.max(1, length.getAsLong())));
        }
      }
    }
    return Sha256.end(digest);
  }

  private void requireWithin(long total, long began)
      throws ImageRefusedException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (total > limitBytes) {
      throw tooLarge(limitBytes);
    }
    if (System.nanoTime() - began > deadline.toNanos()) {
      throw ImageRefusedException.failed(
          "the image did not arrive within %d s".formatted(deadline.toSeconds()),
          "See whether its source is slow, and ask again.");
    }
  }

  static ImageRefusedException tooLarge(long limitBytes) {
    return ImageRefusedException.failed(
        "what is to be fetched is larger than %d bytes".formatted(limitBytes),
        "Raise the limit on download size, or use a smaller image.");
  }
}
