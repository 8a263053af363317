package torpor.images;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import torpor.core.image.ImageDigest;
import torpor.core.image.ImagePhase;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.image.ImageView;
import torpor.images.shelf.ImageName;
import torpor.images.shelf.ImageShelf;
import torpor.images.shelf.StoredImage;

/// What is here, in memory as on the shelf. Touched on the desk only.
final class Catalogue {
  private static final Pattern DIGEST = Pattern.compile("(?:sha256:)?([0-9a-f]{12,64})");
  private static final Refusal INTERRUPTED =
      Refusal.of(
          RefusalCode.IMAGE_FAILED,
          "the fetch was interrupted by a restart",
          "Ask for the image again.");

  private final ImageShelf shelf;
  private final Map<String, ImageName> names = new TreeMap<>();
  private final Map<ImageDigest, StoredImage> images = new HashMap<>();

  private Catalogue(ImageShelf shelf) {
    this.shelf = shelf;
  }

  /// Reads the shelf, and settles what the last daemon left open.
  static Catalogue read(ImageShelf shelf) throws IOException {
    Catalogue catalogue = new Catalogue(shelf);
    for (StoredImage image : shelf.images()) {
      catalogue.images.put(image.digest(), image);
    }
    for (ImageName name : shelf.names()) {
      catalogue.settle(name);
    }
    return catalogue;
  }

  private void settle(ImageName name) throws IOException {
    boolean dangling = name.digest().isPresent() && !images.containsKey(name.digest().get());
    if (dangling && !name.fetching()) {
      shelf.forget(name.name());
      return;
    }
    if (!name.fetching()) {
      names.put(name.name(), name);
      return;
    }
    Optional<ImageDigest> digest = dangling ? Optional.empty() : name.digest();
    write(
        new ImageName(name.name(), digest, Optional.empty(), false, name.createdAt())
            .failed(INTERRUPTED));
  }

  Optional<ImageName> name(String name) {
    return Optional.ofNullable(names.get(name));
  }

  Optional<StoredImage> image(ImageDigest digest) {
    return Optional.ofNullable(images.get(digest));
  }

  /// What a name stands for, where that is here.
  Optional<StoredImage> imageOf(String name) {
    return name(name).flatMap(ImageName::digest).flatMap(this::image);
  }

  /// Whether a text could be a digest or the beginning of one.
  static boolean looksLikeDigest(String text) {
    return DIGEST.matcher(text).matches();
  }

  Reply<StoredImage> byDigest(String text) {
    Matcher match = DIGEST.matcher(text);
    if (!match.matches()) {
      return Reply.refused(notFound(text));
    }
    List<StoredImage> fitting =
        images.values().stream()
            .filter(image -> image.digest().hex().startsWith(match.group(1)))
            .toList();
    if (fitting.size() > 1) {
      return Reply.refused(
          Refusal.invalid(
              "image", text + " is the beginning of several digests", "Write more of it."));
    }
    return fitting.isEmpty() ? Reply.refused(notFound(text)) : Reply.done(fitting.getFirst());
  }

  static Refusal notFound(String text) {
    return Refusal.ofField(
        RefusalCode.IMAGE_NOT_FOUND,
        "image",
        "there is no image " + text + " on this host",
        "List the images to see what is here, or fetch it.");
  }

  void write(ImageName name) throws IOException {
    shelf.write(name);
    names.put(name.name(), name);
  }

  void add(StoredImage image) {
    images.putIfAbsent(image.digest(), image);
  }

  /// Notes that an image is used; empty where it was deleted meanwhile.
  Optional<StoredImage> use(ImageDigest digest, Instant now) {
    Optional<StoredImage> used = image(digest).map(image -> shelf.touch(image, now));
    used.ifPresent(image -> images.put(digest, image));
    return used;
  }

  void forget(String name) throws IOException {
    shelf.forget(name);
    names.remove(name);
  }

  List<ImageName> namesOf(ImageDigest digest) {
    return names.values().stream()
        .filter(name -> name.digest().equals(Optional.of(digest)))
        .toList();
  }

  /// Deletes an image and forgets its names, except those for which a fetch is under way.
  void delete(StoredImage image) throws IOException {
    shelf.discard(shelf.takeOff(image.digest()));
    images.remove(image.digest());
    for (ImageName name : namesOf(image.digest())) {
      if (name.fetching()) {
        write(ImageName.asked(name.name(), name.createdAt()));
      } else {
        forget(name.name());
      }
    }
  }

  List<StoredImage> images() {
    return List.copyOf(images.values());
  }

  long bytes() {
    return images.values().stream().mapToLong(image -> image.ready().bytes()).sum();
  }

  /// Every name that no fetch is under way for, and every image that has lost its names.
  List<ImageView> views() {
    List<ImageView> views = new ArrayList<>();
    for (ImageName name : names.values()) {
      if (!name.fetching()) {
        views.add(view(name));
      }
    }
    for (StoredImage image : images.values()) {
      if (namesOf(image.digest()).isEmpty()) {
        views.add(view(image.origin(), image));
      }
    }
    return views;
  }

  ImageView view(ImageName name) {
    Optional<StoredImage> image = name.digest().flatMap(this::image);
    return image.isPresent()
        ? view(name.name(), image.get())
        : new ImageView(
            name.name(),
            name.digest(),
            ImagePhase.FAILED,
            Optional.empty(),
            Optional.empty(),
            name.failure(),
            Optional.empty(),
            name.createdAt(),
            Optional.empty());
  }

  /// By the first of its names, or by what it came as.
  ImageView view(StoredImage image) {
    List<ImageName> known = namesOf(image.digest());
    return view(known.isEmpty() ? image.origin() : known.getFirst().name(), image);
  }

  static ImageView view(String name, StoredImage image) {
    return new ImageView(
        name,
        Optional.of(image.digest()),
        ImagePhase.READY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(image.ready()),
        image.createdAt(),
        image.lastUsedAt());
  }
}
