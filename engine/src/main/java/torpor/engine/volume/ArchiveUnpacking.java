package torpor.engine.volume;

import java.io.IOException;
import java.nio.file.Path;

/// Unpacks archives from anybody. Thread-safe; blocks.
@FunctionalInterface
public interface ArchiveUnpacking {

  /// Makes the directory, with what is in the archive and nowhere else.
  ///
  /// @param archive a tar, plain or compressed
  /// @param atMostBytes of its files together
  /// @throws VolumeFailure where it is no archive, is too large, or reaches out of its root
  void unpack(Path archive, Path into, long atMostBytes) throws IOException, InterruptedException;
}
