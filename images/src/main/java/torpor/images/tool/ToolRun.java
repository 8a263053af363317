package torpor.images.tool;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import torpor.host.program.HostProgram;
import torpor.host.program.ProgramOverdueException;
import torpor.images.refused.ImageRefusedException;

/// Runs a program to its end; one that is late is refused with what to do about it.
///
/// @param deadline after which it is killed
record ToolRun(Duration deadline) {

  /// @param outputBytes how much of standard output is wanted
  HostProgram.Ended run(List<String> command, int outputBytes)
      throws ImageRefusedException, IOException, InterruptedException {
    return run(command, outputBytes, () -> {});
  }

  /// @param watch looks at the work from time to time; an exception kills the program
  HostProgram.Ended run(
      List<String> command, int outputBytes, HostProgram.Watch<ImageRefusedException> watch)
      throws ImageRefusedException, IOException, InterruptedException {
    try {
      return new HostProgram(deadline, outputBytes).run(command, watch);
    } catch (ProgramOverdueException late) {
      throw ImageRefusedException.failed(
          String.valueOf(late.getMessage()),
          "See whether the registry or the disk is slow, and ask for the image again.");
    }
  }
}
