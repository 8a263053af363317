package torpor.runtime.qemu.vmm;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// How one QEMU is to be started.
///
/// @param memory the file that its RAM is a private copy of; as long as the RAM
/// @param disks one block device each, with the serial number of the hardware's list as its node
///   name; a disk's JSON is what `-blockdev` takes
/// @param begin what runs first
/// @param network where its interface goes; present exactly where the hardware has one
public record Launch(
    MachineName name,
    Hardware hardware,
    Path memory,
    List<ObjectNode> disks,
    Begin begin,
    Optional<Wire> network,
    MachineFiles files) {
  public Launch {
    disks = List.copyOf(disks);
  }

  /// What runs first.
  public sealed interface Begin {}

  /// The kernel, from its beginning.
  public record Boot(Path kernel, Path initramfs, String commandLine) implements Begin {}

  /// Nothing: it waits for frozen state.
  public record Incoming() implements Begin {}

  /// What the network interface is connected to.
  public sealed interface Wire {}

  /// @param namespace network namespace that the device is in
  public record Tap(String namespace, String device, String mac) implements Wire {}

  /// Nothing, as for a template; a copy of it may have another address.
  public record Unplugged() implements Wire {}

  /// Nothing, for the frozen state of one that had a [Tap]: that is only taken where there is a tap
  /// again. It is in a network namespace of this process alone and goes with it.
  public record Isolated() implements Wire {}
}
