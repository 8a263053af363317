package torpor.api.console;

import java.nio.file.Path;
import torpor.core.job.JobId;

/// Where the output of a job is. The file only ever grows; it need not exist yet.
@FunctionalInterface
public interface Consoles {
  Path file(JobId job);
}
