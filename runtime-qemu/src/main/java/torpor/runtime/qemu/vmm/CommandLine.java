package torpor.runtime.qemu.vmm;

import java.util.ArrayList;
import java.util.List;
import torpor.runtime.qemu.vmm.Launch.Begin;
import torpor.runtime.qemu.vmm.Launch.Boot;
import torpor.runtime.qemu.vmm.Launch.Incoming;
import torpor.runtime.qemu.vmm.Launch.Isolated;
import torpor.runtime.qemu.vmm.Launch.Tap;
import torpor.runtime.qemu.vmm.Launch.Unplugged;
import torpor.runtime.qemu.vmm.Launch.Wire;

/// Makes QEMU's arguments. Pure.
///
/// What is *not* there matters as much:
/// - no balloon and no free page reporting: both punch holes into the file under a private mapping,
///   which is the snapshot that others share
/// - no `share=on`: a machine never writes to the file its memory comes from
/// - no vhost: it is not there under emulation, and QEMU 7.2 aborts
final class CommandLine {
  private static final int FIRST_WITH_READ_ONLY_MEMORY = 9;
  private static final long MEBIBYTE = 1 << 20;
  private static final Wire NO_WIRE = new Unplugged();

  private CommandLine() {}

  static List<String> of(Qemu qemu, Launch launch) {
    List<String> line = new ArrayList<>();
    switch (launch.network().orElse(NO_WIRE)) {
      case Tap tap -> line.addAll(List.of("ip", "netns", "exec", tap.namespace()));
      case Isolated() -> line.addAll(List.of("unshare", "--net"));
      case Unplugged() -> {}
    }
    line.add(qemu.binary().toString());
    line.addAll(List.of("-name", launch.name().toString()));
    line.addAll(List.of("-nodefaults", "-no-user-config", "-nographic", "-no-reboot"));
    machine(qemu, launch, line);
    begin(launch.begin(), line);
    devices(launch, line);
    sockets(launch.files(), line);
    return List.copyOf(line);
  }

  private static void machine(Qemu qemu, Launch launch, List<String> line) {
    Hardware hardware = launch.hardware();
    String readOnly =
        qemu.majorVersion() >= FIRST_WITH_READ_ONLY_MEMORY ? ",readonly=on,rom=off" : "";
    line.addAll(
        List.of(
            "-object",
            "memory-backend-file,id=ram0,size=%d,mem-path=%s,share=off%s"
                .formatted(hardware.memoryBytes(), escaped(launch.memory().toString()), readOnly),
            "-M",
            Hardware.MACHINE_TYPE + ",x-option-roms=off,memory-backend=ram0",
            "-accel",
            accelerator(hardware.accelerator()),
            "-cpu",
            hardware.cpuModel(),
            "-m",
            Long.toString(hardware.memoryBytes() / MEBIBYTE),
            "-smp",
            Integer.toString(hardware.cpus()),
            "-bios",
            "qboot.rom"));
  }

  /// Without a bound the translator keeps up to a gibibyte.
  private static String accelerator(Accelerator accelerator) {
    return switch (accelerator) {
      case KVM -> accelerator.text();
      case TCG -> accelerator.text() + ",tb-size=" + Allowance.TRANSLATED_MEBIBYTES;
    };
  }

  private static void begin(Begin begin, List<String> line) {
    switch (begin) {
      case Boot(var kernel, var initramfs, var commandLine) ->
          line.addAll(
              List.of(
                  "-kernel",
                  kernel.toString(),
                  "-initrd",
                  initramfs.toString(),
                  "-append",
                  commandLine));
      case Incoming() ->
          // -S: the state says "running", and it must not before the host has had its say.
          line.addAll(
              List.of("-S", "-incoming", "defer", "-global", "migration.send-configuration=off"));
    }
  }

  private static void devices(Launch launch, List<String> line) {
    List<String> serials = launch.hardware().disks();
    for (int i = 0; i < serials.size(); i++) {
      line.addAll(List.of("-blockdev", launch.disks().get(i).toString()));
      line.addAll(
          List.of(
              "-device",
              "virtio-blk-device,drive=%s,serial=%s,id=disk-%s"
                  .formatted(serials.get(i), serials.get(i), serials.get(i))));
    }
    line.addAll(
        List.of(
            "-device",
            "virtio-serial-device,id=serial0",
            "-chardev",
            "socket,id=agent,path=%s,server=on,wait=off".formatted(escaped(launch.files().agent())),
            "-device",
            "virtserialport,chardev=agent,name=agent,id=agent-port,bus=serial0.0,nr=1",
            "-device",
            "virtio-rng-device,id=random0"));
    launch.network().ifPresent(wire -> network(wire, line));
  }

  private static void network(Wire wire, List<String> line) {
    line.add("-netdev");
    switch (wire) {
      case Tap tap ->
          line.addAll(
              List.of(
                  "tap,id=net0,ifname=%s,script=no,downscript=no,vhost=off".formatted(tap.device()),
                  "-device",
                  "virtio-net-device,netdev=net0,mac=%s,id=network0".formatted(tap.mac())));
      case Isolated() ->
          line.addAll(
              List.of(
                  "tap,id=net0,script=no,downscript=no,vhost=off",
                  "-device",
                  "virtio-net-device,netdev=net0,id=network0"));
      case Unplugged() ->
          line.addAll(
              List.of(
                  "hubport,id=net0,hubid=0",
                  "-device",
                  "virtio-net-device,netdev=net0,id=network0"));
    }
  }

  private static void sockets(MachineFiles files, List<String> line) {
    line.addAll(
        List.of(
            "-chardev",
            "file,id=console,path=%s,append=on".formatted(escaped(files.serial())),
            "-serial",
            "chardev:console",
            "-chardev",
            "socket,id=listening,path=%s,server=on,wait=off".formatted(escaped(files.monitor())),
            "-mon",
            "chardev=listening,mode=control",
            "-chardev",
            "socket,id=dialling,path=%s,server=off".formatted(escaped(files.dial())),
            "-mon",
            "chardev=dialling,mode=control"));
  }

  /// In QEMU's option lists a comma is written twice.
  private static String escaped(Object value) {
    return value.toString().replace(",", ",,");
  }
}
