package torpor.api.instance;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import torpor.api.http.RefusedException;
import torpor.api.http.StoredText;
import torpor.engine.caller.FileEntry;
import torpor.wire.instance.CopyMessage;

/// Items of a copy, as they are said and as they are meant. Pure.
final class CopyEntries {
  private static final int MODES = 07777;
  private static final int FILE_MODE = 0644;
  private static final int DIRECTORY_MODE = 0755;

  private CopyEntries() {}

  static CopyMessage header(FileEntry entry) {
    return CopyMessage.header(
        entry.path(),
        entry.mode(),
        entry.kind() == FileEntry.Kind.DIRECTORY,
        entry.kind() == FileEntry.Kind.LINK ? entry.linkTarget() : Optional.empty(),
        entry.size(),
        entry.modified(),
        entry.uid(),
        entry.gid());
  }

  /// @throws RefusedException where it is no item that can be written
  static FileEntry entry(CopyMessage header, Instant now) {
    boolean directory = header.isDir().orElse(false);
    boolean link = header.isSymlink().orElse(false);
    String path = header.path().orElse("");
    if (path.isEmpty() || path.startsWith("/") || List.of(path.split("/")).contains("..")) {
      throw RefusedException.invalid(
          "path",
          "'path' of an item is not below what is copied: '%s'".formatted(Fields.shown(path)),
          "Send a path relative to the directory, without .. in it.");
    }
    if (link && header.linkTarget().isEmpty()) {
      throw RefusedException.invalid(
          "link_target", "'link_target' of %s is missing".formatted(path), "Send it.");
    }
    return new FileEntry(
        StoredText.checked("path", path),
        directory ? FileEntry.Kind.DIRECTORY : link ? FileEntry.Kind.LINK : FileEntry.Kind.FILE,
        mode(header.mode(), directory),
        header.uid().orElse(0),
        header.gid().orElse(0),
        header.mtime().map(Instant::ofEpochSecond).orElse(now),
        directory || link ? 0 : header.size().filter(size -> size >= 0).orElse(0L),
        header.linkTarget());
  }

  static int mode(Optional<Integer> asked, boolean directory) {
    return Fields.number("mode", asked.orElse(directory ? DIRECTORY_MODE : FILE_MODE), 0, MODES);
  }
}
