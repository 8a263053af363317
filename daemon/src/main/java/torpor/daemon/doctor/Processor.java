package torpor.daemon.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Whether machines run on the processor itself (KVM) or are emulated, and what that means.
final class Processor {
  private static final String EMULATED =
      "machines are emulated: everything works, but what they compute takes some ten times longer";

  private Processor() {}

  /// @param device `/dev/kvm`
  /// @param version of the machine runtime, which says what it uses
  static Finding look(Path device, Optional<String> version) {
    if (version.filter(text -> text.contains(", kvm,")).isPresent()) {
      return Finding.ok("kvm", "works: machines run on the processor itself");
    }
    if (!Files.exists(device)) {
      return Finding.note(
          "kvm",
          "there is no " + device + ": " + EMULATED,
          "where the processor can: load kvm_intel or kvm_amd, and in a virtual machine have its"
              + " host allow nested virtualization");
    }
    if (!Files.isReadable(device) || !Files.isWritable(device)) {
      return Finding.note(
          "kvm",
          device + " may not be used by this user: " + EMULATED,
          "let the user into the group that owns it (usermod -aG kvm USER), or run as root");
    }
    return Finding.note(
        "kvm",
        device + " is there, but it is not proven that machines boot with it: " + EMULATED,
        "");
  }
}
