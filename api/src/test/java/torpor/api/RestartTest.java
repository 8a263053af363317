package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.wire.ProblemDetails;
import torpor.wire.WireJson;

/// Callers who do not let go while the server starts and stops.
@Timeout(120)
class RestartTest {
  private static final int RESTARTS = 5;
  private static final int CALLERS = 6;
  private static final int ANSWERS_PER_LIFE = 60;

  /// @param body empty where none came
  private record Answer(int status, String type, String body) {
    /// A refusal that explains itself, or no refusal.
    boolean speaks() {
      if (status < 400) {
        return true;
      }
      return type.startsWith(ProblemDetails.MEDIA_TYPE)
          && WireJson.read(body, ProblemDetails.class).status() == status;
    }
  }

  private final AtomicBoolean over = new AtomicBoolean();
  private final Semaphore answered = new Semaphore(0);
  private final AtomicInteger refused = new AtomicInteger();
  private final Set<Answer> mute = ConcurrentHashMap.newKeySet();

  @Test
  void everyRefusalAroundARestartExplainsItself(@TempDir Path directory) throws Exception {
    int port = freePort();
    ApiSettings settings =
        new ApiSettings(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            Optional.empty(),
            false,
            TestServer.LIMITS);
    try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        String request = REQUESTS.get(i % REQUESTS.size());
        callers.add(threads.submit(() -> callOn(port, request)));
      }
      try {
        for (int i = 0; i < RESTARTS; i++) {
          TestServer server = new TestServer(directory, settings);
          assertThat(answered.tryAcquire(ANSWERS_PER_LIFE, 30, TimeUnit.SECONDS)).isTrue();
          server.close();
        }
      } finally {
        over.set(true);
      }
      for (Future<?> caller : callers) {
        caller.get(30, TimeUnit.SECONDS);
      }
    }
    assertThat(mute).isEmpty();
    assertThat(refused).as("refusals seen").hasPositiveValue();
  }

  private static final List<String> REQUESTS =
      List.of(
          "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "GET /v1/jobs/job_01jd3v6t9q2m8k4x7c5b1n0wae HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}",
          "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "GET /v1/events?wait=5s HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "nonsense\r\n\r\n");

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private void callOn(int port, String request) {
    while (!over.get()) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(20_000);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (!over.get()) {
          socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
          Answer answer = answer(in);
          if (answer.status() >= 400) {
            refused.incrementAndGet();
          }
          if (!answer.speaks()) {
            mute.add(answer);
          }
          answered.release();
        }
      } catch (IOException gone) {
        // There is no server just now, or no longer.
        Thread.onSpinWait();
      }
    }
  }

  private static Answer answer(DataInputStream in) throws IOException {
    String status = line(in);
    String type = "";
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      String[] parts = header.split(":", 2);
      switch (parts[0].toLowerCase(Locale.ROOT)) {
        case "content-type" -> type = parts[1].strip();
        case "content-length" -> length = Integer.parseInt(parts[1].strip());
        default -> {}
      }
    }
    byte[] body = new byte[length];
    in.readFully(body);
    return new Answer(
        Integer.parseInt(status.substring(9, 12)), type, new String(body, StandardCharsets.UTF_8));
  }

  private static String line(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new SocketException("closed");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }
}
