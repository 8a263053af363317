package torpor.daemon.demo;

import java.nio.file.Path;

/// The text the demo's program reads, in files as `guest/demo/README.md` describes them.
///
/// @param origin the file it was made from
/// @param bytes of all parts together
/// @param documents 0 where the parts are plain bytes
record Corpus(Path directory, Path origin, long bytes, int documents) {

  /// How long a part gets at least, the last one excepted.
  static final long PART_BYTES = 8L << 20;

  static final byte MARK = 1;

  static String partName(int number) {
    return "part-%03d.txt".formatted(number);
  }
}
