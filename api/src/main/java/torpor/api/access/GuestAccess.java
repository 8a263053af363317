package torpor.api.access;

import io.javalin.http.Context;
import java.util.Optional;
import torpor.api.http.RefusedException;
import torpor.core.job.JobId;
import torpor.core.refusal.RefusalCode;

/// Tells which job calls, and that it is that job. A wrong secret, a secret of another job and an
/// id that does not exist are refused in the same words.
public final class GuestAccess {
  private final GuestSecrets secrets;

  public GuestAccess(GuestSecrets secrets) {
    this.secrets = secrets;
  }

  /// @throws RefusedException where the caller is not that job
  public JobId check(Context context) {
    String id = context.pathParam("id");
    Optional<String> secret =
        Optional.ofNullable(context.pathParamMap().get("secret")).or(() -> Bearer.of(context));
    if (JobId.isValid(id) && secret.isPresent()) {
      JobId job = JobId.parse(id);
      if (secrets.verify(job, secret.orElseThrow())) {
        return job;
      }
    }
    throw RefusedException.of(
        RefusalCode.UNAUTHENTICATED,
        "The secret of the job in the path is missing or wrong",
        "Use TORPOR_API_URL as it is given to the program, or send TORPOR_API_TOKEN as a bearer"
            + " token.");
  }
}
