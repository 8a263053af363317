package torpor.daemon.doctor.fix;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.daemon.machine.KernelPlace;
import torpor.images.fetch.ProcessOwner;
import torpor.images.tool.ToolBox;

/// Does what a plan says, and shows it first.
public final class Fixes {
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private final List<Step> steps;
  private final KernelPlace kernels;
  private final Commands commands;
  private final PrintStream told;

  Fixes(List<Step> steps, KernelPlace kernels, Commands commands, PrintStream told) {
    this.steps = List.copyOf(steps);
    this.kernels = kernels;
    this.commands = commands;
    this.told = told;
  }

  /// Looks what this host lacks. Changes nothing.
  ///
  /// @param searchPath where programs are found, as in the environment variable PATH
  /// @param home of the checkout that this program was started from
  /// @param told what is done, and what the programs that do it print
  public static Fixes forThisHost(
      KernelPlace kernels, String searchPath, Optional<Path> home, PrintStream told) {
    Commands commands = Commands.ofThisHost(PATIENCE);
    ToolBox programs = ToolBox.ofPath(searchPath);
    Means means = Means.ofThisHost(programs, home, ProcessOwner.isRoot(), commands);
    boolean kernel = !kernels.upToDate(means.scripts());
    FixPlan.Needs needs = new FixPlan.Needs(Requirements.missing(programs, kernel), kernel);
    return new Fixes(FixPlan.of(needs, means, kernels.directory()), kernels, commands, told);
  }

  public boolean nothingToDo() {
    return steps.isEmpty();
  }

  /// Whether there is anything that can be done from here.
  public boolean anyFromHere() {
    return steps.stream().anyMatch(step -> !(step instanceof Step.ByHand));
  }

  /// For people, a line or two for each step.
  public String shown() {
    StringBuilder text = new StringBuilder();
    steps.forEach(step -> text.append("  ").append(step.shown()).append('\n'));
    return text.toString();
  }

  /// Does everything that can be done from here.
  ///
  /// @return whether that was everything
  /// @throws CommandFailure where something of it fails; what was done before it stays done
  public boolean apply() {
    boolean all = true;
    for (Step step : steps) {
      switch (step) {
        case Step.Run run -> run(run);
        case Step.MakeKernel make -> make(make);
        case Step.ByHand _ -> all = false;
      }
    }
    return all;
  }

  private void run(Step.Run step) {
    told.println("torpor: " + step.shown());
    int code = ended(step.command(), told::println);
    if (code == 0) {
      return;
    }
    if (!step.optional()) {
      throw failed(step.shown(), "it ended with " + code, "See its own words above.");
    }
    told.println("torpor: that ended with " + code + "; going on with what is known");
  }

  private void make(Step.MakeKernel step) {
    told.println("torpor: " + step.shown());
    List<String> printed = new ArrayList<>();
    try {
      kernels.create();
      int code = ended(step.command(), printed::add);
      if (code != 0 || printed.isEmpty()) {
        throw failed(
            step.shown(), "it ended with " + code, "See its own words above, and try again.");
      }
      kernels.choose(Path.of(printed.getLast()));
    } catch (IOException e) {
      throw failed(step.shown(), e.toString(), "See that this user may write there.").causedBy(e);
    }
    told.println("torpor: machines boot " + printed.getLast() + " from now on");
  }

  private int ended(List<String> command, Consumer<String> output) {
    try {
      return commands.run(command, output);
    } catch (Commands.IOFailure e) {
      throw failed(String.join(" ", command), String.valueOf(e.getMessage()), "").causedBy(e);
    }
  }

  private static CommandFailure failed(String what, String why, String remedy) {
    return new CommandFailure(ExitCode.UNAVAILABLE, "could not be fixed: " + what, why, remedy);
  }
}
