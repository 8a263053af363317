package torpor.api.access;

import torpor.core.job.JobId;

/// Knows the secret of every job. Thread-safe, answers at once, and takes the same time whether the
/// secret is nearly right or all wrong.
@FunctionalInterface
public interface GuestSecrets {
  boolean verify(JobId job, String secret);
}
