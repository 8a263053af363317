package torpor.runtime.process.tree;

import java.util.regex.Pattern;

/// What tells the processes of one data directory from those of every other: 1 to 64 letters,
/// digits, `.`, `_` and `-`. It stays the same for as long as the directory lives.
public record DataDirectoryMark(String text) {
  private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  public DataDirectoryMark {
    if (!SHAPE.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a mark of a data directory");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
