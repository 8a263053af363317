package torpor.daemon.doctor.fix;

import java.nio.file.Path;
import java.util.List;

/// One thing that fixes something.
public sealed interface Step {

  /// What to show before it is done: where it is a command, the command.
  String shown();

  /// A command of the package manager.
  ///
  /// @param optional whether to go on where it fails
  record Run(List<String> command, boolean optional) implements Step {
    public Run {
      command = List.copyOf(command);
    }

    @Override
    public String shown() {
      return String.join(" ", command);
    }
  }

  /// Makes the kernel for machines and chooses it from now on.
  ///
  /// @param script prints the directory it has made below `directory`
  record MakeKernel(Path script, Path directory) implements Step {
    List<String> command() {
      return List.of(script.toString(), directory.toString());
    }

    @Override
    public String shown() {
      return String.join(" ", command());
    }
  }

  /// Cannot be done from here.
  ///
  /// @param how by whom it can
  record ByHand(String what, String how) implements Step {
    @Override
    public String shown() {
      return what + "\n    not from here: " + how;
    }
  }
}
