package torpor.engine.machine;

import java.nio.file.Path;
import java.util.Map;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.engine.guest.GuestCalls;

/// What a runtime is given to start a machine.
///
/// @param config as [MachineRuntime#check] completed it
/// @param env what the system and the caller set; wins over what the image or config says
/// @param directory the job's own directory; the runtime may keep what it likes in it except under
///   `snapshots/`
/// @param guest where the program's calls go, for a runtime that carries them itself
/// @param console where the program's output goes, appended, standard output and error alike
public record MachineStart(
    JobId job,
    Generation generation,
    JsonText config,
    Map<String, String> env,
    Path directory,
    Path console,
    GuestCalls guest,
    MachineListener listener) {
  public MachineStart {
    env = Map.copyOf(env);
  }
}
