package torpor.daemon.doctor.fix;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Decides what to do. Pure.
final class FixPlan {
  private FixPlan() {}

  /// What is missing.
  ///
  /// @param packages of Debian
  /// @param kernel whether a kernel has to be made
  record Needs(List<String> packages, boolean kernel) {
    Needs {
      packages = List.copyOf(packages);
    }
  }

  /// @param kernels where kernels go
  static List<Step> of(Needs needs, Means means, Path kernels) {
    List<Step> steps = new ArrayList<>();
    boolean apt =
        switch (means.packages()) {
          case AS_ROOT, BY_SUDO -> true;
          case UNKNOWN, FORBIDDEN -> false;
        };
    // A kernel is found in apt's lists as well, and an empty host has none.
    if (apt && (needs.kernel() || !needs.packages().isEmpty())) {
      steps.add(new Step.Run(apt(means, List.of("update", "-q")), true));
    }
    if (!needs.packages().isEmpty()) {
      steps.add(packages(needs.packages(), means));
    }
    if (needs.kernel()) {
      steps.add(
          means
              .script()
              .<Step>map(script -> new Step.MakeKernel(script, kernels))
              .orElseGet(() -> noScripts(kernels)));
    }
    return List.copyOf(steps);
  }

  private static Step packages(List<String> packages, Means means) {
    List<String> install =
        Stream.concat(
                Stream.of("install", "-q", "-y", "--no-install-recommends"), packages.stream())
            .toList();
    String wanted = "apt-get install --no-install-recommends " + String.join(" ", packages);
    return switch (means.packages()) {
      case AS_ROOT, BY_SUDO -> new Step.Run(apt(means, install), false);
      case FORBIDDEN ->
          new Step.ByHand(
              wanted, "it takes root, and sudo is missing or asks for a password; run it as root");
      case UNKNOWN ->
          new Step.ByHand(
              wanted,
              "this host has no apt; install what its own distribution calls these packages");
    };
  }

  private static List<String> apt(Means means, List<String> arguments) {
    List<String> command = new ArrayList<>();
    if (means.packages() == Means.Packages.BY_SUDO) {
      command.addAll(List.of("sudo", "-n"));
    }
    command.addAll(List.of("env", "DEBIAN_FRONTEND=noninteractive", "apt-get"));
    command.addAll(arguments);
    return command;
  }

  private static Step noScripts(Path kernels) {
    return new Step.ByHand(
        "guest/init/kernel.sh " + kernels,
        "this program was not started by ./torpor of a checkout, where that script is; start it so,"
            + " or copy "
            + kernels
            + " from a host that has it");
  }
}
