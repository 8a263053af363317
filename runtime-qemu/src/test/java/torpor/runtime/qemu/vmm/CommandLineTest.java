package torpor.runtime.qemu.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import torpor.runtime.qemu.disk.BlockDevices;

class CommandLineTest {
  private static final Qemu OLD = qemu("7.2.22");
  private static final Hardware HARDWARE =
      new Hardware(Accelerator.TCG, "max", 2, 256L << 20, List.of("rootfs"), false);

  private static Qemu qemu(String version) {
    return new Qemu(Path.of("/bin/qemu"), Path.of("/bin/qemu-img"), version, "b");
  }

  private static Launch launch(Launch.Begin begin, Optional<Launch.Wire> wire) {
    return new Launch(
        new MachineName("data.1", "01kah", 3),
        HARDWARE,
        Path.of("/d/a,b/base.pages"),
        List.of(BlockDevices.readOnly("rootfs", Path.of("/i/root,fs"))),
        begin,
        wire,
        new MachineFiles(Path.of("/d/a,b")));
  }

  private static String line(Qemu qemu, Launch launch) {
    return String.join(" ", CommandLine.of(qemu, launch));
  }

  private static final Launch.Begin BOOT =
      new Launch.Boot(Path.of("/k/vmlinux"), Path.of("/k/rd"), "quiet");

  @Test
  void memoryIsAlwaysAPrivateCopy() {
    for (Launch.Begin begin : List.of(BOOT, new Launch.Incoming())) {
      assertThat(line(OLD, launch(begin, Optional.empty())))
          .contains("share=off")
          .doesNotContain("share=on");
    }
  }

  @Test
  void nothingThatPunchesHolesIntoTheSnapshotUnderneath() {
    String line = line(OLD, launch(BOOT, Optional.of(new Launch.Tap("ns", "tap0", "02:00"))));

    assertThat(line).doesNotContain("balloon").doesNotContain("free-page-reporting");
    assertThat(line).contains("vhost=off").doesNotContain("vhost=on");
  }

  @Test
  void aNewQemuIsToldNotToWriteTheMemoryFileAtAll() {
    assertThat(line(qemu("10.0.2"), launch(BOOT, Optional.empty())))
        .contains("readonly=on,rom=off");
    assertThat(line(OLD, launch(BOOT, Optional.empty()))).doesNotContain("rom=off");
  }

  @Test
  void frozenStateIsTakenStandingStill() {
    List<String> line = CommandLine.of(OLD, launch(new Launch.Incoming(), Optional.empty()));

    assertThat(line)
        .containsSubsequence("-S", "-incoming", "defer")
        .containsSubsequence("-global", "migration.send-configuration=off")
        .doesNotContain("-kernel");
  }

  @Test
  void commasInPathsAreWrittenTwiceWhereAnOptionListHasThem() {
    String line = line(OLD, launch(BOOT, Optional.empty()));

    assertThat(line).contains("mem-path=/d/a,,b/base.pages").contains("path=/d/a,,b/agent,server");
    assertThat(line).contains("\"filename\":\"/i/root,fs\"");
  }

  @Test
  void itRunsInItsNetworkNamespaceAndCarriesItsName() {
    List<String> line =
        CommandLine.of(OLD, launch(BOOT, Optional.of(new Launch.Tap("qns1", "tap0", "02:00"))));

    assertThat(line).startsWith("ip", "netns", "exec", "qns1", "/bin/qemu");
    assertThat(line).containsSubsequence("-name", "torpor-data.1-01kah-3");
  }

  @Test
  void theStateOfOneWithATapIsTriedWithATapThatNothingLeadsTo() {
    List<String> line =
        CommandLine.of(OLD, launch(new Launch.Incoming(), Optional.of(new Launch.Isolated())));

    assertThat(line).startsWith("unshare", "--net", "/bin/qemu");
    assertThat(line).contains("tap,id=net0,script=no,downscript=no,vhost=off");
  }

  @Test
  void aMachineIsRecognisedByItsCommandLineAndNoOther() {
    assertThat(Census.nameIn("/bin/qemu\0-name\0torpor-data.1-01kah-3\0-nodefaults\0"))
        .contains(new MachineName("data.1", "01kah", 3));
    assertThat(Census.nameIn("/bin/qemu\0-name\0somebody-elses\0")).isEmpty();
    assertThat(Census.nameIn("vi\0torpor-data.1-01kah-3\0")).isEmpty();
    assertThat(Census.nameIn("/bin/qemu\0-name")).isEmpty();
  }

  @Test
  void anyTextBecomesAMark() {
    assertThat(new MachineName(MachineName.ownerOf("a-b/c d"), "m", 1).owner())
        .isEqualTo("a.b.c.d");
    assertThat(MachineName.ownerOf("x".repeat(100))).hasSize(64);
  }
}
