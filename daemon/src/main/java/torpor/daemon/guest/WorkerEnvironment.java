package torpor.daemon.guest;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import torpor.core.definition.Definition;
import torpor.core.job.Job;
import torpor.core.job.JobId;
import torpor.engine.effect.GuestEnvironment;
import torpor.engine.store.JobInputs;

/// The variables every program finds, and the same under the names that workers written for checker
/// read. What the system sets wins over what the caller gave.
public final class WorkerEnvironment implements GuestEnvironment {
  private final DerivedSecrets secrets;
  private final String authority;

  /// @param authority `host:port` of the guest API
  public WorkerEnvironment(DerivedSecrets secrets, String authority) {
    this.secrets = secrets;
    this.authority = authority;
  }

  @Override
  public Map<String, String> of(Job job, Definition definition, JobInputs inputs) {
    Map<String, String> env = new HashMap<>(inputs.env());
    JobId id = job.id();
    String secret = secrets.of(id);
    String url = authority + "/s/" + secret;
    env.put("TORPOR_JOB_ID", id.toString());
    env.put("TORPOR_INSTANCE_ID", id.toString());
    env.put("TORPOR_API_URL", "http://" + url);
    env.put("TORPOR_API_TOKEN", secret);
    env.put("TORPOR_DEFINITION_NAME", definition.name().text());
    env.put("TORPOR_DEFINITION_VERSION", definition.version());
    env.put("TORPOR_SPAWNED_AT", job.spawnedAt().toString());
    env.put("CHECKER_JOB_ID", id.toString());
    env.put("CHECKER_API_URL", url);
    env.put("CHECKER_JOB_DEFINITION_NAME", definition.name().text());
    env.put("CHECKER_JOB_DEFINITION_VERSION", definition.version());
    env.put("CHECKER_JOB_SPAWNED_AT", Long.toString(job.spawnedAt().getEpochSecond()));
    env.put("CHECKER_ARCH", architecture());
    env.put("CHECKER_OS", "linux");
    return env;
  }

  private static String architecture() {
    String machine = System.getProperty("os.arch", "amd64").toLowerCase(Locale.ROOT);
    return switch (machine) {
      case "x86_64", "amd64" -> "amd64";
      case "aarch64", "arm64" -> "arm64";
      default -> machine;
    };
  }
}
