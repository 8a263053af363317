package torpor.runtime.process.tree;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;

/// What every process of one machine carries in its environment.
public record InstanceMark(DataDirectoryMark owner, JobId job, Generation generation) {
  public static final String VARIABLE = "TORPOR_INSTANCE_MARK";
  private static final Pattern SHAPE = Pattern.compile("([^/]+)/([^/]+)/(\\d{1,9})");

  @Override
  public String toString() {
    return owner + "/" + job.ulid() + "/" + generation;
  }

  /// Finds the mark in an environment as `/proc/<pid>/environ` shows it.
  ///
  /// @return empty where there is none, or it is not of this owner
  static Optional<InstanceMark> in(byte[] environment, DataDirectoryMark owner) {
    String text = '\0' + new String(environment, StandardCharsets.ISO_8859_1);
    String name = '\0' + VARIABLE + '=';
    int at = text.indexOf(name);
    if (at < 0) {
      return Optional.empty();
    }
    int from = at + name.length();
    int to = text.indexOf('\0', from);
    Matcher parts = SHAPE.matcher(to < 0 ? text.substring(from) : text.substring(from, to));
    if (!parts.matches()
        || !parts.group(1).equals(owner.text())
        || !JobId.isValid(parts.group(2))) {
      return Optional.empty();
    }
    return Optional.of(
        new InstanceMark(
            owner, JobId.parse(parts.group(2)), new Generation(Integer.parseInt(parts.group(3)))));
  }
}
