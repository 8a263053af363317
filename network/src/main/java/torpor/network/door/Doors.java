package torpor.network.door;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.network.PublishedPort;
import torpor.core.network.PublishedPort.Protocol;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;

/// The doors of one slot. [#open] and [#close] by one thread at a time.
public final class Doors implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Doors.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final int BACKLOG = 1024;
  private final Reception reception;
  private final Map<PublishedPort, NetworkChannel> open = new ConcurrentHashMap<>();

  public Doors(Reception reception) {
    this.reception = reception;
  }

  /// Opens a door for each of these ports and closes every other; those that are open stay.
  ///
  /// @return why one cannot be opened: then no new one is, and none is closed
  public Optional<Refusal> open(List<PublishedPort> ports) {
    Map<PublishedPort, NetworkChannel> fresh = new ConcurrentHashMap<>();
    for (PublishedPort port : ports) {
      if (!open.containsKey(port)) {
        try {
          fresh.put(port, bind(port));
        } catch (IOException taken) {
          fresh.values().forEach(Doors::close);
          return Optional.of(refusal(port, taken));
        }
      }
    }
    keepOnly(ports);
    open.putAll(fresh);
    fresh.forEach(this::attend);
    return Optional.empty();
  }

  private static Refusal refusal(PublishedPort port, IOException taken) {
    return Refusal.ofField(
        RefusalCode.PORT_TAKEN,
        "ports",
        "Port %d/%s of %s cannot be published: %s."
            .formatted(port.hostPort(), port.protocol().text(), at(port), taken.getMessage()),
        "Publish another port of the host, or end the program that uses this one.");
  }

  private static NetworkChannel bind(PublishedPort port) throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.ofLiteral(at(port)), port.hostPort());
    NetworkChannel channel =
        port.protocol() == Protocol.TCP
            ? ServerSocketChannel.open(StandardProtocolFamily.INET)
            : DatagramChannel.open(StandardProtocolFamily.INET);
    try {
      if (channel instanceof ServerSocketChannel listener) {
        listener.bind(address, BACKLOG);
      } else {
        channel.bind(address);
      }
      return channel;
    } catch (IOException taken) {
      close(channel);
      throw taken;
    }
  }

  private static String at(PublishedPort port) {
    return port.hostAddress().orElse(LOOPBACK);
  }

  private void attend(PublishedPort port, NetworkChannel channel) {
    if (channel instanceof ServerSocketChannel listener) {
      reception.attend(listener, port.guestPort());
    }
  }

  private void keepOnly(List<PublishedPort> ports) {
    for (PublishedPort port : new ArrayList<>(open.keySet())) {
      if (!ports.contains(port)) {
        Optional.ofNullable(open.remove(port)).ifPresent(Doors::close);
      }
    }
  }

  /// How many connections are held or passed on.
  public int busy() {
    return reception.busy();
  }

  /// Closes every door, and turns away who waits and who is being passed on.
  @Override
  public void close() {
    keepOnly(List.of());
    reception.turnAway();
  }

  private static void close(NetworkChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("closing a door", e);
    }
  }
}
