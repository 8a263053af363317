package torpor.images.layer;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import torpor.images.refused.ImageRefusedException;

/// Decides about each entry of one layer: what to write in its place, if anything. Of one thread.
final class EntryRules {
  private static final int MODE_BITS = 07777;
  private static final long LARGEST_ID = Integer.MAX_VALUE;
  private static final long LATEST_SECOND = 253_402_300_799L;
  private static final int XATTR_BYTES = 64 * 1024;
  private static final String XATTR = "SCHILY.xattr.";

  /// The attributes that mean the same in every machine. Others steer a host's own security and
  /// overlays.
  private static final Set<String> KEPT = Set.of(XATTR + "security.capability");

  private static final String KEPT_PREFIX = XATTR + "user.";

  private final int pathBytes;
  private final Set<EntryName> leftOut = new HashSet<>();

  EntryRules(int pathBytes) {
    this.pathBytes = pathBytes;
  }

  Optional<TarArchiveEntry> apply(TarArchiveEntry entry) throws ImageRefusedException {
    EntryName name = EntryName.parse(entry.getName(), pathBytes);
    leftOut.remove(name);
    return switch (name.kind()) {
      case BOOKKEEPING -> Optional.empty();
      case WHITEOUT -> Optional.of(made(name, TarConstants.LF_NORMAL, entry));
      case FILE -> file(name, entry);
    };
  }

  private Optional<TarArchiveEntry> file(EntryName name, TarArchiveEntry entry)
      throws ImageRefusedException {
    if (entry.isSymbolicLink()) {
      return Optional.of(symbolicLink(requireBelow(name), entry));
    }
    if (entry.isLink()) {
      return hardLink(requireBelow(name), entry);
    }
    if (entry.isCharacterDevice() || entry.isBlockDevice()) {
      leftOut.add(requireBelow(name));
      return Optional.empty();
    }
    if (entry.isFIFO()) {
      return Optional.of(made(requireBelow(name), TarConstants.LF_FIFO, entry));
    }
    if (entry.isDirectory()) {
      return Optional.of(made(name, TarConstants.LF_DIR, entry));
    }
    if (isRegular(entry)) {
      TarArchiveEntry file = made(requireBelow(name), TarConstants.LF_NORMAL, entry);
      file.setSize(entry.getRealSize());
      return Optional.of(file);
    }
    throw ImageRefusedException.damaged(
        "the image has an entry of the unknown type %d: %s".formatted(entry.getLinkFlag(), name));
  }

  /// Also what GNU tar writes of files with holes.
  private static boolean isRegular(TarArchiveEntry entry) {
    return switch (entry.getLinkFlag()) {
      case TarConstants.LF_NORMAL,
          TarConstants.LF_OLDNORM,
          TarConstants.LF_CONTIG,
          TarConstants.LF_GNUTYPE_SPARSE ->
          true;
      default -> false;
    };
  }

  private TarArchiveEntry symbolicLink(EntryName name, TarArchiveEntry entry)
      throws ImageRefusedException {
    String target = entry.getLinkName();
    if (target.isEmpty()
        || target.indexOf('\0') >= 0
        || target.indexOf('\uFFFD') >= 0
        || target.getBytes(StandardCharsets.UTF_8).length > pathBytes) {
      throw ImageRefusedException.damaged("the image has a link whose target cannot be: " + name);
    }
    TarArchiveEntry link = made(name, TarConstants.LF_SYMLINK, entry);
    link.setLinkName(target);
    return link;
  }

  private Optional<TarArchiveEntry> hardLink(EntryName name, TarArchiveEntry entry)
      throws ImageRefusedException {
    EntryName target = requireBelow(EntryName.parse(entry.getLinkName(), pathBytes));
    if (leftOut.contains(target)) {
      leftOut.add(name);
      return Optional.empty();
    }
    if (target.equals(name) || target.kind() != EntryName.Kind.FILE) {
      throw ImageRefusedException.damaged(
          "the image has a hard link whose target cannot be: " + name);
    }
    TarArchiveEntry link = made(name, TarConstants.LF_LINK, entry);
    link.setLinkName(target.toString());
    return Optional.of(link);
  }

  /// The root is a directory and stays one.
  private static EntryName requireBelow(EntryName name) throws ImageRefusedException {
    if (name.isRoot()) {
      throw ImageRefusedException.damaged(
          "the image has an entry that would replace its root directory");
    }
    return name;
  }

  private static TarArchiveEntry made(EntryName name, byte type, TarArchiveEntry from)
      throws ImageRefusedException {
    String written =
        type == TarConstants.LF_DIR ? (name.isRoot() ? "./" : name + "/") : name.toString();
    TarArchiveEntry made = new TarArchiveEntry(written, type);
    made.setMode(from.getMode() & MODE_BITS);
    made.setUserId(requireId(name, from.getLongUserId()));
    made.setGroupId(requireId(name, from.getLongGroupId()));
    made.setUserName("");
    made.setGroupName("");
    made.setModTime(java.nio.file.attribute.FileTime.from(wholeSecond(from)));
    if (type != TarConstants.LF_LINK) {
      keepAttributes(from.getExtraPaxHeaders(), made);
    }
    return made;
  }

  private static long requireId(EntryName name, long id) throws ImageRefusedException {
    if (id < 0 || id > LARGEST_ID) {
      throw ImageRefusedException.damaged(
          "the image has an entry of the impossible owner %d: %s".formatted(id, name));
    }
    return id;
  }

  private static Instant wholeSecond(TarArchiveEntry from) {
    long second = from.getLastModifiedTime().toInstant().getEpochSecond();
    return Instant.ofEpochSecond(Math.clamp(second, 0, LATEST_SECOND));
  }

  /// The library reads values as text; one that was none cannot be kept.
  private static void keepAttributes(Map<String, String> from, TarArchiveEntry made) {
    from.forEach((key, value) -> {
      if ((KEPT.contains(key) || key.startsWith(KEPT_PREFIX))
          && value.indexOf('\uFFFD') < 0
          && key.length() + value.length() <= XATTR_BYTES) {
        made.addPaxHeader(key, value);
      }
    });
  }
}
