package torpor.engine.machine;

import java.util.concurrent.CompletionStage;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;

/// A runtime whose machines can stand still by hand. Such a machine goes on with
/// [MachineRuntime#resume].
public interface PausableRuntime extends MachineRuntime {

  /// Nothing in the machine runs until it is resumed. One that stands still already stays so.
  CompletionStage<Void> pause(JobId job, Generation generation);

  /// Whether a machine that this runtime knows stands still.
  CompletionStage<Boolean> isPaused(JobId job, Generation generation);
}
