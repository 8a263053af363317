package torpor.runtime.qemu.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import torpor.engine.caller.FileEntry;

class EntryReaderTest {
  private static final Instant THEN = Instant.ofEpochSecond(-5, 7);

  private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

  private EntryReaderTest add(char kind, byte[] path, byte[] content) {
    ByteBuffer header = ByteBuffer.allocate(EntryHeader.LENGTH);
    new EntryHeader(kind, path.length, 0640, 1, 2, THEN, content.length).put(header);
    stream.writeBytes(header.array());
    stream.writeBytes(path);
    stream.writeBytes(content);
    return this;
  }

  private EntryReaderTest add(char kind, String path, String content) {
    return add(
        kind, path.getBytes(StandardCharsets.UTF_8), content.getBytes(StandardCharsets.UTF_8));
  }

  private EntryReaderTest end() {
    ByteBuffer header = ByteBuffer.allocate(EntryHeader.LENGTH);
    EntryHeader.end().put(header);
    stream.writeBytes(header.array());
    return this;
  }

  /// Contents are put together, so that it does not matter where the stream was cut.
  private List<String> read(int pieces) throws MalformedCopyException {
    EntryReader reader = new EntryReader(true);
    List<String> said = new ArrayList<>();
    byte[] bytes = stream.toByteArray();
    for (int from = 0; from < bytes.length; from += pieces) {
      ByteBuffer piece = ByteBuffer.wrap(bytes, from, Math.min(pieces, bytes.length - from));
      for (EntryReader.Part part : reader.take(piece)) {
        switch (part) {
          case EntryReader.Part.Begins(FileEntry entry) ->
              said.add(entry.kind() + " " + entry.path() + entry.linkTarget().orElse("") + " ");
          case EntryReader.Part.Content(ByteBuffer content) ->
              said.add(said.removeLast() + StandardCharsets.UTF_8.decode(content));
          case EntryReader.Part.LeftOut(String path) -> said.add("without " + path);
        }
      }
    }
    assertThat(reader.isComplete()).isTrue();
    return said;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 40, 41, 1 << 15})
  void entriesComeOutOfPiecesOfAnySize(int pieces) throws MalformedCopyException {
    add('d', ".", "").add('d', "a", "").add('f', "a/b", "words").add('l', "a/c", "/to");
    add('d', "a/d", "").add('f', "a/d/e", "").add('f', "last", "x").end();

    assertThat(read(pieces))
        .containsExactly(
            "DIRECTORY . ",
            "DIRECTORY a ",
            "FILE a/b words",
            "LINK a/c/to ",
            "DIRECTORY a/d ",
            "FILE a/d/e ",
            "FILE last x");
  }

  @Test
  void whatIsSaidOfAnEntryIsKept() throws MalformedCopyException {
    add('f', ".", "words").end();

    assertThat(new EntryReader(true).take(ByteBuffer.wrap(stream.toByteArray())).getFirst())
        .isEqualTo(
            new EntryReader.Part.Begins(
                new FileEntry(".", FileEntry.Kind.FILE, 0640, 1, 2, THEN, 5, Optional.empty())));
  }

  @Test
  void namesThatAreNoTextAreLeftOutWithTheirContent() throws MalformedCopyException {
    add('d', ".", "").add('f', new byte[] {'a', (byte) 0xff}, new byte[] {1, 2});
    add('f', "b", "words").end();

    assertThat(read(3)).containsExactly("DIRECTORY . ", "without a\ufffd", "FILE b words");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a", "../a", "a/../b", "a//b", "", ".", "link/a", "later/a", "./a"})
  void whatLiesOutsideIsRefused(String path) {
    add('d', ".", "").add('l', "link", "/etc").add('d', "a", "").add('f', path, "").end();

    assertThatThrownBy(() -> read(40)).isInstanceOf(MalformedCopyException.class);
  }

  @Test
  void aFileIsNotADirectoryAndOneThatWasLeftIsNotComeBackTo() {
    assertThatThrownBy(() -> new EntryReaderTest().add('f', ".", "").add('f', "a", "").read(40))
        .isInstanceOf(MalformedCopyException.class);
    assertThatThrownBy(() ->
            new EntryReaderTest()
                .add('d', ".", "")
                .add('d', "a", "")
                .add('l', "b", "/etc")
                .add('f', "b/c", "")
                .read(40))
        .isInstanceOf(MalformedCopyException.class);
  }

  @Test
  void nothingFollowsTheEnd() {
    add('d', ".", "").end().end();

    assertThatThrownBy(() -> read(40)).hasMessageContaining("follows the end");
  }

  @Test
  void fieldsOutOfRangeAreRefused() {
    for (EntryHeader wrong :
        List.of(
            new EntryHeader('x', 1, 0, 0, 0, THEN, 0),
            new EntryHeader('d', 1, 0, 0, 0, THEN, 1),
            new EntryHeader('f', 1, 0, 0, 0, THEN, -1),
            new EntryHeader('f', 1, 010000, 0, 0, THEN, 0),
            new EntryHeader('f', 5000, 0, 0, 0, THEN, 0),
            new EntryHeader('l', 1, 0, 0, 0, THEN, 4096),
            new EntryHeader('e', 1, 0, 0, 0, THEN, 0))) {
      ByteBuffer header = ByteBuffer.allocate(EntryHeader.LENGTH);
      wrong.put(header);

      assertThatThrownBy(() -> new EntryReader(true).take(header.flip()))
          .as("%s", wrong)
          .isInstanceOf(MalformedCopyException.class);
    }
  }
}
