package torpor.engine.caller;

import java.time.Instant;
import java.util.Optional;

/// A file inside an instance.
///
/// @param path as it was named, or relative to what is copied
/// @param mode permissions, at most 07777
/// @param size of the content; 0 for anything but a file
/// @param linkTarget of a symbolic link
public record FileEntry(
    String path,
    Kind kind,
    int mode,
    int uid,
    int gid,
    Instant modified,
    long size,
    Optional<String> linkTarget) {

  /// What it is.
  public enum Kind {
    FILE,
    DIRECTORY,
    LINK,
    /// A device, a socket or a pipe; never copied.
    OTHER
  }
}
