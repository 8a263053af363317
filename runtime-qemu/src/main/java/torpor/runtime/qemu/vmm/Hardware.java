package torpor.runtime.qemu.vmm;

import java.util.List;

/// What a machine is built of, as far as its frozen state depends on it. Two machines of equal
/// hardware can take each other's state; others cannot.
///
/// @param memoryBytes a whole number of MiB
/// @param cpuModel as QEMU names it
/// @param disks serial numbers, in order
/// @param network whether it has a network interface
public record Hardware(
    Accelerator accelerator,
    String cpuModel,
    int cpus,
    long memoryBytes,
    List<String> disks,
    boolean network) {
  public static final String MACHINE_TYPE = "microvm";

  /// Under emulation a machine has everything that QEMU knows: that depends on its build alone.
  public static final String EMULATED_CPU = "max";

  public Hardware {
    disks = List.copyOf(disks);
  }
}
