package torpor.wire.guest;

/// The calling job in a word.
public record GuestJob(
    String id, String jobId, String state, int attempt, int retryCount, int generation) {}
