package torpor.runtime.wasm.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import run.endive.compiler.Cache;

/// Compiled modules on disk, by digest. Only ever a copy: any file may be deleted at any time.
final class BytecodeCache implements Cache {
  private final Path directory;

  /// @param directory one per engine version, since compiled code is bound to it
  BytecodeCache(Path directory) {
    this.directory = directory;
  }

  @Override
  public byte @Nullable [] get(String key) throws IOException {
    try {
      return Files.readAllBytes(file(key));
    } catch (NoSuchFileException absent) {
      return null;
    }
  }

  @Override
  public void putIfAbsent(String key, byte[] data) throws IOException {
    Files.createDirectories(directory);
    Path temporary = Files.createTempFile(directory, "compiling", ".tmp");
    Files.write(temporary, data);
    Files.move(temporary, file(key), StandardCopyOption.ATOMIC_MOVE);
  }

  private Path file(String key) {
    return directory.resolve(key.replaceAll("[^A-Za-z0-9.-]", "_") + ".jar");
  }
}
