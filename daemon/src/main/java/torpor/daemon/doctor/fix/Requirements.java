package torpor.daemon.doctor.fix;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import torpor.images.tool.ToolBox;

/// What machines need of this host, and which of Debian's packages brings it.
final class Requirements {

  /// @param shownBy a program, or a file where it begins with a slash
  private record Requirement(String shownBy, String debianPackage) {}

  private static final List<Requirement> TO_RUN =
      List.of(
          new Requirement("qemu-system-x86_64", "qemu-system-x86"),
          new Requirement("qemu-img", "qemu-utils"),
          new Requirement("mkfs.ext4", "e2fsprogs"),
          new Requirement("e2fsck", "e2fsprogs"),
          new Requirement("resize2fs", "e2fsprogs"),
          new Requirement("setsid", "util-linux"),
          new Requirement("nsenter", "util-linux"),
          new Requirement("skopeo", "skopeo"),
          new Requirement("/etc/containers/policy.json", "golang-github-containers-common"),
          new Requirement("umoci", "umoci"),
          new Requirement("mkfs.erofs", "erofs-utils"),
          new Requirement("ip", "iproute2"),
          new Requirement("tc", "iproute2"),
          new Requirement("nft", "nftables"),
          new Requirement("conntrack", "conntrack"),
          new Requirement("wasm-opt", "binaryen"));

  private static final List<Requirement> TO_MAKE_A_KERNEL =
      List.of(
          new Requirement("dpkg-deb", "dpkg"),
          new Requirement("musl-gcc", "musl-tools"),
          new Requirement("/usr/include/linux/openat2.h", "linux-libc-dev"),
          new Requirement("strip", "binutils"),
          new Requirement("lz4", "lz4"),
          new Requirement("xz", "xz-utils"));

  private Requirements() {}

  /// The packages to install, each once.
  ///
  /// @param kernel whether a kernel has to be made
  static List<String> missing(ToolBox programs, boolean kernel) {
    Predicate<Requirement> there =
        requirement ->
            requirement.shownBy().startsWith("/")
                ? Files.exists(Path.of(requirement.shownBy()))
                : programs.find(requirement.shownBy()).isPresent();
    return Stream.concat(
            TO_RUN.stream(), kernel ? TO_MAKE_A_KERNEL.stream() : Stream.<Requirement>empty())
        .filter(there.negate())
        .map(Requirement::debianPackage)
        .distinct()
        .toList();
  }
}
