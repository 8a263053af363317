package torpor.api.console;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.List;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.api.job.JobPath;
import torpor.core.job.JobId;
import torpor.engine.caller.Jobs;

/// The output of one job.
public final class ConsoleRoutes {
  private final Consoles consoles;
  private final ConsoleAnswers answers;
  private final Jobs jobs;
  private final Waits waits;

  public ConsoleRoutes(Consoles consoles, ConsoleAnswers answers, Jobs jobs, Waits waits) {
    this.consoles = consoles;
    this.answers = answers;
    this.jobs = jobs;
    this.waits = waits;
  }

  public List<Route> routes() {
    return List.of(Route.caller(HandlerType.GET, "/v1/jobs/{id}/logs", this::logs));
  }

  private void logs(Context context) throws IOException {
    JobId job = JobPath.id(context, jobs, waits);
    waits.reply(jobs.get(job));
    answers.answer(
        context, consoles.file(job), LineShape.TEXT, () -> new JobLife(jobs, waits, job));
  }
}
