package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;
import torpor.wire.ProblemDetails;

/// A text message on a copy connection after the first, in either direction.
///
/// @param type `header`: the next item; `end` of an item, or with `last` (`final`) of all of them;
///   `result` of a copy towards the instance; `error`
/// @param path of an item, relative to what is copied; `.` is that itself
/// @param size of the content that follows
/// @param mtime seconds since 1970
/// @param last `final`
/// @param error what was left out, a line each; of a result, or of the end of all
/// @param message what is wrong
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record CopyMessage(
    String type,
    Optional<String> path,
    Optional<Integer> mode,
    Optional<Boolean> isDir,
    Optional<Boolean> isSymlink,
    Optional<String> linkTarget,
    Optional<Long> size,
    Optional<Long> mtime,
    Optional<Integer> uid,
    Optional<Integer> gid,
    @JsonProperty("final") Optional<Boolean> last,
    Optional<Boolean> success,
    Optional<Long> bytesWritten,
    Optional<String> error,
    Optional<String> message,
    Optional<ProblemDetails> problem) {

  /// One that says nothing but what it is.
  public static CopyMessage of(String type) {
    return new CopyMessage(
        type,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /// The next item.
  ///
  /// @param linkTarget of a symbolic link
  public static CopyMessage header(
      String path,
      int mode,
      boolean directory,
      Optional<String> linkTarget,
      long size,
      Instant modified,
      int uid,
      int gid) {
    CopyMessage m = of("header");
    return new CopyMessage(
        m.type,
        Optional.of(path),
        Optional.of(mode),
        Optional.of(directory),
        Optional.of(linkTarget.isPresent()),
        linkTarget,
        Optional.of(size),
        Optional.of(modified.getEpochSecond()),
        Optional.of(uid),
        Optional.of(gid),
        m.last,
        m.success,
        m.bytesWritten,
        m.error,
        m.message,
        m.problem);
  }

  /// The end of an item that is not the last.
  public static CopyMessage end() {
    return end(false, Optional.empty());
  }

  /// The end of all.
  ///
  /// @param error what was left out, where something was
  public static CopyMessage last(Optional<String> error) {
    return end(true, error);
  }

  private static CopyMessage end(boolean last, Optional<String> error) {
    CopyMessage m = of("end");
    return new CopyMessage(
        m.type,
        m.path,
        m.mode,
        m.isDir,
        m.isSymlink,
        m.linkTarget,
        m.size,
        m.mtime,
        m.uid,
        m.gid,
        Optional.of(last),
        m.success,
        m.bytesWritten,
        error,
        m.message,
        m.problem);
  }

  /// @param error what was left out, where something was
  public static CopyMessage result(long bytesWritten, Optional<String> error) {
    CopyMessage m = of("result");
    return new CopyMessage(
        m.type,
        m.path,
        m.mode,
        m.isDir,
        m.isSymlink,
        m.linkTarget,
        m.size,
        m.mtime,
        m.uid,
        m.gid,
        m.last,
        Optional.of(error.isEmpty()),
        Optional.of(bytesWritten),
        error,
        m.message,
        m.problem);
  }

  /// @param path at which it went wrong
  public static CopyMessage error(String path, ProblemDetails problem) {
    CopyMessage m = of("error");
    return new CopyMessage(
        m.type,
        Optional.of(path),
        m.mode,
        m.isDir,
        m.isSymlink,
        m.linkTarget,
        m.size,
        m.mtime,
        m.uid,
        m.gid,
        m.last,
        m.success,
        m.bytesWritten,
        m.error,
        Optional.of(problem.detail()),
        Optional.of(problem));
  }
}
