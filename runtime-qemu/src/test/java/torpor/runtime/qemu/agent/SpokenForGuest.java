package torpor.runtime.qemu.agent;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// The guest's end of the port, held by a test. For one thread.
record SpokenForGuest(SocketChannel channel, Agent agent, FrameReader frames, ByteBuffer bytes)
    implements AutoCloseable {
  private static final int HEADER = 9;
  private static final int ACKNOWLEDGEMENT = 17;

  /// @param target where the proxy carries connections to
  static SpokenForGuest open(Path port, SocketAddress target) throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(port);
    try (ServerSocketChannel server =
        ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX).bind(address)) {
      GuestApiProxy proxy = new GuestApiProxy(Optional.of(target));
      Agent agent = Agent.open(port, new Events(proxy));
      proxy.use(agent);
      SpokenForGuest guest =
          new SpokenForGuest(
              server.accept(), agent, new FrameReader(), ByteBuffer.allocate(4096).flip());
      var _ = agent.connect();
      guest.send(FrameType.HELLO, guest.nextOf(FrameType.CONNECT).id(), ByteBuffer.allocate(0));
      return guest;
    }
  }

  private record Events(GuestApiProxy proxy) implements GuestEvents {
    @Override
    public void output(long session, int stream, long offset, ByteBuffer data) {
      proxy.output(session, offset, data);
    }

    @Override
    public void inputTaken(long session, long accepted, long limit, boolean closed) {
      proxy.inputTaken(session, limit, closed);
    }

    @Override
    public void exited(long session, Records report) {
      proxy.exited(session);
    }

    @Override
    public void phase(Records state) {}

    @Override
    public void opened(long connection, Records about) {
      proxy.opened(connection, about);
    }

    @Override
    public void closed(long connection, long offset) {
      proxy.closed(connection, offset);
    }

    @Override
    public void lost() {
      proxy.close();
    }
  }

  private void send(int type, long id, ByteBuffer payload) throws IOException {
    ByteBuffer stuffed = ByteBuffer.wrap(new Frame(type, id, payload).stuffed());
    while (stuffed.hasRemaining()) {
      channel.write(stuffed);
    }
  }

  void opens(long id) throws IOException {
    send(FrameType.OPEN, id, ByteBuffer.wrap(Records.NONE.with("port", 80).bytes()));
    acknowledges(id, Window.BYTES, false);
  }

  void readsNoMore(long id) throws IOException {
    acknowledges(id, 0, true);
  }

  private void acknowledges(long id, long limit, boolean readsNoMore) throws IOException {
    ByteBuffer payload = ByteBuffer.allocate(ACKNOWLEDGEMENT).putLong(0).putLong(limit);
    send(FrameType.INPUT_ACK, id, payload.put((byte) (readsNoMore ? 1 : 0)).flip());
  }

  /// In frames of at most 32 KiB.
  void prints(long id, long offset, byte[] data) throws IOException {
    int most = 32 * 1024;
    for (int from = 0; from < data.length; from += most) {
      byte[] piece = Arrays.copyOfRange(data, from, Math.min(data.length, from + most));
      ByteBuffer payload = ByteBuffer.allocate(HEADER + piece.length).putLong(offset + from);
      send(FrameType.OUTPUT, id, payload.put((byte) 1).put(piece).flip());
    }
  }

  void ends(long id, long offset) throws IOException {
    send(FrameType.CLOSE, id, ByteBuffer.allocate(Long.BYTES).putLong(offset).flip());
  }

  void exits(long id) throws IOException {
    send(FrameType.EXIT, id, ByteBuffer.allocate(0));
  }

  /// The next frame of one of these types; others are passed over.
  Frame nextOf(int... types) throws IOException {
    while (true) {
      Frame next = next();
      if (Arrays.stream(types).anyMatch(type -> type == next.type())) {
        return next;
      }
    }
  }

  private Frame next() throws IOException {
    while (true) {
      Optional<Frame> frame = frames.take(bytes);
      if (frame.isPresent()) {
        return frame.get();
      }
      int count = channel.read(bytes.clear());
      bytes.flip();
      if (count < 0) {
        throw new EOFException("the host has closed its end");
      }
    }
  }

  /// Waits until the host has taken all before this offset.
  void awaitAcknowledged(long id, long offset) throws IOException {
    while (true) {
      Frame next = nextOf(FrameType.OUTPUT_ACK);
      if (next.id() == id && next.payload().getLong(0) >= offset) {
        return;
      }
    }
  }

  /// Whether the host has reset this connection; asks it something, to know what came before.
  boolean hasReleased(long id) throws IOException {
    var _ = agent.statistics();
    Frame next = nextOf(FrameType.STATS, FrameType.RELEASE);
    return next.type() == FrameType.RELEASE
        && records(next).find("session").equals(Optional.of(Long.toUnsignedString(id)));
  }

  /// Everything that is sent to this connection up to its end.
  byte[] inputToTheEnd(long id, int most) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream(most);
    while (true) {
      Frame next = nextOf(FrameType.INPUT);
      ByteBuffer payload = next.payload();
      boolean end = payload.get(Long.BYTES) == 1;
      byte[] data = new byte[payload.remaining() - HEADER];
      payload.get(payload.position() + HEADER, data);
      all.writeBytes(data);
      if (next.id() == id && end) {
        return all.toByteArray();
      }
    }
  }

  static Records records(Frame frame) {
    byte[] bytes = new byte[frame.payload().remaining()];
    frame.payload().get(bytes);
    return Records.parse(bytes);
  }

  @Override
  public void close() throws IOException {
    agent.close();
    channel.close();
  }
}
