package torpor.network.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/// What is said in single datagrams.
public final class Datagrams {
  private Datagrams() {}

  /// One datagram there and one back.
  public static String echo(Space server, int serverPort, Space client, String address, int port)
      throws Exception {
    try (DatagramSocket serving = server.in(() -> new DatagramSocket(serverPort))) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              DatagramPacket question = new DatagramPacket(new byte[100], 100);
              serving.receive(question);
              byte[] answer = ("pong for " + text(question)).getBytes(StandardCharsets.UTF_8);
              serving.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            } catch (IOException closed) {
              return;
            }
          });
      return client.in(() -> ping(address, port));
    }
  }

  private static String ping(String address, int port) throws IOException {
    try (DatagramSocket asking = new DatagramSocket()) {
      asking.setSoTimeout(5_000);
      byte[] ping = "ping".getBytes(StandardCharsets.UTF_8);
      asking.send(new DatagramPacket(ping, ping.length, InetAddress.ofLiteral(address), port));
      DatagramPacket pong = new DatagramPacket(new byte[100], 100);
      asking.receive(pong);
      return text(pong);
    }
  }

  public static String text(DatagramPacket packet) {
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }

  public static void send(String from, String to, int port, String words) throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(from), 0))) {
      byte[] bytes = words.getBytes(StandardCharsets.UTF_8);
      socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.ofLiteral(to), port));
    }
  }
}
