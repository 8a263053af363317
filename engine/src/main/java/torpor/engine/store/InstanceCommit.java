package torpor.engine.store;

import torpor.core.network.PublishedPort;

/// What became of an [InstanceTransition]. Where the store cannot say, the future fails with a
/// [StoreFailure] instead, and the outcome is unknown until the row is read again.
public sealed interface InstanceCommit {

  /// Durable.
  record Committed(Version version) implements InstanceCommit {}

  /// The row is not at the expected version any more; nothing was written.
  record Stale() implements InstanceCommit {}

  /// This node's lease has been taken over by a newer epoch; nothing was written, nothing will be.
  record Fenced(String detail) implements InstanceCommit {}

  /// The idempotency key was used before; nothing was written.
  record Repeated(Idempotency first) implements InstanceCommit {}

  /// Another instance of this node has the name; nothing was written.
  record NameTaken() implements InstanceCommit {}

  /// Another instance of this node has the address; nothing was written.
  record SlotTaken() implements InstanceCommit {}

  /// Another instance of this node publishes the port; nothing was written.
  record PortTaken(PublishedPort port) implements InstanceCommit {}
}
