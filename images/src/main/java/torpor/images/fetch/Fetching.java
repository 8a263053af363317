package torpor.images.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import torpor.core.image.ImageConfig;
import torpor.core.image.ImageDigest;
import torpor.images.digest.Sha256;
import torpor.images.layer.ArchiveLimits;
import torpor.images.layer.LayerRewriter;
import torpor.images.oci.Layout;
import torpor.images.oci.Manifest;
import torpor.images.refused.ImageRefusedException;
import torpor.images.shelf.ImageShelf;
import torpor.images.shelf.StoredImage;
import torpor.images.source.ImageReference;
import torpor.images.source.ImageSource;
import torpor.images.source.Platform;
import torpor.images.tool.MkfsErofs;
import torpor.images.tool.Skopeo;
import torpor.images.tool.Umoci;

/// Fetches images. Thread-safe, as far as its shelf is; blocks, and ends soon after an interrupt.
public final class Fetching {
  private final ImageShelf shelf;
  private final Skopeo skopeo;
  private final Platform platform;
  private final ArchiveLimits limits;
  private final InstantSource clock;
  private final Conversion conversion;
  private final SourceFile files;

  public Fetching(
      ImageShelf shelf,
      Skopeo skopeo,
      Umoci umoci,
      MkfsErofs mkfs,
      ArchiveLimits limits,
      InstantSource clock) {
    this.shelf = shelf;
    this.skopeo = skopeo;
    this.platform = skopeo.platform();
    this.limits = limits;
    this.clock = clock;
    this.conversion = new Conversion(limits, platform, umoci, mkfs);
    this.files = new SourceFile(limits.downloadBytes(), limits.deadline());
  }

  /// @return the image, durable
  public StoredImage fetch(ImageSource source, FetchReport report)
      throws ImageRefusedException, InterruptedException {
    try {
      return switch (source) {
        case ImageSource.Registry(ImageReference reference) -> fromRegistry(reference, report);
        case ImageSource.Archive archive -> fromArchive(archive, report);
        case ImageSource.RootFiles(ImageSource.Origin origin) -> rootFiles(origin, source, report);
        case ImageSource.Disk(ImageSource.Origin origin) -> disk(origin, source, report);
      };
    } catch (IOException e) {
      // An interrupt closes files under whoever reads them.
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw ImageRefusedException.of("fetching " + source.name(), e);
    }
  }

  /// Asks what the name stands for now, which is cheap, and fetches only what is not here.
  private StoredImage fromRegistry(ImageReference reference, FetchReport report)
      throws ImageRefusedException, IOException, InterruptedException {
    Optional<StoredImage> pinned = onShelf(reference.digest());
    if (pinned.isPresent()) {
      return pinned.get();
    }
    Resolved resolved = resolve(reference);
    report.resolved(resolved.digest());
    Optional<StoredImage> known = shelf.find(resolved.digest());
    if (known.isPresent()) {
      return known.get();
    }
    requireDownload(resolved.manifest().bytes());
    ImageReference exact = reference.pinned(resolved.digest());
    return staged(staging -> {
      Path layout = Files.createDirectory(staging.resolve("pulled"));
      Arrival arrival = new Arrival(staging, resolved.manifest().bytes(), report);
      skopeo.copy(exact, layout, staging, arrival::look);
      Layout.Content content = new Layout(layout, limits.documentBytes()).read();
      return convert(staging, layout, content, resolved.digest(), exact.toString(), report);
    });
  }

  private record Resolved(ImageDigest digest, Manifest.Single manifest) {}

  private Resolved resolve(ImageReference reference)
      throws ImageRefusedException, IOException, InterruptedException {
    byte[] bytes = manifest(reference);
    return switch (Manifest.parse(bytes)) {
      case Manifest.Single single -> new Resolved(Sha256.of(bytes), single);
      case Manifest.Index index -> {
        ImageDigest chosen = index.choose(platform);
        if (Manifest.parse(manifest(reference.pinned(chosen))) instanceof Manifest.Single single) {
          yield new Resolved(chosen, single);
        }
        throw ImageRefusedException.damaged(reference + " is an index of indexes");
      }
    };
  }

  private byte[] manifest(ImageReference reference)
      throws ImageRefusedException, IOException, InterruptedException {
    byte[] bytes = skopeo.manifest(reference, limits.documentBytes());
    ImageDigest found = Sha256.of(bytes);
    if (reference.digest().isPresent() && !reference.digest().get().equals(found)) {
      throw ImageRefusedException.damaged(
          "the registry gave %s for %s".formatted(found, reference));
    }
    return bytes;
  }

  private StoredImage fromArchive(ImageSource.Archive archive, FetchReport report)
      throws ImageRefusedException, IOException, InterruptedException {
    return staged(staging -> {
      Path layout = Files.createDirectory(staging.resolve("pulled"));
      Arrival arrival = new Arrival(staging, sizeOf(archive.path()), report);
      skopeo.copy(archive, layout, staging, arrival::look);
      Layout.Content content = new Layout(layout, limits.documentBytes()).read();
      ImageDigest digest = content.manifestDigest();
      report.resolved(digest);
      Optional<StoredImage> known = shelf.find(digest);
      return known.isPresent()
          ? known.get()
          : convert(staging, layout, content, digest, digest.text(), report);
    });
  }

