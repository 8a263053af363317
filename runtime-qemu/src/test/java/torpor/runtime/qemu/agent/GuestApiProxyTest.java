package torpor.runtime.qemu.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The proxy between a guest that the test speaks for and a daemon's socket, both real.
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class GuestApiProxyTest {
  private static final long ID = Long.MIN_VALUE + 1;
  private static final int WINDOW = Window.BYTES;

  @TempDir Path directory;
  private Optional<SpokenForGuest> spokenFor = Optional.empty();
  private Optional<ServerSocket> daemon = Optional.empty();

  @BeforeEach
  void open() throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon = Optional.of(server);
    spokenFor =
        Optional.of(SpokenForGuest.open(directory.resolve("port"), server.getLocalSocketAddress()));
  }

  @AfterEach
  void close() throws IOException {
    spokenFor.orElseThrow().close();
    daemon.orElseThrow().close();
  }

  private SpokenForGuest guest() {
    return spokenFor.orElseThrow();
  }

  private Socket call() throws IOException {
    guest().opens(ID);
    return daemon.orElseThrow().accept();
  }

  private static byte[] pattern(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (i * 31 + i / 251);
    }
    return bytes;
  }

  @Test
  void afterBothHaveEndedTheGuestIsLeftToDeliverTheAnswer() throws IOException {
    // One less than the limit, which this guest never moves: at the limit no end can be told.
    byte[] answer = pattern(WINDOW - 1);
    try (Socket socket = call()) {
      guest().prints(ID, 0, "ask".getBytes(StandardCharsets.UTF_8));
      guest().ends(ID, 3);
      assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("ask");
      socket.getOutputStream().write(answer);
      socket.shutdownOutput();

      byte[] got = guest().inputToTheEnd(ID, WINDOW);

      assertThat(got).isEqualTo(answer);
      // Whatever a RELEASE would have been, it would have come before what is asked now.
      guest().opens(ID + 1);
      try (Socket other = daemon.orElseThrow().accept()) {
        other.getOutputStream().write(1);
        assertThat(guest().nextOf(FrameType.INPUT, FrameType.RELEASE).type())
            .isEqualTo(FrameType.INPUT);
      }
    }
  }

  @Test
  void aProgramThatReadsNoMoreStillSaysAllItHadToSay() throws IOException {
    byte[] words = pattern(3 * WINDOW);
    try (Socket socket = call()) {
      guest().prints(ID, 0, Arrays.copyOf(words, WINDOW));
      guest().readsNoMore(ID);
      for (int sent = WINDOW; sent < words.length; sent += WINDOW) {
        guest().awaitAcknowledged(ID, sent);
        guest().prints(ID, sent, Arrays.copyOfRange(words, sent, sent + WINDOW));
      }
      guest().ends(ID, words.length);

      assertThat(socket.getInputStream().readAllBytes()).isEqualTo(words);
    }
  }

  @Test
  void aDaemonThatTakesNoMoreIsStillHeard() throws IOException {
    byte[] answer = pattern(1000);
    try (Socket socket = call()) {
      socket.getOutputStream().write(answer);
    }
    // The first write to the closed socket is answered by a reset, those after it fail.
    for (int sent = 0; sent < 500; sent += 100) {
      guest().prints(ID, sent, pattern(100));
    }

    assertThat(guest().inputToTheEnd(ID, WINDOW)).isEqualTo(answer);
    guest().prints(ID, 500, pattern(100));
    guest().awaitAcknowledged(ID, 600);
  }

  @Test
  void moreThanTheWindowResetsTheConnection() throws IOException {
    // Nobody takes any of it: the socket to the daemon fills, and then the window.
    try (Socket socket = call()) {
      long sent = 0;
      boolean released = false;
      while (!released) {
        guest().prints(ID, sent, pattern(WINDOW / 2));
        sent += WINDOW / 2;
        released = guest().hasReleased(ID);
      }

      assertThat(socket.isConnected()).isTrue();
      assertThat(released).isTrue();
    }
  }

  @Test
  void bytesThatDoNotFollowResetTheConnection() throws IOException {
    for (long offset : List.of(-1L, 1L, Long.MAX_VALUE)) {
      try (Socket socket = call()) {
        guest().prints(ID, offset, pattern(10));

        assertThat(guest().nextOf(FrameType.RELEASE).type()).isEqualTo(FrameType.RELEASE);
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void anEndThatIsNotWhereItStandsResetsTheConnection() throws IOException {
    try (Socket socket = call()) {
      guest().prints(ID, 0, pattern(10));
      guest().ends(ID, 9);

      guest().nextOf(FrameType.RELEASE);
      assertThat(socket.isConnected()).isTrue();
    }
  }

  @Test
  void moreConnectionsThanAgreedAreReset() throws IOException {
    for (int i = 0; i < GuestApiProxy.MOST; i++) {
      guest().opens(ID + i);
    }
    guest().opens(ID + GuestApiProxy.MOST);

    Frame refused = guest().nextOf(FrameType.RELEASE);

    assertThat(SpokenForGuest.records(refused).find("session"))
        .contains(Long.toUnsignedString(ID + GuestApiProxy.MOST));
  }

  @Test
  void anEndFreesTheConnectionsPlace() throws IOException {
    for (int i = 0; i < 2 * GuestApiProxy.MOST; i++) {
      guest().opens(ID + i);
      try (Socket socket = daemon.orElseThrow().accept()) {
        guest().exits(ID + i);
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void aRequestTooLargeForAGuestIsRefused() {
    Records command = Records.NONE.with("arg", "x".repeat(Frame.MOST_PAYLOAD));

    var asked = guest().agent().exec(Agent.newNumber(), command);

    assertThat(asked).isCompletedExceptionally();
    assertThat(asked.exceptionNow())
        .isInstanceOfSatisfying(
            GuestException.class, refusal -> assertThat(refusal.code()).isEqualTo("invalid"));
  }
}
