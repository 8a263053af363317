package torpor.cli.job;

import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.wire.Job;

/// A command that changes a job and is answered with the job as it is then.
abstract class ChangeJob extends ClientCommand {
  ChangeJob(Invocation invocation) {
    super(invocation);
  }

  /// Prints the job as JSON where that is asked for, else says what its state is.
  int change(Connection connection, String id, String verb, String body) {
    Job job = connection.post(JobRoutes.of(id, verb).toString(), body).as(Job.class);
    client().print(job, "");
    client().say(job.id() + " is " + job.state());
    return ExitCode.OK;
  }
}
