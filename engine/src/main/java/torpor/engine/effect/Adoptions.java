package torpor.engine.effect;

import torpor.core.definition.Definition;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;

/// Told by recovery which machines of an earlier daemon there are.
public interface Adoptions {

  /// One may be there, and is looked for.
  void expected(JobId job, Definition definition, Generation generation);

  /// It was found, and its job knows.
  void adopted(JobId job, Generation generation, MachineHandle machine);

  /// It is not there any more.
  void ended(JobId job, Generation generation);
}
