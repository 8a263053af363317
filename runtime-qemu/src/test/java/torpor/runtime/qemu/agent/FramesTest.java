package torpor.runtime.qemu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramesTest {
  private static List<Frame> read(byte[] bytes, int atOnce) {
    FrameReader reader = new FrameReader();
    List<Frame> frames = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += atOnce) {
      ByteBuffer piece = ByteBuffer.wrap(bytes, from, Math.min(atOnce, bytes.length - from));
      for (Optional<Frame> frame = reader.take(piece);
          frame.isPresent();
          frame = reader.take(piece)) {
        frames.add(frame.get());
      }
    }
    return frames;
  }

  private static Frame frame(int length, Random random) {
    byte[] payload = new byte[length];
    for (int i = 0; i < length; i++) {
      // Many zeros and long runs without any.
      payload[i] = (byte) (i % 700 < 300 ? random.nextInt(3) : 1 + random.nextInt(255));
    }
    return new Frame(0xa0, random.nextLong(), ByteBuffer.wrap(payload));
  }

  @Test
  void framesComeBackWhateverTheirLengthAndTheirPieces() throws GuestException {
    Random random = new Random(3);
    List<Frame> sent = new ArrayList<>();
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    for (int length : new int[] {0, 1, 237, 238, 239, 253, 254, 255, 256, 508, 4096, 65536}) {
      Frame frame = frame(length, random);
      sent.add(frame);
      stream.writeBytes(frame.stuffed());
    }

    assertThat(read(stream.toByteArray(), 1000)).isEqualTo(sent);
    assertThat(read(stream.toByteArray(), 1)).isEqualTo(sent);
  }

  @Test
  void zeroOccursOnlyAsTheEnd() throws GuestException {
    byte[] stuffed = frame(5000, new Random(5)).stuffed();

    for (int i = 0; i < stuffed.length - 1; i++) {
      assertThat(stuffed[i]).isNotZero();
    }
    assertThat(stuffed[stuffed.length - 1]).isZero();
  }

  @Test
  void afterTheMiddleOfAFrameTheNextOneIsInStep() throws GuestException {
    Random random = new Random(9);
    Frame lost = frame(3000, random);
    Frame next = frame(100, random);
    byte[] stuffed = lost.stuffed();
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.write(stuffed, 1234, stuffed.length - 1234);
    stream.writeBytes(next.stuffed());

    assertThat(read(stream.toByteArray(), 64)).containsExactly(next);
  }

  @Test
  void whatIsNoFrameIsDroppedAndCounted() throws GuestException {
    FrameReader reader = new FrameReader();
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {0, 0, 5, 1, 0, 1, 1, 1, 0});

    assertThat(reader.take(bytes)).isEmpty();
    assertThat(reader.rejected()).isEqualTo(2);
  }

  @Test
  void aFrameThatNeverEndsTakesNoMoreMemory() throws GuestException {
    FrameReader reader = new FrameReader();
    byte[] endless = new byte[1 << 20];
    java.util.Arrays.fill(endless, (byte) 9);

    assertThat(reader.take(ByteBuffer.wrap(endless))).isEmpty();
    assertThat(reader.take(ByteBuffer.wrap(new byte[] {0}))).isEmpty();
    Frame next = frame(10, new Random(1));
    assertThat(reader.take(ByteBuffer.wrap(next.stuffed()))).contains(next);
  }

  @Test
  void whatAGuestWouldDropInSilenceIsRefused() throws GuestException {
    Random random = new Random(13);

    assertThat(read(frame(Frame.MOST_PAYLOAD, random).stuffed(), 1000)).hasSize(1);
    assertThatThrownBy(() -> frame(Frame.MOST_PAYLOAD + 1, random).stuffed())
        .isInstanceOfSatisfying(
            GuestException.class, refusal -> assertThat(refusal.code()).isEqualTo("invalid"))
        .hasMessageContaining("65537");
  }
}
