package torpor.runtime.wasm.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import run.endive.compiler.Cache;

/// Compiled modules on disk, by digest, each behind its CRC-32C. Only ever a copy: any file may be
/// deleted at any time, and one that a power failure left half written counts as absent.
final class BytecodeCache implements Cache {
  private final Path directory;

  /// @param directory one per engine version, since compiled code is bound to it
  BytecodeCache(Path directory) {
    this.directory = directory;
    HalfWritten.remove(directory);
  }

  @Override
  public byte @Nullable [] get(String key) throws IOException {
    try {
      ByteBuffer stored = ByteBuffer.wrap(Files.readAllBytes(file(key)));
      if (stored.remaining() > Integer.BYTES) {
        int expected = stored.getInt();
        byte[] code = new byte[stored.remaining()];
        stored.get(code);
        return checksum(code) == expected ? code : null;
      }
      return null;
    } catch (NoSuchFileException absent) {
      return null;
    }
  }

  @Override
  public void putIfAbsent(String key, byte[] data) throws IOException {
    Files.createDirectories(directory);
    Path temporary = Files.createTempFile(directory, "compiling", HalfWritten.SUFFIX);
    try {
      ByteBuffer stored = ByteBuffer.allocate(Integer.BYTES + data.length);
      Files.write(temporary, stored.putInt(checksum(data)).put(data).array());
      Files.move(temporary, file(key), StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      // Another daemon on this cache has tidied up as it started. It is only a copy.
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static int checksum(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return (int) crc.getValue();
  }

  private Path file(String key) {
    return directory.resolve(key.replaceAll("[^A-Za-z0-9.-]", "_") + ".code");
  }
}
