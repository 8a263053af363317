package torpor.images.layer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import torpor.core.image.ImageDigest;
import torpor.images.digest.Sha256;
import torpor.images.refused.ImageRefusedException;

/// Rewrites the layers of one image, the lowest first. Of one thread.
public final class LayerRewriter {
  private static final int BUFFER = 128 * 1024;

  /// What the headers of one entry may take, long names and extended attributes included.
  private static final long HEADER_BYTES = 1 << 20;

  private final UnpackBudget budget;
  private final LongConsumer progress;

  /// @param progress told how many bytes of archives were read so far in this layer
  public LayerRewriter(ArchiveLimits limits, LongConsumer progress) {
    this.budget = new UnpackBudget(limits);
    this.progress = progress;
  }

  /// A layer as it came.
  ///
  /// @param packed what the file must have; absent where nobody has said
  /// @param unpacked what it must have when it is not compressed any more
  public record Arrived(Path file, Optional<ImageDigest> packed, Optional<ImageDigest> unpacked) {}

  /// @param packed what the file had
  /// @param plain what the plain tar has that was written
  public record Rewritten(ImageDigest packed, ImageDigest plain, long bytes) {}

  /// @param target a new file: a plain tar
  public Rewritten rewrite(Arrived layer, Path target)
      throws ImageRefusedException, IOException, InterruptedException {
    var written = Sha256.begin();
    try (MeteredInput packed =
            new MeteredInput(Files.newInputStream(layer.file()), Sha256.begin());
        OutputStream file = Files.newOutputStream(target);
        OutputStream out =
            new BufferedOutputStream(new DigestOutputStream(file, written), BUFFER)) {
      try {
        copy(packed, layer, out);
      } catch (EOFException e) {
        throw cutShort();
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (IllegalArgumentException | IOException e) {
        throw unreadable(e);
      }
      out.flush();
      ImageDigest was = Sha256.end(packed.digest());
      require("file", layer.packed(), was);
      return new Rewritten(was, Sha256.end(written), Files.size(target));
    }
  }

  /// Errors of the disk are not the archive's fault.
  private static ImageRefusedException unreadable(Exception e) {
    String text = String.valueOf(e.getMessage());
    return ImageRefusedException.isNoSpace(text)
        ? ImageRefusedException.noSpace("rewriting a layer")
        : ImageRefusedException.damaged("a layer of the image cannot be read: " + text);
  }

  private void copy(MeteredInput packed, Arrived layer, OutputStream out)
      throws ImageRefusedException, IOException, InterruptedException {
    MeteredInput plain = new MeteredInput(Decompression.of(packed), Sha256.begin());
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
    EntryRules rules = new EntryRules(budget.pathBytes());
    WholeRecords records = new WholeRecords(plain);
    TarArchiveInputStream entries =
        new TarArchiveInputStream(records, StandardCharsets.UTF_8.name());
    for (var entry = next(entries, plain); entry.isPresent(); entry = next(entries, plain)) {
      budget.takeEntry();
      Optional<TarArchiveEntry> ours = rules.apply(entry.get());
      if (ours.isPresent()) {
        tar.putArchiveEntry(ours.get());
        pass(entries, ours.get().getSize(), tar);
        requireWhole(records);
        tar.closeArchiveEntry();
      }
      pass(entries, 0, OutputStream.nullOutputStream());
      progress.accept(packed.count());
    }
    tar.finish();
    // What follows the end of a tar belongs to its digest.
    pass(plain, 0, OutputStream.nullOutputStream());
    pass(packed, 0, OutputStream.nullOutputStream());
    require("content", layer.unpacked(), Sha256.end(plain.digest()));
  }

  private static Optional<TarArchiveEntry> next(TarArchiveInputStream entries, MeteredInput plain)
      throws IOException {
    plain.allow(HEADER_BYTES);
    Optional<TarArchiveEntry> next = Optional.ofNullable(entries.getNextEntry());
    plain.allow(Long.MAX_VALUE);
    return next;
  }

  /// Passes on what is left of a stream, each byte paid for as it comes out.
  ///
  /// @param wanted how much goes to `out`; what follows is read and dropped
  private void pass(InputStream from, long wanted, OutputStream out)
      throws ImageRefusedException, IOException, InterruptedException {
    byte[] buffer = new byte[BUFFER];
    long left = wanted;
    for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      budget.takeBytes(read);
      int part = (int) Math.min(read, left);
      out.write(buffer, 0, part);
      left -= part;
    }
    if (left > 0) {
      throw cutShort();
    }
  }

  private static void requireWhole(WholeRecords records) throws ImageRefusedException {
    if (records.hasFilled()) {
      throw cutShort();
    }
  }

  private static ImageRefusedException cutShort() {
    return ImageRefusedException.damaged("a layer of the image is cut short");
  }

  private static void require(String what, Optional<ImageDigest> expected, ImageDigest found)
      throws ImageRefusedException {
    if (expected.isPresent() && !expected.get().equals(found)) {
      throw ImageRefusedException.damaged(
          "the %s of a layer has the digest %s and should have %s"
              .formatted(what, found, expected.get()));
    }
  }

  /// The digest of a file's bytes, and of nothing but them.
  public static ImageDigest digest(Path file) throws IOException {
    try (MeteredInput input =
        new MeteredInput(
            new BufferedInputStream(Files.newInputStream(file), BUFFER), Sha256.begin())) {
      input.transferTo(OutputStream.nullOutputStream());
      return Sha256.end(input.digest());
    }
  }
}
