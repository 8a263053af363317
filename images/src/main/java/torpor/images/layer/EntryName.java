package torpor.images.layer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import torpor.images.refused.ImageRefusedException;

/// A name in an archive, relative to the root and without detours. Empty parts are the root itself.
record EntryName(List<String> parts) {
  private static final int LONGEST_PART = 255;
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  private static final String BOOKKEEPING = ".wh..wh.";

  /// What a name asks for.
  enum Kind {
    FILE,
    /// Removes its namesake in the layers below.
    WHITEOUT,
    /// A trace of the storage driver that made the layer; means nothing elsewhere.
    BOOKKEEPING
  }

  EntryName {
    parts = List.copyOf(parts);
  }

  /// A leading slash and `.` mean nothing, as everywhere in tar; `..` is refused.
  static EntryName parse(String written, int limit) throws ImageRefusedException {
    if (written.getBytes(StandardCharsets.UTF_8).length > limit) {
      throw refused(written, "is longer than %d bytes".formatted(limit));
    }
    List<String> parts = new ArrayList<>();
    for (String part : written.split("/", -1)) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        throw refused(written, "leads out of the image");
      }
      if (part.indexOf('\0') >= 0 || part.indexOf('\uFFFD') >= 0) {
        throw refused(written, "is not UTF-8");
      }
      if (part.getBytes(StandardCharsets.UTF_8).length > LONGEST_PART) {
        throw refused(written, "has a part longer than %d bytes".formatted(LONGEST_PART));
      }
      parts.add(part);
    }
    EntryName name = new EntryName(parts);
    name.requireSound(written);
    return name;
  }

  private void requireSound(String written) throws ImageRefusedException {
    for (int i = 0; i < parts.size(); i++) {
      String part = parts.get(i);
      boolean last = i == parts.size() - 1;
      if (part.startsWith(WHITEOUT) && (!last || removesNothing(part))) {
        throw refused(written, "is a whiteout that cannot be");
      }
    }
  }

  private static boolean removesNothing(String part) {
    String removed = part.substring(WHITEOUT.length());
    return removed.isEmpty() || removed.equals(".") || removed.equals("..");
  }

  Kind kind() {
    if (isRoot() || !parts.getLast().startsWith(WHITEOUT)) {
      return Kind.FILE;
    }
    String last = parts.getLast();
    return last.equals(OPAQUE) || !last.startsWith(BOOKKEEPING) ? Kind.WHITEOUT : Kind.BOOKKEEPING;
  }

  boolean isRoot() {
    return parts.isEmpty();
  }

  @Override
  public String toString() {
    return isRoot() ? "." : String.join("/", parts);
  }

  private static ImageRefusedException refused(String written, String why) {
    String plain = written.replaceAll("\\p{Cntrl}", "?");
    String shown = plain.length() <= 200 ? plain : plain.substring(0, 200) + "…";
    return ImageRefusedException.damaged(
        "the image has an entry whose name %s: %s".formatted(why, shown));
  }
}
