package torpor.daemon.doctor.fix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import torpor.images.tool.ToolBox;

class FixPlanTest {
  private static final Path KERNELS = Path.of("/data/kernels");
  private static final Optional<Path> SCRIPTS = Optional.of(Path.of("/torpor/guest/init"));
  private static final String APT = "env DEBIAN_FRONTEND=noninteractive apt-get ";

  @TempDir private Path directory;

  private static List<String> plan(
      List<String> packages, boolean kernel, Means.Packages by, Optional<Path> scripts) {
    return FixPlan.of(new FixPlan.Needs(packages, kernel), new Means(by, scripts), KERNELS).stream()
        .map(Step::shown)
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void whereNothingIsMissingNothingIsDone(Means.Packages by) {
    assertThat(plan(List.of(), false, by, SCRIPTS)).isEmpty();
  }

  @Test
  void allPackagesAreInstalledAtOnceBeforeTheKernelIsMade() {
    assertThat(plan(List.of("skopeo", "umoci"), true, Means.Packages.AS_ROOT, SCRIPTS))
        .containsExactly(
            APT + "update -q",
            APT + "install -q -y --no-install-recommends skopeo umoci",
            "/torpor/guest/init/kernel.sh /data/kernels");
  }

  @Test
  void sudoIsAskedForNoPassword() {
    assertThat(plan(List.of("umoci"), false, Means.Packages.BY_SUDO, SCRIPTS))
        .containsExactly(
            "sudo -n " + APT + "update -q",
            "sudo -n " + APT + "install -q -y --no-install-recommends umoci");
  }

  @Test
  void whoMayNotInstallIsToldTheCommandAndMakesTheKernelAllTheSame() {
    List<String> shown = plan(List.of("umoci"), true, Means.Packages.FORBIDDEN, SCRIPTS);

    assertThat(shown).hasSize(2);
    assertThat(shown.getFirst())
        .startsWith("apt-get install --no-install-recommends umoci\n")
        .contains("not from here", "run it as root");
    assertThat(shown.getLast()).isEqualTo("/torpor/guest/init/kernel.sh /data/kernels");
  }

  @Test
  void withoutAptThePackagesAreNamed() {
    assertThat(plan(List.of("umoci"), false, Means.Packages.UNKNOWN, SCRIPTS))
        .singleElement()
        .asString()
        .contains("umoci", "this host has no apt");
  }

  @Test
  void withoutACheckoutTheKernelCannotBeMade() {
    assertThat(plan(List.of(), true, Means.Packages.UNKNOWN, Optional.empty()))
        .singleElement()
        .asString()
        .contains("not started by ./torpor of a checkout", "copy /data/kernels");
  }

  @Test
  void aProgramOfTheSearchPathIsNotMissing() throws IOException {
    program("umoci");

    assertThat(Requirements.missing(ToolBox.ofPath(directory.toString()), false))
        .contains("skopeo", "qemu-system-x86")
        .doesNotContain("umoci", "musl-tools")
        .doesNotHaveDuplicates();
    assertThat(Requirements.missing(ToolBox.ofPath(directory.toString()), true))
        .contains("musl-tools", "binutils");
  }

  @Test
  void sudoCountsOnlyWhereItWorks() throws IOException {
    ToolBox programs = ToolBox.ofPath(directory.toString());
    assertThat(means(programs, false, 0).packages()).isEqualTo(Means.Packages.UNKNOWN);

    program("apt-get");
    assertThat(means(programs, true, 1).packages()).isEqualTo(Means.Packages.AS_ROOT);
    assertThat(means(programs, false, 0).packages()).isEqualTo(Means.Packages.FORBIDDEN);

    program("sudo");
    assertThat(means(programs, false, 1).packages()).isEqualTo(Means.Packages.FORBIDDEN);
    assertThat(means(programs, false, 0).packages()).isEqualTo(Means.Packages.BY_SUDO);
  }

  @Test
  void theScriptIsThatOfTheCheckout() throws IOException {
    ToolBox programs = ToolBox.ofPath("");
    Optional<Path> home = Optional.of(directory);
    assertThat(Means.ofThisHost(programs, home, true, (_, _) -> 0).script()).isEmpty();

    Files.createDirectories(directory.resolve("guest/init"));
    program("guest/init/kernel.sh");
    assertThat(Means.ofThisHost(programs, home, true, (_, _) -> 0).script())
        .contains(directory.resolve("guest/init/kernel.sh"));
  }

  private static Means means(ToolBox programs, boolean root, int sudoEndsWith) {
    return Means.ofThisHost(programs, Optional.empty(), root, (_, _) -> sudoEndsWith);
  }

  private void program(String name) throws IOException {
    Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
