package torpor.network.lab;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import torpor.engine.network.NetworkPlace;

/// A machine: a network card behind the TAP, with the kernel of a namespace for its own. It can be
/// pulled out and put in again, as a machine that is frozen and restored: its sockets stay.
public final class Guest implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private final Space inside;
  private final int card;
  private Cable cable = new Cable(-1, -1, List.of());

  private record Cable(int tap, int event, List<Thread> copiers) {}

  private Guest(Space inside, int card) {
    this.inside = inside;
    this.card = card;
  }

  public static Guest start(NetworkPlace place) throws Exception {
    String name = "tpguest-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
    Space inside = Space.make(name);
    int card = inside.in(() -> LinuxKernel.tap("eth0"));
    Shell.run(
        """
        ip -n %1$s -batch - <<'B'
        link set eth0 address %2$s mtu %3$d
        addr add %4$s dev eth0
        link set eth0 up
        route add default via %5$s
        B
        """
            .formatted(name, place.mac(), place.mtu(), place.address(), place.gateway()));
    Guest guest = new Guest(inside, card);
    guest.plugIn(place);
    return guest;
  }

  public Space inside() {
    return inside;
  }

  public void plugIn(NetworkPlace place) throws Exception {
    int tap = new Space(place.namespace()).in(() -> LinuxKernel.tap(place.tap()));
    int event = LinuxKernel.event();
    cable =
        new Cable(
            tap,
            event,
            Stream.<Runnable>of(
                    () -> LinuxKernel.copyFrames(tap, card, event),
                    () -> LinuxKernel.copyFrames(card, tap, event))
                .map(copy -> Thread.ofPlatform().daemon().start(copy))
                .toList());
  }

  /// What it sends and is sent from now on is lost.
  public void pullOut() {
    if (cable.tap() < 0) {
      return;
    }
    LinuxKernel.ring(cable.event());
    for (Thread copier : cable.copiers()) {
      end(copier);
    }
    LinuxKernel.close(cable.tap());
    LinuxKernel.close(cable.event());
    cable = new Cable(-1, -1, List.of());
  }

  private static void end(Thread copier) {
    try {
      copier.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    pullOut();
    LinuxKernel.close(card);
    inside.remove();
  }
}
