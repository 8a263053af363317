package torpor.engine.store;

/// What became of a [VolumeTransition]. Where the store cannot say, the future fails with a
/// [StoreFailure] instead, and the outcome is unknown until the row is read again.
public sealed interface VolumeCommit {

  /// Durable.
  record Committed(Version version) implements VolumeCommit {}

  /// The row is not at the expected version any more; nothing was written.
  record Stale() implements VolumeCommit {}

  /// This node's lease has been taken over by a newer epoch; nothing was written, nothing will be.
  record Fenced(String detail) implements VolumeCommit {}

  /// The idempotency key was used before; nothing was written.
  record Repeated(Idempotency first) implements VolumeCommit {}

  /// Another volume of this node has the name; nothing was written.
  record NameTaken() implements VolumeCommit {}
}
