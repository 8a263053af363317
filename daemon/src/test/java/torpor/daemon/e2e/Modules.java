package torpor.daemon.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// WebAssembly modules that nobody should have written, byte by byte.
final class Modules {
  private static final byte[] HEADER = {0x00, 'a', 's', 'm', 0x01, 0x00, 0x00, 0x00};

  private static final byte[] ONE_PAGE = {0x01};

  /// 65 536 pages of 64 KiB each, as LEB128.
  private static final byte[] FOUR_GIBIBYTES = {(byte) 0x80, (byte) 0x80, 0x04};

  private static final byte[] RETURN = {0x0b};

  /// `loop br 0 end end`
  private static final byte[] LOOP = {0x03, 0x40, 0x0c, 0x00, 0x0b, 0x0b};

  private Modules() {}

  static Path thatLoopsForEver(Path directory) {
    return write(directory.resolve("loop.wasm"), program(ONE_PAGE, LOOP));
  }

  static Path thatDeclaresFourGibibytes(Path directory) {
    return write(directory.resolve("huge.wasm"), program(FOUR_GIBIBYTES, RETURN));
  }

  static Path thatIsNone(Path directory) {
    return write(directory.resolve("none.wasm"), "I am a poem.\n".getBytes(StandardCharsets.UTF_8));
  }

  /// A WASI command whose `_start` has that body.
  private static byte[] program(byte[] pages, byte[] body) {
    ByteArrayOutputStream module = new ByteArrayOutputStream();
    module.writeBytes(HEADER);
    section(module, 1, new byte[] {0x01, 0x60, 0x00, 0x00});
    section(module, 3, new byte[] {0x01, 0x00});
    section(module, 5, joined(new byte[] {0x01, 0x00}, pages));
    section(module, 7, joined(new byte[] {0x02}, export("memory", 0x02), export("_start", 0x00)));
    section(module, 10, joined(new byte[] {0x01, (byte) (body.length + 1), 0x00}, body));
    return module.toByteArray();
  }

  private static byte[] export(String name, int kind) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    return joined(new byte[] {(byte) text.length}, text, new byte[] {(byte) kind, 0x00});
  }

  private static void section(ByteArrayOutputStream module, int id, byte[] content) {
    module.write(id);
    module.write(content.length);
    module.writeBytes(content);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static Path write(Path file, byte[] content) {
    try {
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException("write " + file, e);
    }
  }
}
