package torpor.wire;

/// A signal is durable.
///
/// @param sequence counts the job's signals from 1
public record SignalAccepted(String jobId, String name, int sequence) {}
