package torpor.cli.copy;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import torpor.cli.CommandFailure;

/// One side of a `cp`. Pure.
sealed interface CopyEnd {
  Pattern INSIDE = Pattern.compile("([A-Za-z0-9_][A-Za-z0-9_-]*):(.*)");

  /// @param path as written: `/.` at its end means what is in it
  record Local(String path) implements CopyEnd {}

  /// @param path absolute, as written
  record Inside(String instance, String path) implements CopyEnd {
    /// Without `.`, `..`, and slashes that say nothing.
    String clean() {
      return Path.of(path).normalize().toString();
    }

    Inside parent() {
      Path parent = Path.of(path).normalize().getParent();
      return new Inside(instance, parent == null ? "/" : parent.toString());
    }

    Inside below(String name) {
      return new Inside(instance, Path.of(path).resolve(name).normalize().toString());
    }

    @Override
    public String toString() {
      return instance + ":" + path;
    }
  }

  /// `name:path` is inside a machine; a path with a slash before the colon is not.
  static CopyEnd parse(String text) {
    Matcher inside = INSIDE.matcher(text);
    if (!inside.matches()) {
      if (text.isEmpty() || text.equals("-")) {
        throw CommandFailure.usage(
            "\"" + text + "\" is no path",
            "write a path, or NAME:/PATH; for an archive copy to a directory, and use tar on it");
      }
      return new Local(text);
    }
    String path = inside.group(2).startsWith("/") ? inside.group(2) : "/" + inside.group(2);
    return new Inside(inside.group(1), path);
  }

  /// Whether what is in a directory is meant and not the directory.
  static boolean isContent(String path) {
    return path.endsWith("/.") || path.equals(".");
  }

  /// Whether only a directory can be meant.
  static boolean isDirectoryMeant(String path) {
    return path.endsWith("/") || isContent(path);
  }

  /// The last name of a path; of `/` there is none.
  static String nameOf(Path path) {
    Path name = path.normalize().getFileName();
    return name == null ? "" : name.toString();
  }
}
