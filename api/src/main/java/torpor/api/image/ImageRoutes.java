package torpor.api.image;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import torpor.api.http.ProgressStream;
import torpor.api.http.RefusedException;
import torpor.api.http.RequestBody;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.core.image.ImageDigest;
import torpor.core.image.ImagePhase;
import torpor.engine.image.ImageView;
import torpor.engine.image.Images;
import torpor.wire.RawJson;
import torpor.wire.image.Image;
import torpor.wire.image.ImageRequest;
import torpor.wire.image.PruneRequest;
import torpor.wire.image.Pruned;
import torpor.wire.instance.MemorySizes;

/// Fetches, lists, shows, deletes and prunes images.
public final class ImageRoutes {
  private static final int MAX_BODY = 64 * 1024;

  private final Images images;
  private final Supplier<Set<ImageDigest>> used;
  private final Waits waits;
  private final Duration keepAlive;

  /// @param used the images of the instances that exist
  public ImageRoutes(
      Images images, Supplier<Set<ImageDigest>> used, Waits waits, Duration keepAlive) {
    this.images = images;
    this.used = used;
    this.waits = waits;
    this.keepAlive = keepAlive;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.POST, "/v1/images", this::fetch),
        Route.caller(HandlerType.GET, "/v1/images", this::list),
        Route.caller(HandlerType.POST, "/v1/images/prune", this::prune),
        Route.caller(HandlerType.GET, "/v1/images/<name>", this::get),
        Route.caller(HandlerType.DELETE, "/v1/images/<name>", this::delete));
  }

  private void fetch(Context context) throws IOException {
    ImageRequest request = RequestBody.read(context, MAX_BODY).as(ImageRequest.class);
    Platforms.check("platform", request.platform());
    refuse("credentials", request.credentials(), "those of the daemon's own user are used");
    refuse("tags", request.tags(), "images have names only");
    if (ProgressStream.isWanted(context)) {
      follow(context, request.name());
      return;
    }
    ImageView view = waits.reply(images.fetch(request.name()));
    context
        .status(view.phase() == ImagePhase.READY ? 200 : 202)
        .header("Location", "/v1/images/" + view.name())
        .json(ImageJson.of(view));
  }

  private static void refuse(String field, Optional<RawJson> asked, String reason) {
    boolean nothing = asked.isEmpty() || Set.of("null", "{}").contains(asked.orElseThrow().text());
    if (!nothing) {
      throw RefusedException.unsupported(
          field, "'%s' is not there yet: %s".formatted(field, reason), "Leave it out.");
    }
  }

  /// Looked at once before the answer begins, so that what is no image at all is an ordinary
  /// refusal.
  private void follow(Context context, String name) throws IOException {
    waits.reply(images.fetch(name));
    ImageFollower follower = new ImageFollower(images, waits, keepAlive);
    follower.follow(name, ProgressStream.open(context));
  }

  private void list(Context context) {
    context.json(waits.value(images.list()).stream().map(ImageJson::of).toList());
  }

  private void get(Context context) {
    context.json(ImageJson.of(waits.reply(images.find(context.pathParam("name")))));
  }

  private void delete(Context context) {
    waits.reply(images.remove(context.pathParam("name"), used.get()));
    context.status(204);
  }

  private void prune(Context context) {
    PruneRequest request =
        RequestBody.read(context, MAX_BODY).as(PruneRequest.class, PruneRequest.ALL);
    List<Image> deleted =
        waits
            .value(images.prune(used.get(), request.keep().map(ImageRoutes::size).orElse(0L)))
            .stream()
            .map(ImageJson::of)
            .toList();
    long freed = deleted.stream().mapToLong(image -> image.sizeBytes().orElse(0L)).sum();
    context.json(new Pruned(deleted, freed));
  }

  private static long size(String text) {
    try {
      return MemorySizes.parse(text);
    } catch (IllegalArgumentException notOne) {
      throw RefusedException.invalid(
          "keep", "'keep': " + notOne.getMessage(), "Send a size such as 10GB.");
    }
  }
}
