package torpor.runtime.qemu.memory;

import java.nio.file.Path;

/// The two files of a layer, or of a base.
///
/// @param pages the contents
/// @param index which pages they are
public record LayerFiles(Path pages, Path index) {
  private static final String PAGES = ".pages";
  private static final String INDEX = ".index";

  /// The files of that name in a directory.
  public static LayerFiles in(Path directory, String name) {
    return new LayerFiles(directory.resolve(name + PAGES), directory.resolve(name + INDEX));
  }
}
