package torpor.api.job;

import io.javalin.http.Context;
import torpor.api.http.Waits;
import torpor.core.job.JobId;
import torpor.engine.caller.Jobs;

/// The job that a caller's path names: by id, with or without its prefix, or by the beginning of an
/// id that only one job has.
public final class JobPath {
  private JobPath() {}

  public static JobId id(Context context, Jobs jobs, Waits waits) {
    String text = context.pathParam("id");
    return JobId.isValid(text) ? JobId.parse(text) : waits.reply(jobs.resolve(text));
  }
}
