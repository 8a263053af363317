package torpor.testkit.instance;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import torpor.core.image.ImageConfig;
import torpor.core.image.ImageDigest;
import torpor.core.image.ImagePhase;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.image.ImageView;
import torpor.engine.image.Images;
import torpor.engine.image.ReadyImage;

/// Images that are made of their name. One whose name has `missing` in it does not exist anywhere.
/// The one step that can be held is `pull`.
public final class FakeImages implements Images {
  private static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");
  private static final long BYTES = 8L << 20;
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._/:@-]*");
  private static final String HUB = "docker.io/library/";

  private final Gates gates = new Gates();
  private final Map<String, ImageView> known = new ConcurrentHashMap<>();

  private final Map<String, Fetch> underWay = new ConcurrentHashMap<>();

  /// One for all who ask for the same meanwhile.
  private record Fetch(CompletableFuture<Void> over, List<Consumer<ImageView>> watchers) {
    void tell(ImageView view) {
      watchers.forEach(watcher -> watcher.accept(view));
    }
  }

  /// Fetches stand at 40 percent until the answer is completed.
  public CompletableFuture<Void> hold() {
    return gates.hold("pull");
  }

  @Override
  public CompletionStage<Reply<ImageView>> fetch(String source) {
    return CompletableFuture.completedFuture(
        named(source)
            .map(name -> {
              begin(name, _ -> {});
              return view(name);
            }));
  }

  @Override
  public CompletionStage<Reply<ReadyImage>> ready(String source, Consumer<ImageView> progress) {
    return switch (named(source)) {
      case Reply.Refused<String>(Refusal why) ->
          CompletableFuture.completedFuture(Reply.refused(why));
      case Reply.Done<String>(String name) ->
          begin(name, progress)
              .thenApply(_ -> {
                ImageView view = view(name);
                return view.ready()
                    .map(Reply::done)
                    .orElseGet(() -> Reply.refused(view.failure().orElseThrow()));
              });
    };
  }

  private CompletionStage<Void> begin(String name, Consumer<ImageView> progress) {
    ImageView now = known.get(name);
    if (now != null && now.phase() == ImagePhase.READY) {
      return CompletableFuture.completedFuture(null);
    }
    Fetch mine = new Fetch(new CompletableFuture<>(), new CopyOnWriteArrayList<>());
    Optional<Fetch> others = Optional.ofNullable(underWay.putIfAbsent(name, mine));
    Fetch fetch = others.orElse(mine);
    fetch.watchers().add(progress);
    if (others.isPresent()) {
      progress.accept(view(name));
    } else {
      fetch(name, mine);
    }
    return fetch.over();
  }

  private void fetch(String name, Fetch fetch) {
    fetch.tell(put(at(name, ImagePhase.PENDING, Optional.of(1), Optional.empty())));
    fetch.tell(put(at(name, ImagePhase.PULLING, Optional.empty(), Optional.of(40))));
    var _ =
        gates
            .pass("pull", () -> name)
            .thenAccept(_ -> {
              if (name.contains("missing")) {
                fetch.tell(put(failed(name)));
                return;
              }
              fetch.tell(put(at(name, ImagePhase.CONVERTING, Optional.empty(), Optional.empty())));
              fetch.tell(put(ready(name)));
            })
            .whenComplete((_, failure) -> {
              underWay.remove(name);
              if (failure == null) {
                fetch.over().complete(null);
              } else {
                fetch.over().completeExceptionally(failure);
              }
            });
  }

  private ImageView put(ImageView view) {
    known.put(view.name(), view);
    return view;
  }

  private ImageView view(String name) {
    return known.getOrDefault(
        name, at(name, ImagePhase.PENDING, Optional.empty(), Optional.empty()));
  }

  private static Reply<String> named(String source) {
    if (!NAME.matcher(source).matches()) {
      return Reply.refused(
          Refusal.ofField(
              RefusalCode.IMAGE_INVALID,
              "image",
              "'" + source + "' is no image",
              "Write a name such as nginx:alpine."));
    }
    String tagged = source.contains(":") ? source : source + ":latest";
    return Reply.done(tagged.contains("/") ? tagged : HUB + tagged);
  }

  private static ImageView at(
      String name, ImagePhase phase, Optional<Integer> queue, Optional<Integer> percent) {
    return new ImageView(
        name,
        Optional.empty(),
        phase,
        queue,
        percent,
        Optional.empty(),
        Optional.empty(),
        T0,
        Optional.empty());
  }

  private static ImageView failed(String name) {
    return new ImageView(
        name,
        Optional.empty(),
        ImagePhase.FAILED,
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            Refusal.of(
                RefusalCode.IMAGE_FAILED,
                name + " cannot be pulled: manifest unknown",
                "Look whether the name and the tag exist.")),
        Optional.empty(),
        T0,
        Optional.empty());
  }

  /// The digest of a name, as long as it is only told from others.
  public static ImageDigest digest(String name) {
    return new ImageDigest(
        ImageDigest.ALGORITHM + "%064x".formatted(name.hashCode() & 0xffffffffL));
  }

  private static ImageView ready(String name) {
    ImageConfig config =
        new ImageConfig(
            List.of("/docker-entrypoint.sh"),
            List.of("nginx", "-g", "daemon off;"),
            Map.of("NGINX_VERSION", "1.29"),
            Optional.of("/"),
            Optional.empty(),
            Optional.empty(),
            Set.of("80/tcp"),
            Map.of());
    ReadyImage image =
        new ReadyImage(digest(name), Path.of("rootfs-" + name.hashCode()), BYTES, config);
    return new ImageView(
        name,
        Optional.of(image.digest()),
        ImagePhase.READY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(image),
        T0,
        Optional.empty());
  }

  @Override
  public CompletionStage<Reply<ImageView>> find(String name) {
    return CompletableFuture.completedFuture(lookUp(name));
  }

  private Reply<ImageView> lookUp(String written) {
    return switch (named(written)) {
      case Reply.Refused<String>(Refusal why) -> Reply.refused(why);
      case Reply.Done<String>(String name) -> {
        ImageView view = known.get(name);
        yield view == null
            ? Reply.refused(
                Refusal.of(
                    RefusalCode.IMAGE_NOT_FOUND,
                    "there is no image " + name + " on this host",
                    "Pull it first."))
            : Reply.done(view);
      }
    };
  }

  @Override
  public CompletionStage<Reply<ReadyImage>> ready(ImageDigest digest) {
    return CompletableFuture.completedFuture(
        known.values().stream()
            .flatMap(view -> view.ready().stream())
            .filter(image -> image.digest().equals(digest))
            .findFirst()
            .map(Reply::done)
            .orElseGet(() ->
                Reply.refused(
                    Refusal.of(
                        RefusalCode.IMAGE_NOT_FOUND, digest + " is not here", "Pull it again."))));
  }

  @Override
  public CompletionStage<List<ImageView>> list() {
    return CompletableFuture.completedFuture(
        known.values().stream().sorted(Comparator.comparing(ImageView::name)).toList());
  }

  @Override
  public CompletionStage<Reply<ImageView>> remove(String name, Set<ImageDigest> used) {
    Reply<ImageView> found = lookUp(name);
    if (found instanceof Reply.Done<ImageView>(ImageView view)) {
      if (view.digest().filter(used::contains).isPresent()) {
        return CompletableFuture.completedFuture(
            Reply.refused(
                Refusal.of(
                    RefusalCode.IMAGE_IN_USE,
                    view.name() + " is used by an instance",
                    "Delete the instances made from it.")));
      }
      known.remove(view.name());
    }
    return CompletableFuture.completedFuture(found);
  }

  @Override
  public CompletionStage<List<ImageView>> prune(Set<ImageDigest> used, long keepBytes) {
    List<ImageView> unused =
        known.values().stream()
            .filter(view -> view.phase() == ImagePhase.READY)
            .filter(view -> view.digest().filter(used::contains).isEmpty())
            .sorted(Comparator.comparing(ImageView::name))
            .skip(keepBytes / BYTES)
            .toList();
    unused.forEach(view -> known.remove(view.name()));
    return CompletableFuture.completedFuture(unused);
  }
}