  private static long sizeOf(Path archive) throws IOException {
    return Files.isRegularFile(archive) ? Files.size(archive) : 0;
  }

  private StoredImage convert(
      Path staging,
      Path layout,
      Layout.Content content,
      ImageDigest digest,
      String origin,
      FetchReport report)
      throws ImageRefusedException, IOException, InterruptedException {
    requirePlatform(content);
    report.converting(0);
    Layout pulled = new Layout(layout, limits.documentBytes());
    List<LayerRewriter.Arrived> layers = new ArrayList<>();
    List<ImageDigest> diffs = content.description().diffs();
    for (int i = 0; i < diffs.size(); i++) {
      ImageDigest packed = content.manifest().layers().get(i).digest();
      layers.add(
          new LayerRewriter.Arrived(
              pulled.blob(packed), Optional.of(packed), Optional.of(diffs.get(i))));
    }
    Path image = Files.createDirectory(staging.resolve("image"));
    Path workspace = Files.createDirectory(staging.resolve("work"));
    conversion.convert(layers, workspace, image, report::converting);
    return shelf.publish(
        image,
        digest,
        Conversion.ROOT_FILE,
        origin,
        content.description().config(),
        clock.instant());
  }

  private void requirePlatform(Layout.Content content) throws ImageRefusedException {
    Optional<Platform> made = content.description().platform();
    if (made.isPresent()
        && !(made.get().os().equals(platform.os())
            && made.get().architecture().equals(platform.architecture()))) {
      throw ImageRefusedException.failed(
          "the image is made for %s, and here runs %s".formatted(made.get(), platform),
          "Use an image for this platform.");
    }
  }

  private StoredImage rootFiles(ImageSource.Origin origin, ImageSource source, FetchReport report)
      throws ImageRefusedException, IOException, InterruptedException {
    return fromFile(
        origin,
        report,
        (staging, file, digest) -> {
          report.converting(0);
          Path image = Files.createDirectory(staging.resolve("image"));
          Path workspace = Files.createDirectory(staging.resolve("work"));
          LayerRewriter.Arrived layer =
              new LayerRewriter.Arrived(file, Optional.of(digest), Optional.empty());
          conversion.convert(List.of(layer), workspace, image, report::converting);
          return publish(image, digest, Conversion.ROOT_FILE, source);
        });
  }

  private StoredImage disk(ImageSource.Origin origin, ImageSource source, FetchReport report)
      throws ImageRefusedException, IOException, InterruptedException {
    return fromFile(
        origin,
        report,
        (staging, file, digest) -> {
          DiskKind kind = DiskKind.of(file);
          Path image = Files.createDirectory(staging.resolve("image"));
          Files.move(file, image.resolve(kind.fileName()));
          return publish(image, digest, kind.fileName(), source);
        });
  }

  private StoredImage publish(Path image, ImageDigest digest, String rootFile, ImageSource source)
      throws IOException {
    return shelf.publish(image, digest, rootFile, source.name(), ImageConfig.NONE, clock.instant());
  }

  private StoredImage fromFile(ImageSource.Origin origin, FetchReport report, FromFile rest)
      throws ImageRefusedException, IOException, InterruptedException {
    Optional<StoredImage> pinned = onShelf(origin.checksum());
    if (pinned.isPresent()) {
      return pinned.get();
    }
    return staged(staging -> {
      Path file = staging.resolve("arrived");
      AtomicInteger told = new AtomicInteger(-1);
      ImageDigest digest =
          files.fetch(
              origin,
              file,
              percent -> {
                if (told.getAndSet(percent) != percent) {
                  report.pulling(percent);
                }
              });
      report.resolved(digest);
      Optional<StoredImage> known = shelf.find(digest);
      return known.isPresent() ? known.get() : rest.make(staging, file, digest);
    });
  }

  private Optional<StoredImage> onShelf(Optional<ImageDigest> digest) throws IOException {
    return digest.isPresent() ? shelf.find(digest.get()) : Optional.empty();
  }

  private void requireDownload(long bytes) throws ImageRefusedException {
    if (bytes > limits.downloadBytes()) {
      throw SourceFile.tooLarge(limits.downloadBytes());
    }
  }

  @FunctionalInterface
  private interface InStaging {
    StoredImage make(Path staging) throws ImageRefusedException, IOException, InterruptedException;
  }

  @FunctionalInterface
  private interface FromFile {
    StoredImage make(Path staging, Path file, ImageDigest digest)
        throws ImageRefusedException, IOException, InterruptedException;
  }

  private StoredImage staged(InStaging work)
      throws ImageRefusedException, IOException, InterruptedException {
    Path staging = shelf.stage();
    try {
      return work.make(staging);
    } finally {
      shelf.discard(staging);
    }
  }

  /// Looks how much of a pull is here. Manifests do not bind a tool to their sizes, so the limit is
  /// held here as well.
  private final class Arrival {
    private final Path staging;
    private final long expected;
    private final FetchReport report;
    private int told = -1;

    Arrival(Path staging, long expected, FetchReport report) {
      this.staging = staging;
      this.expected = expected;
      this.report = report;
    }

    void look() throws ImageRefusedException, IOException {
      long here = StagedBytes.in(staging);
      requireDownload(here);
      if (expected > 0) {
        int percent = (int) Math.min(100, here * 100 / expected);
        if (percent != told) {
          told = percent;
          report.pulling(percent);
        }
      }
    }
  }
}
