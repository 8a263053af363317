package torpor.wire;

/// A job has been spawned.
///
/// @param repeated whether an earlier call with the same idempotency key did it
public record JobCreated(String jobId, boolean repeated) {}
