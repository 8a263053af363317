package torpor.images;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.image.ImageDigest;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.disk.DiskFailure;
import torpor.engine.image.ImageView;
import torpor.engine.image.Images;
import torpor.engine.image.ReadyImage;
import torpor.engine.machine.Capabilities.Problem;
import torpor.engine.serial.Serial;
import torpor.engine.volume.ArchiveUnpacking;
import torpor.images.archive.CarefulUnpacking;
import torpor.images.fetch.Fetching;
import torpor.images.refused.ImageRefusedException;
import torpor.images.shelf.ImageName;
import torpor.images.shelf.ImageShelf;
import torpor.images.shelf.StoredImage;
import torpor.images.source.ImageSource;
import torpor.images.source.SourceGrammar;
import torpor.images.tool.MkfsErofs;
import torpor.images.tool.Skopeo;
import torpor.images.tool.Umoci;

/// The images of this host, made with skopeo, umoci and mkfs.erofs. What is known is touched on one
/// desk, in order; fetches have threads of their own.
public final class HostImages implements Images, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HostImages.class);
  private static final Duration ANSWER_DEADLINE = Duration.ofMinutes(2);
  private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(20);
  private static final Refusal STOPPING =
      Refusal.of(RefusalCode.STOPPING, "the daemon is stopping", "Ask again when it runs.");

  private final ImageSettings settings;
  private final InstantSource clock;
  private final Serial desk =
      new Serial(task -> Thread.ofVirtual().name("images-desk").start(task));
  private final Catalogue catalogue;
  private final FetchLine line;
  private boolean closed;

  private HostImages(ImageSettings settings, InstantSource clock, ImageShelf shelf)
      throws IOException {
    this.settings = settings;
    this.clock = clock;
    this.catalogue = Catalogue.read(shelf);
    this.line = new FetchLine(desk, fetching(shelf), settings.converters(), new Settling());
  }

  /// Reads what is here. Fetches that the last daemon left open are failed from now on.
  ///
  /// @throws DiskFailure where the directories cannot be used
  public static HostImages open(ImageSettings settings, InstantSource clock) {
    try {
      ImageShelf shelf = ImageShelf.open(settings.directory(), settings.staging());
      return new HostImages(settings, clock, shelf);
    } catch (IOException e) {
      throw new DiskFailure(
          "opening the images in %s: %s".formatted(settings.directory(), e.getMessage()),
          ImageRefusedException.isNoSpace(String.valueOf(e.getMessage())),
          e);
    }
  }

  private Fetching fetching(ImageShelf shelf) {
    Duration deadline = settings.limits().deadline();
    return new Fetching(
        shelf,
        new Skopeo(
            settings.tools(),
            settings.platform(),
            settings.authFile(),
            settings.insecureRegistries(),
            ANSWER_DEADLINE,
            deadline),
        new Umoci(settings.tools(), deadline),
        new MkfsErofs(settings.tools(), settings.compression(), deadline),
        settings.limits(),
        clock);
  }

  /// What this host lacks for images, each with its remedy. Looks at the disk.
  public List<Problem> problems() {
    return Readiness.problems(settings.tools());
  }

  /// Unpacks other archives as carefully as those of images.
  public ArchiveUnpacking unpacking() {
    return new CarefulUnpacking(
        settings.limits(),
        settings.platform(),
        new Umoci(settings.tools(), settings.limits().deadline()));
  }

  @Override
  public CompletionStage<Reply<ImageView>> fetch(String source) {
    return atDesk(() ->
        switch (ask(source, true)) {
          case Reply.Refused<Asked>(Refusal refusal) -> Reply.refused(refusal);
          case Reply.Done<Asked>(Asked.Here(String name, StoredImage image)) ->
              Reply.done(Catalogue.view(name, image));
          case Reply.Done<Asked>(Asked.UnderWay(Fetch fetch)) -> Reply.done(line.view(fetch));
        });
  }

  @Override
  public CompletionStage<Reply<ReadyImage>> ready(String source, Consumer<ImageView> progress) {
    boolean always = settings.pullPolicy() == PullPolicy.ALWAYS;
    return this.<CompletionStage<Reply<StoredImage>>>onDesk(() ->
            switch (ask(source, always)) {
              case Reply.Refused<Asked>(Refusal refusal) -> now(Reply.refused(refusal));
              case Reply.Done<Asked>(Asked.Here(_, StoredImage image)) -> now(Reply.done(image));
              case Reply.Done<Asked>(Asked.UnderWay(Fetch fetch)) -> {
                Consumer<ImageView> watcher = Guarded.watcher(progress);
                fetch.watch(watcher);
                watcher.accept(line.view(fetch));
                yield fetch.end();
              }
            })
        .thenCompose(stage -> stage)
        .thenApplyAsync(this::used, desk);
  }

  private static <T> CompletionStage<T> now(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private Reply<ReadyImage> used(Reply<StoredImage> reply) {
    return switch (reply) {
      case Reply.Refused<StoredImage>(Refusal refusal) -> Reply.refused(refusal);
      case Reply.Done<StoredImage>(StoredImage image) -> used(image.digest());
    };
  }

  private Reply<ReadyImage> used(ImageDigest digest) {
    return catalogue
        .use(digest, clock.instant())
        .map(image -> Reply.done(image.ready()))
        .orElseGet(() -> Reply.refused(Catalogue.notFound(digest.text())));
  }

  /// What came of asking for an image.
  private sealed interface Asked {
    record Here(String name, StoredImage image) implements Asked {}

    record UnderWay(Fetch fetch) implements Asked {}
  }

  /// @param again whether the source is asked where the name is known
  private Reply<Asked> ask(String written, boolean again) {
    if (closed) {
      return Reply.refused(STOPPING);
    }
    Reply<ImageSource> parsed = SourceGrammar.parse(written);
    if (parsed instanceof Reply.Done<ImageSource>(ImageSource source)
        && (catalogue.name(source.name()).isPresent() || line.find(source.name()).isPresent())) {
      return ask(source, again);
    }
    if (Catalogue.looksLikeDigest(written)) {
      Reply<StoredImage> local = catalogue.byDigest(written);
      if (local instanceof Reply.Done<StoredImage>(StoredImage image)) {
        return Reply.done(new Asked.Here(catalogue.view(image).name(), image));
      }
      if (written.startsWith(ImageDigest.ALGORITHM)) {
        return local.map(image -> new Asked.Here(image.origin(), image));
      }
    }
    return switch (parsed) {
      case Reply.Refused<ImageSource>(Refusal refusal) -> Reply.refused(refusal);
      case Reply.Done<ImageSource>(ImageSource source) -> ask(source, again);
    };
  }

  private Reply<Asked> ask(ImageSource source, boolean again) {
    String name = source.name();
    Optional<Fetch> underWay = line.find(name);
    if (underWay.isPresent()) {
      return Reply.done(new Asked.UnderWay(underWay.get()));
    }
    Optional<StoredImage> pinned = source.pinned().flatMap(catalogue::image);
    Optional<StoredImage> known = catalogue.imageOf(name);
    boolean settled = source.pinned().isPresent() || !again;
    Optional<StoredImage> here = pinned.or(() -> settled ? known : Optional.empty());
    return Guarded.onDisk(
        "writing the name " + name,
        () -> {
          ImageName asked =
              catalogue
                  .name(name)
                  .map(ImageName::again)
                  .orElseGet(() -> ImageName.asked(name, clock.instant()));
          if (here.isPresent()) {
            if (known.isEmpty()) {
              catalogue.write(asked.standsFor(here.get().digest()));
            }
            return Reply.done(new Asked.Here(name, here.get()));
          }
          catalogue.write(asked);
          Fetch fetch = new Fetch(source, asked.createdAt());
          line.add(fetch);
          return Reply.done(new Asked.UnderWay(fetch));
        });
  }

  private final class Settling implements FetchLine.Outcomes {
    @Override
    public Reply<StoredImage> settle(Fetch fetch, Reply<StoredImage> outcome) {
      return HostImages.this.settle(fetch, outcome);
    }

    @Override
    public void unasked(StoredImage image) {
      catalogue.add(image);
    }
  }

  /// What a fetch came to is written down before anybody hears of it.
  private Reply<StoredImage> settle(Fetch fetch, Reply<StoredImage> outcome) {
    return Guarded.onDisk(
        "writing the name " + fetch.name(),
        () -> {
          ImageName name =
              catalogue
                  .name(fetch.name())
                  .orElseGet(() -> ImageName.asked(fetch.name(), clock.instant()));
          return switch (outcome) {
            case Reply.Done<StoredImage>(StoredImage image) -> {
              catalogue.add(image);
              catalogue.write(name.standsFor(image.digest()));
              yield outcome;
            }
            case Reply.Refused<StoredImage>(Refusal refusal) -> {
              catalogue.write(name.failed(refusal));
              yield Reply.refused(withWhatIsHere(fetch, refusal));
            }
          };
        });
  }

  /// A registry that cannot be reached is no reason to go without an image that is here.
  private Refusal withWhatIsHere(Fetch fetch, Refusal refusal) {
    Optional<StoredImage> known = catalogue.imageOf(fetch.name());
    if (known.isEmpty()) {
      return refusal;
    }
    String digest = known.get().digest().text();
    return new Refusal(
        refusal.code(),
        "%s; as it was fetched earlier it is here, as %s".formatted(refusal.detail(), digest),
        "%s Or use it as it is, by %s.".formatted(refusal.remedy(), digest),
        refusal.field());
  }

  @Override
  public CompletionStage<Reply<ImageView>> find(String name) {
    return atDesk(() -> lookUp(name));
  }

  private Reply<ImageView> lookUp(String written) {
    Reply<ImageSource> parsed = SourceGrammar.parse(written);
    if (parsed instanceof Reply.Done<ImageSource>(ImageSource source)) {
      Optional<ImageView> found =
          line.find(source.name())
              .map(line::view)
              .or(() -> catalogue.name(source.name()).map(catalogue::view))
              .or(() ->
                  source
                      .pinned()
                      .flatMap(catalogue::image)
                      .map(image -> Catalogue.view(source.name(), image)));
      if (found.isPresent()) {
        return Reply.done(found.get());
      }
    }
    if (Catalogue.looksLikeDigest(written)) {
      return catalogue.byDigest(written).map(catalogue::view);
    }
    return parsed instanceof Reply.Refused<ImageSource>(Refusal refusal)
        ? Reply.refused(refusal)
        : Reply.refused(Catalogue.notFound(written));
  }

  @Override
  public CompletionStage<Reply<ReadyImage>> ready(ImageDigest digest) {
    return atDesk(() -> used(digest));
  }

  @Override
  public CompletionStage<List<ImageView>> list() {
    return onDesk(() -> {
      List<ImageView> all = new ArrayList<>(line.views());
      all.addAll(catalogue.views());
      all.sort(Comparator.comparing(ImageView::name));
      return List.copyOf(all);
    });
  }

  @Override
  public CompletionStage<Reply<ImageView>> remove(String name, Set<ImageDigest> used) {
    return atDesk(() ->
        switch (lookUp(name)) {
          case Reply.Refused<ImageView>(Refusal refusal) -> Reply.refused(refusal);
          case Reply.Done<ImageView>(ImageView view) ->
              Guarded.onDisk("removing " + name, () -> remove(view, used));
        });
  }

  private Reply<ImageView> remove(ImageView view, Set<ImageDigest> used) throws IOException {
    Optional<StoredImage> image =
        catalogue.imageOf(view.name()).or(() -> view.digest().flatMap(catalogue::image));
    if (image.isPresent() && used.contains(image.get().digest())) {
      return Reply.refused(
          Refusal.of(
              RefusalCode.IMAGE_IN_USE,
              "%s is used by an instance".formatted(view.name()),
              "Delete the instances made from it first."));
    }
    line.find(view.name())
        .ifPresent(fetch ->
            line.drop(
                fetch,
                Refusal.of(
                    RefusalCode.IMAGE_FAILED,
                    view.name() + " was removed while it was fetched",
                    "Ask for the image again.")));
    catalogue.forget(view.name());
    if (image.isPresent() && catalogue.namesOf(image.get().digest()).isEmpty()) {
      catalogue.delete(image.get());
    }
    return Reply.done(view);
  }

  @Override
  public CompletionStage<List<ImageView>> prune(Set<ImageDigest> used, long keepBytes) {
    return onDesk(() -> {
      List<StoredImage> unused =
          catalogue.images().stream()
              .filter(it -> !used.contains(it.digest()) && !line.fetches(it.digest()))
              .sorted(Comparator.comparing(StoredImage::lastNeeded))
              .toList();
      List<ImageView> deleted = new ArrayList<>();
      for (StoredImage image : unused) {
        if (catalogue.bytes() <= keepBytes) {
          break;
        }
        ImageView view = catalogue.view(image);
        try {
          catalogue.delete(image);
          deleted.add(view);
        } catch (IOException e) {
          log.error("{} could not be deleted", view.name(), e);
        }
      }
      return List.copyOf(deleted);
    });
  }

  /// Ends what is under way; at the next open it is listed as interrupted.
  @Override
  public void close() {
    try {
      List<Thread> workers =
          onDesk(
                  () -> {
                    closed = true;
                    return line.close(STOPPING);
                  })
              .get(CLOSE_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
      FetchLine.awaitEnd(workers, CLOSE_DEADLINE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("the images could not be closed in order", e);
    }
  }

  private <T> CompletableFuture<T> onDesk(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, desk);
  }

  private <T> CompletionStage<Reply<T>> atDesk(Supplier<Reply<T>> work) {
    return onDesk(work);
  }
}
