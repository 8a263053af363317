package torpor.network.lab;

import java.util.concurrent.ThreadLocalRandom;

/// Another host, on a wire to this one.
public final class Outside implements AutoCloseable {
  private final Space space;
  private final String device;
  private final String here;
  private final String there;

  private Outside(Space space, String device, String here, String there) {
    this.space = space;
    this.device = device;
    this.here = here;
    this.there = there;
  }

  public static Outside connect() {
    int number = ThreadLocalRandom.current().nextInt(1 << 14);
    String name = "tpout-" + number;
    String net = "198.18." + (number >> 6) + ".";
    int low = (number & 63) * 4;
    Outside outside = new Outside(new Space(name), name, net + (low + 1), net + (low + 2));
    Space.make(name);
    Shell.run(
        """
        ip link add %1$s type veth peer name eth0 netns %1$s
        ip addr add %2$s/30 dev %1$s
        ip link set %1$s up
        ip -n %1$s addr add %3$s/30 dev eth0
        ip -n %1$s link set eth0 up
        ip -n %1$s route add default via %2$s
        """
            .formatted(name, outside.here, outside.there));
    return outside;
  }

  public Space space() {
    return space;
  }

  /// This host's address on the wire.
  public String here() {
    return here;
  }

  /// The other host's.
  public String there() {
    return there;
  }

  @Override
  public void close() {
    Shell.run("ip link del " + device);
    space.remove();
  }
}
